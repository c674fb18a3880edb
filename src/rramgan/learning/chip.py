"""The devices and initial weights of all layers for one seed, drawn once and shared by all conditions."""

from dataclasses import dataclass, fields

import numpy as np

from rramgan.crossbar.population import Population, draw_population
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.learning.architecture import LAYERS, initial_weights, layer_shapes, weight_limit
from rramgan.streams import stream
from rramgan.tables import Layout, check_arrays, read_arrays, write_arrays

_LIMITS: dict[str, dict] = {"g_S": {"low": 0}, "stuck_S": {"low": 0, "gaps": True}}
"""What holds for fields of a population; deviates are any finite numbers."""


@dataclass(frozen=True)
class Chip:
    """All layers of one GAN."""

    weights: dict[str, np.ndarray]
    """Initial weights (rows, columns) by layer, bias row last."""

    populations: dict[str, Population]
    """Devices by layer, programmed to the initial weights."""

    def save(self, path, made_by: dict | None = None) -> None:
        """Write all layers, and their provenance `made_by`, as an NPZ archive with arrays "<layer>.<field>"."""
        arrays = {f"{layer}.weights": matrix for layer, matrix in self.weights.items()}
        for layer, population in self.populations.items():
            arrays |= {f"{layer}.{field.name}": getattr(population, field.name) for field in fields(Population)}
        write_arrays(path, arrays, made_by)

    @classmethod
    def load(cls, path) -> "Chip":
        """Read what `save` wrote; raises InputError if an array is missing or damaged."""
        arrays = read_arrays(path, [f"{layer}.weights" for layer in LAYERS])
        layers = [name.removesuffix(".weights") for name in arrays if name.endswith(".weights")]
        names = [field.name for field in fields(Population)]
        missing = [f"{layer}.{name}" for layer in layers for name in names if f"{layer}.{name}" not in arrays]
        if missing:
            raise InputError(f"{path}: array {missing[0]!r} is missing; expected all of a population")
        for layer in layers:
            layouts = {f"{layer}.weights": Layout(("rows", "columns"))}
            layouts |= {f"{layer}.{name}": Layout((2, "rows", "columns"), **_LIMITS.get(name, {})) for name in names}
            check_arrays(path, arrays, layouts)
        populations = {layer: Population(*(arrays[f"{layer}.{name}"] for name in names)) for layer in layers}
        return cls({layer: arrays[f"{layer}.weights"] for layer in layers}, populations)


def draw_chip(
    inputs: int, hidden: int, limits: dict[str, float], window: Window, stuck_fraction: float, seed: int
) -> Chip:
    """Layers of a GAN with so many noise inputs and hidden units; `limits` as in `weight_limit`.

    A fraction `stuck_fraction` (0..1) of the devices cannot be moved.
    """
    shapes = layer_shapes(inputs, hidden)
    weights = {layer: initial_weights(shape, stream(seed, "weights", layer)) for layer, shape in shapes.items()}
    return Chip(
        weights,
        {
            layer: draw_population(matrix, weight_limit(layer, limits), window, stuck_fraction, seed, layer)
            for layer, matrix in weights.items()
        },
    )
