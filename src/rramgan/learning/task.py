"""What the protocols share, so that conditions are paired: images, noise, initial weights and order of batches."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rramgan.learning.gan import build_discriminator, build_generator
from rramgan.learning.training import NoiseFeed, Plan, Training, train
from rramgan.streams import stream


@dataclass(frozen=True)
class Task:
    """What all protocols share for one seed: images, noise, initial weights by layer (bias row last), and the plan.

    `real` (n, pixels) in [-1, 1]; `recognise` tells for each image whether it shows the digit trained on.
    """

    real: np.ndarray
    feed: NoiseFeed
    weights: dict[str, np.ndarray]
    plan: Plan
    recognise: Callable[[np.ndarray], np.ndarray]
    seed: int


@dataclass(frozen=True)
class Variation:
    """Which imperfections are on.

    `spatial`: device-to-device spread and stuck devices; `temporal`: noise of reads and of steps from cycle to cycle.
    """

    spatial: bool
    temporal: bool


VARIATIONS = {
    "none": Variation(spatial=False, temporal=False),
    "spatial": Variation(spatial=True, temporal=False),
    "temporal": Variation(spatial=False, temporal=True),
    "full": Variation(spatial=True, temporal=True),
}
"""The conditions of variation by name."""


def train_layers(task: Task, layers: dict, rule) -> Training:
    """Train networks of these layers on the batches of the task's seed."""
    networks = build_generator(layers), build_discriminator(layers)
    return train(*networks, rule, task.real, task.feed, task.plan, task.recognise, batch_order(task))


def batch_order(task: Task) -> np.random.Generator:
    """The same order of batches for every condition of a seed."""
    return stream(task.seed, "train", "batches")
