"""Random bits from a comparator behind noisy devices, and whole numbers made of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import ndtr

from rramgan.designs import parameter
from rramgan.noise.device import Thermal
from rramgan.noise.sources import NOISES
from rramgan.noise.trace import Trace
from rramgan.units import PICO


@NOISES.register
@dataclass(frozen=True)
class Bits(Thermal):
    """Uniform numbers of `word_bits` bits, each the sign of a device's thermal noise as a comparator sees it.

    The comparator's offset biases the bits. XOR of two bits of bias e leaves the bias 2 e^2; von Neumann's pairs (1951)
    leave none, and of every pair the share 2 p (1 - p). What is thrown away takes its time and energy.
    """

    kind: ClassVar[str] = "bits"

    word_bits: int = parameter(8, "Bits of a number.", minimum=1, maximum=24)
    offset: float = parameter(
        0.05, "Offset of every comparator, in standard deviations of the noise.", minimum=-3, maximum=3
    )
    extractor: str = parameter("von-neumann", "What is done about the bias.", choices=("none", "xor", "von-neumann"))
    comparator_pJ: float = parameter(0.1, "Energy of a decision; an assumption.", unit="pJ", minimum=0)

    def __post_init__(self) -> None:
        """Raise ValueError where `raw` is asked for, which numbers made of bits cannot be."""
        if self.raw:
            raise ValueError("raw is true; expected false: numbers made of bits always have the standard deviation std")

    @property
    def probability(self) -> float:
        """Probability of a one."""
        return float(ndtr(-self.offset))

    @property
    def decisions_per_row(self) -> float:
        """Comparator decisions of a channel for one number, on average."""
        p = self.probability
        return self.word_bits * {"none": 1.0, "xor": 2.0, "von-neumann": 1 / (p * (1 - p))}[self.extractor]

    def costs(self, point, currents_A) -> tuple[float, float, float]:
        """Those of the devices and comparators for as long as a row of numbers takes."""
        energy_J, interval_s, _ = super().costs(point, currents_A)
        row_s = self.decisions_per_row * interval_s
        row_J = self.decisions_per_row * (energy_J + len(currents_A) * self.comparator_pJ * PICO)
        return row_J, row_s, row_s

    def stream(self, point, rows, inputs, rng) -> Iterator[Trace]:
        """Numbers with mean 0 and the standard deviation `std`, as what amplifies them is set for bits of this bias."""
        costs = self.costs(point, self.currents_A(point, inputs, rng))
        p = {"none": self.probability, "xor": 2 * self.probability * (1 - self.probability)}.get(self.extractor, 0.5)
        scale = self.std / np.sqrt(p * (1 - p) * (4.0**self.word_bits - 1) / 3)
        while True:
            numbers = np.zeros((rows, inputs))
            for place in range(self.word_bits):
                numbers += 2.0**place * self.extracted(rows, inputs, rng)
            yield Trace((scale * (numbers - p * (2**self.word_bits - 1))).astype(np.float32), *costs)

    def extracted(self, count: int, channels: int, rng: np.random.Generator) -> np.ndarray:
        """`count` bits of each channel, shape (count, channels)."""
        if self.extractor == "none":
            return rng.random((count, channels)) < self.probability
        if self.extractor == "xor":
            return np.logical_xor(*(rng.random((2, count, channels)) < self.probability))
        return np.stack([self._unbiased(count, rng) for _ in range(channels)], axis=1)

    def _unbiased(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """`count` bits after von Neumann: the first of every pair that differs."""
        kept = np.zeros(0, dtype=bool)
        while len(kept) < count:
            first, second = rng.random((2, 4 * (count - len(kept)) + 64)) < self.probability
            kept = np.concatenate([kept, first[first != second]])
        return kept[:count]
