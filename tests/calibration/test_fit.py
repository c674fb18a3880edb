"""What calibration returns from measurements of known devices."""

from dataclasses import replace

import numpy as np
import pytest

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.calibration.fit import PUBLISHED_EDGES_S, calibrate, edge_jumps_decades, quantile_edges
from rramgan.calibration.parametric_fit import fit_parametric
from rramgan.calibration.reports import CYCLE_SPREAD, ParametricReport
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import LOG_WIDTHS, spread_terms
from rramgan.device.pulses import Pulse
from rramgan.device.window import Window
from rramgan.errors import InputError
from support.campaigns import BANDWIDTH_HZ
from support.devices import published_device
from support.recovery import as_drawn, recovery_table

TRUTH = published_device()


def test_quantile_bins_hold_equally_many_pulses_and_can_be_fitted():
    """A device with one law in all states, so that its truth has no bins of its own."""
    law, alike = TRUTH.kinetics, {}
    for part in ("step_coefficients", "spread_coefficients"):
        alike[part] = {polarity: np.tile(rows[5], (8, 1)) for polarity, rows in getattr(law, part).items()}
    truth = replace(TRUTH, kinetics=replace(law, **alike))
    pulses = simulate_pulses(truth, 100, 200, BANDWIDTH_HZ, seed=4)
    edges_S = quantile_edges(pulses["g_before_S"])
    counts = np.histogram(pulses["g_before_S"], edges_S)[0]
    assert len(counts) == 8 and np.ptp(counts) <= 1
    model = calibrate(simulate_iv(truth, 100, [25.0], 4, BANDWIDTH_HZ, seed=4), pulses, "alike", "test", edges_S)
    for polarity, amplitude_V in (("set", 0.8), ("reset", -1.0)):
        pulse = (np.sqrt(edges_S[1:] * edges_S[:-1]), amplitude_V, 1e-6, polarity)
        np.testing.assert_allclose(model.kinetics.mean_step(*pulse), truth.kinetics.mean_step(*pulse), rtol=0.05)


def test_quantile_bins_of_one_state_are_refused():
    with pytest.raises(InputError, match="too few states differ for 8 quantile bins"):
        quantile_edges(np.full(100, 1e-5))


def test_every_non_negligible_step_and_the_iv_curve_are_recovered(model):
    table = recovery_table(model, TRUTH)
    assert table["negligible"].sum() == 1
    trusted = table[~table["negligible"]]
    steps, iv = trusted[trusted["part"] != "iv"], trusted[trusted["part"] == "iv"]
    assert len(steps) == 15
    assert steps["relative_error_median"].max() < 0.01
    assert steps["relative_error_worst"].max() < 0.05
    assert steps["spread_error_median"].max() < 0.02
    assert iv["relative_error_worst"].item() < 0.002


def test_spread_is_that_of_the_devices_measured_and_errs_for_the_population_by_their_number(model):
    """Within 0.02 of the CV the 324 devices have; the population's differs by what 324 draws leave open."""
    of_these, of_all = (recovery_table(model, truth) for truth in (as_drawn(TRUTH, 324, seed=1), TRUTH))
    trusted = ~of_these["negligible"]
    assert of_these["spread_error_worst"][trusted].max() < 0.02
    law = TRUTH.kinetics
    largest = [
        np.max(np.abs(law.spread_coefficients[polarity] @ spread_terms(8.0, law.amplitude_V[polarity]).T))
        for polarity in ("set", "reset")
    ]
    assert of_all["spread_error_worst"][trusted].max() < 4 * max(largest) / np.sqrt(2 * 324)


@pytest.mark.parametrize("devices", [8, 20])
def test_few_devices_give_sane_models_and_none_of_them_is_taken_for_an_outlier(devices):
    iv, pulses = simulate_iv(TRUTH, devices, [25.0], 6, BANDWIDTH_HZ, 0), simulate_pulses(TRUTH, devices, 300, 1e3, 0)
    small = calibrate(iv, pulses, name="small", source="test")
    for polarity in ("set", "reset"):
        assert small.fit.kinetics[polarity].outlier_devices == []
        terms = spread_terms(LOG_WIDTHS["log10_ns"](np.geomspace(1e-7, 1e-1, 7))[:, None], 0.9)
        assert np.max(np.abs(terms @ small.kinetics.spread_coefficients[polarity].T)) < 4
    table = recovery_table(small, TRUTH)
    usable = [not report.remark for p in ("set", "reset") for report in small.fit.kinetics[p].bins]
    assert sum(usable) >= 14
    assert table[:16][usable]["relative_error_median"].median() < 0.01


def test_cycle_to_cycle_noise_is_told_from_the_spread_between_devices(campaign):
    iv, pulses = campaign
    noise = 1 + 0.2 * np.random.default_rng(3).standard_normal(len(pulses))
    step_S = (pulses["g_after_S"] - pulses["g_before_S"]) * noise
    after_S = np.clip(pulses["g_before_S"] + step_S, *PUBLISHED_EDGES_S[[0, -1]])
    noisy = calibrate(iv, pulses.assign(g_after_S=after_S), name="noisy", source="test")
    for polarity in ("set", "reset"):
        found = noisy.kinetics.cycle_spread[polarity]
        assert found[1:] == pytest.approx(0.2, rel=0.1)
        table = noisy.kinetics.step_table(Pulse({"set": 0.8, "reset": -1.0}[polarity], 1e-7))
        np.testing.assert_array_equal(table.cycle_spread, found)
    table = recovery_table(noisy, as_drawn(TRUTH, 324, seed=1))
    assert table[~table["negligible"]]["spread_error_median"].max() < 0.05


def test_without_cycle_to_cycle_noise_none_is_found(model):
    for polarity in ("set", "reset"):
        np.testing.assert_array_equal(model.kinetics.cycle_spread[polarity], 0)


def test_one_temperature_says_nothing_about_temperature(campaign):
    iv, pulses = campaign
    model = calibrate(iv[iv["temperature_C"] == 25], pulses, name="room", source="test")
    assert model.fit.static.undetermined == ["mean_a1[2]", "spread_a1[2]", "spread_a3[2]", "spread_a3[4]"]
    assert model.static.mean_a1[2] == model.static.spread_a1[2] == model.static.spread_a3[4] == 0
    state_S, voltage_V = np.geomspace(4e-6, 3e-4, 12)[:, None], np.linspace(0.05, 0.4, 8)
    for deviate, tolerance in ((0.0, 0.002), (1.0, 0.02)):
        truth = as_drawn(TRUTH, 324, seed=1).static.current(voltage_V, state_S, 25.0, deviate)
        turned = deviate * np.sign(model.static.spread_a1[1])
        np.testing.assert_allclose(model.static.current(voltage_V, state_S, 25.0, turned), truth, rtol=tolerance)


def test_the_fifty_percent_rule_leaves_out_devices_that_are_half_off(campaign):
    iv, pulses = campaign[0].copy(), campaign[1]
    iv["current_A"] *= iv["device_id"].map({4: 1.8, 9: 0.3}).fillna(1.0)
    model = calibrate(iv, pulses, name="synthetic", source="test", fifty_percent_rule=True)
    assert {4, 9} <= set(model.fit.static.outlier_devices)
    assert recovery_table(model, TRUTH)["relative_error_worst"].iloc[-1] < 0.005


@pytest.mark.parametrize("factor", [0.01, 30])
def test_bins_of_another_device_are_refused_with_the_range_to_expect(campaign, factor):
    iv, pulses = campaign
    scaled = pulses.assign(g_before_S=factor * pulses["g_before_S"], g_after_S=factor * pulses["g_after_S"])
    with pytest.raises(InputError, match=r"lie outside the bins of G0, 3.16 to 316 uS; expected bins_uS that span"):
        calibrate(iv, scaled, name="synthetic", source="test")


def test_steps_coarser_than_the_instrument_are_fitted_or_refused_not_a_crash(campaign):
    """A converter of 1 uS: most low states show no step at all."""
    iv, pulses = campaign
    coarse = pulses.assign(**{name: pulses[name].round(6) for name in ("g_before_S", "g_after_S")})
    model = calibrate(iv, coarse, name="coarse", source="test")
    step_S = model.kinetics.mean_step(237e-6, 0.9, 1e-4, "set")
    assert step_S == pytest.approx(TRUTH.kinetics.mean_step(237e-6, 0.9, 1e-4, "set"), rel=0.05)


@pytest.mark.parametrize("unit_S", [1e-6, 5e-6])
def test_a_coarse_converter_makes_no_cycle_to_cycle_noise(campaign, unit_S):
    iv, pulses = campaign
    read = {name: np.maximum((pulses[name] / unit_S).round() * unit_S, 3.2e-6) for name in ("g_before_S", "g_after_S")}
    coarse = calibrate(iv, pulses.assign(**read), name="coarse", source="test")
    for polarity in ("set", "reset"):
        bins = coarse.fit.kinetics[polarity].bins
        separate = [k for k, b in enumerate(bins) if not b.remark and CYCLE_SPREAD not in b.undetermined]
        assert len(separate) >= 4
        assert coarse.kinetics.cycle_spread[polarity][separate].max() < 0.15


def test_cycle_noise_of_one_pulse_pair_is_kept(campaign):
    """All steps of a bin are nearly alike, so that little tells it from noise of readings."""
    one = replace(TRUTH.kinetics, amplitude_V={"set": (0.9, 0.9), "reset": (-1.2, -1.2)}, width_s=(1e-5, 1e-5))
    pulses = simulate_pulses(replace(TRUTH, kinetics=one), 40, 400, BANDWIDTH_HZ, seed=3)
    noise = 1 + 0.5 * np.random.default_rng(0).standard_normal(len(pulses))
    after_S = pulses["g_before_S"] + (pulses["g_after_S"] - pulses["g_before_S"]) * noise
    model = calibrate(campaign[0], pulses.assign(g_after_S=after_S.clip(lower=1e-9)), name="one", source="test")
    for polarity, amplitude_V in (("set", 0.9), ("reset", -1.2)):
        fitted = [k for k, b in enumerate(model.fit.kinetics[polarity].bins) if not b.remark][2:]
        assert len(fitted) >= 3
        np.testing.assert_allclose(model.kinetics.cycle_spread[polarity][fitted], 0.5, rtol=0.25)
        for k in fitted:
            state_S = np.sqrt(np.prod(PUBLISHED_EDGES_S[k : k + 2]))
            pulse = (state_S, amplitude_V, 1e-5, polarity)
            error = 0.05 + 3 * abs(TRUTH.kinetics.relative_spread(*pulse)) / np.sqrt(40)  # of the mean of 40 devices
            assert model.kinetics.mean_step(*pulse) == pytest.approx(TRUTH.kinetics.mean_step(*pulse), rel=error)


@pytest.mark.parametrize("factor", [1 / 60, 60])
def test_the_fit_knows_no_scale_of_conductance(factor):
    """The same device with all conductances in proportion; noise of readings, which would not be, is left out."""
    law = TRUTH.kinetics
    step = {name: rows * [factor, 1, 1, 1, 1] for name, rows in law.step_coefficients.items()}
    scaled = replace(TRUTH, kinetics=replace(law, edges_S=factor * law.edges_S, step_coefficients=step))
    fits = [
        fit_parametric(simulate_pulses(truth, 30, 300, 1e-9, seed=1), truth.kinetics.edges_S)[0]
        for truth in (TRUTH, scaled)
    ]
    for polarity, amplitude_V in (("set", 0.9), ("reset", -1.2)):
        pulse = (amplitude_V, 1e-5, polarity)
        steps_S = [fit.mean_step(np.sqrt(fit.edges_S[1:] * fit.edges_S[:-1]), *pulse)[2:] for fit in fits]
        np.testing.assert_allclose(steps_S[1], factor * steps_S[0], rtol=1e-3)


def test_a_window_where_nothing_was_measured_is_refused(campaign, model):
    model.check_window(Window(150e-6, 300e-6))
    with pytest.raises(ValueError, match="window from 150 to 400 uS leaves the states that steps were fitted in"):
        model.check_window(Window(150e-6, 400e-6))
    iv, pulses = campaign
    low = calibrate(iv, pulses[pulses["g_before_S"] < 150e-6], name="low", source="test")
    low.check_window(Window(50e-6, 150e-6))
    with pytest.raises(ValueError, match="reaches into 178 to 316 uS, where too few SET pulses were measured"):
        low.check_window(Window(150e-6, 300e-6))


def test_fit_is_deterministic_and_survives_its_file(campaign, model, tmp_path):
    model.save(tmp_path / "a.json")
    calibrate(*campaign, name="synthetic", source="test").save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert DeviceModel.load(tmp_path / "a.json", ParametricReport).fit == model.fit
    assert DeviceModel.load(tmp_path / "a.json").fit is None


def test_fitted_model_is_valid_over_the_range_of_the_campaign(model):
    assert model.kinetics.amplitude_V == {"set": (0.8, 1.15), "reset": (-1.5, -0.8)}
    assert model.kinetics.width_s == (1e-7, 1e-1)
    model.kinetics.step_table(Pulse(0.8, 1e-7))
    with pytest.raises(ValueError, match="fitted from"):
        model.kinetics.step_table(Pulse(1.2, 1e-7))


def test_bins_that_must_not_be_believed_are_said_so(model):
    bins = model.fit.kinetics["reset"].bins
    assert "negligible" in bins[0].remark
    assert bins[3].remark is None
    assert np.all(np.isfinite(model.kinetics.step_coefficients["reset"]))
    assert np.all(np.isfinite(model.kinetics.spread_coefficients["reset"]))
    assert all(model.fit.kinetics[polarity].converged for polarity in ("set", "reset"))
    assert all(model.fit.kinetics[polarity].mean_of == "population" for polarity in ("set", "reset"))


def test_coefficients_that_the_data_leave_open_are_named_and_keep_few_digits(model):
    """RESET steps of the second bin stay below 0.1 uS: only c0 exp(2 c1 c2) is known, not c0 or c2."""
    report, step = model.fit.kinetics["reset"].bins, model.kinetics.step_coefficients["reset"][1]
    assert {"c0", "c2"} <= set(report[1].undetermined)
    assert report[5].undetermined == []
    low, high = np.transpose(report[1].step_interval_95)
    assert np.all((low <= step) & (step <= high))
    assert low[0] / high[0] > 10
    assert len(f"{step[0] * 1e6:.12g}".replace("-", "").replace(".", "")) <= 4
    assert model.fit.kinetics["set"].bins[3].undetermined == []


def test_tied_coefficients_are_those_of_the_published_table(campaign):
    tied = calibrate(*campaign, name="synthetic", source="test", tied=True)
    for polarity, columns in (("set", [0, 1]), ("reset", [0, 3])):
        fitted = [k for k, b in enumerate(tied.fit.kinetics[polarity].bins) if not b.remark]
        common = tied.kinetics.step_coefficients[polarity][fitted][:, columns]
        assert np.all(common == common[0])
        np.testing.assert_allclose(common[0], TRUTH.kinetics.step_coefficients[polarity][0, columns], rtol=1e-3)
    # What one bin leaves open the others know.
    assert tied.fit.kinetics["reset"].bins[1].undetermined == []
    assert tied.kinetics.step_coefficients["reset"][1, 2] == pytest.approx(6.88, rel=0.01)


def test_continuity_is_an_option_and_its_effect_is_reported(campaign, model):
    joined = calibrate(*campaign, name="synthetic", source="test", continuous=True)
    assert joined.kinetics.continuous and not model.kinetics.continuous
    own, other = (
        {name: replace(report, train_miss={}) for name, report in m.fit.kinetics.items()} for m in (joined, model)
    )
    assert own == other and joined.fit.static == model.fit.static
    assert len(model.fit.kinetics["set"].edge_jumps_decades) == 7


def test_a_bin_without_data_borrows_its_neighbour(campaign):
    iv, pulses = campaign
    pulses = pulses[pulses["g_before_S"] > 5.62e-6]
    model = calibrate(iv, pulses, name="synthetic", source="test")
    for polarity in ("set", "reset"):
        assert "too few pulses" in model.fit.kinetics[polarity].bins[0].remark
        assert np.all(np.isfinite(model.kinetics.step_coefficients[polarity]))
    np.testing.assert_array_equal(
        model.kinetics.step_coefficients["set"][0], model.kinetics.step_coefficients["set"][1]
    )


@pytest.mark.parametrize(("direction", "polarity"), [(1, "RESET"), (-1, "SET")])
def test_one_polarity_alone_is_refused(campaign, direction, polarity):
    iv, pulses = campaign
    with pytest.raises(InputError, match=f"no {polarity} pulse"):
        calibrate(iv, pulses[np.sign(pulses["amplitude_V"]) == direction], name="synthetic", source="test")


def test_too_few_sweeps_are_refused(campaign):
    iv, pulses = campaign
    with pytest.raises(InputError, match="sweeps; expected at least"):
        calibrate(iv.head(100), pulses, name="synthetic", source="test")


def test_outlier_devices_do_not_move_the_fit(campaign):
    """One device in fifteen with gross errors: steps three times too large, currents half as large again."""
    iv, pulses = (table.copy() for table in campaign)
    bad = pulses["device_id"] % 15 == 0
    pulses.loc[bad, "g_after_S"] = np.clip(
        pulses["g_before_S"] + 3 * (pulses["g_after_S"] - pulses["g_before_S"]), *PUBLISHED_EDGES_S[[0, -1]]
    )[bad]
    iv.loc[iv["device_id"] % 15 == 0, "current_A"] *= 1.5
    table = recovery_table(calibrate(iv, pulses, name="synthetic", source="test"), TRUTH)
    trusted = table[~table["negligible"]]
    assert trusted["relative_error_median"].max() < 0.05


def test_where_the_formula_does_not_fit_the_mean_is_that_of_the_average_device(campaign):
    """Steps that wave by 20 % about the formula: the fit says so, and does not bend the mean to please the formula."""
    iv, pulses = campaign

    def wave(amplitude_V, width_s):
        return 1 + 0.2 * np.sin(3 * (np.log10(width_s) + 4)) * np.cos(6 * np.abs(amplitude_V))

    step_S = (pulses["g_after_S"] - pulses["g_before_S"]) * wave(pulses["amplitude_V"], pulses["width_s"])
    after_S = np.clip(pulses["g_before_S"] + step_S, *PUBLISHED_EDGES_S[[0, -1]])
    model = calibrate(iv, pulses.assign(g_after_S=after_S), name="synthetic", source="test")
    width_s = np.geomspace(1e-7, 1e-1, 25)[:, None]
    for polarity, (low_V, high_V) in TRUTH.kinetics.amplitude_V.items():
        assert model.fit.kinetics[polarity].mean_of.startswith("average device")
        for g0_S in (42e-6, 75e-6, 133e-6, 237e-6):
            pulse = (g0_S, np.linspace(low_V, high_V, 15), width_s, polarity)
            ratio = model.kinetics.mean_step(*pulse) / TRUTH.kinetics.mean_step(*pulse) / wave(*pulse[1:3])
            assert np.median(ratio) == pytest.approx(1, abs=0.1)


def test_jumps_at_the_edges_are_told_in_decades():
    jumps = edge_jumps_decades(TRUTH.kinetics, "set")
    assert jumps.shape == (7,)
    assert np.all((jumps > 0.01) & (jumps < 0.2))
    assert edge_jumps_decades(TRUTH.kinetics, "reset")[0] > 5
