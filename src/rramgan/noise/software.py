"""Noise sources in software; the energy of a digital generator is not counted."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import parameter
from rramgan.noise.sources import NOISES, NoiseSource
from rramgan.noise.trace import Trace


@dataclass(frozen=True)
class SoftwareSource(NoiseSource):
    """Independent samples of one distribution."""

    def generate(self, point, rows, inputs, rng) -> Trace:
        """Samples of `draw`, at no cost."""
        return Trace(self.draw((rows, inputs), rng).astype(np.float32), sample_interval_s=self.sample_interval_s)

    @abstractmethod
    def draw(self, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        """Independent samples with mean 0 and the standard deviation `std`."""


@NOISES.register
@dataclass(frozen=True)
class Gaussian(SoftwareSource):
    """Software samples of a normal distribution."""

    kind: ClassVar[str] = "gaussian"

    def draw(self, shape, rng) -> np.ndarray:
        """N(0, std^2)."""
        return self.std * rng.standard_normal(shape)


@NOISES.register
@dataclass(frozen=True)
class Uniform(SoftwareSource):
    """Software samples of a uniform distribution."""

    kind: ClassVar[str] = "uniform"

    def draw(self, shape, rng) -> np.ndarray:
        """Within sqrt(3) standard deviations of 0."""
        half_width = np.sqrt(3) * self.std
        return rng.uniform(-half_width, half_width, shape)


@NOISES.register
@dataclass(frozen=True)
class Laplace(SoftwareSource):
    """Software samples of a two-sided exponential distribution: heavier tails than normal."""

    kind: ClassVar[str] = "laplace"

    def draw(self, shape, rng) -> np.ndarray:
        """Density exp(-|z| / b) / 2b with b = std / sqrt(2)."""
        return rng.laplace(0.0, self.std / np.sqrt(2), shape)


@NOISES.register
@dataclass(frozen=True)
class Bernoulli(SoftwareSource):
    """Software samples of two values: one bit of entropy, or less, per sample."""

    kind: ClassVar[str] = "bernoulli"

    probability: float = parameter(0.5, "Probability of the upper value.", above=0, below=1)

    def draw(self, shape, rng) -> np.ndarray:
        """Upper and lower value, which lie so that mean and standard deviation are right."""
        spread = np.sqrt(self.probability * (1 - self.probability))
        return self.std * ((rng.random(shape) < self.probability) - self.probability) / spread
