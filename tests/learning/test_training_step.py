"""A training step on arrays against the same step written down plainly, and against itself."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from oracles.plain_array import PlainLayer
from rramgan.crossbar.array import Crossbar
from rramgan.learning.architecture import initial_weights, layer_shapes, weight_limit
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.rules import Manhattan
from support import arrays

STEPS = 20
LIMITS = {"generator": 0.12, "discriminator": 0.015}
DESIGN = replace(arrays.DESIGN, nonlinear=True, tile_shape=(32, 16))


def populations():
    """Devices of a small network, spread and some of them stuck, at its initial weights."""
    for seed, (name, shape) in enumerate(layer_shapes(noise_inputs=20, hidden=24, pixels=50).items()):
        w_max = weight_limit(name, LIMITS)
        weights = np.clip(initial_weights(shape, np.random.default_rng(seed)), -w_max, w_max)
        pairs_S = 225e-6 + 75e-6 * np.multiply.outer([1, -1], weights / w_max)
        yield name, arrays.random_population(shape, seed, stuck_fraction=0.03).programmed(pairs_S), w_max


def trained(make_layer, steps=STEPS):
    """Layers after some steps on random images, and the losses of the last one."""
    layers = {name: make_layer(*devices) for name, *devices in populations()}
    networks, rng = (build_generator(layers), build_discriminator(layers)), np.random.default_rng(9)
    updates = {name: Manhattan().start(rng, 1) for name in layers}
    for _ in range(steps):
        real = rng.uniform(-1, 1, (16, 50)).astype(np.float32)
        _, *losses = gan_step(*networks, updates, real, rng.standard_normal((16, 20), dtype=np.float32))
    return layers, losses


def test_without_noise_every_weight_is_that_of_the_plain_step():
    layers, losses = trained(lambda population, w_max: Crossbar(population, w_max, DESIGN, None))
    plain, plain_losses = trained(lambda population, w_max: PlainLayer(population, w_max, DESIGN))
    assert_allclose(losses, plain_losses, rtol=1e-5)
    for name, layer in layers.items():
        assert_allclose(layer.weights, plain[name].weights, rtol=0, atol=1e-6)
        energy_J = layer.energy_J
        assert energy_J["read_forward"] + energy_J["read_backward"] == pytest.approx(plain[name].read_J, rel=1e-6)
        assert energy_J["write_selected"] == pytest.approx(plain[name].selected_J, rel=1e-6)


def test_the_same_seed_gives_the_same_bits():
    runs = [
        trained(lambda population, w_max: Crossbar(population, w_max, DESIGN, np.random.default_rng(5)), steps=5)
        for _ in range(2)
    ]
    for first, second in zip(runs[0][0].values(), runs[1][0].values(), strict=True):
        assert_array_equal(first.g_S, second.g_S)
        assert first.energy_J == second.energy_J
    assert runs[0][1] == runs[1][1]
