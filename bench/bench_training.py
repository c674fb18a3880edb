"""A training with wires beside one without: 3,000 steps each, in turns of one refresh so that both meet the same load.

Images and noise are random: only the time counts. Takes about two minutes.
"""

from dataclasses import replace
from time import thread_time

import numpy as np

from rramgan.crossbar.array import ArrayDesign, Crossbar
from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.population import draw_population
from rramgan.crossbar.wires import Wires
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from rramgan.learning.architecture import initial_weights, layer_shapes, weight_limit
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.rules import Manhattan
from rramgan.streams import stream
from step_parts import products
from support.devices import published_device
from training_step import in_turns

STEPS = 3000
LIMITS = {"generator": 0.12, "discriminator": 0.015}


def networks(design):
    layers = {}
    for name, shape in layer_shapes(100, 128).items():
        weights, w_max = initial_weights(shape, stream(0, name)), weight_limit(name, LIMITS)
        population = draw_population(weights, w_max, design.window, 0.02, 0, name)
        layers[name] = Crossbar(population, w_max, design, stream(0, "noise", name))
    return build_generator(layers), build_discriminator(layers)


def seconds(pair, steps, rng):
    updates = {name: Manhattan().start(rng, 1) for network in pair for name in network.layers}
    start = thread_time()
    for _ in range(steps):
        real = rng.uniform(-1, 1, (64, 784)).astype(np.float32)
        gan_step(*pair, updates, real, rng.standard_normal((64, 100), dtype=np.float32))
    return thread_time() - start


def test_wires_cost_a_training_at_most_seven_times_its_matrix_products(note):
    model = published_device()
    pulses, window = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7)), Window(150e-6, 300e-6)
    ideal = ArrayDesign(
        model.static, model.kinetics, window, pulses, SCHEMES["half"], (64, 64), 0.2, 1e-7, 25.0, nonlinear=True
    )
    wired = replace(ideal, wires=Wires(0.1, 0.1), compensate=True)
    pairs = [networks(design) for design in (ideal, wired)]
    turns = [
        [seconds(pair, ideal.refresh_every, stream(turn, "bench", "images")) for pair in pairs]
        for turn in range(STEPS // ideal.refresh_every)
    ]
    without_s, with_s = np.sum(turns, axis=0)
    products_s = STEPS * in_turns({"products": products(per_read=2)}, seconds=2.0)["products"]
    cost = (with_s - without_s) / products_s
    print(f"{STEPS} steps: {without_s:.1f} s without wires, {with_s:.1f} s with; wires {cost:.1f} x the products")
    note("wires_of_a_training_over_products", cost)
    assert cost < 7
