"""The fully connected GAN as matrices: layers, shapes, initial weights and full scales."""

import numpy as np

from rramgan.digits import PIXELS

GENERATOR_LAYERS = ("generator_hidden", "generator_output")
DISCRIMINATOR_LAYERS = ("discriminator_hidden", "discriminator_output")
LAYERS = (*GENERATOR_LAYERS, *DISCRIMINATOR_LAYERS)


def layer_shapes(noise_inputs: int, hidden: int, pixels: int = PIXELS) -> dict[str, tuple[int, int]]:
    """Rows (bias row included) and columns of every layer, generator first."""
    return {
        "generator_hidden": (noise_inputs + 1, hidden),
        "generator_output": (hidden + 1, pixels),
        "discriminator_hidden": (pixels + 1, hidden),
        "discriminator_output": (hidden + 1, 1),
    }


def initial_weights(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Weights N(0, 2 / fan-in) with a bias row of zeros last (He et al. 2015; as in the released code)."""
    rows, columns = shape
    weights = rng.standard_normal((rows, columns)) * np.sqrt(2 / (rows - 1))
    weights[-1] = 0
    return weights


def network_of(layer: str) -> str:
    """The network of a layer, "generator" or "discriminator"."""
    return layer.split("_")[0]


def weight_limit(layer: str, limits: dict[str, float]) -> float:
    """Weight at full scale of a layer: `limits` has one for the "generator" and one for the "discriminator"."""
    return limits[network_of(layer)]
