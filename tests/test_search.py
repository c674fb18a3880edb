"""A search ends alike with any number of workers and when it was stopped, and finds the front of a known trade-off."""

import functools
from pathlib import Path

import pandas as pd
import pytest

from rramgan.errors import InputError
from rramgan.search import Search, check_search, recommended, tabulate

SPACE = {
    "arrays": {"passive": {"tile_rows": {"choices": [8, 16]}, "read_V": {"low": 0.01, "high": 0.1, "log": True}}},
    "rules": {"zone": {"kind": "dead-zone", "threshold": {"low": 0.0, "high": 2.0}}, "plain": {"kind": "manhattan"}},
}
PLAN = Search(SPACE, trials=24, generation=6, seed=1)


def measure(designs, log: Path | None = None, stop_at: int = 10**9):
    """Quality grows with the read voltage and so does the bill; all else costs. Stops a search after some trials."""
    read_V, array = designs["arrays"]["read_V"], designs["arrays"]
    waste = array["tile_rows"] / 8 - 1 + designs["rules"].get("threshold", 3.0)
    if log is not None:
        with log.open("a") as file:
            file.write("trial\n")
        if len(log.read_text().splitlines()) > stop_at:
            raise KeyboardInterrupt
    return {"frechet_distance": 0.1 / read_V + waste, "whole_bill_J": read_V + waste, "int8_bill_J": 0.5}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return tabulate(PLAN.run(tmp_path_factory.mktemp("search") / "journal", measure, workers=1))


def test_the_same_trials_with_any_number_of_workers(table, tmp_path):
    pd.testing.assert_frame_equal(tabulate(PLAN.run(tmp_path / "journal", measure, workers=3)), table)


def test_a_search_that_was_stopped_goes_on_with_what_is_left(table, tmp_path):
    stopped = functools.partial(measure, log=tmp_path / "log", stop_at=9)
    with pytest.raises(KeyboardInterrupt):
        PLAN.run(tmp_path / "journal", stopped, workers=1)
    resumed = functools.partial(measure, log=tmp_path / "again")
    pd.testing.assert_frame_equal(tabulate(PLAN.run(tmp_path / "journal", resumed, workers=1)), table)
    assert len((tmp_path / "again").read_text().splitlines()) <= PLAN.trials - 9 + PLAN.generation


def test_the_front_is_what_no_trial_beats(table):
    for trial in table.itertuples():
        better = (table["frechet_distance"] <= trial.frechet_distance) & (table["whole_bill_J"] <= trial.whole_bill_J)
        same = (table["frechet_distance"] == trial.frechet_distance) & (table["whole_bill_J"] == trial.whole_bill_J)
        assert trial.front != (better & ~same).any()
    first, last = table[table["trial"] < 6], table[table["trial"] >= 18]
    assert last["whole_bill_J"].median() < first["whole_bill_J"].median()


def test_the_recommended_trial_is_the_best_below_the_bill_of_logic(table):
    best = table.loc[recommended(table)]
    affordable = table[table["whole_bill_J"] < table["int8_bill_J"]]
    assert best["frechet_distance"] == (affordable if len(affordable) else table)["frechet_distance"].min()


@pytest.mark.parametrize(
    "family, name, design, sentence",
    [
        ("arrays", "a", {"tile_rows": {"choices": [8, 0]}}, "tile_rows is 0; expected at least 1"),
        ("arrays", "a", {"read_V": {"low": 0.1, "high": 0.01}}, "read_V runs from 0.1 to 0.01; expected ascending"),
        ("rules", "r", {"kind": "sums"}, "rules.r.kind is 'sums'"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(family, name, design, sentence):
    search = {"arrays": {"passive": {}}, "rules": {"manhattan": {"kind": "manhattan"}}} | {family: {name: design}}
    with pytest.raises(InputError, match=sentence):
        check_search({"search": search, "trainings": [{"protocol": "physical"}]})


def test_a_search_needs_a_training_on_arrays():
    with pytest.raises(InputError, match="expected physical"):
        check_search({"search": {}, "trainings": [{"protocol": "software"}]})
