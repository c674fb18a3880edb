"""Noise sources in software; the energy of a digital generator is not counted."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.noise.sources import NOISES, NoiseSource
from rramgan.noise.trace import Trace


@NOISES.register
@dataclass(frozen=True)
class Gaussian(NoiseSource):
    """Software samples of a normal distribution."""

    kind: ClassVar[str] = "gaussian"

    def generate(self, point, rows, inputs, rng) -> Trace:
        """Independent samples N(0, std^2)."""
        z = (self.std * rng.standard_normal((rows, inputs))).astype(np.float32)
        return Trace(z, sample_interval_s=self.sample_interval_s)


@NOISES.register
@dataclass(frozen=True)
class Uniform(NoiseSource):
    """Software samples of a uniform distribution."""

    kind: ClassVar[str] = "uniform"

    def generate(self, point, rows, inputs, rng) -> Trace:
        """Independent samples within sqrt(3) standard deviations of 0."""
        half_width = np.sqrt(3) * self.std
        z = rng.uniform(-half_width, half_width, (rows, inputs)).astype(np.float32)
        return Trace(z, sample_interval_s=self.sample_interval_s)
