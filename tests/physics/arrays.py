"""Arrays for tests: the published device, and layers of any size in known states."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from rramgan.crossbar.array import ArrayDesign, Crossbar
from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.mapping import Window
from rramgan.crossbar.population import Population
from rramgan.device.model import published_model
from rramgan.device.pulses import Pulse, PulsePair

TABLES = Path(__file__).parents[2] / "data" / "raw" / "nili2020"
MODEL = published_model(TABLES / "nili2020_table1_static.csv", TABLES / "nili2020_table1_dynamic.csv")
SET, RESET = Pulse(0.8, 100e-9), Pulse(-1.0, 100e-9)
WINDOW = Window(150e-6, 300e-6)

DESIGN = ArrayDesign(
    static=MODEL.static,
    kinetics=MODEL.dynamic,
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
    random = np.random.default_rng(seed)
    g_S = random.uniform(WINDOW.g_min_S, WINDOW.g_max_S, (2, *shape)).astype(np.float32)
    stuck_S = np.where(random.random(g_S.shape) < stuck_fraction, g_S[::-1], np.nan).astype(np.float32)
    deviates = spread * random.standard_normal((3, *g_S.shape)).astype(np.float32)
    return Population(g_S, stuck_S, *deviates)


def uniform_population(shape, g_S):
    """Identical devices that all work."""
    zeros = np.zeros((2, *shape), dtype=np.float32)
    return Population(zeros + np.float32(g_S), zeros + np.float32(np.nan), zeros, zeros, zeros)


def crossbar(population, noise=None, w_max=1.0, **changes):
    """An array of `population`; `changes` to the design by field."""
    return Crossbar(population, w_max, replace(DESIGN, **changes), noise)


def random_signs(shape, seed=1, levels=(-1, 1)):
    """Directions of a random update."""
    return np.random.default_rng(seed).choice(np.array(levels, dtype=np.int8), shape)
