"""Draws from a fit's covariance scatter as the fit says its coefficients and steps do."""

from dataclasses import replace

import numpy as np
import pytest

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.calibration.draws import draw_parametric
from rramgan.calibration.fit import calibrate
from rramgan.calibration.pulse_axes import mean_step_of
from rramgan.calibration.reports import BinReport, ParametricReport
from rramgan.device.model import DeviceModel
from support.devices import published_device

TRUTH = published_device()
DRAWS = 400
TOLERANCE = 4 / np.sqrt(2 * DRAWS)
"""Four standard errors of a standard deviation estimated from so many draws, relative."""


@pytest.fixture(scope="module")
def campaign():
    iv = simulate_iv(TRUTH, 60, [25.0, 55.0, 85.0], 4, 1e3, seed=1)
    return iv, simulate_pulses(TRUTH, 60, 100, 1e3, seed=1)


@pytest.fixture(scope="module")
def model(campaign):
    return calibrate(*campaign, name="synthetic", source="test")


@pytest.fixture(scope="module")
def draws(model):
    return [draw_parametric(model, seed) for seed in range(DRAWS)]


def assert_scatter(sample, mean, covariance):
    """Every principal axis of the covariance that is not lost in rounding is met within sampling error."""
    values, vectors = np.linalg.eigh(covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance))))
    scaled = (sample - mean) / np.sqrt(np.diag(covariance)) @ vectors
    kept = values > 1e-6 * values.max()
    np.testing.assert_allclose(scaled.std(axis=0)[kept] / np.sqrt(values[kept]), 1, atol=TOLERANCE)
    assert np.all(np.abs(scaled.mean(axis=0)[kept]) < 4 * np.sqrt(values[kept] / DRAWS))


def part_of(report, k, which):
    """Where the joint covariance holds theta (0) or the spread coefficients (1) of bin `k`."""
    start = 10 * report.fitted_bins.index(k) + 5 * which
    return slice(start, start + 5)


def joint_parameters(model, polarity):
    """Theta and spread coefficients of all fitted bins, in the order of the joint covariance."""
    report = model.fit.kinetics[polarity]
    axes = report.axes

    def of(kinetics):
        steps, spreads = kinetics.step_coefficients[polarity], kinetics.spread_coefficients[polarity]
        return np.ravel([(axes.theta(steps[k]), spreads[k]) for k in report.fitted_bins])

    return of, np.array(report.covariance)


@pytest.mark.parametrize("polarity", ["set", "reset"])
@pytest.mark.parametrize("which", [0, 1], ids=["mean", "spread"])
@pytest.mark.parametrize("k", [4, 7])
def test_draws_have_the_covariance_of_the_fit(model, draws, polarity, which, k):
    of, covariance = joint_parameters(model, polarity)
    part = part_of(model.fit.kinetics[polarity], k, which)
    sample = np.array([of(draw.kinetics)[part] for draw in draws])
    assert_scatter(sample, of(model.kinetics)[part], covariance[part, part])


@pytest.mark.parametrize("polarity", ["set", "reset"])
def test_the_scale_of_the_spread_errs_alike_in_all_bins(model, draws, polarity):
    """60 devices fix the common scale of the spread to 1 / sqrt(2 x 60): it dominates its error in every bin."""
    pulse = {"set": (1.0, 1e-4), "reset": (-1.3, 1e-4)}[polarity]
    states_S = {k: np.sqrt(np.prod(model.kinetics.edges_S[k : k + 2])) for k in (4, 7)}
    ratios = {
        k: [draw.kinetics.relative_spread(g_S, *pulse, polarity) for draw in draws]
        / model.kinetics.relative_spread(g_S, *pulse, polarity)
        for k, g_S in states_S.items()
    }
    assert np.corrcoef(ratios[4], ratios[7])[0, 1] > 0.5
    assert np.std(ratios[7]) == pytest.approx(1 / np.sqrt(2 * 60), rel=0.5)


def test_tied_coefficients_stay_tied(campaign):
    tied = calibrate(*campaign, name="synthetic", source="test", tied=True)
    for polarity, columns in (("set", [0, 1]), ("reset", [0, 3])):
        bins = tied.fit.kinetics[polarity].bins
        fitted = [k for k, report in enumerate(bins) if not report.remark]
        common = draw_parametric(tied, 3).kinetics.step_coefficients[polarity][fitted][:, columns]
        np.testing.assert_allclose(common, np.broadcast_to(common[0], common.shape), rtol=1e-6)
        assert not np.allclose(common[0], tied.kinetics.step_coefficients[polarity][fitted[0], columns], rtol=1e-6)


@pytest.mark.parametrize(("polarity", "amplitude_V"), [("set", 0.8), ("reset", -1.0)])
def test_drawn_steps_have_the_standard_error_of_the_fitted_step(model, draws, polarity, amplitude_V):
    report = model.fit.kinetics[polarity]
    axes = report.axes
    for k, fitted in enumerate(report.bins):
        if fitted.undetermined == []:
            covariance, _ = report.covariance_of_bin(k)
            state_S = np.sqrt(model.kinetics.edges_S[k] * model.kinetics.edges_S[k + 1])
            steps_S = [draw.kinetics.mean_step(state_S, amplitude_V, 1e-7, polarity) for draw in draws]
            place = axes.scale(amplitude_V, 1e-7)
            mean_S, slopes = mean_step_of(axes.theta(model.kinetics.step_coefficients[polarity][k]), *place, axes.sign)
            error_S = np.sqrt(slopes @ covariance @ slopes)
            assert np.std(steps_S) == pytest.approx(error_S, rel=1.5 * TOLERANCE), k
            assert np.all(np.sign(steps_S) == np.sign(mean_S))


def test_draws_of_one_pulse_pair_scatter_about_the_fit():
    """One width and amplitude leave all but one parameter open; steps are known to a few percent all the same."""
    one = replace(TRUTH.kinetics, amplitude_V={"set": (0.9, 0.9), "reset": (-1.2, -1.2)}, width_s=(1e-5, 1e-5))
    truth = replace(TRUTH, kinetics=one)
    iv = simulate_iv(truth, 20, [25.0], 4, 1e3, seed=1)
    fitted = calibrate(iv, simulate_pulses(truth, 20, 400, 1e3, seed=3), name="one", source="test")
    drawn = [draw_parametric(fitted, seed).kinetics for seed in range(40)]
    for pulse in ((0.9, 1e-5, "set"), (-1.2, 1e-5, "reset")):
        for g0_S in (75e-6, 133e-6, 237e-6):
            ratio = [d.mean_step(g0_S, *pulse) / fitted.kinetics.mean_step(g0_S, *pulse) for d in drawn]
            assert np.median(ratio) == pytest.approx(1, abs=0.1)
            assert min(ratio) > 0.5 and max(ratio) < 2


def test_static_coefficients_have_the_covariance_of_the_fit(model, draws):
    report = model.fit.static
    assert report.covariance_of == ["mean_a1", "spread_a1", "mean_a3", "spread_a3"]
    sample = np.array([np.concatenate([getattr(draw.static, name) for name in report.covariance_of]) for draw in draws])
    mean = np.concatenate([getattr(model.static, name) for name in report.covariance_of])
    assert_scatter(sample, mean, np.array(report.covariance))


def test_a_seed_gives_one_draw_whatever_else_is_drawn(model, draws, tmp_path):
    model.save(tmp_path / "model.json")
    again = draw_parametric(DeviceModel.load(tmp_path / "model.json", ParametricReport), 7)
    again.save(tmp_path / "again.json")
    draws[7].save(tmp_path / "first.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "first.json").read_bytes()
    assert again.kinetics.step_coefficients["set"][4, 0] != draws[8].kinetics.step_coefficients["set"][4, 0]


def test_bins_without_a_fit_of_their_own_follow_their_source_or_stay(model):
    report = model.fit.kinetics["set"]
    borrowing = replace(report, bins=[BinReport(0, source_bin=1), *report.bins[1:]])
    fit = replace(model.fit, kinetics={**model.fit.kinetics, "set": borrowing})
    drawn = draw_parametric(replace(model, fit=fit), 0).kinetics
    np.testing.assert_array_equal(drawn.step_coefficients["set"][0], drawn.step_coefficients["set"][1])
    assert "negligible" in model.fit.kinetics["reset"].bins[0].remark
    np.testing.assert_array_equal(drawn.step_coefficients["reset"][0], model.kinetics.step_coefficients["reset"][0])
