"""What the protocols share, so that conditions are paired: images, noise, initial weights and order of batches."""

from dataclasses import dataclass

import numpy as np

from rramgan.learning.architecture import network_of
from rramgan.learning.checkpoint import Checkpoint
from rramgan.learning.gan import build_discriminator, build_generator
from rramgan.learning.rules import Rule
from rramgan.learning.training import NoiseFeed, Observer, Plan, Training, train
from rramgan.streams import stream


@dataclass(frozen=True)
class Task:
    """What all protocols share for one seed."""

    real: np.ndarray
    """Images (n, pixels) in [-1, 1] that the discriminator sees."""

    feed: NoiseFeed
    """Inputs of the generator."""

    weights: dict[str, np.ndarray]
    """Initial weights (rows, columns) by layer, bias row last."""

    plan: Plan
    """How long to train and how often to look."""

    observer: Observer
    """How the training is watched."""

    seed: int
    """Names the random streams of the training."""

    checkpoint: Checkpoint | None = None
    """What it resumes from; None to begin at the beginning and keep nothing."""


@dataclass(frozen=True)
class Variation:
    """Which imperfections are on."""

    spatial: bool
    """Device-to-device spread and stuck devices."""

    temporal: bool
    """Noise of reads and of steps from cycle to cycle."""


VARIATIONS = {
    "none": Variation(spatial=False, temporal=False),
    "spatial": Variation(spatial=True, temporal=False),
    "temporal": Variation(spatial=False, temporal=True),
    "full": Variation(spatial=True, temporal=True),
}
"""The conditions of variation by name."""


def train_layers(task: Task, layers: dict, rule: Rule) -> Training:
    """Train networks of these layers by a learning rule on the batches of the task's seed."""
    networks = build_generator(layers), build_discriminator(layers)
    updates = {
        name: rule.of(network_of(name)).start(stream(task.seed, "train", "rule", name), task.plan.steps)
        for name in layers
    }
    rng = batch_order(task)
    return train(*networks, updates, task.real, task.feed, task.plan, task.observer, rng, task.checkpoint)


def batch_order(task: Task) -> np.random.Generator:
    """The same order of batches for every condition of a seed."""
    return stream(task.seed, "train", "batches")
