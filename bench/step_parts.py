"""A training step of a GAN on arrays with everything on, and its parts, each as a function to be timed."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np

from rramgan.crossbar.array import Crossbar
from rramgan.crossbar.normals import Normals
from rramgan.crossbar.population import draw_population
from rramgan.learning.architecture import DISCRIMINATOR_LAYERS, LAYERS, initial_weights, layer_shapes, weight_limit
from rramgan.learning.gan import build_discriminator, build_generator, cross_entropy, cross_entropy_error, gan_step
from rramgan.learning.network import LEAKY_RELU, LOGIT, RELU, TANH
from rramgan.learning.rules import Manhattan
from rramgan.streams import stream
from support.arrays import DESIGN as LINEAR_DESIGN

INPUTS, HIDDEN, PIXELS, BATCH = 100, 128, 784, 64
LIMITS = {"generator": 0.12, "discriminator": 0.015}
DESIGN = replace(LINEAR_DESIGN, nonlinear=True)
BYTES_PER_PAIR = 1 + 2 * 4 * (2 + 3 + 2)
"""Traffic of an update: a sign; of two devices, the state (read and written) and three variables; A1 and A3 (which the
processor reads before it writes them)."""

READS = {"forward": [(name, 1) for name in LAYERS] + [(name, 2) for name in DISCRIMINATOR_LAYERS]}
READS["backward"] = [("discriminator_output", 2), *((name, 1) for name in (*DISCRIMINATOR_LAYERS, "generator_output"))]
"""Layers that a step reads, and how many batches at once: both updates need the discriminator's reads."""

ACTIVATIONS = dict(zip(LAYERS, (RELU, TANH, LEAKY_RELU, LOGIT), strict=True))


@cache
def layers(hidden):
    """Arrays with full variation, cubic I-V, differential pairs and the ledger."""
    made = {}
    for name, shape in layer_shapes(INPUTS, hidden).items():
        weights, w_max = initial_weights(shape, stream(0, name)), weight_limit(name, LIMITS)
        population = draw_population(weights, w_max, DESIGN.window, 0.02, 0, name)
        made[name] = Crossbar(population, w_max, DESIGN, stream(0, "noise", name))
    return made


def step(hidden=HIDDEN, batch=BATCH):
    """A training step on random images."""
    arrays, rng = layers(hidden), stream(0, "bench")
    networks, updates = (build_generator(arrays), build_discriminator(arrays)), {}
    updates = {name: Manhattan().start(rng, 1) for name in arrays}
    real = rng.uniform(-1, 1, (batch, PIXELS)).astype(np.float32)
    noise = rng.standard_normal((batch, INPUTS), dtype=np.float32)
    return lambda: gan_step(*networks, updates, real, noise)


def products(hidden=HIDDEN, batch=BATCH, per_read=1, per_gradient=1):
    """The matrix products of an ideal step; every read as `per_read` of them (2: linear and cubic part)."""
    rng = stream(0, "bench")

    def matrix(rows, columns):
        return rng.standard_normal((rows, columns), dtype=np.float32)

    w_gh, w_go = matrix(INPUTS, hidden), matrix(hidden, PIXELS)
    w_dh, w_do = matrix(PIXELS, hidden), matrix(hidden, 1)
    z, h, x = matrix(batch, INPUTS), matrix(batch, hidden), matrix(batch, PIXELS)
    hh, xx, logits = matrix(2 * batch, hidden), matrix(2 * batch, PIXELS), matrix(2 * batch, 1)
    reads = [(z, w_gh), (h, w_go), (xx, w_dh), (hh, w_do), (logits, w_do.T), (x, w_dh), (h, w_do)]
    reads += [(logits[:batch], w_do.T), (h, w_dh.T), (x, w_go.T)]
    gradients = [(xx.T, hh), (hh.T, logits), (h.T, x), (z.T, h)]
    pairs = reads * per_read + gradients * per_gradient
    return lambda: [a @ b for a, b in pairs]


def updates_of_all_layers(hidden=HIDDEN):
    """One round of pulses on every array."""
    rng, arrays = stream(0, "bench"), layers(hidden)
    signs = {name: rng.choice(np.array([-1, 1], np.int8), array.weights.shape) for name, array in arrays.items()}
    return lambda: [array.update(signs[name]) for name, array in arrays.items()]


def reads(batch=BATCH):
    """Every read of a step: products, voltages and their cubes, powers, noise, the bias."""
    arrays, rng = layers(HIDDEN), stream(0, "bench")

    def vectors(name, batches, direction):
        rows, columns = arrays[name].weights.shape
        return rng.standard_normal((batch * batches, rows - 1 if direction == "forward" else columns), dtype=np.float32)

    calls = [
        (getattr(arrays[name], direction), vectors(name, batches, direction))
        for direction, all_reads in READS.items()
        for name, batches in all_reads
    ]
    return lambda: [read(given) for read, given in calls]


def read_noise(batch=BATCH):
    """As many normal numbers as the reads of a step draw."""
    normals = Normals(stream(0, "bench"))
    return lambda: normals.draw((batch, INPUTS + 11 * HIDDEN + 3 * PIXELS))


def functions(batch=BATCH):
    """Activations and their slopes, losses, and signs of the gradients."""
    arrays, rng = layers(HIDDEN), stream(0, "bench")

    def normal(*shape):
        return rng.standard_normal(shape, dtype=np.float32)

    sums = [
        (ACTIVATIONS[name], normal(batch * batches, arrays[name].weights.shape[1]))
        for name, batches in READS["forward"]
    ]
    logits, images, nothing = normal(batch, 1), normal(batch, PIXELS), SimpleNamespace(update=lambda signs: None)
    gradients = [SimpleNamespace(product=normal(*array.weights.shape)) for array in arrays.values()]
    rule = Manhattan().start(rng, 1)

    def run():
        for activation, values in sums:
            values * activation.slope(activation.function(values))
        for real in (True, False, True):
            cross_entropy(logits, real), cross_entropy_error(logits, real)
        np.concatenate([images, images])
        for gradient in gradients:
            rule(nothing, gradient)

    return run


def function_bytes(batch=BATCH) -> int:
    """Traffic of `functions` with one pass per activation, slope, concatenation and sign."""
    columns = {name: shape[1] for name, shape in layer_shapes(INPUTS, HIDDEN).items()}
    activities = batch * sum(columns[name] * batches for name, batches in READS["forward"])
    return activities * 4 * (2 + 3) + 2 * batch * PIXELS * 4 * 2 + pairs_of_devices() * (4 + 1)


def copying():
    """Copying as many bytes as a step's devices take up."""
    source = np.zeros(pairs_of_devices() * 7 * 2, dtype=np.float32)
    target = np.empty_like(source)
    return lambda: np.copyto(target, source)


def pairs_of_devices(hidden=HIDDEN) -> int:
    """Pairs of devices of the whole GAN."""
    return sum(rows * columns for rows, columns in layer_shapes(INPUTS, hidden).values())
