"""Optimisers of one layer: the step that a gradient asks for, wherever it is then taken."""

from collections.abc import Callable

import numpy as np

Optimiser = Callable[[np.ndarray, float], np.ndarray]
"""The step (rows, columns) of weights by their gradient (rows, columns) and a learning rate."""


class Momentum:
    """Gradient descent that keeps a share of its last step (Polyak 1964)."""

    def __init__(self, momentum: float):
        """Start at rest."""
        self.momentum = momentum
        self.step: np.ndarray | float = 0.0

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The next step."""
        self.step = self.momentum * self.step - learning_rate * slope
        return self.step


class Moments:
    """Adam (arXiv:1412.6980): the mean gradient over the root of the mean squared one, weight by weight."""

    def __init__(self, decay1: float, decay2: float, epsilon: float = 1e-8):
        """Start without a past."""
        self.decay1, self.decay2, self.epsilon = decay1, decay2, epsilon
        self.step = 0
        self.first: np.ndarray | float = 0.0
        self.second: np.ndarray | float = 0.0

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The next step."""
        self.step += 1
        self.first = self.decay1 * self.first + (1 - self.decay1) * slope
        self.second = self.decay2 * self.second + (1 - self.decay2) * slope**2
        corrected = np.sqrt(self.second / (1 - self.decay2**self.step)) + self.epsilon
        return (-learning_rate / (1 - self.decay1**self.step)) * self.first / corrected


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

    def __call__(self, slope: np.ndarray, learning_rate: float) -> np.ndarray:
        """The next step."""
        self.step += 1
        self.second = self.decay2 * self.second + (1 - self.decay2) * float(np.mean(np.square(slope)))
        size = np.sqrt(self.second / (1 - self.decay2**self.step)) + self.epsilon
        self.first = self.decay1 * self.first + (1 - self.decay1) * slope if self.decay1 else slope
        return np.float32(-learning_rate / ((1 - self.decay1**self.step) * size)) * self.first
