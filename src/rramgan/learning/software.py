"""Training in ordinary memory: the baseline."""

import numpy as np

from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import Rule
from rramgan.learning.task import Task, train_layers
from rramgan.learning.training import Training


def train_software(task: Task, rule: Rule) -> Training:
    """Train in ordinary memory: what the network itself can reach."""
    layers = {name: SoftwareLayer(weights.astype(np.float32)) for name, weights in task.weights.items()}
    return train_layers(task, layers, rule)
