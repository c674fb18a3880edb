"""Dynamic model of an analog RRAM device: the change of G0 by one pulse, its mean and device-to-device spread.

Source of the formulas: Nili et al. 2020 (doi 10.1109/TNANO.2020.2982128), Table I. The paper does not say which
logarithm of the pulse width it uses. Its digitised figures show that the mean step uses log10(t / 1 s) and the
spread log10(t / 1 ns); the calibration figures of this project reproduce that evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from rramgan.device.kinetics import POLARITIES, Kinetics, StepTable, bin_index, centres
from rramgan.device.pulses import Pulse
from rramgan.tables import Layout, check_arrays

LOG_WIDTHS: dict[str, Callable] = {
    "log10_s": np.log10,
    "ln_s": np.log,
    "log10_ns": lambda width_s: np.log10(np.asarray(width_s) * 1e9),
    "ln_ns": lambda width_s: np.log(np.asarray(width_s) * 1e9),
}
"""The readings of "log t_p" that have been proposed or used, as functions of the pulse width in seconds."""

SPREAD_LOG_WIDTH = "log10_ns"
"""The logarithm in the spread polynomial, identified by refitting the digitised Fig. 4(b)."""

FINE_PARTS = 16
"""Parts that the step table of a continuous model cuts every bin into."""


def mean_step_shape(coefficients, log_width, amplitude_V, sign):
    """c0 (sign - tanh[c1 (log t - c2)]) (tanh[c3 V - c4] + sign): the mean step Dm (S) of Nili 2020, Table I.

    `coefficients` is (c0 in S, c1, c2, c3 per V, c4), each of which may be an array that broadcasts with the pulses;
    `sign` is +1 for SET and -1 for RESET.
    """
    c0, c1, c2, c3, c4 = coefficients
    return c0 * (sign - np.tanh(c1 * (log_width - c2))) * (np.tanh(c3 * amplitude_V - c4) + sign)


def spread_terms(log_width, amplitude_V):
    """Regressors of the relative spread: 1, L^2, V L, V^2 L, V^3 with L = log10(t / 1 ns); shape (..., 5)."""
    log_width, v = np.broadcast_arrays(log_width, amplitude_V)
    return np.stack([np.ones(v.shape), log_width**2, v * log_width, v**2 * log_width, v**3], axis=-1)


def spread_regressors(amplitude_V, width_s):
    """`spread_terms` of pulses, in the logarithm of the width that the spread was published in."""
    return spread_terms(LOG_WIDTHS[SPREAD_LOG_WIDTH](width_s), amplitude_V)


@dataclass(frozen=True)
class ParametricKinetics(Kinetics):
    """Mean step and spread coefficients per bin of G0 and polarity, with the range of pulses they were fitted on.

    The published model jumps from bin to bin; a `continuous` one takes each bin's coefficients for its centre and joins
    the centres: log of the step, and the spreads, linear in log G0.
    """

    kind: ClassVar[str] = "parametric"

    edges_S: np.ndarray
    """Edges (n + 1,) of the bins of G0 (S), ascending."""
    step_coefficients: dict[str, np.ndarray]
    """Per polarity (n, 5): c0 (S), c1, c2, c3 (1/V), c4 of the mean step."""
    spread_coefficients: dict[str, np.ndarray]
    """Per polarity (n, 5): d0, d1, d2 (1/V), d3 (1/V^2), d4 (1/V^3) of the relative device-to-device spread."""
    amplitude_V: dict[str, tuple[float, float]]
    """Per polarity the range of amplitudes (V, signed) the model is valid in, inclusive."""
    width_s: tuple[float, float]
    """Range of pulse widths (s) the model is valid in, inclusive."""
    log_width: str = "log10_s"
    """Logarithm of the pulse width in the mean step, a key of LOG_WIDTHS."""
    continuous: bool = False
    """Whether the bins are joined instead of jumping from one to the next."""
    cycle_spread: dict[str, np.ndarray] = field(default_factory=dict)
    """Per polarity (n,): cycle-to-cycle standard deviation relative to the mean step, alike for all pulses; polarities
    left out have none, as in the published model."""

    @property
    def state_range_S(self) -> tuple[float, float]:
        """The outermost edges of the bins (S)."""
        return float(self.edges_S[0]), float(self.edges_S[-1])

    def amplitude_range_V(self, polarity: str) -> tuple[float, float]:
        """The range of amplitudes (V) the model is valid in."""
        return self.amplitude_V[polarity]

    def extrapolated(self) -> "ParametricKinetics":
        """The same formula down to 0 V."""
        widened = {polarity: (min(low, 0.0), max(high, 0.0)) for polarity, (low, high) in self.amplitude_V.items()}
        return replace(self, amplitude_V=widened)

    def mean_step(self, g0_S, amplitude_V, width_s, polarity: str):
        """Mean change of G0 (S) by pulses of one `polarity` ("set" or "reset"); arguments broadcast."""

        def of_bin(index):
            coefficients = np.moveaxis(self.step_coefficients[polarity][index], -1, 0)
            return mean_step_shape(coefficients, LOG_WIDTHS[self.log_width](width_s), amplitude_V, POLARITIES[polarity])

        if not self.continuous:
            return of_bin(bin_index(g0_S, self.edges_S))
        below, share = self._between_centres(g0_S)
        sizes = [np.log(np.maximum(np.abs(of_bin(index)), np.finfo(float).tiny)) for index in (below, below + 1)]
        return POLARITIES[polarity] * np.exp((1 - share) * sizes[0] + share * sizes[1])

    def relative_spread(self, g0_S, amplitude_V, width_s, polarity: str):
        """Signed device-to-device spread relative to the mean step; its magnitude is the coefficient of variation."""
        terms = spread_regressors(amplitude_V, width_s)
        return self._between_bins(
            g0_S, lambda index: np.sum(terms * self.spread_coefficients[polarity][index], axis=-1)
        )

    def relative_cycle_spread(self, g0_S, polarity: str):
        """Cycle-to-cycle standard deviation of a step relative to the mean step."""
        per_bin = self.cycle_spread.get(polarity, np.zeros(len(self.edges_S) - 1))
        return self._between_bins(g0_S, lambda index: per_bin[index])

    def _between_bins(self, g0_S, of_bin):
        """The value `of_bin` has in the bin of G0, or in a continuous model between the centres of two bins."""
        if not self.continuous:
            return of_bin(bin_index(g0_S, self.edges_S))
        below, share = self._between_centres(g0_S)
        return (1 - share) * of_bin(below) + share * of_bin(below + 1)

    def _between_centres(self, g0_S):
        """Index of the bin whose centre lies below G0, and how far G0 is towards the next, 0..1, in log G0."""
        position = np.interp(np.log(g0_S), np.log(centres(self.edges_S)), np.arange(len(self.edges_S) - 1))
        below = np.minimum(position.astype(int), len(self.edges_S) - 3)
        return below, position - below

    def step_table(self, pulse: Pulse) -> StepTable:
        """Tabulate one fixed pulse; ValueError if its amplitude or width lies outside the fitted range."""
        low, high = self.amplitude_V[pulse.polarity]
        if not _within(pulse.amplitude_V, low, high):
            raise ValueError(
                f"{pulse.polarity.upper()} amplitude {pulse.amplitude_V} V: the model was fitted from {low} to {high} V"
            )
        if not _within(pulse.width_s, *self.width_s):
            raise ValueError(
                f"pulse width {pulse.width_s} s: the model was fitted from {self.width_s[0]} to {self.width_s[1]} s"
            )
        edges_S, polarity = self._table_edges_S(), pulse.polarity
        g0_S = centres(edges_S)
        arguments = (g0_S, pulse.amplitude_V, pulse.width_s, polarity)
        cycle_spread = self.relative_cycle_spread(g0_S, polarity)
        return StepTable(edges_S, self.mean_step(*arguments), self.relative_spread(*arguments), cycle_spread)

    def _table_edges_S(self):
        """Edges (S) of the bins of a step table: the model's own, or finer ones where it is continuous."""
        if not self.continuous:
            return self.edges_S
        bins = len(self.edges_S) - 1
        parts = np.arange(bins * FINE_PARTS + 1) / FINE_PARTS
        return np.exp(np.interp(parts, np.arange(bins + 1), np.log(self.edges_S)))

    def as_json(self) -> dict:
        """The model as JSON can hold it."""
        return {
            "log_width": self.log_width,
            "continuous": self.continuous,
            "edges_S": self.edges_S.tolist(),
            "amplitude_V": {polarity: list(self.amplitude_V[polarity]) for polarity in POLARITIES},
            "width_s": list(self.width_s),
            "step_coefficients": {polarity: self.step_coefficients[polarity].tolist() for polarity in POLARITIES},
            "spread_coefficients": {polarity: self.spread_coefficients[polarity].tolist() for polarity in POLARITIES},
            "cycle_spread": {polarity: values.tolist() for polarity, values in self.cycle_spread.items()},
        }

    @classmethod
    def from_json(cls, content: dict) -> "ParametricKinetics":
        """The model that `as_json` described; KeyError if part of it is missing, InputError for damaged arrays."""
        edges_S, bins = np.array(content["edges_S"]), len(content["edges_S"]) - 1
        coefficients = {
            part: {name: np.array(content[part][name]) for name in POLARITIES}
            for part in ("step_coefficients", "spread_coefficients")
        }
        check_arrays("kinetics", {"edges_S": edges_S}, {"edges_S": Layout((bins + 1,), low=0)})
        for part in coefficients.values():
            check_arrays("kinetics", part, dict.fromkeys(POLARITIES, Layout((bins, 5))))
        return cls(
            edges_S=edges_S,
            **coefficients,
            amplitude_V={polarity: tuple(content["amplitude_V"][polarity]) for polarity in POLARITIES},
            width_s=tuple(content["width_s"]),
            log_width=content["log_width"],
            continuous=content["continuous"],
            cycle_spread={polarity: np.array(values) for polarity, values in content["cycle_spread"].items()},
        )


def _within(value, low, high) -> bool:
    """Whether low <= value <= high, forgiving the last bits of a decimal number."""
    slack = 1e-9 * max(abs(low), abs(high))
    return low - slack <= value <= high + slack
