"""Half-selected devices: what every phase does to each of them, by the kinetics."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from crossbar.test_programming import by_line_phases, outer_phases
from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.disturb import KINDS, disturbance_S
from support import arrays

PULSES = {"set": arrays.SET, "reset": arrays.RESET}


def plain_disturbance_S(population, direction, scheme, phases_of):
    """Sum of the steps at the voltages of all phases, each from the state before the round."""
    g_S, model = population.g_S[0].astype(float), arrays.MODEL.kinetics
    change_S = np.zeros(g_S.shape)
    for name, addressed, selected in phases_of(direction, scheme):
        volts = PULSES[name].amplitude_V * scheme.fractions(addressed, selected)
        for polarity, sign in (("set", 1), ("reset", -1)):
            here = (volts * sign > 0.01) & ~np.isclose(np.abs(scheme.fractions(addressed, selected)), 1)
            step_S = model.mean_step(g_S, volts, 1e-7, polarity) * (
                1 + getattr(population, f"deviate_{polarity}")[0] * model.relative_spread(g_S, volts, 1e-7, polarity)
            )
            change_S += np.where(here, step_S, 0.0)
    return change_S


def mid_window(shape, seed=0):
    """Devices between 200 and 250 uS: no bin edge and no end of the window is near."""
    population = arrays.random_population(shape, seed)
    population.g_S[:] = 200e-6 + (population.g_S - 150e-6) / 3
    return population


@pytest.mark.parametrize("name", SCHEMES)
def test_disturbance_by_lines(name):
    population, signs = mid_window((6, 8)), arrays.random_signs((6, 8), levels=(-1, 0, 1))
    moved, still = (arrays.crossbar(population, scheme=SCHEMES[name], extrapolate=on) for on in (True, False))
    for array in (moved, still):
        array.update(signs)
    expected_S = plain_disturbance_S(population, signs, SCHEMES[name], by_line_phases)
    assert np.abs(expected_S).max() > 1e-9
    assert_allclose(moved.g_S[0] - still.g_S[0], expected_S, rtol=3e-3, atol=6e-11)


@pytest.mark.parametrize("name", ["half", "third"])
def test_disturbance_of_an_outer_product_update(name):
    population = mid_window((6, 8))
    rows, columns = arrays.random_signs(6, levels=(-1, 0, 1)), arrays.random_signs(8, seed=3)
    moved, still = (arrays.crossbar(population, scheme=SCHEMES[name], extrapolate=on) for on in (True, False))
    for array in (moved, still):
        array.update_outer(rows, columns)
    signs = np.multiply.outer(rows, columns)
    expected_S = plain_disturbance_S(population, signs, SCHEMES[name], outer_phases(rows, columns))
    assert_allclose(moved.g_S[0] - still.g_S[0], expected_S, rtol=3e-3, atol=6e-11)


def test_stuck_devices_are_not_disturbed():
    population = arrays.random_population((20, 20), stuck_fraction=0.2)
    array = arrays.crossbar(population, extrapolate=True)
    before_S = array.g_S
    array.update(arrays.random_signs((20, 20)))
    stuck = ~np.isnan(population.stuck_S)
    assert_array_equal(array.g_S[stuck], before_S[stuck])
    assert np.mean(array.g_S[~stuck] != before_S[~stuck]) > 0.95


def test_below_the_published_range_nothing_is_disturbed():
    population = arrays.random_population((30, 30))
    array = arrays.crossbar(population)
    before_S = array.g_S
    signs = np.zeros((30, 30), np.int8)
    signs[3, 4] = 1
    array.update(signs)
    assert np.argwhere(array.g_S[0] != before_S[0]).tolist() == [[3, 4]]


def test_extrapolated_set_at_half_the_voltage_undoes_learning():
    """At 0.4 V the formula still moves 0.01 uS; 64 rows half-select every device 32 times per update."""
    array = arrays.crossbar(arrays.uniform_population((64, 64), 225e-6), extrapolate=True)
    array.update(arrays.random_signs((64, 64)))
    drift_S = array.g_S.mean() - 225e-6
    step_S = arrays.MODEL.kinetics.step_table(arrays.SET).step(225e-6)
    assert 0.5 * step_S < drift_S < step_S


def test_a_device_at_an_edge_of_bins_is_in_the_bin_above_in_single_precision_too():
    """As for pulses: most edges have no float32 of their own, and half of those nearest to one lie below it."""
    edges_S = np.array([1e-6, 100e-6, 178e-6, 300e-6, 316e-6, 1e-3])
    at_edges = edges_S[1:-1].astype(np.float32)[None]
    assert np.any(at_edges < edges_S[1:-1])
    counts = {"set": dict.fromkeys(KINDS, np.ones(at_edges.shape, dtype=int))}
    steps = [("set", "along", "set", np.arange(5.0), np.zeros(5))]
    change_S = disturbance_S(at_edges, counts, {"set": np.zeros(at_edges.shape)}, steps, edges_S)
    assert_array_equal(change_S, [[1, 2, 3, 4]])
