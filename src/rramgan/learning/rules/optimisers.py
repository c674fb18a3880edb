"""Optimisers of one layer: the step that a gradient asks for, wherever it is then taken."""

from collections.abc import Callable
from typing import Protocol

import numba
import numpy as np

from rramgan.learning.rules.base import Upkeep

WORD_BITS = 32
"""Bits of a number that an optimiser remembers."""

SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "cosine": lambda progress: 0.5 * (1 + float(np.cos(np.pi * progress))),
    "cooldown": lambda progress: min(1.0, 4 * (1 - progress)),
}
"""Share of the learning rate by the share of the training that is over (cosine: arXiv:1608.03983; cooldown, constant
and in the last quarter linearly to zero: arXiv:2405.18392)."""


class Optimiser(Protocol):
    """Remembers what it has to of the gradients so far."""

    @property
    def upkeep(self) -> Upkeep:
        """What it does per weight, the step's addition to the weight included."""

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The step (rows, columns) of weights by their gradient (rows, columns)."""


class Momentum:
    """Gradient descent that keeps a share of its last step (Polyak 1964)."""

    def __init__(self, momentum: float):
        """Start at rest."""
        self.momentum = momentum
        self.step: np.ndarray | float = 0.0

    @property
    def upkeep(self) -> Upkeep:
        """The rate and the sum, with momentum a product, a sum and a number to remember more."""
        return Upkeep(2, 2, WORD_BITS) if self.momentum else Upkeep(1, 1)

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The next step."""
        self.step = self.momentum * self.step - learning_rate * slope
        return self.step


class Moments:
    """Adam (arXiv:1412.6980): the mean gradient over the root of the mean squared one, weight by weight.

    Without `decay1` the gradient stands for its mean, which needs no memory.
    """

    def __init__(self, decay1: float, decay2: float, epsilon: float = 1e-8):
        """Start without a past."""
        self.decay1, self.decay2, self.epsilon = decay1, decay2, epsilon
        self.step = 0
        self.first = self.second = np.empty(0)

    @property
    def upkeep(self) -> Upkeep:
        """Moments: a square, two products and a sum for each; rate, root and quotient; the weight."""
        return Upkeep(8, 3, 2 * WORD_BITS) if self.decay1 else Upkeep(6, 2, WORD_BITS)

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The next step."""
        if self.step == 0:
            self.first, self.second = np.zeros_like(slope), np.zeros_like(slope)
        self.step += 1
        step, number = np.empty_like(slope), slope.dtype.type
        rate, share = -learning_rate / (1 - self.decay1**self.step), 1 - self.decay2**self.step
        _move_moments(
            *(array.reshape(-1) for array in (slope, self.first, self.second, step)),
            *map(number, (self.decay1, 1 - self.decay1, self.decay2, 1 - self.decay2, rate, share, self.epsilon)),
        )
        return step


@numba.njit(cache=True, error_model="numpy")
def _move_moments(slope, first, second, step, kept1, new1, kept2, new2, rate, share, epsilon):
    """Move both moments by a slope (n,) and fill `step`, in one pass and rounded as operations on arrays are."""
    for i in range(slope.size):
        first[i] = kept1 * first[i] + new1 * slope[i]
        second[i] = kept2 * second[i] + new2 * (slope[i] * slope[i])
        step[i] = rate * first[i] / (np.sqrt(second[i] / share) + epsilon)


class LayerMoments:
    """NovoGrad without weight decay (arXiv:1905.11286): the mean gradient, in root mean squares of its layer's.

    One number per layer stands for Adam's second moment of every weight. Without `decay1` nothing is kept per weight.
    """

    def __init__(self, decay1: float, decay2: float, epsilon: float = 1e-8):
        """Start without a past."""
        self.decay1, self.decay2, self.epsilon = decay1, decay2, epsilon
        self.step = 0
        self.first: np.ndarray | float = 0.0
        self.second = 0.0

    @property
    def upkeep(self) -> Upkeep:
        """The layer's sum of squares, the rate and the weight; with `decay1` the mean gradient."""
        return Upkeep(4, 3, WORD_BITS) if self.decay1 else Upkeep(2, 2)

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The next step."""
        self.step += 1
        self.second = self.decay2 * self.second + (1 - self.decay2) * float(np.mean(np.square(slope)))
        size = np.sqrt(self.second / (1 - self.decay2**self.step)) + self.epsilon
        self.first = self.decay1 * self.first + (1 - self.decay1) * slope if self.decay1 else slope
        return np.float32(-learning_rate / ((1 - self.decay1**self.step) * size)) * self.first
