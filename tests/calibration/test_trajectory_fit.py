"""Recalibration to mean trajectories: recovery of a known shift, and the published figure."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.reports import RecalibrationReport
from rramgan.calibration.trajectories import mean_trajectory, read_trajectories, rms_decades
from rramgan.calibration.trajectory_fit import recalibrate, shifted
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import Pulse
from support.devices import RAW, published_device

TABLE = published_device()
POINTS = read_trajectories(RAW / "nili2020_fig7cd_mean_trajectories.csv")


def _trajectories(kinetics):
    """Points of the two polarities' trains, as a device of this model would give them."""
    tables = []
    for g_initial_S, pulse in ((65e-6, Pulse(0.9, 5e-4)), (165e-6, Pulse(-1.1, 1e-3))):
        states_S = mean_trajectory(kinetics, g_initial_S, pulse, 12)
        columns = {"g_initial_S": g_initial_S, "amplitude_V": pulse.amplitude_V, "width_s": pulse.width_s}
        tables.append(pd.DataFrame(columns | {"pulses": np.arange(13), "g0_S": states_S}))
    return pd.concat(tables, ignore_index=True)


def test_known_shifts_are_recovered():
    moved = shifted(shifted(TABLE.kinetics, "set", 0.8), "reset", -0.6)
    report = recalibrate(TABLE, _trajectories(moved), "moved").fit.shifts
    assert report["set"].shift == pytest.approx(0.8, abs=0.01)
    assert report["reset"].shift == pytest.approx(-0.6, abs=0.01)


def test_a_shift_is_a_change_of_the_time_unit():
    slow = shifted(TABLE.kinetics, "set", 1.0)
    assert slow.mean_step(2e-4, 0.9, 1e-5, "set") == pytest.approx(TABLE.kinetics.mean_step(2e-4, 0.9, 1e-6, "set"))
    np.testing.assert_array_equal(slow.step_coefficients["reset"], TABLE.kinetics.step_coefficients["reset"])


def test_published_trajectories_want_slower_set_and_leave_reset_nearly_alone(tmp_path):
    model = recalibrate(TABLE, POINTS, "nili2020-fig7")
    report = model.fit.shifts
    # SET steps of the table are about three times what the figure shows; its best log10(t / s) for 0.5 ms is -5.0.
    assert np.log10(5e-4) - report["set"].shift == pytest.approx(-5.0, abs=0.05)
    assert rms_decades(model.kinetics, POINTS)["set"] < 0.02
    assert abs(report["reset"].shift) < 0.5
    for polarity in ("set", "reset"):
        low, high = report[polarity].interval_95
        assert low < report[polarity].shift < high
        assert report[polarity].rms_decades < report[polarity].rms_decades_before
        assert rms_decades(model.kinetics, POINTS)[polarity] == pytest.approx(report[polarity].rms_decades)
    model.save(tmp_path / "model.json")
    assert DeviceModel.load(tmp_path / "model.json", RecalibrationReport).fit == model.fit


def test_a_polarity_without_points_stays_as_it_is():
    model = recalibrate(TABLE, POINTS[POINTS["amplitude_V"] > 0], "set only")
    np.testing.assert_array_equal(model.kinetics.step_coefficients["reset"], TABLE.kinetics.step_coefficients["reset"])
    assert list(model.fit.shifts) == ["set"]
