"""Devices measured with one pulse pair: recovery of a known step law, and the model's limits."""

import json
import re
import sys

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.draws import draw_staircase
from rramgan.calibration.fit import calibrate_staircase
from rramgan.calibration.measurements import read_staircase
from rramgan.calibration.reports import StaircaseReport
from rramgan.calibration.staircase_tables import measured_steps
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from rramgan.errors import InputError

PULSES = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7))
LOW_S, HIGH_S = 50e-6, 300e-6
DEVICE_SPREAD, CYCLE_SPREAD, READING_NOISE_S = 0.2, 0.15, 0.05e-6


def _law_S(polarity, g_S):
    """Linear soft-bound step law: 6.3 uS at the far end of the window, 0.3 uS at the near one."""
    room = (HIGH_S - g_S if polarity == "set" else g_S - LOW_S) / (HIGH_S - LOW_S)
    return (1 if polarity == "set" else -1) * (0.3e-6 + 6e-6 * room)


def _staircase(devices=20, cycles=10, pulses=100, seed=0, cycle_spread=CYCLE_SPREAD):
    """Staircases of devices whose variables have exactly zero mean and unit variance, so that the spread is known."""
    rng = np.random.default_rng(seed)
    tables, state_S = [], np.full(devices, LOW_S)
    deviate = {polarity: rng.standard_normal(devices) for polarity in ("set", "reset")}
    if devices > 1:
        deviate = {polarity: (n - n.mean()) / n.std() for polarity, n in deviate.items()}
    for cycle in range(cycles):
        for polarity in ("set", "reset"):
            for k in range(pulses + 1):
                if k > 0:
                    noise = cycle_spread * rng.standard_normal(devices)
                    state_S = state_S + _law_S(polarity, state_S) * (1 + DEVICE_SPREAD * deviate[polarity] + noise)
                columns = {"device_id": np.arange(devices), "cycle": cycle, "direction": polarity, "pulse_index": k}
                reading_S = state_S + READING_NOISE_S * rng.standard_normal(devices)
                tables.append(pd.DataFrame(columns | {"conductance_S": reading_S}))
    table = pd.concat(tables)
    return table.sort_values(["device_id", "direction", "cycle", "pulse_index"], ignore_index=True)


@pytest.fixture(scope="module")
def model():
    return calibrate_staircase(_staircase(), PULSES, name="staircase", source="test")


@pytest.mark.parametrize("polarity", ["set", "reset"])
def test_known_step_law_is_recovered(model, polarity):
    kinetics = model.kinetics
    inner = kinetics.grid_S[3:-3]
    error = np.interp(inner, kinetics.grid_S, kinetics.mean_S[polarity]) / _law_S(polarity, inner) - 1
    assert np.median(np.abs(error)) < 0.01
    assert np.max(np.abs(error)) < 0.03
    np.testing.assert_allclose(kinetics.relative_spread[polarity], DEVICE_SPREAD, rtol=0.1)
    np.testing.assert_allclose(kinetics.cycle_spread[polarity], CYCLE_SPREAD, rtol=0.1)


def test_reading_noise_is_told_from_cycle_noise(model):
    assert model.kinetics.reading_noise_S == pytest.approx(READING_NOISE_S, rel=0.25)


def test_mean_steps_are_monotone(model):
    steps_S = model.kinetics.mean_S
    assert np.all(np.diff(steps_S["set"]) <= 0)
    assert np.all(np.diff(steps_S["reset"]) <= 0)


def test_step_tables_serve_what_was_measured_and_nothing_else(model):
    table = model.kinetics.step_table(Pulse(0.8, 1e-7))
    assert table.step(100e-6) == pytest.approx(_law_S("set", 100e-6), rel=0.03)
    assert table.step(100e-6, 1.0) / table.step(100e-6) == pytest.approx(1 + DEVICE_SPREAD, rel=0.03)
    for pulse in (Pulse(0.9, 1e-7), Pulse(0.8, 2e-7), Pulse(-0.8, 1e-7)):
        with pytest.raises(ValueError, match="was measured with"):
            model.kinetics.step_table(pulse)


def test_the_model_survives_its_file(model, tmp_path):
    model.save(tmp_path / "model.json")
    loaded = DeviceModel.load(tmp_path / "model.json", StaircaseReport)
    assert loaded.fit == model.fit
    assert loaded.kinetics.as_json() == model.kinetics.as_json()
    assert loaded.kinetics.pulses == PULSES
    assert loaded.static.current(0.1, 100e-6, 25.0) == pytest.approx(1e-5)
    assert "ohmic" in loaded.fit.static.remark


def test_steps_differ_from_cycle_to_cycle_in_the_table_as_in_the_measurements(model):
    table = model.kinetics.step_table(Pulse(-1.0, 1e-7))
    np.testing.assert_allclose(table.cycle_spread, CYCLE_SPREAD, rtol=0.1)


def test_measured_steps_lie_on_the_law(model):
    groups = measured_steps(_staircase())
    assert groups["pulses"].sum() == 2 * 20 * 10 * 100
    inner = groups[groups["g0_S"].between(100e-6, 250e-6)]
    law_S = [_law_S(row.polarity, row.g0_S) for row in inner.itertuples()]
    np.testing.assert_allclose(inner["step_S"], law_S, rtol=0.1)


def test_draws_scatter_as_the_fit_says_and_stay_monotone(model):
    """Twenty devices: a spread of 20 % leaves the mean step open to 20 % / sqrt(20), and itself to 1 / sqrt(40)."""
    draws = [draw_staircase(model, seed).kinetics for seed in range(200)]
    for polarity in ("set", "reset"):
        middle_S = np.array([np.interp(150e-6, d.grid_S, d.mean_S[polarity]) for d in draws])
        fitted_S = np.interp(150e-6, model.kinetics.grid_S, model.kinetics.mean_S[polarity])
        assert np.std(middle_S) / abs(fitted_S) == pytest.approx(DEVICE_SPREAD / np.sqrt(20), rel=0.3)
        assert np.mean(middle_S) == pytest.approx(fitted_S, rel=4 * DEVICE_SPREAD / np.sqrt(20 * 200))
        spread = np.array([np.mean(d.relative_spread[polarity]) for d in draws])
        assert np.std(spread) / DEVICE_SPREAD == pytest.approx(1 / np.sqrt(40), rel=0.4)
        for d in draws:
            assert np.all(np.diff(d.mean_S[polarity]) <= 0)
            np.testing.assert_array_equal(d.cycle_spread[polarity], model.kinetics.cycle_spread[polarity])
    assert draws[0].step_table(Pulse(0.8, 1e-7)).mean_S[5] != draws[1].step_table(Pulse(0.8, 1e-7)).mean_S[5]


def test_a_lone_device_has_no_draws():
    lone = calibrate_staircase(_staircase(devices=1), PULSES, name="lone", source="test")
    with pytest.raises(InputError, match="its fit holds no covariance; calibration draws need staircases of three"):
        draw_staircase(lone, 0)


def test_ten_normal_devices_are_rarely_taken_for_outliers():
    """Each of twenty fits loses a device with a chance of 1 %; the others find the spread of their ten devices."""
    lost = 0
    for seed in range(10):
        table = _staircase(devices=10, cycles=3, pulses=40, seed=seed)
        model = calibrate_staircase(table, PULSES, name="ten", source="test")
        for polarity in ("set", "reset"):
            outliers = model.fit.kinetics[polarity].outlier_devices
            lost += len(outliers)
            if not outliers:
                assert np.median(model.kinetics.relative_spread[polarity]) == pytest.approx(DEVICE_SPREAD, rel=0.15)
    assert lost <= 1


def test_a_window_beyond_the_shared_states_is_refused(model):
    model.check_window(Window(80e-6, 250e-6))
    with pytest.raises(ValueError, match="window from 20 to 250 uS leaves the states") as refused:
        model.check_window(Window(20e-6, 250e-6))
    low_uS, high_uS = re.search(r"inside ([\d.]+) to ([\d.]+) uS", str(refused.value)).groups()
    model.check_window(Window(float(low_uS) * 1e-6, float(high_uS) * 1e-6))


def test_a_shorted_device_or_two_glitches_do_not_move_the_range_of_states(model):
    shorted, glitched = _staircase(), _staircase()
    bad = shorted["device_id"] == 7
    shorted.loc[bad, "conductance_S"] = 5e-3 * (1 + 1e-3 * np.random.default_rng(1).standard_normal(bad.sum()))
    glitch = (glitched["device_id"] == 3) & (glitched["cycle"] == 1) & (glitched["pulse_index"] == 30)
    glitched.loc[glitch, "conductance_S"] = 5e-3
    for table in (shorted, glitched):
        spoilt = calibrate_staircase(table, PULSES, name="spoilt", source="test").kinetics
        np.testing.assert_allclose(spoilt.grid_S[[0, -1]], model.kinetics.grid_S[[0, -1]], rtol=0.05)
        for pulse, name in ((PULSES.set, "set"), (PULSES.reset, "reset")):
            assert spoilt.step_table(pulse).step(175e-6) == pytest.approx(_law_S(name, 175e-6), rel=0.05)
    remark = calibrate_staircase(shorted, PULSES, name="s", source="test").fit.kinetics["set"].remark
    assert "devices never in these states: 7" in remark


@pytest.mark.parametrize("noise_S", [0.5e-6, 1e-6])
def test_noise_of_readings_does_not_bend_the_law(noise_S, monkeypatch):
    """A reading that is too high makes the next step too small: noise of a sixth to a third of the steps."""
    monkeypatch.setattr(sys.modules[__name__], "READING_NOISE_S", noise_S)
    noisy = calibrate_staircase(_staircase(), PULSES, name="noisy", source="test").kinetics
    assert noisy.reading_noise_S == pytest.approx(noise_S, rel=0.05)
    inner = noisy.grid_S[4:-8]
    for polarity in ("set", "reset"):
        mean_S = np.interp(inner, noisy.grid_S, noisy.mean_S[polarity])
        np.testing.assert_allclose(mean_S, _law_S(polarity, inner), rtol=0.06)
        np.testing.assert_allclose(
            np.interp(inner, noisy.grid_S, noisy.relative_spread[polarity]), DEVICE_SPREAD, rtol=0.15
        )
        # The noise of two readings is taken off; a tenth of its variance may be left or lacking.
        middle = np.interp(175e-6, noisy.grid_S, noisy.cycle_spread[polarity])
        assert middle**2 == pytest.approx(CYCLE_SPREAD**2, abs=0.2 * (noise_S / _law_S(polarity, 175e-6)) ** 2)


def test_readings_too_noisy_to_tell_steps_are_said_so(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "READING_NOISE_S", 3e-6)
    noisy = calibrate_staircase(_staircase(), PULSES, name="noisy", source="test")
    assert "average several to tell the law" in noisy.fit.kinetics["set"].remark


def test_a_law_that_is_not_monotone_is_followed(monkeypatch):
    def hump_S(polarity, g_S):
        steps_S = 4e-6 * np.exp(-(((g_S - 175e-6) / 60e-6) ** 2)) + 0.5e-6
        return steps_S if polarity == "set" else -steps_S

    monkeypatch.setattr(sys.modules[__name__], "_law_S", hump_S)
    humped = calibrate_staircase(_staircase(pulses=150), PULSES, name="hump", source="test").kinetics
    inner = humped.grid_S[3:-3]
    for polarity in ("set", "reset"):
        mean_S = np.interp(inner, humped.grid_S, humped.mean_S[polarity])
        np.testing.assert_allclose(mean_S, hump_S(polarity, inner), rtol=0.05)


@pytest.mark.parametrize(("unit_S", "error"), [(1e-6, 0.05), (5e-6, 0.1), (10e-6, 0.2)])
def test_steps_finer_than_the_converter_are_fitted_but_said_to_be(unit_S, error):
    coarse = _staircase()
    coarse["conductance_S"] = np.maximum((coarse["conductance_S"] / unit_S).round(), 1) * unit_S
    model = calibrate_staircase(coarse, PULSES, name="coarse", source="test")
    for pulse, name in ((PULSES.set, "set"), (PULSES.reset, "reset")):
        assert model.kinetics.step_table(pulse).step(175e-6) == pytest.approx(_law_S(name, 175e-6), rel=error)
        remarked = "coarser than those of the pulses" in (model.fit.kinetics[name].remark or "")
        assert remarked == (unit_S > 3e-6)


def test_a_lone_device_with_equal_steps_is_fitted():
    states_S = 5e-5 + 2e-6 * np.arange(60)
    parts = [
        pd.DataFrame({"direction": name, "pulse_index": range(60), "conductance_S": values})
        for name, values in (("set", states_S), ("reset", states_S[::-1]))
    ]
    table = pd.concat(parts, ignore_index=True).assign(device_id=0, cycle=0)
    kinetics = calibrate_staircase(table, PULSES, name="ramp", source="test").kinetics
    np.testing.assert_allclose(kinetics.mean_S["set"], 2e-6)
    np.testing.assert_array_equal(kinetics.cycle_spread["set"] < 1e-6, True)


def test_a_broken_device_is_left_out():
    table = _staircase()
    bad = table["device_id"] == 7
    table.loc[bad, "conductance_S"] = np.random.default_rng(1).uniform(LOW_S, HIGH_S, bad.sum())
    model = calibrate_staircase(table, PULSES, name="staircase", source="test")
    assert 7 in model.fit.kinetics["set"].outlier_devices
    assert model.kinetics.step_table(Pulse(0.8, 1e-7)).step(150e-6) == pytest.approx(_law_S("set", 150e-6), rel=0.05)


def test_two_plain_columns_of_one_device(tmp_path):
    table = _staircase(devices=1, cycles=1)
    columns = {f"{p}_S": table[table["direction"] == p]["conductance_S"].to_numpy() for p in ("set", "reset")}
    columns["reset_S"] = np.append(columns["reset_S"][:-5], [np.nan] * 5)
    path = tmp_path / "staircase.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    staircase = read_staircase(path)
    assert len(staircase) == 101 + 96
    model = calibrate_staircase(staircase, PULSES, name="staircase", source="test")
    assert "unknown" in model.fit.kinetics["set"].remark
    np.testing.assert_array_equal(model.kinetics.relative_spread["set"], 0)
    json.dumps(model.fit.as_json(), allow_nan=False)


def test_long_format_is_read_and_ordered(tmp_path):
    table = _staircase(devices=2, cycles=2, pulses=5)
    path = tmp_path / "staircase.csv"
    table.sample(frac=1, random_state=0).to_csv(path, index=False)
    pd.testing.assert_frame_equal(read_staircase(path), table)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda t: t.replace({"direction": {"set": "up"}}),
            "line 8, column 'direction': the value is 'up'; expected set or",
        ),
        (lambda t: t.assign(conductance_S=t["conductance_S"] * 1e6), "are these microsiemens?"),
        (lambda t: t.assign(direction=t["direction"].map({"set": "reset", "reset": "set"})), "directions swapped?"),
        (
            lambda t: t.assign(direction=np.where(t.index == 3, None, t["direction"])),
            "line 5, column 'direction': the cell",
        ),
        (lambda t: t[t["direction"] == "set"], "never says 'reset'"),
        (
            lambda t: pd.DataFrame({"set_S": np.linspace(1e-4, 2e-4, 9), "reset_S": np.linspace(1e-4, 2e-4, 9)}),
            "from the first to the last 'reset' reading the conductance rises on average; expected it to fall",
        ),
        (lambda t: pd.concat([t, t.head(1)]), "occurs again for device_id 0, cycle 0, direction reset"),
        (lambda t: t.drop(columns="cycle"), "column 'cycle' is missing"),
        (
            lambda t: pd.DataFrame({"set_S": [1e-4, "x"], "reset_S": [1e-4, 1e-5]}),
            "column 'set_S': 'x' is not a number",
        ),
        (lambda t: pd.DataFrame({"set_S": [50.0, 60.0], "reset_S": [60.0, 50.0]}), "'set_S'.*microsiemens"),
    ],
)
def test_malformed_staircases_end_in_one_sentence(tmp_path, change, sentence):
    path = tmp_path / "staircase.csv"
    change(_staircase(devices=2, cycles=1, pulses=5)).to_csv(path, index=False)
    with pytest.raises(InputError, match=sentence.replace("?", r"\?")):
        read_staircase(path)


def test_too_few_steps_are_refused():
    with pytest.raises(InputError, match="SET steps; expected at least"):
        calibrate_staircase(_staircase(devices=3, cycles=1, pulses=5), PULSES, name="staircase", source="test")
