"""Staircases as laboratories have them: the law is found, or the cause why not is named."""

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.misses import misses
from rramgan.calibration.paths.fit import fit_staircase
from rramgan.calibration.paths.posterior_check import compared, open_share
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.errors import InputError
from rramgan.units import MICRO

PULSES = PulsePair(Pulse(1.4, 1e-6), Pulse(-1.6, 1e-6))
LOW_S, WIDTH_S, BEND = 10e-6, 35e-6, 1.5
SIGNS = {"set": 1, "reset": -1}


def law_S(polarity, g_S, size_S=1.2e-6, bend=BEND):
    """Exponential steps that shrink away from where pulses start."""
    x = (g_S - LOW_S) / WIDTH_S
    return SIGNS[polarity] * size_S * np.exp(-bend * (x if polarity == "set" else 1 - x))


def linear_S(polarity, g_S, size_S, bend):
    """Steps that shrink linearly by the share `bend`."""
    x = (g_S - LOW_S) / WIDTH_S
    return SIGNS[polarity] * size_S * (1 - bend * (x if polarity == "set" else 1 - x))


def staircases(
    devices=8, cycles=3, pulses=60, noise_S=0.02e-6, spread=0.15, cycle_spread=0.1, seed=0, read=None, size_S=1.2e-6,
    bend=BEND, limits_S=None, factors=None, law=law_S,
):  # fmt: skip
    """Long table of devices that start every ramp at an end of the window, and their factors."""
    rng = np.random.default_rng(seed)
    if factors is None:
        factors = 1 + spread * rng.standard_normal(devices)
    limits_S = (np.full(devices, -np.inf), np.full(devices, np.inf)) if limits_S is None else limits_S
    tables = []
    for cycle in range(cycles):
        for polarity in SIGNS:
            state_S = np.full(devices, LOW_S if polarity == "set" else LOW_S + WIDTH_S).clip(*limits_S)
            for k in range(pulses + 1):
                if k:
                    relative = factors + cycle_spread * rng.standard_normal(devices)
                    state_S = np.clip(state_S + law(polarity, state_S, size_S, bend) * relative, *limits_S)
                if read is None or k in read:
                    place = {"cycle": cycle, "direction": polarity, "pulse_index": k}
                    reading_S = state_S + noise_S * rng.standard_normal(devices)
                    columns = {"device_id": np.arange(devices), **place, "conductance_S": reading_S}
                    tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True), factors


def assert_law(model, factor, rel, **law):
    """The law is that of the devices measured wherever it is claimed."""
    for polarity in SIGNS:
        truth_S = factor * law_S(polarity, model.grid_S, **law)
        np.testing.assert_allclose(model.mean_S[polarity], truth_S, rtol=rel)


def assert_covered(report, **law):
    """The population's mean law lies in its 95 % interval, at one knot in six at most not."""
    for polarity in SIGNS:
        ends_S = np.array(report[polarity].mean_interval_95_S)
        truth_S = law_S(polarity, np.array(report[polarity].knots_S), **law)
        assert np.mean((ends_S[:, 0] <= truth_S) & (truth_S <= ends_S[:, 1])) > 5 / 6


def test_small_steps_are_found_under_loud_readings():
    """Steps of 22 nS under readings of 1.3 uS, one device, 1,000 pulses each way."""
    table, _ = staircases(1, 1, 1000, 1.3e-6, size_S=22e-9, bend=0.0, factors=np.ones(1))
    model, report = fit_staircase(table, PULSES)
    for polarity in SIGNS:
        error = np.abs(np.abs(np.array(report[polarity].mean_S) / 22e-9) - 1)
        told = np.array(report[polarity].mean_standard_error_S) / 22e-9
        assert np.all(error < 3.5 * told)
        # A straight line through the readings of the stretch that both ramps cross tells its slope to 2.8 %. The law
        # may bend, which costs less than half as much again.
        crossing = np.ptp(report[polarity].knots_S) / 22e-9
        line = 1.3e-6 * np.sqrt(12 / crossing**3) / 22e-9
        assert np.median(told) < 1.5 * line < 0.05
        assert np.median(error) < 0.05
    assert model.reading_noise_S == pytest.approx(1.3e-6, rel=4 / np.sqrt(4000))
    assert "1 device(s): spread between devices unknown" in report["set"].remark
    assert report["set"].covariance is None


def test_intervals_of_a_lone_device_know_that_few_readings_hardly_tell_the_shape_of_a_law():
    held, shape = [], {"size_S": 1.74e-6, "bend": 0.85}
    for seed in range(10):
        made = {"factors": np.ones(1), "cycle_spread": 0.3, "read": {0, 12, 24, 36}, "law": linear_S, **shape}
        table, _ = staircases(1, 20, 36, 0.6e-6, seed=seed, **made)
        with suppress(InputError):  # a law left open
            for polarity, report in fit_staircase(table, PULSES)[1].items():
                ends_S = np.array(report.mean_interval_95_S)
                truth_S = linear_S(polarity, np.array(report.knots_S), **shape)
                held.append(np.mean((ends_S[:, 0] <= truth_S) & (truth_S <= ends_S[:, 1])))
    assert len(held) >= 16
    assert np.mean(held) > 0.95 - 2 * np.std(held) / np.sqrt(len(held))


@pytest.mark.parametrize("read", [range(0, 601, 10), [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 600]])
def test_sparse_reads_are_ordinary_data(read):
    table, factors = staircases(4, 3, 600, 0.0, size_S=0.12e-6, read=set(read))
    model, report = fit_staircase(table, PULSES)
    assert_law(model, factors.mean(), 0.03, size_S=0.12e-6)
    assert_covered(report, size_S=0.12e-6)
    for polarity in SIGNS:
        assert np.median(model.cycle_spread[polarity]) == pytest.approx(0.1, rel=0.3)


def test_steps_of_zero_at_a_limit_are_no_small_steps_below_it():
    """Four devices run on at their own limits for two thirds of the pulses."""
    limits_S = (np.array([9.0, 10.3, 8.9, 10.2]) * MICRO, np.array([44.7, 45.6, 44.4, 42.9]) * MICRO)
    table, factors = staircases(4, 3, 120, size_S=1e-6, bend=0.0, limits_S=limits_S)
    model, report = fit_staircase(table, PULSES)
    assert_law(model, factors.mean(), 0.03, size_S=1e-6, bend=0.0)
    assert_covered(report, size_S=1e-6, bend=0.0)
    assert np.ptp(model.grid_S) > 30e-6


def test_a_stuck_device_is_no_device_of_small_steps():
    table, factors = staircases()
    stuck = table["device_id"] == 0
    table.loc[stuck, "conductance_S"] = 25e-6 + 0.02e-6 * np.random.default_rng(1).standard_normal(stuck.sum())
    model, report = fit_staircase(table, PULSES)
    assert report["set"].outlier_devices == [0]
    assert "devices stuck: 0" in report["set"].remark
    assert_law(model, factors[1:].mean(), 0.03)
    assert np.max(model.relative_spread["set"]) < 0.3


@pytest.mark.parametrize("devices", [3, 5, 10])
def test_a_device_apart_from_few_is_found(devices):
    """One of them has five times the steps of the others, which differ by 3 %."""
    factors = 1 + 0.03 * np.linspace(-1, 1, devices)
    factors[1] = 5.0
    table, _ = staircases(devices, 3, 25, factors=factors)
    model, report = fit_staircase(table, PULSES)
    assert report["set"].outlier_devices == [1]
    assert_law(model, np.delete(factors, 1).mean(), 0.03)


def test_clipped_readings_are_no_readings():
    table, factors = staircases(4, 3, noise_S=0.0)
    table["conductance_S"] = table["conductance_S"].clip(12e-6, 38.5e-6)
    model, report = fit_staircase(table, PULSES)
    assert_law(model, factors.mean(), 0.04)
    assert "pile up at 12 uS (rail or compliance)" in report["reset"].remark
    assert model.grid_S[0] > 12e-6
    assert model.grid_S[-1] < 38.5e-6


def test_nothing_but_a_rail_is_refused():
    table, _ = staircases(2, 2, noise_S=0.0, factors=np.ones(2))
    table["conductance_S"] = table["conductance_S"].clip(lower=43e-6)
    with pytest.raises(InputError, match=r"of the SET readings pile up at 43 uS; expected readings within"):
        fit_staircase(table, PULSES)


def _abrupt():
    """SET jumps from 10 to 45 uS at once; RESET is gradual."""
    table, _ = staircases(4, 10, 40)
    sets = table["direction"] == "set"
    after = sets & (table["pulse_index"] > 0)
    table.loc[after, "conductance_S"] = 45e-6 + 1e-6 * np.random.default_rng(2).standard_normal(after.sum())
    return table


def test_states_that_no_pulse_started_from_have_no_law():
    with pytest.raises(InputError, match=r"no SET pulse started between 10 and 4[0-9].* uS; .*abruptly"):
        fit_staircase(_abrupt(), PULSES)
    with pytest.raises(InputError, match="no SET pulse started between"):
        fit_staircase(_abrupt(), PULSES, window_S=(20e-6, 40e-6))


def test_a_first_jump_outside_the_window_is_no_harm():
    """The first SET pulse jumps over a third of the range, the others are gradual."""
    table, factors = staircases(4, 6, 60)
    sets, index = table["direction"] == "set", table["pulse_index"]
    table = table[~sets | (index == 0) | (index > 12)]
    table.loc[sets & (index > 12), "pulse_index"] -= 12
    with pytest.raises(InputError, match="no SET pulse started between 10 and"):
        fit_staircase(table, PULSES)
    model, _ = fit_staircase(table, PULSES, window_S=(26e-6, 40e-6))
    assert model.grid_S[0] < 26e-6
    assert_law(model, factors.mean(), 0.05)


def test_readings_too_loud_for_their_number_are_refused():
    table, _ = staircases(1, 1, 60, noise_S=8e-6)
    with pytest.raises(InputError, match=r"staircase is open by|are not told from zero|move no device"):
        fit_staircase(table, PULSES)


def test_devices_whose_steps_do_not_depend_on_the_state_alone_are_refused():
    """One device whose steps tire with every cycle: no law of the state meets its first and its last staircase."""
    tables = []
    for cycle, factor in enumerate((2.0, 1.0, 0.5, 0.25)):
        table, _ = staircases(1, 1, 40, factors=np.full(1, factor), cycle_spread=0.02)
        tables.append(table.assign(cycle=cycle))
    tired = pd.concat(tables, ignore_index=True)
    with pytest.raises(InputError, match=r"misses the staircases|open by"):
        fit_staircase(tired, PULSES)


def test_the_fitted_law_is_drawn_over_what_was_measured():
    table, _ = staircases()
    _, report = fit_staircase(table, PULSES)
    drawn = compared(table, report)
    assert set(drawn["polarity"]) == set(SIGNS)
    assert len(drawn) == 2 * 8 * 61
    off_S = drawn["measured_S"] - drawn["predicted_S"]
    assert np.sqrt(np.mean(off_S**2)) < 0.02 * WIDTH_S
    for polarity, part in drawn.groupby("polarity"):
        told = misses(part, np.ptp(np.array(report[polarity].knots_S)))
        assert not told["fails"].any()
        assert told["miss"].max() < 0.02
        assert report[polarity].staircase_miss.keys() == set(range(8))


def test_an_open_law_opens_its_staircase_as_the_closed_form_says():
    """A constant law off by d in log m is off by d k m after k steps: rms d / sqrt(3) of the range."""
    grid_S = np.linspace(0.0, 1.0, 401)
    share = open_share(np.full((401, 401), 0.1**2), np.full(401, 0.01), grid_S)
    assert share == pytest.approx(0.1 / np.sqrt(3), rel=0.01)


def test_readings_that_tell_one_state_only_are_refused():
    """Two of three devices are at rest from the first reading after the start on."""
    table, _ = staircases(3, 6, 60, noise_S=0.0, read={0, 10, 20, 30, 40, 50, 60})
    moves = (table["pulse_index"] == 0) | (table["device_id"] == 2)
    rest_S = 25e-6 + 1e-9 * np.random.default_rng(3).standard_normal(len(table))
    table["conductance_S"] = np.where(moves, table["conductance_S"], rest_S)
    with pytest.raises(InputError, match="readings tell no state but 10 uS; expected readings of states between"):
        fit_staircase(table, PULSES)
