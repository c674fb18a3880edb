"""Kinetics: what a programming pulse does to the state G0 of a device, whatever the model behind it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rramgan.device.pulses import Pulse

POLARITIES = {"set": 1.0, "reset": -1.0}


@dataclass(frozen=True)
class StepTable:
    """What one fixed pulse does to G0 in each bin of G0: mean step, and its two relative standard deviations.

    `edges_S` has n + 1 ascending values; `mean_S`, `spread` (device to device) and `cycle_spread` (cycle to cycle) have
    n. Below the first and above the last edge the outermost bins hold. A device with variable n ~ N(0, 1) moves by
    mean (1 + n spread + m cycle_spread), with m ~ N(0, 1) drawn anew at every pulse.
    """

    edges_S: np.ndarray
    mean_S: np.ndarray
    spread: np.ndarray
    cycle_spread: np.ndarray

    def step(self, g0_S, deviate=0.0):
        """Expected change of G0 (S) of devices in state `g0_S` with device-to-device variable `deviate`."""
        index = bin_index(g0_S, self.edges_S)
        return self.mean_S[index] * (1 + deviate * self.spread[index])


class Kinetics(Protocol):
    """What arrays and training need of any kinetics: the effect of one fixed pulse."""

    def step_table(self, pulse: Pulse) -> StepTable:
        """Return the step table of `pulse`; raise ValueError for a pulse outside the model's validity."""


def bin_index(g0_S, edges_S) -> np.ndarray:
    """Index of the bin of G0; a value on an edge belongs to the bin above it."""
    return np.clip(np.searchsorted(edges_S, g0_S, side="right") - 1, 0, len(edges_S) - 2)


def centres(edges_S):
    """Geometric centres (S) of bins of G0."""
    return np.sqrt(edges_S[:-1] * edges_S[1:])
