"""The devices and initial weights of all layers for one seed, drawn once and shared by all conditions."""

from dataclasses import dataclass, fields

import numpy as np

from rramgan.crossbar.population import Population, draw_population
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.learning.architecture import initial_weights, layer_shapes, weight_limit
from rramgan.streams import stream
from rramgan.tables import read_arrays, write_arrays


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
        """Read what `save` wrote; raises InputError if an array is missing."""
        arrays = read_arrays(path)
        layers = [name.removesuffix(".weights") for name in arrays if name.endswith(".weights")]
        names = [field.name for field in fields(Population)]
        try:
            populations = {layer: Population(*(arrays[f"{layer}.{name}"] for name in names)) for layer in layers}
        except KeyError as error:
            raise InputError(f"{path}: array {error} is missing; expected all of a population") from None
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
