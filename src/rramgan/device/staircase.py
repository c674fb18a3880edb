"""Step law of a device of which only staircases are known: equal pulses of one amplitude and width per polarity.

Steps follow mean(G0) (1 + n spread(G0)) + cycle-to-cycle noise, with n ~ N(0, 1) once per device: the law of the
parametric model without its dependence on amplitude and width, which such data cannot tell.
"""

from dataclasses import dataclass

import numpy as np

from rramgan.device.kinetics import POLARITIES, StepTable
from rramgan.device.pulses import Pulse, PulsePair

BINS = 32
"""Bins of the step tables handed to the arrays: training time grows with those inside the window. With 32 it is twice
that of the published eight bins, with 64 over three times; where steps shrink by exp(1.5) over the range of states, a
table of 32 is off the curve by 1.1 % in the median and 3 % at the edge of a bin."""


@dataclass(frozen=True)
class StaircaseKinetics:
    """Step law of a device that was measured with one pulse pair only; a `Kinetics`.

    `grid_S`: ascending states (S); per polarity, on the grid: `mean_S` mean step (S), `spread` its relative
    device-to-device standard deviation, `cycle_spread` its relative cycle-to-cycle standard deviation.
    `reading_noise_S` is the standard deviation of one reading.
    """

    pulses: PulsePair
    grid_S: np.ndarray
    mean_S: dict[str, np.ndarray]
    spread: dict[str, np.ndarray]
    cycle_spread: dict[str, np.ndarray]
    reading_noise_S: float

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
        laws = (self.mean_S, self.spread, self.cycle_spread)
        return StepTable(edges_S, *(np.interp(centres_S, self.grid_S, law[pulse.polarity]) for law in laws))

    def as_json(self) -> dict:
        """The model as JSON can hold it."""
        laws = {name: getattr(self, name) for name in ("mean_S", "spread", "cycle_spread")}
        return {
            "pulses": {polarity: vars(self.pulses[polarity]) for polarity in POLARITIES},
            "grid_S": self.grid_S.tolist(),
            **{name: {polarity: law[polarity].tolist() for polarity in POLARITIES} for name, law in laws.items()},
            "reading_noise_S": self.reading_noise_S,
        }

    @classmethod
    def from_json(cls, content: dict) -> "StaircaseKinetics":
        """The model that `as_json` described; KeyError if part of it is missing."""
        return cls(
            pulses=PulsePair(**{polarity: Pulse(**content["pulses"][polarity]) for polarity in POLARITIES}),
            grid_S=np.array(content["grid_S"]),
            **{
                name: {polarity: np.array(content[name][polarity]) for polarity in POLARITIES}
                for name in ("mean_S", "spread", "cycle_spread")
            },
            reading_noise_S=content["reading_noise_S"],
        )
