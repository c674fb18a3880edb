"""Training in place on arrays; the one place where learning meets crossbars."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from rramgan.crossbar.array import ArrayDesign, Crossbar
from rramgan.crossbar.faults import Break, with_breaks
from rramgan.crossbar.mapping import encode
from rramgan.crossbar.population import Population, draw_stuck
from rramgan.learning.architecture import weight_limit
from rramgan.learning.rules import Rule
from rramgan.learning.task import Task, Variation, train_layers
from rramgan.learning.training import Training
from rramgan.streams import stream


def train_physical(
    task: Task,
    populations: dict[str, Population],
    limits: dict[str, float],
    design: ArrayDesign,
    variation: Variation,
    breaks: Sequence[Break],
    rule: Rule,
) -> tuple[Training, pd.DataFrame]:
    """Train in place on arrays by a rule that drives pulses: true gradients, all layers and biases.

    The devices of `populations` start at the task's initial weights, as the pairs of `design` represent them; lines
    are broken as `breaks` says. Returns the training and the state of the hardware: a row per layer with its faults
    and how its pulses arrive.
    """
    layers = {}
    for name, population in populations.items():
        w_max = weight_limit(name, limits)
        devices = population.programmed(encode(task.weights[name], w_max, design.window))
        devices = _varied(devices, design, task.seed, name) if variation.spatial else devices.without_spread()
        devices = with_breaks(devices, name, breaks, design.tile_shape)
        devices = _prepared(devices, design)
        rng = stream(task.seed, "train", "read_noise", name) if variation.temporal else None
        layers[name] = Crossbar(devices, w_max, design, rng)
    training = train_layers(task, layers, rule)
    return training, pd.DataFrame([_hardware(name, layer) for name, layer in layers.items()])


def _varied(devices: Population, design: ArrayDesign, seed: int, name: str) -> Population:
    """Devices of a layer with the spread and the stuck ones of their design, if it has its own."""
    devices = devices.spread(design.spread) if design.spread != 1 else devices
    if design.stuck_fraction is None:
        return devices
    return replace(devices, stuck_S=draw_stuck(devices.g_S.shape, design.window, design.stuck_fraction, seed, name))


def _prepared(devices: Population, design: ArrayDesign) -> Population:
    """Devices as they are programmed before training, with their faults and spread known or not."""
    if design.write_verify:
        quadratics = design.static.quadratics(design.temperature_C)
        return devices.verified(design.window, quadratics, design.zero_stuck)
    return devices.with_stuck_at_zero(design.window) if design.zero_stuck else devices


def _hardware(name, layer) -> dict:
    """Faults and pulse margins of one layer in a row, and whether its kinetics were extrapolated."""
    margins = {f"{polarity}_{key}": v for polarity, m in layer.pulse_margins.items() for key, v in m.items()}
    return {"layer": name, **layer.faults, **margins, "extrapolated": layer.design.extrapolate}
