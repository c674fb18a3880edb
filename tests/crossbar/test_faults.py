"""Broken hardware: what is lost, what still works, and what the array reports."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from oracles import kirchhoff
from rramgan.crossbar.faults import with_open_bitline, with_open_wordline
from rramgan.crossbar.wires import Wires
from support import arrays

SHAPE, TILE = (20, 24), (8, 12)


def broken_population():
    """A dead wordline of G+, one of G- open half way, an open bitline of G+, and stuck devices elsewhere."""
    population = arrays.random_population(SHAPE, stuck_fraction=0.05)
    population = with_open_wordline(population, side=0, row=3, column=12, tile_columns=12)
    population = with_open_wordline(population, side=1, row=10, column=5, tile_columns=12)
    return with_open_bitline(population, side=0, row=15, column=2, tile_rows=8)


def test_faults_are_counted():
    population = broken_population()
    stuck = int(np.sum(population.stuck_S > 0))
    assert arrays.crossbar(population, tile_shape=TILE).faults == {
        "stuck_devices": stuck,
        "absent_devices": 12 + 7 + 8,
        "dead_wordlines": 1,
        "dead_bitlines": 1,
    }
    assert set(arrays.crossbar(arrays.random_population(SHAPE), tile_shape=TILE).faults.values()) == {0}


def test_absent_devices_neither_conduct_nor_move_nor_dissipate():
    population = broken_population()
    absent = population.stuck_S == 0
    for changes in ({}, {"wires": Wires(1.0, 1.0), "compensate": True, "refresh_every": 2}):
        array = arrays.crossbar(population, tile_shape=TILE, nonlinear=True, **changes)
        for _ in range(4):
            array.forward(np.ones((2, SHAPE[0] - 1), np.float32))
            array.backward(np.ones((2, SHAPE[1]), np.float32))
            array.update(arrays.random_signs(SHAPE))
        assert_array_equal(array.g_S[absent], 0)
        assert np.mean(array.g_S[~absent] != population.g_S[~absent]) > 0.9
        assert np.isfinite(list(array.energy_J.values())).all()
        only = np.zeros((1, SHAPE[0] - 1), np.float32)
        only[0, 3] = 1.0
        difference = array.forward(only) - array.forward(0 * only)
        assert (difference[0, 12:] < 0).all()  # only G- is left there


def test_open_wordline_against_the_network_with_its_wire_cut():
    g_S = np.random.default_rng(0).uniform(150e-6, 300e-6, (8, 12))
    cut_ohm = np.ones((8, 13))
    cut_ohm[3, 7] = np.inf
    volts = np.random.default_rng(1).uniform(-0.2, 0.2, 8)
    exact_A = kirchhoff.solve(g_S, Wires(cut_ohm, 1.0), volts).bitline_A
    absent_S = g_S.copy()
    absent_S[3, 7:] = 0
    assert_allclose(kirchhoff.solve(absent_S, Wires(1.0, 1.0), volts).bitline_A, exact_A, atol=5e-3 * exact_A.std())


def test_a_layer_without_working_devices_still_reads_and_reports():
    population = arrays.random_population((4, 3))
    population.stuck_S[:] = 0.0
    array = arrays.crossbar(population, tile_shape=(4, 3))
    assert_array_equal(array.forward(np.ones((1, 3), np.float32)), 0)
    array.update(np.ones((4, 3), np.int8))
    assert array.faults["dead_wordlines"] == 8
    assert array.pulse_margins == {}
