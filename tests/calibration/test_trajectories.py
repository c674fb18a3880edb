"""Mean trajectories: a hand-computed staircase, the clipping at the outermost bins, and the published evidence."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.trajectories import (
    deviations_decades,
    mean_trajectory,
    read_trajectories,
    rms_decades,
    state_after,
    trajectory_misses,
)
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.pulses import Pulse
from rramgan.errors import InputError
from support.devices import RAW, published_device

POINTS = read_trajectories(RAW / "nili2020_fig7cd_mean_trajectories.csv")

# c1 = 0 and c3 V - c4 = 0 leave a step of c0 * 1 * 1 in SET and c0 * (-1) * (-1) in RESET, whatever the pulse.
CONSTANT = ParametricKinetics(
    edges_S=np.array([10e-6, 50e-6, 100e-6]),
    step_coefficients={
        "set": np.array([[10e-6, 0, 0, 0, 0], [20e-6, 0, 0, 0, 0]]),
        "reset": np.array([[-5e-6, 0, 0, 0, 0], [-15e-6, 0, 0, 0, 0]]),
    },
    spread_coefficients={polarity: np.zeros((2, 5)) for polarity in ("set", "reset")},
    amplitude_V={"set": (0.5, 2.0), "reset": (-2.0, -0.5)},
    width_s=(1e-9, 1.0),
)
SET, RESET = Pulse(1.0, 1e-6), Pulse(-1.0, 1e-6)


def test_constant_steps_change_at_the_edge_of_a_bin_and_stop_at_the_last():
    trajectory_uS = mean_trajectory(CONSTANT, 30e-6, SET, 6) * 1e6
    np.testing.assert_allclose(trajectory_uS, [30, 40, 50, 70, 90, 100, 100])


def test_reset_descends_to_the_lowest_edge():
    trajectory_uS = mean_trajectory(CONSTANT, 60e-6, RESET, 9) * 1e6
    np.testing.assert_allclose(trajectory_uS, [60, 45, 40, 35, 30, 25, 20, 15, 10, 10])


def test_broken_counts_lie_on_the_logarithmic_chord():
    np.testing.assert_allclose(state_after(np.array([10e-6, 40e-6]), [0, 0.5, 1]), [10e-6, 20e-6, 40e-6])


def test_points_are_read_in_si():
    assert POINTS["g0_S"].between(1e-6, 1e-3).all() and POINTS["g_initial_S"].between(1e-6, 1e-3).all()
    assert set(np.sign(POINTS["amplitude_V"])) == {-1, 1}


def test_deviation_of_hand_made_points():
    points = pd.DataFrame(
        {
            "g_initial_S": 35e-6,
            "amplitude_V": 1.0,
            "width_s": 1e-6,
            "pulses": [0, 1, 3],
            "g0_S": [35e-6, 4.5e-6, 750e-6],
        }
    )
    deviations = deviations_decades(CONSTANT, points)["deviation_decades"]
    np.testing.assert_allclose(deviations, [1.0, -1.0])
    assert rms_decades(CONSTANT, points) == pytest.approx({"set": 1.0})


def test_trains_that_the_steps_do_not_make_are_refused():
    low, high = (
        pd.DataFrame(
            {
                "g_initial_S": start_S,
                "amplitude_V": 1.0,
                "width_s": 1e-6,
                "pulses": range(7),
                "g0_S": mean_trajectory(CONSTANT, start_S, SET, 6),
            }
        )
        for start_S in (20e-6, 30e-6)
    )
    misses = trajectory_misses(CONSTANT, pd.concat([low, high]))
    assert misses["miss"].tolist() == pytest.approx([0, 0], abs=1e-12)
    high["g0_S"] = np.linspace(30e-6, 60e-6, 7)
    with pytest.raises(InputError, match=r"recalibrated SET steps.*miss those from 30 µS, \+1 V by up to 39%"):
        trajectory_misses(CONSTANT, pd.concat([low, high]))


@pytest.mark.parametrize(("log_width", "set_decades", "reset_decades"), [("log10_s", 0.12, 0.14), ("ln_s", 0.34, 0.49)])
def test_the_published_table_follows_figure_7_with_log10_of_seconds(log_width, set_decades, reset_decades):
    rms = rms_decades(published_device(log_width).kinetics, POINTS)
    assert rms == pytest.approx({"set": set_decades, "reset": reset_decades}, abs=0.006)
