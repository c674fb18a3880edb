"""Reads and updates of a layer: exact products where devices are ideal, the device model where they are not."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.constants import Boltzmann

from rramgan.crossbar.design import Converters
from rramgan.crossbar.mapping import decode, encode
from rramgan.crossbar.population import Population
from rramgan.crossbar.wires import Wires
from rramgan.device.window import Window
from support import arrays


def vectors(count, length, seed=5):
    return np.random.default_rng(seed).uniform(-2, 2, (count, length)).astype(np.float32)


def ideal_static():
    """Ohmic devices: A1 = G0, nothing else."""
    return type(arrays.MODEL.static)((0.0, 1.0, 0.0), (0.0,) * 3, (0.0,) * 4, (0.0,) * 5)


def test_reads_of_ohmic_devices_are_matrix_products():
    array = arrays.crossbar(arrays.random_population((71, 130)), static=ideal_static(), w_max=0.7)
    inputs, errors = vectors(9, 70), vectors(9, 130)
    weights = array.weights.astype(float)
    scale = np.abs(weights).sum()
    assert_allclose(array.forward(inputs), inputs @ weights[:-1] + weights[-1], atol=1e-7 * scale)
    assert_allclose(array.backward(errors), errors @ weights[:-1].T, atol=1e-7 * scale)


def test_weights_come_back_from_the_pairs():
    weights = np.random.default_rng(0).uniform(-0.4, 0.4, (6, 5))
    zeros = np.zeros((2, 6, 5), np.float32)
    pairs_S = encode(weights, 0.4, arrays.WINDOW).astype(np.float32)
    array = arrays.crossbar(Population(pairs_S, zeros + np.float32(np.nan), zeros, zeros, zeros), w_max=0.4)
    assert_allclose(array.weights, weights, atol=1e-6)


def test_nonlinear_currents_are_those_of_the_device_model():
    population = arrays.random_population((12, 7))
    array = arrays.crossbar(population, nonlinear=True)
    inputs = vectors(3, 11)
    with_bias = np.concatenate([inputs, np.ones((3, 1))], axis=1)
    scale = np.abs(with_bias).max(axis=1, keepdims=True)
    volts = (0.2 * with_bias / scale)[:, :, None]
    currents_A = [
        arrays.MODEL.static.current(volts, population.g_S[side].astype(float), 25.0, population.deviate_iv[side]).sum(
            axis=1
        )
        for side in range(2)
    ]
    expected = (currents_A[0] - currents_A[1]) / arrays.WINDOW.full_scale_S / 0.2 * scale
    assert_allclose(array.forward(inputs), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("nonlinear", [False, True])
def test_read_energy_is_the_sum_of_v_i_t(nonlinear):
    population = arrays.random_population((12, 7))
    array = arrays.crossbar(population, nonlinear=nonlinear)
    inputs, errors = vectors(3, 11), vectors(4, 7)
    array.forward(inputs)
    array.backward(errors)
    with_bias = np.concatenate([inputs, np.ones((3, 1))], axis=1)
    for phase, driven, axis in (("read_forward", with_bias, 2), ("read_backward", errors, 1)):
        volts = np.expand_dims(0.2 * driven / np.abs(driven).max(axis=1, keepdims=True), axis)
        power_W = 0.0
        for g_S, deviate in zip(population.g_S.astype(float), population.deviate_iv, strict=True):
            # The linear read takes the chord conductance at 0.1 V.
            chord_S = arrays.MODEL.static.current(0.1, g_S, 25.0, deviate) / 0.1
            current_A = arrays.MODEL.static.current(volts, g_S, 25.0, deviate) if nonlinear else volts * chord_S
            power_W += (volts * current_A).sum()
        assert array.energy_J[phase] == pytest.approx(power_W * 1e-7, rel=1e-5)


def test_read_noise_has_the_thermal_variance():
    population = arrays.random_population((8, 3), spread=False)
    quiet = arrays.crossbar(population, static=ideal_static())
    noisy = arrays.crossbar(population, static=ideal_static(), rng=np.random.default_rng(3))
    inputs = np.tile(vectors(1, 7), (40_000, 1))
    scale = max(1.0, np.abs(inputs[0]).max())
    currents_A = (noisy.forward(inputs) - quiet.forward(inputs)) * arrays.WINDOW.full_scale_S * 0.2 / scale
    sensed_S = population.g_S.astype(float).sum(axis=(0, 1))
    expected_A2 = 4 * Boltzmann * 298.15 * (0.5 / 1e-7) * sensed_S
    assert_allclose(currents_A.var(axis=0, dtype=float), expected_A2, rtol=0.04)
    errors_A = noisy.backward(np.tile(vectors(1, 3), (40_000, 1)))
    gain = arrays.WINDOW.full_scale_S * 0.2 / np.abs(vectors(1, 3)).max()
    expected_A2 = 4 * Boltzmann * 298.15 * (0.5 / 1e-7) * population.g_S.astype(float).sum(axis=(0, 2))[:-1]
    assert_allclose((errors_A * float(gain)).var(axis=0, dtype=float), expected_A2, rtol=0.04)


def test_update_moves_weights_by_both_devices():
    array = arrays.crossbar(arrays.uniform_population((5, 4), 225e-6), w_max=0.3)
    signs = arrays.random_signs((5, 4), levels=(-1, 0, 1))
    array.update(signs)
    step_S = [arrays.MODEL.kinetics.step_table(pulse).step(225e-6) for pulse in (arrays.SET, arrays.RESET)]
    assert_allclose(array.weights, signs * 0.3 / 150e-6 * (step_S[0] - step_S[1]), rtol=1e-4)


@pytest.mark.parametrize("one_sided", [False, True])
def test_pairs_span_all_weights_inside_the_window(one_sided):
    window = Window(150e-6, 300e-6, one_sided)
    weights = np.array([[-0.4, -0.1], [0.0, 0.4]])
    pairs_S = encode(weights, 0.4, window)
    assert_allclose(decode(pairs_S, 0.4, window), weights, atol=1e-15)
    assert pairs_S.min() == pytest.approx(150e-6)
    assert pairs_S.max() == pytest.approx(300e-6)


def test_one_sided_pairs_learn_alike_for_half_the_write_energy():
    weights = np.random.default_rng(0).uniform(-0.2, 0.2, (50, 40))
    signs = arrays.random_signs((50, 40))
    zeros, trained = np.zeros((2, 50, 40), np.float32), {}
    for one_sided in (False, True):
        window = Window(150e-6, 300e-6, one_sided)
        pairs_S = encode(weights, 0.4, window).astype(np.float32)
        population = Population(pairs_S, zeros + np.float32(np.nan), zeros, zeros, zeros)
        trained[one_sided] = arrays.crossbar(population, window=window, w_max=0.4)
        trained[one_sided].update(signs)
    both, one = trained[False], trained[True]
    for phase in ("write_selected", "write_unselected"):
        assert one.energy_J[phase] / both.energy_J[phase] == pytest.approx(0.5, abs=0.01)
    assert one.time_s["write"] == both.time_s["write"]
    assert_array_equal(one.g_S[1], np.float32(225e-6))
    assert np.mean((one.weights - weights) / (both.weights - weights)) == pytest.approx(1, abs=0.05)


def test_stuck_devices_dissipate_but_do_not_move():
    healthy = arrays.random_population((20, 20))
    stuck = Population(healthy.g_S, healthy.g_S.copy(), healthy.deviate_iv, healthy.deviate_set, healthy.deviate_reset)
    signs = arrays.random_signs((20, 20))
    arrays_by_health = [arrays.crossbar(population) for population in (healthy, stuck)]
    for array in arrays_by_health:
        array.update(signs)
    moving, still = arrays_by_health
    assert_array_equal(still.g_S, healthy.g_S)
    assert not np.array_equal(moving.g_S, healthy.g_S)
    for phase in ("write_selected", "write_unselected"):
        assert still.energy_J[phase] == moving.energy_J[phase] > 0
    assert still.write_changed_J == 0 < moving.write_changed_J


def test_outer_update_is_the_same_update_in_less_time():
    populations = arrays.random_population((65, 40))
    by_line, parallel = arrays.crossbar(populations), arrays.crossbar(populations)
    row_signs, column_signs = arrays.random_signs(65), arrays.random_signs(40, seed=2)
    by_line.update(np.multiply.outer(row_signs, column_signs))
    parallel.update_outer(row_signs, column_signs)
    assert_array_equal(parallel.g_S, by_line.g_S)
    assert parallel.time_s["write"] == pytest.approx(4 * 100e-9)
    assert by_line.time_s["write"] == pytest.approx(2 * 64 * 100e-9)
    assert parallel.energy_J["write_selected"] == pytest.approx(by_line.energy_J["write_selected"], rel=1e-12)
    assert parallel.energy_J["write_unselected"] < 0.1 * by_line.energy_J["write_unselected"]


def test_reads_count_time_multiply_adds_and_conversions():
    array = arrays.crossbar(
        arrays.random_population((70, 130)), tile_shape=(64, 32), converters=Converters(dac_J=1e-13, adc_J=2e-12)
    )
    array.forward(vectors(3, 69))
    assert array.multiply_adds == 3 * 70 * 130
    assert array.energy_J["converters"] == pytest.approx(3 * (70 * 5 * 1e-13 + 130 * 2 * 2e-12))
    array.backward(vectors(2, 130))
    assert array.multiply_adds == 3 * 70 * 130 + 2 * 69 * 130
    assert array.energy_J["converters"] == pytest.approx(
        3 * (70 * 5 * 1e-13 + 130 * 2 * 2e-12) + 2 * (130 * 2 * 1e-13 + 69 * 5 * 2e-12)
    )
    assert array.time_s == pytest.approx({"read_forward": 3e-7, "read_backward": 2e-7, "write": 0})


def test_a_fixed_read_scale_is_that_of_the_first_batch():
    population, inputs = arrays.random_population((31, 20)), vectors(9, 30)
    array, free = (arrays.crossbar(population, static=ideal_static(), read_range=r) for r in (2.0, None))
    assert_allclose(array.forward(inputs), free.forward(inputs), atol=1e-5)
    scale = 2 * np.abs(inputs).max()
    assert array.full_scales == {"read_forward": pytest.approx(scale), "read_backward": 0}
    first_J = array.energy_J["read_forward"]
    assert_allclose(array.forward(inputs / 2), free.forward(inputs / 2), atol=1e-5)
    volts = 0.2 / scale * np.concatenate([inputs / 2, np.ones((9, 1))], axis=1)
    assert array.energy_J["read_forward"] - first_J == pytest.approx(
        (volts**2 @ population.g_S.sum(axis=(0, 2))).sum() * 1e-7, rel=1e-5
    )


def test_a_fixed_read_scale_cuts_off_what_is_beyond():
    array, free = (
        arrays.crossbar(arrays.random_population((31, 20)), static=ideal_static(), read_range=r) for r in (1.5, None)
    )
    errors = vectors(9, 20)
    array.backward(errors)
    limit = 1.5 * np.abs(errors).max()
    assert_allclose(array.backward(4 * errors), free.backward(np.clip(4 * errors, -limit, limit)), atol=1e-5)


def test_a_batch_of_nothing_decides_no_read_scale():
    array, errors = arrays.crossbar(arrays.random_population((31, 20)), read_range=2.0), vectors(4, 20)
    assert not array.backward(np.zeros((4, 20), np.float32)).any() and array.full_scales["read_backward"] == 0
    array.backward(errors)
    assert array.full_scales["read_backward"] == pytest.approx(2 * np.abs(errors).max())


@pytest.mark.parametrize("converters", [Converters(), Converters(adc_bits=6)])
def test_the_sums_of_a_vector_of_zeros_are_zero_whatever_the_noise(converters):
    array = arrays.crossbar(arrays.random_population((31, 20)), np.random.default_rng(0), converters=converters)
    errors = vectors(4, 20)
    errors[1] = 0.0
    sums = array.backward(errors)
    assert not sums[1].any() and np.isfinite(sums).all() and np.all(np.ptp(sums[[0, 2, 3]], axis=1) > 0)


def test_no_spread_makes_a_conductance_negative():
    population = arrays.random_population((65, 40)).spread(20.0)
    array = arrays.crossbar(population, np.random.default_rng(0))
    assert np.isfinite(array.forward(vectors(8, 64))).all() and np.isfinite(array.backward(vectors(8, 40))).all()
    assert array.energy_J["read_forward"] > 0 and array.energy_J["read_backward"] > 0


def test_what_changed_is_a_part_of_what_was_selected_behind_wires_too():
    wires = Wires(1.0, 1.0)
    for changes in ({"compensate": True}, {"extrapolate": True}):
        array = arrays.crossbar(arrays.uniform_population((16, 16), 2e-4), wires=wires, **changes)
        array.update(arrays.random_signs((16, 16)))
        assert array.write_changed_J == pytest.approx(array.energy_J["write_selected"], rel=1e-12)
