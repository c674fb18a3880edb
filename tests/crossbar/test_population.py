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


def test_pairs_with_a_stuck_device_weigh_nothing_where_that_lies_inside_the_window():
    population = arrays.random_population((20, 24), stuck_fraction=0.1)
    population.stuck_S[0, 0, 0], population.stuck_S[1, 0, 0] = 0.0, np.nan
    zeroed = population.with_stuck_at_zero(WINDOW)
    stuck, layer = ~np.isnan(population.stuck_S), arrays.crossbar(zeroed, w_max=0.3)
    one, none = stuck[0] ^ stuck[1], ~stuck.any(axis=0)
    assert layer.g_S[1, 0, 0] == np.float32(WINDOW.g_min_S), "as near as it can get to a device that is not there"
    one[0, 0] = False
    assert one.sum() > 50 and not layer.weights[one].any()
    assert_array_equal(zeroed.g_S[:, none], population.g_S[:, none])
    assert_array_equal(zeroed.stuck_S, population.stuck_S)
