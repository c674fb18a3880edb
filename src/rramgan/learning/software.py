"""Training in ordinary memory by Adam: the baseline."""

import numpy as np

from .network import FloatLayer
from .rules import Adam
from .task import Task, train_layers
from .training import Training


def train_float(task: Task, learning_rate: float) -> Training:
    """Train in ordinary memory by Adam: what the network itself can reach."""
    layers = {name: FloatLayer(weights.astype(np.float32)) for name, weights in task.weights.items()}
    return train_layers(task, layers, Adam(learning_rate))
