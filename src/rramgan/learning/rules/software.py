"""Rules that change weights in memory: the baselines."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import parameter
from rramgan.learning.rules.base import RULES, Rule, TwoTimeScales, Update
from rramgan.learning.rules.optimisers import SCHEDULES, Moments, Momentum


@RULES.register
@dataclass(frozen=True)
class Adam(TwoTimeScales):
    """Adam (Kingma and Ba 2015, arXiv:1412.6980), if asked for with a mean of the weights it passes through.

    Of a GAN, which circles about where it tends to, such a mean draws better (Yazici et al. 2019, arXiv:1806.04498). It
    is of memory alone: no array holds a second set of weights.
    """

    kind: ClassVar[str] = "adam"
    protocols: ClassVar[tuple[str, ...]] = ("software",)

    schedule: str = parameter("constant", "How the learning rate falls towards the end.", choices=SCHEDULES)
    decay1: float = parameter(
        0.5, "Decay of the mean gradient; 0.5 is usual for GANs (arXiv:1511.06434).", minimum=0, below=1
    )
    decay2: float = parameter(0.999, "Decay of the mean squared gradient.", minimum=0, below=1)
    epsilon: float = parameter(1e-8, "Added to the root of the mean squared gradient.", above=0)
    average: float = parameter(
        0.0,
        "Decay of a mean of the weights, which then draws the images in their place; 0 keeps none.",
        minimum=0,
        below=1,
    )

    def start(self, rng, updates) -> Update:
        """Changes of the weights by the moments of their gradient."""
        step, scheduled = Moments(self.decay1, self.decay2, self.epsilon), SCHEDULES[self.schedule]

        def update(layer, gradient):
            rate = self.learning_rate * scheduled(step.step / updates)
            layer.update(step(gradient.product, rate))
            if self.average:  # All steps weigh the same until they are more than it remembers.
                layer.average(max(1 - self.average, 1 / step.step))

        return update


@RULES.register
@dataclass(frozen=True)
class GradientDescent(Rule):
    """Stochastic gradient descent, with momentum if asked for (Polyak 1964, doi 10.1016/0041-5553(64)90137-5)."""

    kind: ClassVar[str] = "sgd"
    protocols: ClassVar[tuple[str, ...]] = ("software",)

    learning_rate: float = parameter(0.1, "Size of a step per gradient.", above=0, maximum=1e3)
    momentum: float = parameter(0.0, "Share of the last step in the next.", minimum=0, below=1)

    def start(self, rng, updates) -> Update:
        """Changes of the weights along the gradients so far."""
        step = Momentum(self.momentum)
        return lambda layer, gradient: layer.update(step(gradient.product, self.learning_rate))


@RULES.register
@dataclass(frozen=True)
class SignDescent(Rule):
    """Steps of one size against the sign of the gradient: the Manhattan rule without devices."""

    kind: ClassVar[str] = "sign-sgd"
    protocols: ClassVar[tuple[str, ...]] = ("software",)

    learning_rate: float = parameter(2e-4, "Size of a step.", above=0, maximum=1e3)

    def start(self, rng, updates) -> Update:
        """Changes of the weights by -sign(gradient)."""
        return lambda layer, gradient: layer.update(-self.learning_rate * np.sign(gradient.product))
