"""Noise sources in devices, one device per channel, read at a constant voltage.

The currents are AC-coupled (the mean of each channel removed) and amplified by one gain common to all channels, as one
amplifier design would.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import parameter
from rramgan.device.static import thermal_noise_std_A
from rramgan.noise.sources import NOISES, NoiseSource, OperatingPoint
from rramgan.noise.trace import Trace


@dataclass(frozen=True)
class DeviceSource(NoiseSource):
    """Amplified fluctuations of the currents of devices."""

    def generate(self, point, rows, inputs, rng) -> Trace:
        """Devices anywhere in the window, their fluctuations scaled to the standard deviation, and what a row costs."""
        g0_S = rng.uniform(point.window.g_min_S, point.window.g_max_S, inputs)
        deviate = rng.standard_normal(inputs)
        currents_A = point.static.current(point.read_voltage_V, g0_S, point.temperature_C, deviate)
        noise_A = self.fluctuations_A(point, currents_A, rows, rng)
        ac_A = noise_A - noise_A.mean(axis=0)
        energy_J = point.read_voltage_V * float(currents_A.sum()) * self.sample_interval_s
        z = (self.std / ac_A.std() * ac_A).astype(np.float32)
        return Trace(z, energy_J, self.sample_interval_s, self.sample_interval_s)

    @abstractmethod
    def fluctuations_A(self, point: OperatingPoint, currents_A, rows: int, rng: np.random.Generator) -> np.ndarray:
        """Fluctuations (A), shape (rows, channels), about mean currents `currents_A` (channels,)."""


@NOISES.register
@dataclass(frozen=True)
class Thermal(DeviceSource):
    """Johnson-Nyquist noise of one device per channel: white, with variance 4 kB T f I/V (Nili 2020, Table I)."""

    kind: ClassVar[str] = "thermal"

    def fluctuations_A(self, point, currents_A, rows, rng) -> np.ndarray:
        """White noise in the band below half the sampling rate."""
        return thermal_noise_A(point, self.sample_interval_s, currents_A, rows, rng)


@NOISES.register
@dataclass(frozen=True)
class RandomTelegraph(DeviceSource):
    """Two-level random telegraph noise of one trap and device per channel, on top of its thermal noise.

    A trap with capture probability p and relaxation rate 1/tau_c + 1/tau_e is a two-state Markov process; sampled at
    intervals dt its state persists with probability r + (1 - r) p (filled) or r + (1 - r)(1 - p) (empty), where
    r = exp(-dt (1/tau_c + 1/tau_e)) (Machlup, J. Appl. Phys. 25, 341, 1954, doi 10.1063/1.1721637). Every device draws
    its own values from the ranges below.
    """

    kind: ClassVar[str] = "rtn"

    relative_amplitude: tuple[float, float] = parameter(
        (0.01, 0.1), "Range of the current step over the current, log-uniform.", above=0
    )
    dwell_s: tuple[float, float] = parameter(
        (1e-7, 1e-5), "Range of the mean time between switches, log-uniform.", unit="s", above=0
    )
    capture_probability: tuple[float, float] = parameter(
        (0.4, 0.6),
        "Range of the share of time the trap is filled, uniform; near one half in TiOx/Al2O3 devices (Song et al. "
        "2023, doi 10.1002/aisy.202200358).",
        above=0,
        below=1,
    )

    def fluctuations_A(self, point, currents_A, rows, rng) -> np.ndarray:
        """Telegraph and thermal noise."""
        inputs = len(currents_A)
        amplitude = np.exp(rng.uniform(*np.log(self.relative_amplitude), inputs))
        dwell_s = np.exp(rng.uniform(*np.log(self.dwell_s), inputs))
        filled_share = rng.uniform(*self.capture_probability, inputs)
        # With d = (tau_c + tau_e) / 2 and p = tau_e / (tau_c + tau_e): 1/tau_c + 1/tau_e = 1 / (2 d p (1 - p)).
        memory = np.exp(-self.sample_interval_s / (2 * dwell_s * filled_share * (1 - filled_share)))

        draws = rng.random((rows, inputs))
        filled = np.empty((rows, inputs), dtype=bool)
        filled[0] = draws[0] < filled_share
        for row in range(1, rows):
            filled[row] = draws[row] < memory * filled[row - 1] + (1 - memory) * filled_share
        thermal_A = thermal_noise_A(point, self.sample_interval_s, currents_A, rows, rng)
        return currents_A * amplitude * filled + thermal_A


def thermal_noise_A(point: OperatingPoint, sample_interval_s: float, currents_A, rows: int, rng) -> np.ndarray:
    """White noise (A), shape (rows, channels), in the band below half the sampling rate."""
    std_A = thermal_noise_std_A(currents_A / point.read_voltage_V, 0.5 / sample_interval_s, point.temperature_C)
    return std_A * rng.standard_normal((rows, len(currents_A)))
