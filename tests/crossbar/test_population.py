"""Devices of a layer: their spread, and which of them are stuck."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rramgan.crossbar.population import conductance_S, draw_stuck
from rramgan.device.window import Window
from support import arrays

WINDOW = Window(150e-6, 300e-6)
QUADRATICS = arrays.MODEL.static.quadratics(25.0)


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


@pytest.mark.parametrize("zero_stuck", [False, True])
def test_write_and_verify_finds_the_state_that_conducts_what_is_wanted(zero_stuck):
    population = arrays.random_population((20, 24), stuck_fraction=0.1)
    verified, works = population.verified(WINDOW, QUADRATICS, zero_stuck), np.isnan(population.stuck_S)
    wanted_S = conductance_S(QUADRATICS, population.g_S)
    if zero_stuck:
        beside_S = conductance_S(QUADRATICS, population.stuck_S, population.deviate_iv)[::-1]
        wanted_S = np.where(np.isnan(beside_S), wanted_S, beside_S)
    miss_S = np.abs(conductance_S(QUADRATICS, verified.g_S, population.deviate_iv) - wanted_S)
    grid_S = np.linspace(*WINDOW.ends_S, 1501)[:, None, None, None]
    conducted_S = conductance_S(QUADRATICS, grid_S + np.zeros(wanted_S.shape), population.deviate_iv)
    rising = np.diff(conducted_S, axis=0, append=0) > 0
    rising[0] = True
    best_S = np.where(rising, np.abs(conducted_S - wanted_S), np.inf).min(axis=0)
    assert np.all(miss_S[works] <= best_S[works] + 1e-10), "no other state where the conductance rises comes nearer"
    assert np.mean(miss_S[works] < 1e-10) > 0.85
    assert_array_equal(verified.g_S[~works], population.g_S[~works])


def test_write_and_verify_finds_identical_devices_in_their_states():
    population = arrays.random_population((20, 24), spread=False)
    assert_allclose(population.verified(WINDOW, QUADRATICS, False).g_S, population.g_S, rtol=1e-6)


def test_verified_pairs_with_a_stuck_device_weigh_nothing_in_a_read():
    population = arrays.random_population((20, 24), stuck_fraction=0.1)
    stuck = ~np.isnan(population.stuck_S)
    one = stuck[0] ^ stuck[1]
    weights = {}
    for name, devices in {
        "in its state": population.with_stuck_at_zero(WINDOW),
        "verified": population.verified(WINDOW, QUADRATICS, True),
    }.items():
        layer = arrays.crossbar(devices, w_max=0.3, nonlinear=True, read_voltage_V=1e-3)
        weights[name] = layer.forward(np.eye(19, dtype=np.float32)) - layer.forward(np.zeros((1, 19), np.float32))
    reached = np.median(np.abs(weights["verified"])[one[:-1]])
    assert reached < 1e-4 * 0.3 < np.median(np.abs(weights["in its state"])[one[:-1]])
