"""The generator's random inputs: two in software, two as currents of simulated devices.

Every source gives `rows` consecutive samples of `inputs` channels with mean 0 and the same standard deviation. The
device sources read one device per channel at a constant voltage; the currents are AC-coupled (the mean of each
channel removed) and amplified by one gain common to all channels, as one amplifier design would.
"""

from dataclasses import dataclass

import numpy as np

from rramgan.device.static import StaticModel, thermal_noise_std_A
from rramgan.device.window import Window


@dataclass(frozen=True)
class TelegraphNoise:
    """Random telegraph noise of one trap per device; ranges are drawn log-uniformly per device.

    `relative_amplitude`: current step over current; `dwell_s`: mean time between switches; `capture_probability`:
    range, uniform, of the share of time a trap is filled, near one half in TiOx/Al2O3 devices (Song et al. 2023,
    doi 10.1002/aisy.202200358).
    """

    relative_amplitude: tuple[float, float]
    dwell_s: tuple[float, float]
    capture_probability: tuple[float, float]


@dataclass(frozen=True)
class NoiseDesign:
    """How the device sources are operated: read voltage, time between samples, temperature, and what is scaled to what.

    The amplifier passes white noise up to `0.5 / sample_interval_s`. `std` is the standard deviation of every source.
    """

    static: StaticModel
    window: Window
    read_voltage_V: float
    sample_interval_s: float
    temperature_C: float
    std: float
    telegraph: TelegraphNoise


@dataclass(frozen=True)
class Trace:
    """Samples `z` (rows, inputs) float32; the energy (J) and time (s) a row takes in the devices that make it."""

    z: np.ndarray
    energy_per_row_J: float = 0.0
    time_per_row_s: float = 0.0


def gaussian(design: NoiseDesign, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
    """Software samples of a normal distribution; the energy of a digital generator is not counted."""
    return Trace((design.std * rng.standard_normal((rows, inputs))).astype(np.float32))


def uniform(design: NoiseDesign, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
    """Software samples of a uniform distribution; the energy of a digital generator is not counted."""
    half_width = np.sqrt(3) * design.std
    return Trace(rng.uniform(-half_width, half_width, (rows, inputs)).astype(np.float32))


def thermal(design: NoiseDesign, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
    """Johnson-Nyquist noise of one device per channel: white, with variance 4 kB T f I/V (Nili 2020, Table I)."""
    currents_A = _operating_currents(design, inputs, rng)
    noise_A = _thermal_noise_A(design, currents_A, rows, rng)
    return _amplified(design, noise_A, currents_A)


def rtn(design: NoiseDesign, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
    """Two-level random telegraph noise of one device per channel, on top of its thermal noise.

    A trap with capture probability p and relaxation rate 1/tau_c + 1/tau_e is a two-state Markov process; sampled at
    intervals dt its state persists with probability r + (1 - r) p (filled) or r + (1 - r)(1 - p) (empty), where
    r = exp(-dt (1/tau_c + 1/tau_e)) (Machlup, J. Appl. Phys. 25, 341, 1954, doi 10.1063/1.1721637).
    """
    telegraph = design.telegraph
    currents_A = _operating_currents(design, inputs, rng)
    amplitude = np.exp(rng.uniform(*np.log(telegraph.relative_amplitude), inputs))
    dwell_s = np.exp(rng.uniform(*np.log(telegraph.dwell_s), inputs))
    filled_share = rng.uniform(*telegraph.capture_probability, inputs)
    # With d = (tau_c + tau_e) / 2 and p = tau_e / (tau_c + tau_e): 1/tau_c + 1/tau_e = 1 / (2 d p (1 - p)).
    memory = np.exp(-design.sample_interval_s / (2 * dwell_s * filled_share * (1 - filled_share)))

    draws = rng.random((rows, inputs))
    filled = np.empty((rows, inputs), dtype=bool)
    filled[0] = draws[0] < filled_share
    for row in range(1, rows):
        filled[row] = draws[row] < memory * filled[row - 1] + (1 - memory) * filled_share
    noise_A = currents_A * amplitude * filled + _thermal_noise_A(design, currents_A, rows, rng)
    return _amplified(design, noise_A, currents_A)


SOURCES = {"gaussian": gaussian, "uniform": uniform, "thermal": thermal, "rtn": rtn}
"""Every noise condition by name."""


def _operating_currents(design, inputs, rng):
    """Currents (A) of devices programmed anywhere in the window and read at the read voltage."""
    g0_S = rng.uniform(design.window.g_min_S, design.window.g_max_S, inputs)
    return design.static.current(design.read_voltage_V, g0_S, design.temperature_C, rng.standard_normal(inputs))


def _thermal_noise_A(design, currents_A, rows, rng):
    """White noise (A), shape (rows, channels), in the band below half the sampling rate."""
    bandwidth_Hz = 0.5 / design.sample_interval_s
    std_A = thermal_noise_std_A(currents_A / design.read_voltage_V, bandwidth_Hz, design.temperature_C)
    return std_A * rng.standard_normal((rows, len(currents_A)))


def _amplified(design, noise_A, currents_A) -> Trace:
    """AC-couple, apply the common gain that gives the configured standard deviation, and price a row."""
    ac_A = noise_A - noise_A.mean(axis=0)
    energy_J = design.read_voltage_V * float(currents_A.sum()) * design.sample_interval_s
    return Trace((design.std / ac_A.std() * ac_A).astype(np.float32), energy_J, design.sample_interval_s)
