"""The parametric kinetics against the numbers of SCIENCE.md, its limits and its validity ranges."""

from dataclasses import replace

import numpy as np
import pytest

from rramgan.device.kinetics import StepTable, bin_index, centres
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import Pulse, PulsePair
from support.devices import published_device

MODEL = published_device()
DYNAMIC = MODEL.kinetics


@pytest.mark.parametrize(
    ("amplitude_V", "below_uS", "above_uS"),
    [
        (0.8, 0.462, 0.526),
        (0.9, 1.195, 1.344),
        (-0.8, -0.0937, -0.0455),
        (-1.0, -0.974, -0.460),
        (-1.2, -4.556, -1.934),
    ],
)
def test_steps_of_100_ns_pulses(amplitude_V, below_uS, above_uS):
    step_uS = DYNAMIC.step_table(Pulse(amplitude_V, 1e-7)).mean_S[-2:] * 1e6
    np.testing.assert_allclose(step_uS, [below_uS, above_uS], rtol=2e-3)


def test_released_code_reads_the_width_in_another_logarithm():
    steps_uS = [
        published_device("ln_ns").kinetics.mean_step(200e-6, amplitude_V, 1e-7, polarity) * 1e6
        for amplitude_V, polarity in ((0.8, "set"), (-0.8, "reset"))
    ]
    np.testing.assert_allclose(steps_uS, [13.8, -4.96], rtol=1e-2)


@pytest.mark.parametrize("polarity", ["set", "reset"])
def test_longer_and_stronger_pulses_move_further_in_their_own_direction(polarity):
    amplitude_V = np.linspace(*DYNAMIC.amplitude_V[polarity], 8)
    amplitude_V = amplitude_V[np.argsort(np.abs(amplitude_V))]
    width_s = np.geomspace(*DYNAMIC.width_s, 12)[:, None]
    direction = 1 if polarity == "set" else -1
    for g0_S in (20e-6, 50e-6, 80e-6, 150e-6, 250e-6):
        step_S = direction * DYNAMIC.mean_step(g0_S, amplitude_V, width_s, polarity)
        assert np.all(step_S > 0)
        assert np.all(np.diff(step_S, axis=0) > 0)
        assert np.all(np.diff(step_S, axis=1) > 0)


def test_steps_vanish_for_short_and_saturate_for_long_pulses():
    c0_S = DYNAMIC.step_coefficients["set"][-1, 0]
    assert DYNAMIC.mean_step(200e-6, 1.0, 1e-40, "set") == pytest.approx(0, abs=1e-12)
    assert DYNAMIC.mean_step(200e-6, 10.0, 1e40, "set") == pytest.approx(4 * c0_S)


def test_weak_pulses_of_either_polarity_do_nothing():
    assert DYNAMIC.mean_step(200e-6, 0.0, 1e-7, "set") < 1e-9
    assert DYNAMIC.mean_step(200e-6, 0.0, 1e-7, "reset") > -1e-9


def test_reset_hardly_moves_the_lowest_states():
    assert abs(DYNAMIC.step_table(Pulse(-1.5, 0.1)).mean_S[0]) < 0.05e-6


def test_an_edge_belongs_to_the_bin_above_and_the_outermost_bins_hold_beyond():
    index = bin_index([1e-6, 3.16e-6, 5.62e-6, 316e-6, 1e-3], DYNAMIC.edges_S)
    np.testing.assert_array_equal(index, [0, 0, 1, 7, 7])


def test_a_device_moves_by_the_mean_plus_its_variable_times_the_spread():
    table = StepTable(np.array([1e-6, 2e-6, 3e-6]), np.array([1e-7, 2e-7]), np.array([0.5, -0.1]), np.zeros(2))
    np.testing.assert_allclose(table.step([1.5e-6, 2.5e-6], [1.0, 2.0]), [1.5e-7, 1.6e-7])


@pytest.mark.parametrize("pulse", [Pulse(0.79, 1e-7), Pulse(1.2, 1e-7), Pulse(-0.7, 1e-7), Pulse(-1.6, 1e-7)])
def test_amplitudes_outside_the_fitted_range_raise(pulse):
    with pytest.raises(ValueError, match="amplitude"):
        DYNAMIC.step_table(pulse)


@pytest.mark.parametrize("width_s", [9e-8, 0.11])
def test_widths_outside_the_fitted_range_raise(width_s):
    with pytest.raises(ValueError, match="width"):
        DYNAMIC.step_table(Pulse(0.9, width_s))


def test_pulses_that_are_none_raise():
    with pytest.raises(ValueError, match="amplitude"):
        Pulse(0.0, 1e-7)
    with pytest.raises(ValueError, match="width"):
        Pulse(0.8, 0.0)
    with pytest.raises(ValueError, match="RESET"):
        PulsePair(Pulse(0.8, 1e-7), Pulse(0.9, 1e-7))


def test_the_model_survives_its_file(tmp_path):
    MODEL.save(tmp_path / "model.json")
    loaded = DeviceModel.load(tmp_path / "model.json")
    assert loaded.static == MODEL.static
    for polarity in ("set", "reset"):
        np.testing.assert_array_equal(loaded.kinetics.step_coefficients[polarity], DYNAMIC.step_coefficients[polarity])
        np.testing.assert_array_equal(
            loaded.kinetics.spread_coefficients[polarity], DYNAMIC.spread_coefficients[polarity]
        )


CONTINUOUS = replace(DYNAMIC, continuous=True)


@pytest.mark.parametrize(("polarity", "amplitude_V"), [("set", 0.9), ("reset", -1.2)])
def test_a_continuous_model_joins_the_centres_of_the_bins_without_jumps(polarity, amplitude_V):
    for law in ("mean_step", "relative_spread"):
        binned, joined = getattr(DYNAMIC, law), getattr(CONTINUOUS, law)
        pulse = (amplitude_V, 1e-6, polarity)
        np.testing.assert_allclose(joined(centres(DYNAMIC.edges_S), *pulse), binned(centres(DYNAMIC.edges_S), *pulse))
        inner_S = DYNAMIC.edges_S[1:-1]
        np.testing.assert_allclose(joined(inner_S * (1 - 1e-9), *pulse), joined(inner_S, *pulse), rtol=1e-6)
        np.testing.assert_allclose(joined([1e-6, 1e-3], *pulse), binned([1e-6, 1e-3], *pulse))


def test_the_step_table_of_a_continuous_model_has_fine_bins(tmp_path):
    table = CONTINUOUS.step_table(Pulse(0.9, 1e-6))
    assert table.edges_S[[0, -1]] == pytest.approx(DYNAMIC.edges_S[[0, -1]])
    np.testing.assert_allclose(table.step(200e-6), CONTINUOUS.mean_step(200e-6, 0.9, 1e-6, "set"), rtol=0.01)
    replace(MODEL, kinetics=CONTINUOUS).save(tmp_path / "model.json")
    assert DeviceModel.load(tmp_path / "model.json").kinetics.continuous
