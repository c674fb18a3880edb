"""What a training step asks of the discriminator's hidden layer: programming, reads, and wires beside none."""

from dataclasses import replace
from time import thread_time

import numpy as np
import pytest

from rramgan.crossbar.array import Crossbar
from rramgan.crossbar.population import draw_population
from rramgan.crossbar.wires import Wires
from rramgan.streams import stream
from step_parts import DESIGN
from training_step import in_turns

SHAPE = (785, 128)
RANDOM = stream(0, "bench", "array")
INPUTS = RANDOM.uniform(-1, 1, (128, 784)).astype(np.float32)
ERRORS = RANDOM.uniform(-1, 1, (128, 128)).astype(np.float32)


def array(**changes):
    design = replace(DESIGN, **changes)
    population = draw_population(RANDOM.normal(0, 0.05, SHAPE), 0.1, design.window, 0.02, 0, "bench")
    return Crossbar(population, 0.1, design, stream(1, "bench", "array"))


def train(layer, steps):
    """Seconds of CPU time that reads and updates of the layer take."""
    start = thread_time()
    for _ in range(steps):
        layer.forward(INPUTS)
        layer.backward(ERRORS)
        layer.update(RANDOM.choice(np.array([-1, 1], np.int8), SHAPE))
    return thread_time() - start


@pytest.mark.benchmark(group="785 x 128 pairs of devices")
def test_update(benchmark):
    layer, signs = array(), RANDOM.choice(np.array([-1, 1], np.int8), SHAPE)
    benchmark.pedantic(layer.update, (signs,), rounds=30, warmup_rounds=2)


@pytest.mark.benchmark(group="785 x 128 pairs of devices")
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_read(benchmark, direction):
    layer = array()
    vectors = INPUTS if direction == "forward" else ERRORS
    benchmark.pedantic(getattr(layer, direction), (vectors,), rounds=30, warmup_rounds=2)


@pytest.mark.parametrize("tile, ohm", [(64, 0.1), (32, 1.0)])
def test_wires_cost_at_most_five_times_the_matrix_products(tile, ohm, note):
    ideal = array(tile_shape=(tile, tile))
    wired = array(tile_shape=(tile, tile), wires=Wires(ohm, ohm), compensate=True)
    train(ideal, 2), train(wired, 2)
    steps = DESIGN.refresh_every // 3
    seconds = np.sum([(train(ideal, steps), train(wired, steps)) for _ in range(3)], axis=0)
    weights = RANDOM.standard_normal(SHAPE, dtype=np.float32)[:-1]
    once = {"products": lambda: (INPUTS @ weights, ERRORS @ weights.T)}
    cost = (seconds[1] - seconds[0]) / (3 * steps) / (2 * in_turns(once, seconds=1.0)["products"])
    print(f"{tile} x {tile} tiles: {1e3 * seconds / (3 * steps)} ms per step; wires {cost:.1f} x the products")
    note(f"wires_{tile}_over_products", cost)
    assert cost < 5
