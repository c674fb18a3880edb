"""Posterior check of recorded pulses: trains are found, integrated as the closed form says, and refused if missed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lab_devices import pulses

from rramgan.calibration.fit import calibrate, quantile_edges
from rramgan.calibration.trains import integrated_trains, train_misses
from rramgan.errors import InputError

CAMPAIGN = pulses(devices=6, trains=4, length=30)


@pytest.fixture(scope="module")
def model():
    return calibrate(None, CAMPAIGN, "mine", "bench", quantile_edges(CAMPAIGN["g_before_S"]))


def test_trains_are_the_runs_of_equal_polarity_in_one_device(model):
    trains = integrated_trains(CAMPAIGN, model.kinetics, model.fit.kinetics)
    assert trains.groupby(["polarity", "device_id"])["train"].nunique().tolist() == [4] * 12
    assert trains.groupby(["polarity", "train"])["pulse_index"].max().tolist() == [30] * 48
    broken = CAMPAIGN.assign(pulse_index=CAMPAIGN["pulse_index"] + CAMPAIGN["pulse_index"] // 3)
    assert integrated_trains(broken, model.kinetics, model.fit.kinetics).empty


def test_equal_steps_integrate_to_a_line_with_the_scatter_of_a_random_walk(model):
    kinetics = model.kinetics
    reports = {p: replace(r, variables=dict.fromkeys(range(6), 0.0)) for p, r in model.fit.kinetics.items()}
    trains = integrated_trains(CAMPAIGN, kinetics, reports)
    sets = trains[(trains["polarity"] == "set") & (trains["device_id"] == 0)]
    first = sets[sets["train"] == sets["train"].iloc[0]]
    assert first["predicted_S"].iloc[-1] == pytest.approx(20e-6 + 30e-6, rel=0.02)
    # Steps of 1 uS that scatter by 10 %.
    assert first["scatter_S"].iloc[-1] == pytest.approx(0.1e-6 * np.sqrt(30), rel=0.15)


def test_every_device_has_its_miss_in_the_report(model):
    for report in model.fit.kinetics.values():
        assert report.train_miss.keys() == set(range(6))
        assert max(report.train_miss.values()) < 0.03


def test_steps_that_tire_along_a_train_miss_it_and_are_refused():
    """Steps that shrink with every pulse of a train although the state does not tell: all trains start anywhere."""
    rng, rows = np.random.default_rng(0), []
    for device in range(6):
        index = 0
        for train in range(24):
            sign = 1 if train % 2 == 0 else -1
            state_S = rng.uniform(20e-6, 35e-6) + (0 if sign > 0 else 15e-6)
            for pulse in range(30):
                after_S = state_S + sign * 2e-6 * 0.85**pulse
                rows.append((device, index, state_S, 1.0 if sign > 0 else -1.2, 1e-6, after_S))
                index, state_S = index + 1, after_S
    names = ["device_id", "pulse_index", "g_before_S", "amplitude_V", "width_s", "g_after_S"]
    tired = pd.DataFrame(rows, columns=names)
    with pytest.raises(InputError, match="integrated over the measured trains, miss devices 0, 1, 2, 3, 4"):
        calibrate(None, tired, "tired", "bench", quantile_edges(tired["g_before_S"], 4))


def test_without_trains_nothing_is_missed(model):
    none = integrated_trains(CAMPAIGN.iloc[:3], model.kinetics, model.fit.kinetics)
    assert train_misses(none, 1e-6).empty
