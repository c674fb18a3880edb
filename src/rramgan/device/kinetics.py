"""Kinetics: what a programming pulse does to the state G0 of a device, whatever the model behind it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from rramgan.device.pulses import Pulse
from rramgan.errors import InputError

POLARITIES = {"set": 1.0, "reset": -1.0}
"""Direction in which the pulses of each polarity move G0."""


@dataclass(frozen=True)
class StepTable:
    """What one fixed pulse does to G0 in each of n bins of G0. Below the first and above the last edge the outer hold.

    A device with variable n ~ N(0, 1) moves by mean (1 + n relative_spread + m cycle_spread), with m ~ N(0, 1) drawn
    anew at every pulse.
    """

    edges_S: np.ndarray
    """Edges (n + 1,) of the bins (S), ascending."""
    mean_S: np.ndarray
    """Mean step (n,) in S, negative for RESET."""
    relative_spread: np.ndarray
    """Signed standard deviation (n,) from device to device, relative to the mean step."""
    cycle_spread: np.ndarray
    """Standard deviation (n,) from cycle to cycle, relative to the mean step."""

    def step(self, g0_S, deviate=0.0):
        """Expected change of G0 (S) of devices in state `g0_S` with device-to-device variable `deviate`."""
        index = bin_index(g0_S, self.edges_S)
        return self.mean_S[index] * (1 + deviate * self.relative_spread[index])


class Kinetics(ABC):
    """What arrays, training and model files ask of any kinetics; `device.model.KINETICS` lists the kinds."""

    kind: ClassVar[str]
    """Name of the kind in model files."""

    @property
    @abstractmethod
    def state_range_S(self) -> tuple[float, float]:
        """Lowest and highest state G0 (S) that steps are known in."""

    @abstractmethod
    def amplitude_range_V(self, polarity: str) -> tuple[float, float]:
        """Lowest and highest amplitude (V, signed) that steps of a polarity are known for."""

    @abstractmethod
    def step_table(self, pulse: Pulse) -> StepTable:
        """The step table of `pulse`; raises ValueError for a pulse outside the model's validity."""

    def extrapolated(self) -> "Kinetics":
        """The same kinetics used down to 0 V, which nothing supports; InputError if they have no formula for that."""
        raise InputError(f"array: extrapolation below the measured amplitude needs a formula; {self.kind} has none")

    @abstractmethod
    def as_json(self) -> dict:
        """The kinetics as JSON can hold them."""

    @classmethod
    @abstractmethod
    def from_json(cls, content: dict) -> Self:
        """The kinetics that `as_json` described, to the bit; raises KeyError if part of them is missing."""


def bin_index(g0_S, edges_S) -> np.ndarray:
    """Index of the bin of G0; a value on an edge belongs to the bin above it."""
    return np.clip(np.searchsorted(edges_S, g0_S, side="right") - 1, 0, len(edges_S) - 2)


def centres(edges_S):
    """Geometric centres (S) of bins of G0."""
    return np.sqrt(edges_S[:-1] * edges_S[1:])
