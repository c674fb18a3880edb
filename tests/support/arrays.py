"""Arrays for tests: the published device, and layers of any size in known states."""

from dataclasses import replace

import numpy as np

from rramgan.crossbar.array import Crossbar
from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.design import ArrayDesign
from rramgan.crossbar.population import Population
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from support.devices import published_device

MODEL = published_device()
SET, RESET = Pulse(0.8, 100e-9), Pulse(-1.0, 100e-9)
WINDOW = Window(150e-6, 300e-6)

DESIGN = ArrayDesign(
    static=MODEL.static,
    kinetics=MODEL.kinetics,
    window=WINDOW,
    pulses=PulsePair(SET, RESET),
    scheme=SCHEMES["half"],
    tile_shape=(64, 64),
    read_voltage_V=0.2,
    read_width_s=1e-7,
    temperature_C=25.0,
    nonlinear=False,
)


def random_population(shape, seed=0, stuck_fraction=0.0, spread=True):
    """Devices anywhere in the window, with spread, some of them stuck."""
    rng = np.random.default_rng(seed)
    g_S = rng.uniform(WINDOW.g_min_S, WINDOW.g_max_S, (2, *shape)).astype(np.float32)
    stuck_S = np.where(rng.random(g_S.shape) < stuck_fraction, g_S[::-1], np.nan).astype(np.float32)
    deviates = spread * rng.standard_normal((3, *g_S.shape)).astype(np.float32)
    return Population(g_S, stuck_S, *deviates)


def uniform_population(shape, g_S):
    """Identical devices that all work."""
    zeros = np.zeros((2, *shape), dtype=np.float32)
    return Population(zeros + np.float32(g_S), zeros + np.float32(np.nan), zeros, zeros, zeros)


def crossbar(population, rng=None, w_max=1.0, **changes):
    """An array of `population`; `changes` to the design by field."""
    return Crossbar(population, w_max, replace(DESIGN, **changes), rng)


def random_signs(shape, seed=1, levels=(-1, 1)):
    """Directions of a random update."""
    return np.random.default_rng(seed).choice(np.array(levels, dtype=np.int8), shape)
