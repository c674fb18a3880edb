"""Rules of fixed pulses, without a memory of their own beyond a mean gradient."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import parameter
from rramgan.learning.network import Gradient
from rramgan.learning.rules.base import RULES, Rule, Update, Upkeep
from rramgan.learning.rules.optimisers import Momentum


@RULES.register
@dataclass(frozen=True)
class Manhattan(Rule):
    """One fixed pulse per weight against the sign of its gradient (Zamanidoost et al. 2015)."""

    kind: ClassVar[str] = "manhattan"
    protocols: ClassVar[tuple[str, ...]] = ("physical", "released")

    def start(self, rng, updates) -> Update:
        """Pulses by -sign(gradient)."""
        return lambda layer, gradient: layer.update(_descent(gradient.product))


@RULES.register
@dataclass(frozen=True)
class OuterProduct(Rule):
    """One fixed pulse per weight and image by -sign(input) sign(error), in four phases per tile whatever its size.

    The images of a batch are programmed one after another, all with the gradient from before (Zamanidoost et al. 2015);
    with a batch of one image this is training on single examples.
    """

    kind: ClassVar[str] = "outer"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    def start(self, rng, updates) -> Update:
        """Four phases of pulses per image."""
        return _program_by_image

    @property
    def upkeep(self) -> Upkeep:
        """Nothing per weight: signs go to lines."""
        return Upkeep(gradient=False)


@RULES.register
@dataclass(frozen=True)
class DeadZone(Rule):
    """The Manhattan rule where the gradient is large: a pulse only where it exceeds a multiple of its layer's mean."""

    kind: ClassVar[str] = "dead-zone"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    threshold: float = parameter(1.0, "Least size of a gradient, in mean sizes of its layer's.", minimum=0)

    def start(self, rng, updates) -> Update:
        """Pulses where the gradient is large."""

        def update(layer, gradient):
            slope = gradient.product
            layer.update(_descent(slope, self.threshold * np.mean(np.abs(slope))))

        return update

    @property
    def upkeep(self) -> Upkeep:
        """The layer's sum of sizes, and a comparison."""
        return Upkeep(adds=2)


@RULES.register
@dataclass(frozen=True)
class MomentumSign(Rule):
    """One fixed pulse per weight against the sign of its mean gradient (cf. signum, arXiv:1802.04434)."""

    kind: ClassVar[str] = "momentum-sign"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    momentum: float = parameter(0.9, "Share of the last mean in the next.", minimum=0, below=1)

    def start(self, rng, updates) -> Update:
        """Pulses by the sign of the descent so far."""
        descent = Momentum(self.momentum)
        return lambda layer, gradient: layer.update(_descent(-descent(gradient.product, 1.0)))

    @property
    def upkeep(self) -> Upkeep:
        """That of the mean."""
        return Momentum(self.momentum).upkeep


@RULES.register
@dataclass(frozen=True)
class StochasticSign(Rule):
    """A fixed pulse against the sign of the gradient with a probability that grows with its size.

    A gradient of `certain` mean sizes of its layer's, or larger, is sure of its pulse; the mean change of a weight is
    proportional to its gradient below (stochastic rounding; cf. Gokmen and Vlasov 2016, doi 10.3389/fnins.2016.00333).
    """

    kind: ClassVar[str] = "stochastic-sign"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    certain: float = parameter(2.0, "Size of a gradient sure of its pulse, in mean sizes of its layer's.", above=0)

    def start(self, rng, updates) -> Update:
        """Pulses by chance."""

        def update(layer, gradient):
            slope = gradient.product
            sure = self.certain * np.mean(np.abs(slope))
            layer.update(_descent(slope, sure * rng.random(slope.shape, dtype=np.float32)))

        return update

    @property
    def upkeep(self) -> Upkeep:
        """The layer's sum of sizes, a threshold by chance and a comparison."""
        return Upkeep(multiplies=1, adds=2)


def _descent(slope: np.ndarray, threshold: float | np.ndarray = 0.0) -> np.ndarray:
    """Signs (int8) of the pulses that descend a slope where its size exceeds `threshold`."""
    return np.less(slope, -threshold).view(np.int8) - np.greater(slope, threshold).view(np.int8)


def _program_by_image(layer, gradient: Gradient) -> None:
    """One update by an outer product of signs per image of the batch."""
    with_bias = np.pad(gradient.inputs, ((0, 0), (0, 1)), constant_values=1)
    for row_signs, column_signs in zip(np.sign(with_bias), -np.sign(gradient.errors), strict=True):
        layer.update_outer(row_signs.astype(np.int8), column_signs.astype(np.int8))
