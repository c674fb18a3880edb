"""Devices of a layer: their spread, and which of them are stuck."""

import numpy as np
from numpy.testing import assert_array_equal

from rramgan.crossbar.population import draw_stuck
from rramgan.device.window import Window
from support import arrays

WINDOW = Window(150e-6, 300e-6)


def test_stuck_devices_of_a_small_fraction_are_among_those_of_a_large_one():
    few, many = (draw_stuck((2, 300, 200), WINDOW, fraction, 0, "layer") for fraction in (0.02, 0.1))
    stuck = ~np.isnan(few)
    assert_array_equal(many[stuck], few[stuck])
    for fraction, drawn in ((0.02, few), (0.1, many)):
        share, error = np.mean(~np.isnan(drawn)), np.sqrt(fraction * (1 - fraction) / drawn.size)
        assert abs(share - fraction) < 4 * error
    assert WINDOW.g_min_S <= np.nanmin(many) and np.nanmax(many) <= WINDOW.g_max_S


def test_spread_scales_the_deviates_and_nothing_else():
    population = arrays.random_population((20, 24), stuck_fraction=0.1)
    wide = population.spread(2.0)
    for name in ("deviate_iv", "deviate_set", "deviate_reset"):
        assert_array_equal(getattr(wide, name), 2 * getattr(population, name))
    assert_array_equal(wide.g_S, population.g_S)
    assert_array_equal(wide.stuck_S, population.stuck_S)
