"""Tables for people: what a fit has determined, and the measurements beside it."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.calibration.fit import PUBLISHED_EDGES_S, calibrate
from rramgan.calibration.fit_tables import device_variables, undetermined
from rramgan.calibration.parametric_tables import (
    coefficients,
    measured_pulses,
    operating_points,
    quality,
    shift_coefficients,
)
from rramgan.calibration.trajectory_fit import recalibrate
from rramgan.device.pulses import Pulse, PulsePair


@pytest.fixture(scope="module")
def pulses(published):
    return simulate_pulses(published, 40, 200, 1e3, seed=2)


@pytest.fixture(scope="module")
def model(published, pulses):
    return calibrate(simulate_iv(published, 40, [25.0], 4, 1e3, seed=2), pulses, "synthetic", "test")


def test_every_coefficient_is_there_with_its_unit_and_interval(model):
    table = coefficients(model)
    assert len(table) == 2 * 8 * (5 + 5 + 1) + 3 + 4 + 3 + 5
    assert (table["unit"] != "").all()
    known = table[table["low_95"].notna()]
    assert (known["low_95"] <= known["value"]).all() and (known["value"] <= known["high_95"]).all()
    step = table[(table["part"] == "set") & (table["quantity"] == "c0")]
    np.testing.assert_array_equal(step["value"], model.kinetics.step_coefficients["set"][:, 0])


def test_what_the_data_leave_open_is_said_to_be_undetermined(model):
    table = coefficients(model).set_index(["part", "quantity"])
    assert not table.loc[("iv", "mean_a1[2]"), "determined"].item(), "one temperature only"
    lowest = table.loc["reset"][table.loc["reset"]["g_high_uS"] < 6]
    assert not lowest["determined"].any() and lowest["remark"].str.contains("negligible").all()
    assert table.loc["set"].loc["c3"]["determined"].all()
    sentences = undetermined(coefficients(model))
    assert any(s.startswith("reset 3.16-5.62 uS: not determined: c0, c1") for s in sentences), sentences


def test_steps_of_the_pulses_in_use_are_known_better_than_their_coefficients(model, published):
    pair = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7))
    table = operating_points(model, pair)
    steps = table[table["quantity"].str.startswith("mean step")]
    assert len(steps) >= 14
    for row in steps[steps["g_low_uS"] > 90].itertuples():
        g0_S = np.sqrt(row.g_low_uS * row.g_high_uS) * 1e-6
        pulse = getattr(pair, row.part)
        true_S = published.kinetics.mean_step(g0_S, pulse.amplitude_V, pulse.width_s, row.part)
        assert row.value == pytest.approx(true_S, rel=0.01)
        assert row.low_95 < row.value < row.high_95 and (row.high_95 - row.low_95) / abs(row.value) < 0.05


def test_a_step_that_changes_within_a_bin_is_no_cycle_to_cycle_noise(published, pulses):
    """Steps in proportion to the state: a factor of 1.8 from one edge of a bin to the other."""
    centre_S = np.sqrt(PUBLISHED_EDGES_S[1:] * PUBLISHED_EDGES_S[:-1])
    index = np.clip(np.searchsorted(PUBLISHED_EDGES_S, pulses["g_before_S"]) - 1, 0, 7)
    step_S = (pulses["g_after_S"] - pulses["g_before_S"]) * pulses["g_before_S"] / centre_S[index]
    after_S = np.clip(pulses["g_before_S"] + step_S, *PUBLISHED_EDGES_S[[0, -1]])
    sloped = calibrate(None, pulses.assign(g_after_S=after_S), "sloped", "test")
    table = quality(sloped)
    inner = table[(table["g_low_uS"] > 17) & (table["g_high_uS"] < 200)]
    np.testing.assert_allclose(inner["change_within"], 1.78, rtol=0.15)
    for polarity in ("set", "reset"):  # 0.17 if it counted: the standard deviation of such a change
        assert sloped.kinetics.cycle_spread[polarity][3:7].max() < 0.1


def test_quality_counts_every_pulse_and_sweep(model, pulses):
    table = quality(model)
    for part, sign in (("set", 1), ("reset", -1)):
        assert table[table["part"] == part]["measured"].sum() == (np.sign(pulses["amplitude_V"]) == sign).sum()
    assert table[table["part"] == "iv"]["measured"].item() == 40 * 4
    assert table["converged"].all()
    jumps = table[(table["part"] == "set") & table["measured"].notna()]["jump_decades"]
    assert jumps.iloc[:-1].gt(0).all() and np.isnan(jumps.iloc[-1])


def test_measured_steps_lie_on_the_model(model, pulses):
    groups = measured_pulses(pulses, model.kinetics)
    assert {"set", "reset"} == set(groups["polarity"])
    assert groups["pulses"].sum() < len(pulses)
    large = groups[(groups["model_S"] > 1e-8) & (groups["pulses"] > 20)]
    assert len(large) > 100
    ratio = large["step_S"] / large["model_S"]
    assert ratio.median() == pytest.approx(1, abs=0.05)
    assert (large["low_S"] <= large["step_S"]).all() and (large["step_S"] <= large["high_S"]).all()


def test_variables_of_the_devices_are_those_they_were_made_with(model, published, pulses):
    table = device_variables(model.fit.kinetics)
    assert len(table) == 2 * 40 and not table["outlier"].any()
    rows = pulses[(pulses["amplitude_V"] < -1.3) & pulses["g_before_S"].between(60e-6, 95e-6)]
    place = (rows["g_before_S"], rows["amplitude_V"], rows["width_s"], "reset")
    excess = (rows["g_after_S"] - rows["g_before_S"]) / published.kinetics.mean_step(*place) - 1
    made_with = (excess / published.kinetics.relative_spread(*place)).groupby(rows["device_id"]).median()
    found = table[table["polarity"] == "reset"].set_index("device_id")["variable"].loc[made_with.index]
    assert abs(np.corrcoef(found, made_with)[0, 1]) > 0.99


def test_a_recalibrated_device_tells_its_shift(published):
    points = pd.DataFrame(
        {
            "g_initial_S": 65e-6,
            "amplitude_V": 0.9,
            "width_s": 5e-4,
            "pulses": [0, 4, 17],
            "g0_S": [65e-6, 100e-6, 178e-6],
        }
    )
    table = shift_coefficients(recalibrate(published, points, "shifted"))
    assert table[["part", "quantity"]].to_numpy().tolist() == [["set", "shift of c2"]]
