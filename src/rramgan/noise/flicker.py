"""Flicker noise: 1/f^alpha in the current of a device, as the sum of many relaxations."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy

from rramgan.designs import parameter
from rramgan.noise.device import DeviceSource, relaxation_density
from rramgan.noise.sources import NOISES

POLES_PER_DECADE = 2
"""Relaxation rates per decade: the sum departs from a power law by 0.1 % of the density between the outermost."""


@NOISES.register
@dataclass(frozen=True)
class Flicker(DeviceSource):
    """1/f^alpha noise of one device per channel, on top of its thermal noise.

    The sum of normal relaxations (Ornstein-Uhlenbeck processes) with rates at equal distances on a logarithmic scale,
    which is what many independent traps add up to (McWhorter 1957; Dutta and Horn, Rev. Mod. Phys. 53, 497, 1981, doi
    10.1103/RevModPhys.53.497). It is stationary from the first sample, its spectrum is known in closed form
    (`unit_density`), and it needs no more memory than one number per rate.
    """

    kind: ClassVar[str] = "flicker"

    flicker_amplitude: tuple[float, float] = parameter(
        (1e-4, 1e-2),
        "Range of the standard deviation of the fluctuation over the current, log-uniform; 0.01 to 1 % in filamentary "
        "devices (Santa et al., Nanoscale 2019).",
        above=0,
    )
    exponent: float = parameter(1.0, "Exponent alpha of 1/f^alpha.", above=0, below=2)
    corner_Hz: float = parameter(1.0, "Frequency below which the spectrum is flat.", unit="Hz", above=0)

    def __post_init__(self) -> None:
        """Raise ValueError unless the corner lies below half the sampling rate."""
        if self.corner_Hz >= 0.5 / self.sample_interval_s:
            raise ValueError(
                f"corner_Hz is {self.corner_Hz:g}; expected less than half the sampling rate, "
                f"{0.5 / self.sample_interval_s:g} Hz"
            )

    def fluctuations_A(self, point, currents_A, rows, rng) -> Iterator[np.ndarray]:
        """Flicker and thermal noise."""
        for flicker_A in self.flicker_A(currents_A, rows, rng):
            yield flicker_A + self.thermal_A(point, currents_A, rows, rng)

    def flicker_A(self, currents_A, rows: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """Endless blocks (rows, channels) of flicker noise (A)."""
        std_A = self.flicker_std_A(currents_A, rng)
        memory, share = self.relaxations()
        kept_std = memory * np.sqrt(share)
        states = [std * rng.standard_normal((1, len(currents_A))) for std in kept_std]
        while True:
            block = np.zeros((rows, len(currents_A)))
            for pole, (kept, variance) in enumerate(zip(memory, share, strict=True)):
                drive = rng.standard_normal((rows, len(currents_A)))
                gain = np.sqrt((1 - kept**2) * variance)
                drive, states[pole] = scipy.signal.lfilter([gain], [1.0, -kept], drive, axis=0, zi=states[pole])
                block += drive
            del drive
            block *= std_A
            yield block

    def flicker_std_A(self, currents_A, rng: np.random.Generator) -> np.ndarray:
        """Standard deviation (A) of the flicker noise of each device, which is drawn unless they do not differ."""
        return currents_A * self.log_uniform(self.flicker_amplitude, len(currents_A), rng)

    def relaxations(self) -> tuple[np.ndarray, np.ndarray]:
        """What is left of each relaxation after a sample, and its share of the variance, slowest first."""
        highest_Hz = 0.5 / self.sample_interval_s
        count = 1 + round(POLES_PER_DECADE * np.log10(highest_Hz / self.corner_Hz))
        rates_Hz = np.geomspace(self.corner_Hz, highest_Hz, max(count, 2))
        share = rates_Hz ** (1 - self.exponent)
        return np.exp(-2 * np.pi * rates_Hz * self.sample_interval_s), share / share.sum()

    def density(self, point, inputs, rng, frequency_Hz) -> np.ndarray:
        """Flicker and thermal noise (A^2/Hz)."""
        currents_A = self.currents_A(point, inputs, rng)
        variance_A2 = self.flicker_std_A(currents_A, rng) ** 2
        thermal = 2 * self.sample_interval_s * self.thermal_std_A(point, currents_A) ** 2
        return variance_A2.mean() * self.unit_density(frequency_Hz) + thermal.mean()

    def unit_density(self, frequency_Hz) -> np.ndarray:
        """One-sided spectral density (1/Hz) of the samples of the flicker noise alone, for unit variance."""
        return relaxation_density(frequency_Hz, *self.relaxations(), self.sample_interval_s)
