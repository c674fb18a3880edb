"""A fully connected network over layers that only know forward, backward and update."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np


class Layer(Protocol):
    """A weight matrix with a bias row, on devices or in memory."""

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Weighted sums (vectors, columns) of inputs (vectors, rows - 1), bias added."""

    def backward(self, errors: np.ndarray) -> np.ndarray:
        """Transposed weighted sums (vectors, rows - 1) of errors (vectors, columns)."""

    def update(self, change: np.ndarray) -> None:
        """Change the weights (rows, columns): by pulses of these directions, or in memory by these amounts."""

    def snapshot(self) -> "Layer":
        """A layer to draw images with as it is now, which costs this one neither energy nor random numbers."""


@dataclass(frozen=True)
class Gradient:
    """Gradient of the loss by the weights of a layer, in its factors."""

    inputs: np.ndarray
    """What the layer was given (vectors, rows - 1), without the bias."""

    errors: np.ndarray
    """Derivative of the loss by the layer's weighted sums (vectors, columns)."""

    room: np.ndarray | None = None
    """Memory (rows, columns) for the product; None for new memory every time."""

    @property
    def product(self) -> np.ndarray:
        """The gradient (rows, columns), summed over the vectors; bias row last."""
        shape = self.inputs.shape[1] + 1, self.errors.shape[1]
        product = np.empty(shape, self.errors.dtype) if self.room is None else self.room
        np.matmul(self.inputs.T, self.errors, out=product[:-1])
        np.sum(self.errors, axis=0, out=product[-1])
        return product


@dataclass(frozen=True)
class Activation:
    """A function of the weighted sums and its slope, the latter as a function of the OUTPUT."""

    function: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


LEAK = 0.01
"""Slope of the leaky ReLU for negative inputs (the released code's value)."""

RELU = Activation(lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype))
LEAKY_RELU = Activation(lambda z: np.maximum(z, LEAK * z), lambda a: np.maximum((a > 0).astype(a.dtype), LEAK))
TANH = Activation(np.tanh, lambda a: 1 - a * a)
LOGIT = Activation(lambda z: z, lambda a: np.ones_like(a))


@dataclass(frozen=True)
class Network:
    """Layers and their activations, by name, from input to output."""

    layers: dict[str, Layer]
    activations: tuple[Activation, ...]
    _room: dict[str, np.ndarray] = field(default_factory=dict)

    def forward(self, inputs) -> list[np.ndarray]:
        """Activities of every stage, the inputs first and the output last."""
        activities = [inputs]
        for layer, activation in zip(self.layers.values(), self.activations, strict=True):
            activities.append(activation.function(layer.forward(activities[-1])))
        return activities

    def snapshot(self) -> "Network":
        """A network of its layers' snapshots."""
        return replace(self, layers={name: layer.snapshot() for name, layer in self.layers.items()}, _room={})

    def backward(self, activities, output_error, input_error: bool = False):
        """Gradients by layer and the error at the input if asked for, else None.

        `activities` come from `forward`; `output_error` is the derivative of the loss by the output. The products of
        the next call's gradients take the place of this one's.
        """
        gradients = {}
        error = output_error
        for depth, (name, layer) in reversed(list(enumerate(self.layers.items()))):
            error = error * self.activations[depth].slope(activities[depth + 1])
            if name not in self._room:
                self._room[name] = np.empty((activities[depth].shape[1] + 1, error.shape[1]), dtype=error.dtype)
            gradients[name] = Gradient(activities[depth], error, self._room[name])
            error = layer.backward(error) if depth > 0 or input_error else None
        return gradients, error


class SoftwareLayer:
    """A weight matrix in ordinary memory: the software baseline."""

    def __init__(self, weights):
        """Start from `weights` (rows, columns), bias row last."""
        self.weights = np.array(weights)
        self.mean: np.ndarray | float = 0.0

    def forward(self, inputs) -> np.ndarray:
        """Weighted sums plus bias."""
        return inputs @ self.weights[:-1] + self.weights[-1]

    def backward(self, errors) -> np.ndarray:
        """Transposed weighted sums."""
        return errors @ self.weights[:-1].T

    def update(self, change) -> None:
        """Add `change` (rows, columns) to the weights."""
        self.weights += change

    def average(self, share: float) -> None:
        """Move the mean of the weights over the training, at first 0, this share of the way to them."""
        self.mean += share * (self.weights - self.mean)

    def snapshot(self) -> "SoftwareLayer":
        """A layer of the mean weights, where a mean is kept."""
        return SoftwareLayer(self.mean if isinstance(self.mean, np.ndarray) else self.weights)
