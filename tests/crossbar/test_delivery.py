"""Wires in an array's reads and pulses: exact where solved, measured against the exact network where approximated."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from oracles import kirchhoff
from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.delivery import solve_writes
from rramgan.crossbar.tiles import TileGrid
from rramgan.crossbar.wires import Wires, cubic_device_voltages, device_voltages, effective_conductance
from rramgan.errors import InputError
from support import arrays

ONE_OHM = Wires(1.0, 1.0)


def conductances(rows, columns, seed=0):
    return np.random.default_rng(seed).uniform(150e-6, 300e-6, (rows, columns))


def coefficients(population, side):
    g_S = population.g_S[side].astype(float)
    return arrays.MODEL.static.coefficients(g_S, 25.0, population.deviate_iv[side])


def gain(array):
    return array.w_max / array.design.window.full_scale_S


def test_linear_reads_are_exact_at_refresh_and_reciprocal():
    population = arrays.random_population((40, 50))
    array = arrays.crossbar(population, wires=ONE_OHM, compensate=True, tile_shape=(16, 32), nonlinear=False)
    inputs = np.random.default_rng(1).uniform(-1, 1, (5, 39)).astype(np.float32)
    errors = np.random.default_rng(2).uniform(-1, 1, (5, 50)).astype(np.float32)
    effective_S = np.zeros((2, 40, 50))
    for side in range(2):
        a1, a3 = coefficients(population, side)
        for tile in TileGrid(40, 50, 16, 32).tiles():
            effective_S[side][tile] = effective_conductance((a1 + 0.1**2 * a3)[tile], ONE_OHM)
    weights = gain(array) * (effective_S[0] - effective_S[1])
    scale = np.abs(weights).sum(axis=0).max()
    assert_allclose(array.forward(inputs), inputs @ weights[:-1] + weights[-1], atol=1e-6 * scale)
    assert_allclose(array.backward(errors), errors @ weights[:-1].T, atol=1e-6 * scale)


@pytest.mark.parametrize("size, ohm", [(16, 1.0), (32, 1.0), (64, 0.1)])
@pytest.mark.parametrize("inputs", ["pixels", "random"])
def test_nonlinear_reads_against_the_exact_network(size, ohm, inputs):
    population = arrays.random_population((size, size))
    array = arrays.crossbar(population, wires=Wires(ohm, ohm), compensate=True, nonlinear=True)
    rng = np.random.default_rng(3)
    vectors = rng.choice([-1.0, 1.0], (2, size - 1)) if inputs == "random" else -np.ones((2, size - 1))
    volts = 0.2 * np.concatenate([vectors, np.ones((2, 1))], axis=1)
    currents_A, devices_W, delivered_W = [], 0.0, 0.0
    for side in range(2):
        a1, a3 = coefficients(population, side)
        device_V = cubic_device_voltages(a1, a3, Wires(ohm, ohm), volts)
        device_A = a1 * device_V + a3 * device_V**3
        currents_A.append(device_A.sum(axis=1))
        devices_W += (device_V * device_A).sum()
        delivered_W += (volts * device_A.sum(axis=2)).sum()
    read = array.forward(vectors.astype(np.float32)) / gain(array) * 0.2
    error_A = read - (currents_A[0] - currents_A[1])
    one_side_A = np.sqrt(np.mean(np.square(currents_A[0])))
    assert np.sqrt(np.mean(error_A**2)) < 0.01 * one_side_A
    tolerance = 0.025 if inputs == "pixels" else 0.15
    assert array.energy_J["read_forward"] == pytest.approx(devices_W * 1e-7, rel=tolerance)
    total_J = array.energy_J["read_forward"] + array.energy_J["wires"]
    assert total_J == pytest.approx(delivered_W * 1e-7, rel=tolerance)


def test_wires_without_resistance_change_nothing():
    population = arrays.random_population((40, 30), stuck_fraction=0.05)
    ideal = arrays.crossbar(population, tile_shape=(16, 16), nonlinear=True)
    wired = arrays.crossbar(
        population, tile_shape=(16, 16), nonlinear=True, wires=Wires(1e-9, 1e-9), compensate=True, refresh_every=1
    )
    inputs = np.random.default_rng(1).uniform(-1, 1, (5, 39)).astype(np.float32)
    for _ in range(2):
        for array in (ideal, wired):
            array.update(arrays.random_signs((40, 30)))
    assert_allclose(wired.forward(inputs), ideal.forward(inputs), atol=1e-4)
    assert_allclose(wired.g_S, ideal.g_S, rtol=1e-6)
    for phase in ("write_selected", "write_unselected", "read_forward"):
        assert wired.energy_J[phase] == pytest.approx(ideal.energy_J[phase], rel=1e-6)
    assert wired.energy_J["wires"] < 1e-6 * wired.energy_J["write_selected"]
    assert ideal.energy_J["wires"] == 0


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("shape", [(32, 32), (20, 9), (5, 1), (1, 5)])
def test_arriving_pulses_against_every_phase_solved(name, shape):
    scheme, g_S = SCHEMES[name], conductances(*shape)
    fraction, selected, unselected, in_wires = solve_writes(g_S, ONE_OHM, scheme)
    lines, across = shape if scheme.addresses == "wordline" else shape[::-1]
    exact = np.zeros((lines, across))
    device_W, nominal_W, wire_W = np.zeros(2), np.zeros(2), 0.0
    for line in range(lines):
        for parity in range(min(across, 2)):
            masks = np.arange(lines) == line, np.arange(across) % 2 == parity
            biases = scheme.line_biases(*masks)
            point = kirchhoff.solve(g_S, ONE_OHM, *biases)
            by_line = point.device_V if scheme.addresses == "wordline" else point.device_V.T
            exact[line, masks[1]] = by_line[line, masks[1]]
            nominal = scheme.fractions(*masks)
            pulsed = np.isclose(nominal, 1)
            for place, which in enumerate((pulsed, ~pulsed)):
                device_W[place] += (g_S * point.device_V**2)[which].sum()
                nominal_W[place] += (g_S * nominal**2)[which].sum()
            wire_W += point.wire_W
    by_line = fraction if scheme.addresses == "wordline" else fraction.T
    assert_allclose(by_line, exact, rtol=0.02)  # an unsampled line's own devices make it differ from its neighbours
    assert np.sqrt(np.mean((by_line - exact) ** 2)) < 5e-3
    assert selected == pytest.approx(device_W[0] / nominal_W[0], rel=5e-3)
    if nominal_W[1] > 0:
        assert unselected == pytest.approx(device_W[1] / nominal_W[1], rel=5e-3)
    assert in_wires == pytest.approx(wire_W / device_W.sum(), rel=0.02)


def test_write_energy_of_a_dense_random_update_against_every_phase_solved():
    population = arrays.random_population((24, 24))
    design = {"wires": ONE_OHM, "compensate": True, "tile_shape": (24, 24)}
    array = arrays.crossbar(population, **design)
    signs = arrays.random_signs((24, 24))
    array.update(signs)
    delivered_J = device_J = 0.0
    for side, direction in enumerate((signs, -signs)):
        g_S = population.g_S[side].astype(float)
        drive = 1 / solve_writes(g_S, ONE_OHM, arrays.DESIGN.scheme)[0].min()
        for sign, pulse in ((1, arrays.SET), (-1, arrays.RESET)):
            for row in range(24):
                biases = arrays.DESIGN.scheme.line_biases(np.arange(24) == row, direction[row] == sign)
                point = kirchhoff.solve(g_S, ONE_OHM, *(drive * pulse.amplitude_V * bias for bias in biases))
                delivered_J += point.delivered_W * pulse.width_s
                device_J += point.device_W * pulse.width_s
    counted_J = array.energy_J["write_selected"] + array.energy_J["write_unselected"]
    assert counted_J == pytest.approx(device_J, rel=0.01)
    assert counted_J + array.energy_J["wires"] == pytest.approx(delivered_J, rel=0.01)


def test_devices_move_by_the_voltage_that_arrives():
    population = arrays.random_population((32, 32))
    array = arrays.crossbar(population, wires=ONE_OHM, compensate=True)
    array.update(np.ones((32, 32), np.int8))
    for side, pulse in enumerate((arrays.SET, arrays.RESET)):
        g_S = population.g_S[side].astype(float)
        fraction = solve_writes(g_S, ONE_OHM, arrays.DESIGN.scheme)[0]
        volts = pulse.amplitude_V * fraction / fraction.min()
        model, deviate = arrays.MODEL.kinetics, getattr(population, f"deviate_{pulse.polarity}")[side]
        step_S = model.mean_step(g_S, volts, pulse.width_s, pulse.polarity) * (
            1 + deviate * model.relative_spread(g_S, volts, pulse.width_s, pulse.polarity)
        )
        expected_S = np.clip(g_S + step_S, arrays.WINDOW.g_min_S, arrays.WINDOW.g_max_S)
        # 0.1 % of the step, and the rounding of a float32 conductance.
        assert_allclose(array.g_S[side], expected_S, rtol=2e-7, atol=2e-3 * np.abs(step_S).max())


def test_compensated_drive_brings_the_nominal_pulse_to_the_weakest_device():
    margins = arrays.crossbar(arrays.random_population((64, 64)), wires=ONE_OHM, compensate=True).pulse_margins
    for name, volts, high_V in (("set", 0.8, 1.15), ("reset", 1.0, 1.5)):
        assert margins[name]["weakest_V"] == pytest.approx(volts)
        assert margins[name]["share_below"] == 0
        assert margins[name]["strongest_V"] > high_V  # 1 ohm is too much for 64 x 64 at 150-300 uS
        assert 0 < margins[name]["share_above"] < 0.1


def test_pulses_that_nothing_is_known_about_are_refused():
    population = arrays.random_population((32, 32))
    with pytest.raises(InputError, match=r"SET pulses of 0.8 V.*hold from 0.8 V; expected 0.9\d* V or more"):
        arrays.crossbar(population, wires=ONE_OHM)
    margin = arrays.crossbar(population, wires=ONE_OHM, extrapolate=True).pulse_margins["set"]
    assert margin["share_below"] == 1
    assert margin["needed_drive"] == pytest.approx(0.8 / margin["weakest_V"])


def test_pulses_below_validity_move_nothing_beside_others_that_do():
    population = arrays.random_population((32, 32))
    stronger = replace(arrays.DESIGN.pulses, set=type(arrays.SET)(0.87, 100e-9))
    array = arrays.crossbar(population, wires=ONE_OHM, pulses=stronger)
    before_S = array.g_S
    array.update(np.ones((32, 32), np.int8))
    unsaturated = before_S[0] < 290e-6
    still = np.mean((array.g_S[0] == before_S[0])[unsaturated])
    assert 0.2 < still < 0.8
    assert array.pulse_margins["set"]["share_below"] == pytest.approx(still, abs=0.05)


def test_reads_between_refreshes():
    """A stale ratio errs little: it depends on all devices of the lines together, which move little on average."""
    population = arrays.random_population((32, 32))
    design = {"wires": ONE_OHM, "compensate": True, "nonlinear": False}
    stale = arrays.crossbar(population, **design, refresh_every=50)
    rng = np.random.default_rng(0)
    for _ in range(49):
        stale.update(rng.choice(np.array([-1, 1], np.int8), (32, 32)))
    renewed = arrays.crossbar(replace(population, g_S=stale.g_S), **design)
    inputs = rng.uniform(-1, 1, (64, 31)).astype(np.float32)
    expected = renewed.forward(inputs)
    error = np.sqrt(np.mean((stale.forward(inputs) - expected) ** 2) / np.mean(expected**2))
    assert 0 < error < 0.01
    stale.update(np.zeros((32, 32), np.int8))  # the fiftieth update renews
    assert_allclose(stale.forward(inputs), expected, atol=1e-5)


def test_solve_writes_sees_lines_it_samples_exactly():
    g_S = conductances(8, 6)
    fraction, *_ = solve_writes(g_S, ONE_OHM, SCHEMES["half"])
    for row in range(8):
        masks = np.arange(8) == row, np.arange(6) % 2 == 0
        volts = device_voltages(g_S, ONE_OHM, *SCHEMES["half"].line_biases(*masks))
        assert_array_equal(fraction[row, ::2], volts[row, ::2])
