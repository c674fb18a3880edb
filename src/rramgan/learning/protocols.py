"""The three ways to train the same GAN on the same batches: on arrays, in software, and as the released code does."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..crossbar.array import ArrayDesign, Crossbar
from ..crossbar.faults import Break, with_breaks
from ..crossbar.mapping import encode
from ..crossbar.population import Population
from ..device.model import DeviceModel
from ..randomness import generator
from . import released
from .architecture import weight_limit
from .gan import build_discriminator, build_generator
from .network import FloatLayer
from .rules import Adam, Manhattan
from .training import NoiseFeed, Plan, Training, train


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
    """Which imperfections are on: `spatial` device-to-device spread and stuck devices, `temporal` noise of reads."""

    spatial: bool
    temporal: bool


VARIATIONS = {
    "none": Variation(spatial=False, temporal=False),
    "spatial": Variation(spatial=True, temporal=False),
    "temporal": Variation(spatial=False, temporal=True),
    "full": Variation(spatial=True, temporal=True),
}
"""The conditions of variation by name."""


def train_physical(
    task: Task,
    populations: dict[str, Population],
    limits: dict[str, float],
    design: ArrayDesign,
    variation: Variation,
    breaks: list[Break],
) -> tuple[Training, pd.DataFrame]:
    """Train in place on arrays by the Manhattan rule: true gradients, all layers and biases.

    The devices of `populations` start at the task's initial weights, as the pairs of `design` represent them; lines
    are broken as `breaks` says. Returns the training and the state of the hardware: a row per layer with its faults
    and how its pulses arrive.
    """
    layers = {}
    for name, population in populations.items():
        w_max = weight_limit(name, limits)
        devices = population.programmed(encode(task.weights[name], w_max, design.window))
        noise = generator(task.seed, "train", "read_noise", name) if variation.temporal else None
        devices = devices if variation.spatial else devices.without_spread()
        layers[name] = Crossbar(with_breaks(devices, name, breaks, design.tile_shape), w_max, design, noise)
    training = _train(task, layers, Manhattan())
    return training, pd.DataFrame([_hardware(name, layer) for name, layer in layers.items()])


def train_float(task: Task, learning_rate: float) -> Training:
    """Train in ordinary memory by Adam: what the network itself can reach."""
    return _train(
        task,
        {name: FloatLayer(weights.astype(np.float32)) for name, weights in task.weights.items()},
        Adam(learning_rate),
    )


def train_released(
    task: Task, populations: dict[str, Population], published: DeviceModel, variation: Variation
) -> Training:
    """Train as the authors' public code; `spatial` variation, which it lacks, lets the steps of devices differ.

    Its reads are digital, so `temporal` noise has nothing to act on.
    """
    deviates = {
        name: {"set": population.set[0, :-1], "reset": population.reset[0, :-1]}
        for name, population in populations.items()
    }
    return released.train_released(
        task.weights,
        deviates if variation.spatial else None,
        published,
        task.real,
        task.feed,
        task.plan,
        task.recognise,
        _batch_order(task),
    )


def _train(task, layers, rule) -> Training:
    """Train networks of these layers on the batches of the task's seed."""
    networks = build_generator(layers), build_discriminator(layers)
    return train(*networks, rule, task.real, task.feed, task.plan, task.recognise, _batch_order(task))


def _hardware(name, layer) -> dict:
    """Faults and pulse margins of one layer in a row."""
    margins = {f"{polarity}_{key}": v for polarity, m in layer.pulse_margins.items() for key, v in m.items()}
    return {"layer": name, **layer.faults, **margins}


def _batch_order(task) -> np.random.Generator:
    """The same order of batches for every condition of a seed."""
    return generator(task.seed, "train", "batches")
