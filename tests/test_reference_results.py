"""The reference results that the repository ships say what README and issue claim of them."""

from pathlib import Path

import pandas as pd

from rramgan.tables import read_json

REFERENCE = Path(__file__).parents[1] / "docs/reference"
SUMMARY = pd.read_csv(REFERENCE / "summary.csv")


def test_in_software_the_network_reaches_real_digits():
    value = {name: row["value"] for name, row in read_json(REFERENCE / "headline.json").items()}
    assert value["software_fd"] <= 1.2 * value["real_fd"]
    assert value["software_recall"] >= 0.80 and value["software_coverage"] >= 0.93


def test_training_in_place_lacks_variety_that_real_digits_have_and_its_accuracy_does_not_see_it():
    value = {name: row["value"] for name, row in read_json(REFERENCE / "headline.json").items()}
    assert value["physical_recall"] < value["real_recall"] / 2 and value["physical_fd"] > 2 * value["real_fd"]
    assert value["physical_accuracy"] > value["real_accuracy"]


def test_training_in_place_reaches_the_digit_in_every_seed_without_collapse():
    physical = SUMMARY[SUMMARY["protocol"] == "physical"]
    assert len(physical) == 40
    assert physical["accuracy"].min() >= 0.95 and not physical["collapsed"].any()


def test_the_released_code_collapses_in_every_seed_and_its_accuracy_does_not_see_it():
    released = SUMMARY[SUMMARY["protocol"] == "released"]
    assert len(released) == 40
    assert released["accuracy_running"].between(0.9, 1).all() and released["collapsed"].all()
    assert released["batch_pixel_std"].max() < 0.02
