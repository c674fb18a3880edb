"""Learning rules: what becomes of a gradient.

A rule is a named design. For every layer of a training it starts one update, a function of the layer and its gradient
that keeps what the rule has to remember of this layer. A new rule is a class derived from Rule with `@RULES.register`
above it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import Family, parameter
from rramgan.learning.network import Gradient, Layer

Update = Callable[[Layer, Gradient], None]
"""Changes a layer by its gradient."""


@dataclass(frozen=True)
class Rule(ABC):
    """What all learning rules share."""

    kind: ClassVar[str]
    """Name of the kind in the configuration."""

    protocols: ClassVar[tuple[str, ...]]
    """Protocols whose layers it drives: physical by pulses, software by changes of the weights. The protocol released
    has the authors' own updates built in."""

    @abstractmethod
    def start(self, rng: np.random.Generator) -> Update:
        """The update of one layer, fresh for one training; `rng` is for rules that draw."""


RULES: Family[Rule] = Family("rules", "Learning rules, which trainings name; every kind is a rule by its own name.")


@RULES.register
@dataclass(frozen=True)
class Manhattan(Rule):
    """One fixed pulse per weight against the sign of its gradient (Zamanidoost et al. 2015)."""

    kind: ClassVar[str] = "manhattan"
    protocols: ClassVar[tuple[str, ...]] = ("physical", "released")

    def start(self, rng) -> Update:
        """Pulses by -sign(gradient)."""
        return lambda layer, gradient: layer.update(-np.sign(gradient.product).astype(np.int8))


@RULES.register
@dataclass(frozen=True)
class OuterProduct(Rule):
    """One fixed pulse per weight and image by -sign(input) sign(error), in four phases per tile whatever its size.

    The images of a batch are programmed one after another, all with the gradient from before (Zamanidoost et al. 2015);
    with a batch of one image this is training on single examples.
    """

    kind: ClassVar[str] = "outer"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    def start(self, rng) -> Update:
        """Four phases of pulses per image."""
        return _program_by_image


@RULES.register
@dataclass(frozen=True)
class Adam(Rule):
    """Adam (Kingma and Ba 2015, arXiv:1412.6980)."""

    kind: ClassVar[str] = "adam"
    protocols: ClassVar[tuple[str, ...]] = ("software",)

    learning_rate: float = parameter(1e-3, "Size of a step.", above=0)
    decay1: float = parameter(
        0.5, "Decay of the mean gradient; 0.5 is usual for GANs (arXiv:1511.06434).", minimum=0, below=1
    )
    decay2: float = parameter(0.999, "Decay of the mean squared gradient.", minimum=0, below=1)
    epsilon: float = parameter(1e-8, "Added to the root of the mean squared gradient.", above=0)

    def start(self, rng) -> Update:
        """Changes of the weights by the moments of their gradient."""
        return _Moments(self)


def _program_by_image(layer, gradient: Gradient) -> None:
    """One update by an outer product of signs per image of the batch."""
    with_bias = np.pad(gradient.inputs, ((0, 0), (0, 1)), constant_values=1)
    for row_signs, column_signs in zip(np.sign(with_bias), -np.sign(gradient.errors), strict=True):
        layer.update_outer(row_signs.astype(np.int8), column_signs.astype(np.int8))


class _Moments:
    """Adam's memory of one layer."""

    def __init__(self, rule: Adam):
        """Start without a past."""
        self.rule, self.step = rule, 0
        self.first: np.ndarray | float = 0.0
        self.second: np.ndarray | float = 0.0

    def __call__(self, layer: Layer, gradient: Gradient) -> None:
        """Take one step."""
        rule, slope = self.rule, gradient.product
        self.step += 1
        self.first = rule.decay1 * self.first + (1 - rule.decay1) * slope
        self.second = rule.decay2 * self.second + (1 - rule.decay2) * slope**2
        corrected = np.sqrt(self.second / (1 - rule.decay2**self.step)) + rule.epsilon
        layer.update((-rule.learning_rate / (1 - rule.decay1**self.step)) * self.first / corrected)
