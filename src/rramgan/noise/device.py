"""Noise sources in devices, one device per channel, read at a constant voltage: what they share, and thermal noise.

The currents are AC-coupled (the mean of each channel removed) and amplified by one gain common to all channels, as one
amplifier design would. Both are set by the first block of a stream and then stay.
"""

from abc import abstractmethod
from collections.abc import Iterator
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

    raw: bool = parameter(
        False,
        "Samples are fluctuations over the mean current, as unamplified devices give them, and `std` has no effect.",
    )
    spread: bool = parameter(
        True, "Whether the devices of the inputs differ; if not, all are in the middle of their ranges."
    )

    def generate(self, point, rows, inputs, rng) -> Trace:
        """The first block of the stream."""
        return next(self.stream(point, rows, inputs, rng))

    def stream(self, point, rows, inputs, rng) -> Iterator[Trace]:
        """Devices anywhere in the window, their fluctuations scaled to the standard deviation, and what a row costs."""
        currents_A = self.currents_A(point, inputs, rng)
        costs = self.costs(point, currents_A)
        blocks_A = self.fluctuations_A(point, currents_A, rows, rng)
        first_A = next(blocks_A)
        offset_A = first_A.mean(axis=0)
        gain = 1 / currents_A.mean() if self.raw else self.std / (first_A - offset_A).std()
        yield Trace((gain * (first_A - offset_A)).astype(np.float32), *costs)
        for block_A in blocks_A:
            yield Trace((gain * (block_A - offset_A)).astype(np.float32), *costs)

    def currents_A(self, point: OperatingPoint, inputs: int, rng: np.random.Generator) -> np.ndarray:
        """Mean currents (A) of the devices (channels,), which are drawn unless they do not differ."""
        if self.spread:
            g0_S = rng.uniform(point.window.g_min_S, point.window.g_max_S, inputs)
            deviate = rng.standard_normal(inputs)
        else:
            g0_S = np.full(inputs, (point.window.g_min_S + point.window.g_max_S) / 2)
            deviate = np.zeros(inputs)
        return point.static.current(point.read_voltage_V, g0_S, point.temperature_C, deviate)

    def costs(self, point: OperatingPoint, currents_A) -> tuple[float, float, float]:
        """Energy (J) and time (s) of a row, and the interval (s) between rows."""
        energy_J = point.read_voltage_V * float(currents_A.sum()) * self.sample_interval_s
        return energy_J, self.sample_interval_s, self.sample_interval_s

    @abstractmethod
    def fluctuations_A(
        self, point: OperatingPoint, currents_A, rows: int, rng: np.random.Generator
    ) -> Iterator[np.ndarray]:
        """Endless blocks of fluctuations (A), shape (rows, channels), about mean currents `currents_A` (channels,)."""

    def log_uniform(self, ends: tuple[float, float], shape, rng: np.random.Generator) -> np.ndarray:
        """What differs from device to device: log-uniform between `ends`, or in their geometric middle."""
        if not self.spread:
            return np.full(shape, np.sqrt(ends[0] * ends[1]))
        return np.exp(rng.uniform(*np.log(ends), shape))

    def thermal_A(self, point: OperatingPoint, currents_A, rows: int, rng: np.random.Generator) -> np.ndarray:
        """White noise (A), shape (rows, channels), in the band below half the sampling rate."""
        std_A = thermal_noise_std_A(
            currents_A / point.read_voltage_V, 0.5 / self.sample_interval_s, point.temperature_C
        )
        return std_A * rng.standard_normal((rows, len(currents_A)))


@NOISES.register
@dataclass(frozen=True)
class Thermal(DeviceSource):
    """Johnson-Nyquist noise of one device per channel: white, with variance 4 kB T f I/V (Nili 2020, Table I)."""

    kind: ClassVar[str] = "thermal"

    def fluctuations_A(self, point, currents_A, rows, rng) -> Iterator[np.ndarray]:
        """White noise in the band below half the sampling rate."""
        while True:
            yield self.thermal_A(point, currents_A, rows, rng)
