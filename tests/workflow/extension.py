"""A user's own file: a noise source, a learning rule and a biasing scheme, none of them known to the package."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.crossbar.biasing import SCHEMES, Scheme
from rramgan.designs import parameter
from rramgan.learning.rules import RULES, Rule
from rramgan.noise import NOISES, NoiseSource, Trace


@NOISES.register
@dataclass(frozen=True)
class Coins(NoiseSource):
    """Fair coins."""

    kind: ClassVar[str] = "coins"

    def generate(self, point, rows, inputs, rng) -> Trace:
        """Plus or minus one standard deviation."""
        return Trace((self.std * rng.choice([-1, 1], (rows, inputs))).astype(np.float32))


@RULES.register
@dataclass(frozen=True)
class Chance(Rule):
    """Pulses against the sign of the gradient, by chance."""

    kind: ClassVar[str] = "chance"
    protocols: ClassVar[tuple[str, ...]] = ("physical",)

    probability: float = parameter(0.5, "Share of the weights that get a pulse.", above=0, maximum=1)

    def start(self, rng, updates):
        """Pulses for a random part of the weights."""

        def update(layer, gradient):
            chosen = rng.random(gradient.product.shape) < self.probability
            layer.update((-np.sign(gradient.product) * chosen).astype(np.int8))

        return update


SCHEMES["two_fifths"] = Scheme("wordline", addressed=0.6, resting=0.2, selected=-0.4, unselected=0.2)
