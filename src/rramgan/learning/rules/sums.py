"""Accumulate and fire: steps too small for a device are saved up digitally until they are worth a pulse."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numba
import numpy as np

from rramgan.designs import parameter
from rramgan.learning.network import Gradient
from rramgan.learning.rules.base import RULES, TwoTimeScales, Update, Upkeep
from rramgan.learning.rules.optimisers import SCHEDULES, LayerMoments, Moments, Momentum, Optimiser

RANGE_PULSES = 2
"""A sum holds steps worth so many pulses, up or down. What is beyond is lost: it would fire on for long where a device
is stuck or at the end of its window, long after the gradient has turned."""

OPTIMISERS: dict[str, Callable[["Accumulate"], Optimiser]] = {
    "sgd": lambda rule: Momentum(rule.decay1),
    "adam": lambda rule: Moments(rule.decay1, rule.decay2),
    "novograd": lambda rule: LayerMoments(rule.decay1, rule.decay2),
}
"""What steps the sums take, by name."""


@RULES.register
@dataclass(frozen=True)
class Accumulate(TwoTimeScales):
    """A digital sum per weight takes the steps of an optimiser; where it is worth one step of a device, a pulse fires.

    The pulse's mean step is subtracted, so that nothing is lost to the coarseness of the devices (mixed precision: Le
    Gallo et al. 2018, doi 10.1038/s41928-018-0054-8; hidden weights: Gokmen 2021, arXiv:2105.11478).
    """

    kind: ClassVar[str] = "accumulate"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    optimiser: str = parameter(
        "adam",
        "Whose steps are summed; novograd is Adam with one second moment per layer instead of one per weight.",
        choices=OPTIMISERS,
    )
    schedule: str = parameter("cosine", "How the learning rate falls towards the end.", choices=SCHEDULES)
    decay1: float = parameter(0.5, "Decay of the mean gradient, or momentum of sgd.", minimum=0, below=1)
    decay2: float = parameter(0.999, "Decay of the mean squared gradient.", minimum=0, below=1)
    threshold: float = parameter(
        1.0, "Size of a sum that fires, in device steps; what is subtracted is one step.", minimum=0.5, maximum=1
    )
    updates_per_round: int = parameter(1, "Updates whose steps are summed before a round of pulses.", minimum=1)
    bits: int = parameter(
        32, "Bits of a sum, which holds +-2 device steps; steps are rounded to its last bit by chance.", minimum=4,
        maximum=32,
    )  # fmt: skip

    def start(self, rng, updates) -> Update:
        """Sums at zero."""
        return _Sums(self, rng, updates)

    @property
    def upkeep(self) -> Upkeep:
        """That of the optimiser, a comparison and a sum to remember."""
        of_optimiser = OPTIMISERS[self.optimiser](self).upkeep
        return replace(of_optimiser, adds=of_optimiser.adds + 1, sum_bits=self.bits)


class _Sums:
    """What accumulation keeps of one layer: `sums` (rows, columns) int32, in units of `pulse` to a device step."""

    def __init__(self, rule: Accumulate, rng: np.random.Generator, updates: int):
        """Start at zero."""
        self.rule, self.rng, self.updates = rule, rng, updates
        self.optimiser = OPTIMISERS[rule.optimiser](rule)
        self.pulse = 2 ** (rule.bits - 1) // RANGE_PULSES
        self.step = 0
        self.sums = np.zeros((0, 0), dtype=np.int32)

    def __call__(self, layer, gradient: Gradient) -> None:
        """Take one step, and fire if a round is due."""
        rule, slope = self.rule, gradient.product
        rate = rule.learning_rate * SCHEDULES[rule.schedule](self.step / self.updates)
        units = np.float32(self.pulse / layer.weight_step) * self.optimiser(slope, rate)
        if not self.sums.size:
            self.sums = np.zeros(slope.shape, dtype=np.int32)
        add_by_chance(self.sums, units, self.rng.random(slope.shape, dtype=np.float32), RANGE_PULSES * self.pulse - 1)
        self.step += 1
        if self.step % rule.updates_per_round == 0:
            signs = np.empty(slope.shape, dtype=np.int8)
            fire(self.sums, self.pulse, round(rule.threshold * self.pulse), signs)
            layer.update(signs)


@numba.njit(cache=True)
def add_by_chance(sums, units, chances, largest):
    """Add `units`, rounded up where `chances`, uniform in 0..1, are below what is left of them, else down.

    Sums end at +-`largest`. All arrays are of one shape: int32, float32, float32.
    """
    for i in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            step = min(max(np.float64(units[i, j]), -2.0 * largest), 2.0 * largest)
            total = sums[i, j] + np.int64(np.floor(step + chances[i, j]))
            sums[i, j] = min(max(total, -largest), largest)


@numba.njit(cache=True)
def fire(sums, pulse, threshold, signs):
    """Set `signs`, int8, to the direction of every sum of at least `threshold`, and take a `pulse` from it."""
    for i in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            signs[i, j] = (sums[i, j] >= threshold) - (sums[i, j] <= -threshold)
            sums[i, j] -= signs[i, j] * pulse
