"""What a noise source is: the family of its kinds, what all of them share, and how its devices are read.

A source gives consecutive samples of all inputs with mean 0 and a set standard deviation. A new one is a class derived
from NoiseSource with `@NOISES.register` above it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import Family, parameter
from rramgan.device.model import DeviceModel
from rramgan.device.static import StaticModel
from rramgan.device.window import Window
from rramgan.noise.trace import Trace


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


@dataclass(frozen=True)
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

    @abstractmethod
    def generate(self, point: OperatingPoint, rows: int, inputs: int, rng: np.random.Generator) -> Trace:
        """`rows` consecutive samples of `inputs` channels."""


NOISES: Family[NoiseSource] = Family(
    "noises", "Inputs of the generator, which trainings name; every kind is a noise by its own name."
)
