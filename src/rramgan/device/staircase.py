"""Step law of a device of which only staircases are known: equal pulses of one amplitude and width per polarity.

Steps follow mean(G0) (1 + n spread(G0)) + cycle-to-cycle noise, with n ~ N(0, 1) once per device: the law of the
parametric model without its dependence on amplitude and width, which such data cannot tell.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.device.kinetics import POLARITIES, Kinetics, StepTable
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.tables import Layout, check_arrays

BINS = 32
"""Bins of the step tables handed to the arrays: training time grows with those inside the window. With 32 it is twice
that of the published eight bins, with 64 over three times; where steps shrink by exp(1.5) over the range of states, a
table of 32 is off the curve by 1.1 % in the median and 3 % at the edge of a bin."""


LAWS = ("mean_S", "relative_spread", "cycle_spread")
"""What is known of the steps as a function of the state."""


@dataclass(frozen=True)
class StaircaseKinetics(Kinetics):
    """Step law of a device that was measured with one pulse pair only."""

    kind: ClassVar[str] = "staircase"

    pulses: PulsePair
    """The SET and RESET pulse of the measurement."""
    grid_S: np.ndarray
    """States G0 (n,) in S on which the laws stand, ascending."""
    mean_S: dict[str, np.ndarray]
    """Per polarity (n,): mean step (S), negative for RESET."""
    relative_spread: dict[str, np.ndarray]
    """Per polarity (n,): device-to-device standard deviation relative to the mean step."""
    cycle_spread: dict[str, np.ndarray]
    """Per polarity (n,): cycle-to-cycle standard deviation relative to the mean step."""
    reading_noise_S: float
    """Standard deviation (S) of one reading."""

    @property
    def state_range_S(self) -> tuple[float, float]:
        """The ends of the grid (S)."""
        return float(self.grid_S[0]), float(self.grid_S[-1])

    def amplitude_range_V(self, polarity: str) -> tuple[float, float]:
        """The one amplitude (V) of a polarity, twice."""
        amplitude_V = self.pulses[polarity].amplitude_V
        return amplitude_V, amplitude_V

    def step_table(self, pulse: Pulse) -> StepTable:
        """Tabulate the pulse the device was measured with; ValueError for any other, of which nothing is known."""
        measured = self.pulses[pulse.polarity]
        if not np.allclose([pulse.amplitude_V, pulse.width_s], [measured.amplitude_V, measured.width_s], rtol=1e-9):
            raise ValueError(
                f"{pulse.polarity.upper()} pulse of {pulse.amplitude_V} V, {pulse.width_s} s: this device was measured "
                f"with {measured.amplitude_V} V, {measured.width_s} s only"
            )
        edges_S = np.linspace(self.grid_S[0], self.grid_S[-1], BINS + 1)
        centres_S = (edges_S[:-1] + edges_S[1:]) / 2
        laws = (getattr(self, name)[pulse.polarity] for name in LAWS)
        return StepTable(edges_S, *(np.interp(centres_S, self.grid_S, law) for law in laws))

    def as_json(self) -> dict:
        """The model as JSON can hold it."""
        laws = {name: getattr(self, name) for name in LAWS}
        return {
            "pulses": self.pulses.description(),
            "grid_S": self.grid_S.tolist(),
            **{name: {polarity: law[polarity].tolist() for polarity in POLARITIES} for name, law in laws.items()},
            "reading_noise_S": self.reading_noise_S,
        }

    @classmethod
    def from_json(cls, content: dict) -> "StaircaseKinetics":
        """The model that `as_json` described; KeyError if part of it is missing, InputError for damaged arrays."""
        grid_S = np.array(content["grid_S"])
        laws = {name: {polarity: np.array(content[name][polarity]) for polarity in POLARITIES} for name in LAWS}
        for arrays in ({"grid_S": grid_S}, *laws.values()):
            check_arrays("kinetics", arrays, dict.fromkeys(arrays, Layout((len(grid_S),))))
        return cls(
            pulses=PulsePair.of(content["pulses"]),
            grid_S=grid_S,
            **laws,
            reading_noise_S=content["reading_noise_S"],
        )
