"""The reference results that the repository ships say what README and issue claim of them."""

from pathlib import Path

import pandas as pd

SUMMARY = pd.read_csv(Path(__file__).parents[1] / "docs/reference/summary.csv")


def test_training_in_place_reaches_the_digit_in_every_seed_without_collapse():
    physical = SUMMARY[SUMMARY["protocol"] == "physical"]
    assert len(physical) == 40
    assert physical["accuracy"].min() >= 0.95 and not physical["collapsed"].any()


def test_the_released_code_collapses_in_every_seed_and_its_accuracy_does_not_see_it():
    released = SUMMARY[SUMMARY["protocol"] == "released"]
    assert len(released) == 40
    assert released["accuracy_running"].between(0.9, 1).all() and released["collapsed"].all()
    assert released["batch_pixel_std"].max() < 0.02
