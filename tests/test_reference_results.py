"""The reference results that the repository ships say what the prose claims of them."""

import pandas as pd

from rramgan.tables import read_json
from support.devices import ROOT

REFERENCE = ROOT / "docs/reference"
SUMMARY = pd.read_csv(REFERENCE / "summary.csv")
VALUE = {name: row["value"] for name, row in read_json(REFERENCE / "headline.json").items()}


def test_in_software_the_network_comes_near_real_digits():
    assert VALUE["software_recall"] >= 0.8 and VALUE["software_coverage"] >= 0.93
    assert VALUE["real_fd"] < VALUE["software_fd"] <= 1.2 * VALUE["real_fd"] < VALUE["physical_fd"] / 2


def test_training_in_place_lacks_variety_that_real_digits_have_and_its_accuracy_does_not_see_it():
    assert VALUE["physical_recall"] < VALUE["real_recall"] / 2
    assert VALUE["physical_accuracy"] > VALUE["real_accuracy"] - 0.05


def test_training_in_place_does_not_collapse():
    physical = SUMMARY[(SUMMARY["protocol"] == "physical") & ~SUMMARY["noise"].str.startswith("gaussian_")]
    assert len(physical) == 40 and not physical["collapsed"].any()


def test_a_weak_input_saves_energy_and_collapses_and_a_strong_one_does_not():
    full = SUMMARY[(SUMMARY["protocol"] == "physical") & (SUMMARY["variation"] == "full")]
    weak, usual, strong = (full[full["noise"] == name] for name in ("gaussian_0p003", "gaussian", "gaussian_3"))
    assert weak["collapsed"].all() and not strong["collapsed"].any()
    assert weak["total_J"].max() < usual["total_J"].min() and usual["total_J"].max() < strong["total_J"].min()
    assert weak["accuracy"].min() > strong["accuracy"].max()


def test_the_released_code_collapses_in_every_seed():
    released = SUMMARY[SUMMARY["protocol"] == "released"]
    assert len(released) == 40 and released["collapsed"].all()
    assert released["batch_pixel_std"].max() < 0.02


def test_the_recipe_takes_less_than_int8_logic_for_various_digits_as_accurate_as_real_ones():
    assert VALUE["recipe_arrays_mJ"] <= 60 and VALUE["recipe_whole_bill_mJ"] < VALUE["int8_whole_bill_mJ"]
    assert abs(VALUE["recipe_accuracy"] - VALUE["recipe_real_accuracy"]) <= 0.02
    assert VALUE["recipe_fd"] <= 4.0 and VALUE["recipe_recall"] >= 0.75 and VALUE["recipe_coverage"] >= 0.9


def test_ten_digits_in_place_are_nearly_as_near_as_those_of_software_and_no_class_is_missing():
    assert VALUE["ten_digits_fd_over_software"] <= 1.3 and VALUE["ten_digits_class_recall"] >= 0.6
    assert VALUE["ten_digits_least_share"] >= 0.04 and VALUE["ten_digits_largest_share"] <= 0.16
