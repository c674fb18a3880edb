"""Recalibration to mean trajectories: recovery of a known shift, and the published figure."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.trajectories import mean_trajectory, rms_decades
from rramgan.calibration.trajectory_fit import recalibrate, shifted
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import Pulse
from rramgan.tables import read_table
from support.devices import RAW, published_device

TABLE = published_device()
POINTS = read_table(RAW / "nili2020_fig7cd_mean_trajectories.csv")


def _trajectories(kinetics):
    """Points of the two polarities' trains, as a device of this model would give them."""
    tables = []
    for g_initial_uS, pulse in ((65, Pulse(0.9, 5e-4)), (165, Pulse(-1.1, 1e-3))):
        states_uS = mean_trajectory(kinetics, g_initial_uS * 1e-6, pulse, 12) * 1e6
        columns = {"g_initial_uS": g_initial_uS, "pulse_amplitude_V": pulse.amplitude_V, "pulse_width_s": pulse.width_s}
        tables.append(pd.DataFrame(columns | {"pulses_applied": np.arange(13), "g_uS": states_uS}))
    return pd.concat(tables, ignore_index=True)


def test_known_shifts_are_recovered():
    moved = shifted(shifted(TABLE.kinetics, "set", 0.8), "reset", -0.6)
    report = recalibrate(TABLE, _trajectories(moved), "moved").fit["recalibration"]
    assert report["set"]["shift"] == pytest.approx(0.8, abs=0.01)
    assert report["reset"]["shift"] == pytest.approx(-0.6, abs=0.01)


def test_a_shift_is_a_change_of_the_time_unit():
    slow = shifted(TABLE.kinetics, "set", 1.0)
    assert slow.mean_step(2e-4, 0.9, 1e-5, "set") == pytest.approx(TABLE.kinetics.mean_step(2e-4, 0.9, 1e-6, "set"))
    np.testing.assert_array_equal(slow.step["reset"], TABLE.kinetics.step["reset"])


def test_published_trajectories_want_slower_set_and_leave_reset_nearly_alone(tmp_path):
    model = recalibrate(TABLE, POINTS, "nili2020-fig7")
    report = model.fit["recalibration"]
    # SET steps of the table are about three times what the figure shows; its best log10(t / s) for 0.5 ms is -5.0.
    assert np.log10(5e-4) - report["set"]["shift"] == pytest.approx(-5.0, abs=0.05)
    assert rms_decades(model.kinetics, POINTS)["set"] < 0.02
    assert abs(report["reset"]["shift"]) < 0.5
    for polarity in ("set", "reset"):
        low, high = report[polarity]["interval_95"]
        assert low < report[polarity]["shift"] < high
        assert report[polarity]["rms_decades"] < report[polarity]["rms_decades_before"]
        assert rms_decades(model.kinetics, POINTS)[polarity] == pytest.approx(report[polarity]["rms_decades"])
    model.save(tmp_path / "model.json")
    assert DeviceModel.load(tmp_path / "model.json").name == "nili2020-fig7"


def test_a_polarity_without_points_stays_as_it_is():
    model = recalibrate(TABLE, POINTS[POINTS["pulse_amplitude_V"] > 0], "set only")
    np.testing.assert_array_equal(model.kinetics.step["reset"], TABLE.kinetics.step["reset"])
    assert list(model.fit["recalibration"]) == ["set"]
