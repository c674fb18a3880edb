"""Draws from a fit's covariance scatter as the fit says its coefficients and steps do."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rramgan.device.calibration import calibrate
from rramgan.device.campaign import simulate_iv, simulate_pulses
from rramgan.device.model import DeviceModel, published_model
from rramgan.device.pulse_axes import PulseAxes, mean_step_of
from rramgan.device.uncertainty import draw_model
from rramgan.errors import InputError

RAW = Path(__file__).parents[2] / "data" / "raw" / "nili2020"
TRUTH = published_model(RAW / "nili2020_table1_static.csv", RAW / "nili2020_table1_dynamic.csv")
DRAWS = 400
TOLERANCE = 4 / np.sqrt(2 * DRAWS)
"""Four standard errors of a standard deviation estimated from so many draws, relative."""


@pytest.fixture(scope="module")
def model():
    iv = simulate_iv(TRUTH, 60, [25.0, 55.0, 85.0], 4, 1e3, seed=1)
    return calibrate(iv, simulate_pulses(TRUTH, 60, 100, 1e3, seed=1), name="synthetic", source="test")


@pytest.fixture(scope="module")
def draws(model):
    return [draw_model(model, seed) for seed in range(DRAWS)]


def assert_scatter(sample, mean, covariance):
    """Every principal axis of the covariance that is not lost in rounding is met within sampling error."""
    values, vectors = np.linalg.eigh(covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance))))
    scaled = (sample - mean) / np.sqrt(np.diag(covariance)) @ vectors
    kept = values > 1e-6 * values.max()
    np.testing.assert_allclose(scaled.std(axis=0)[kept] / np.sqrt(values[kept]), 1, atol=TOLERANCE)
    assert np.all(np.abs(scaled.mean(axis=0)[kept]) < 4 * np.sqrt(values[kept] / DRAWS))


@pytest.mark.parametrize("polarity", ["set", "reset"])
@pytest.mark.parametrize("k", [4, 7])
def test_draws_have_the_covariance_of_the_fit(model, draws, polarity, k):
    report = model.fit["dynamic"][polarity]
    axes, fitted = PulseAxes(**report["axes"]), report["bins"][k]
    theta = np.array([axes.theta(draw.dynamic.step[polarity][k]) for draw in draws])
    assert_scatter(theta, axes.theta(model.dynamic.step[polarity][k]), np.array(fitted["theta_covariance"]))
    spread = np.array([draw.dynamic.spread[polarity][k] for draw in draws])
    assert_scatter(spread, model.dynamic.spread[polarity][k], np.array(fitted["spread_covariance"]))


@pytest.mark.parametrize(("polarity", "amplitude_V"), [("set", 0.8), ("reset", -1.0)])
def test_drawn_steps_have_the_standard_error_of_the_fitted_step(model, draws, polarity, amplitude_V):
    report = model.fit["dynamic"][polarity]
    axes = PulseAxes(**report["axes"])
    for k, fitted in enumerate(report["bins"]):
        if fitted.get("undetermined") == []:
            state_S = np.sqrt(model.dynamic.edges_S[k] * model.dynamic.edges_S[k + 1])
            steps_S = [draw.dynamic.mean_step(state_S, amplitude_V, 1e-7, polarity) for draw in draws]
            place = axes.scale(amplitude_V, 1e-7)
            mean_S, slopes = mean_step_of(axes.theta(model.dynamic.step[polarity][k]), *place, axes.sign)
            error_S = np.sqrt(slopes @ np.array(fitted["theta_covariance"]) @ slopes)
            assert np.std(steps_S) == pytest.approx(error_S, rel=1.5 * TOLERANCE), k
            assert np.all(np.sign(steps_S) == np.sign(mean_S))


def test_static_coefficients_have_the_covariance_of_the_fit(model, draws):
    for name, values in vars(model.static).items():
        sample = np.array([getattr(draw.static, name) for draw in draws])
        assert_scatter(sample, values, np.array(model.fit["static"]["covariance"][name]))


def test_a_seed_gives_one_draw_whatever_else_is_drawn(model, draws, tmp_path):
    model.save(tmp_path / "model.json")
    again = draw_model(DeviceModel.load(tmp_path / "model.json"), 7)
    again.save(tmp_path / "again.json")
    draws[7].save(tmp_path / "first.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "first.json").read_bytes()
    assert again.dynamic.step["set"][4, 0] != draws[8].dynamic.step["set"][4, 0]


def test_bins_without_a_fit_of_their_own_follow_their_source_or_stay(model):
    bins = [dict(report) for report in model.fit["dynamic"]["set"]["bins"]]
    bins[0] = {"source_bin": 1}
    bins[7].pop("theta_covariance")
    dynamic = {**model.fit["dynamic"], "set": {**model.fit["dynamic"]["set"], "bins": bins}}
    step = draw_model(replace(model, fit={**model.fit, "dynamic": dynamic}), 0).dynamic.step["set"]
    np.testing.assert_array_equal(step[0], step[1])
    np.testing.assert_array_equal(step[7], model.dynamic.step["set"][7])


def test_a_model_without_covariance_is_refused():
    with pytest.raises(InputError, match="device model nili2020: its fit holds no 'static'; calibration draws need"):
        draw_model(TRUTH, 0)
