"""What a noise source is: the family of its kinds, what all of them share, and how its devices are read.

A source gives consecutive samples of all inputs with mean 0 and a set standard deviation. A new one is a class derived
from NoiseSource with `@NOISES.register` above it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from rramgan.designs import Family, parameter
from rramgan.device.model import DeviceModel
from rramgan.device.static import StaticModel
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.noise.trace import Trace

BLOCK_ROWS = 16384
"""Rows that are made at a time: what bounds the memory of a long recording."""

FULL_SCALE = 3.0
"""Ends of the range that is resolved in `bits`, in standard deviations."""


@dataclass(frozen=True)
class OperatingPoint:
    """How the devices of a source are read."""

    static: StaticModel
    """I-V model of the devices."""

    window: Window
    """Conductances the devices are programmed to, anywhere in it."""

    read_voltage_V: float
    """Constant voltage (V) across every device."""

    temperature_C: float
    """Temperature (degrees Celsius)."""

    @classmethod
    def of(cls, device: dict, model: DeviceModel) -> "OperatingPoint":
        """The reads of a device description (`window`, `read`, `temperature_C`), on a fitted model."""
        return cls(model.static, Window.of(device["window"]), device["read"]["voltage_V"], device["temperature_C"])


@dataclass(frozen=True, kw_only=True)
class NoiseSource(ABC):
    """What all noise sources share."""

    kind: ClassVar[str]
    """Name of the kind in the configuration."""

    std: float = parameter(1.0, "Standard deviation of every input.", minimum=1e-6, maximum=1000)
    sample_interval_s: float = parameter(
        1e-6,
        "Time between samples: the amplifier of a device source passes half the sampling rate; of a software source it "
        "is the time that spectra refer to.",
        unit="s",
        above=0,
    )
    inputs: int | None = parameter(
        None, "Inputs of the generator (latent dimensions); null: `network.noise_inputs`.", minimum=1
    )
    bits: int | None = parameter(
        None,
        "Resolution: every input is rounded to 2^bits levels over +-3 standard deviations, and scaled back to its "
        "standard deviation; null: not rounded.",
        minimum=1,
        maximum=24,
    )
    order: str = parameter(
        "recorded",
        "rows: whole rows shuffled in time, which leaves nothing but the correlation in time aside; samples: every "
        "input shuffled by itself, so that the correlation between inputs goes, too.",
        choices=("recorded", "rows", "samples"),
    )

    @property
    def files(self) -> tuple[str, ...]:
        """Files that the source reads."""
        return ()

    @abstractmethod
    def generate(self, point: OperatingPoint, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
        """`rows` consecutive samples of `inputs` channels."""

    def density(self, point: OperatingPoint, inputs: int, rng: np.random.Generator, frequency_Hz) -> np.ndarray:
        """Theory of the spectrum: mean one-sided density over the inputs that `rng` draws, in any unit.

        NaN where there is no theory.
        """
        return np.full_like(frequency_Hz, np.nan)

    def stream(self, point: OperatingPoint, rows: int, inputs: int, rng: np.random.Generator) -> Iterator[Trace]:
        """Endless consecutive traces of `rows` rows; a source with a memory overrides this."""
        while True:
            yield self.generate(point, rows, inputs, rng)

    def record(self, point: OperatingPoint, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
        """A trace as a training is dealt it: `collect`, in the `order` and resolution that are asked for."""
        trace = self.collect(point, rows, inputs, rng)
        z = trace.z
        if not np.isfinite(z).all():
            raise InputError(f"noise {self.kind}: {np.sum(~np.isfinite(z))} of {z.size} samples are not finite numbers")
        if self.order == "rows":
            z = rng.permutation(z)
        elif self.order == "samples":
            z = rng.permuted(z, axis=0)
        return replace(trace, z=z if self.bits is None else rounded(z, self.bits))

    def density_of_record(self, point: OperatingPoint, inputs: int, rng: np.random.Generator, frequency_Hz):
        """`density` of what `record` gives for the same `rng`: white once it is shuffled in time."""
        density = self.density(point, inputs, rng, frequency_Hz)
        return density if self.order == "recorded" else np.ones_like(density)

    def collect(self, point: OperatingPoint, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
        """A trace put together from a stream; a longer one begins as a shorter one if both exceed BLOCK_ROWS."""
        block = min(rows, BLOCK_ROWS)
        blocks = self.stream(point, block, inputs, rng)
        trace = next(blocks)
        if trace.z.shape != (block, inputs):
            raise InputError(f"noise {self.kind}: gives samples {trace.z.shape}; expected ({block}, {inputs})")
        z = np.empty((rows, inputs), dtype=np.float32)
        z[: len(trace.z)] = trace.z
        for start in range(len(trace.z), rows, BLOCK_ROWS):
            end = min(rows, start + BLOCK_ROWS)
            z[start:end] = next(blocks).z[: end - start]
        return replace(trace, z=z)


NOISES: Family[NoiseSource] = Family(
    "noises", "Inputs of the generator, which trainings name; every kind is a noise by its own name."
)


def rounded(z, bits: int) -> np.ndarray:
    """Samples (rows, inputs) in the middle of 2^`bits` equal intervals over +-FULL_SCALE standard deviations of all.

    The intervals lie about the mean of all. The gain is set so that the standard deviation stays, as that of an
    amplifier behind the converter.
    """
    mean, std = float(z.mean(dtype=float)), float(z.std())
    step = 2 * FULL_SCALE * std / 2**bits
    levels = np.clip(np.floor((z - mean) / step), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1) + 0.5
    return (mean + std / levels.std() * levels).astype(np.float32)
