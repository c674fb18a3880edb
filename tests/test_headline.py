"""The numbers in README and docs are those of the reference studies."""

import pandas as pd
import pytest

from rramgan.headline import LISTS, MARK, MISSING, REFERENCE, filled, measured, pages
from rramgan.prose_tables import TABLES
from rramgan.quoted import NUMBERS, Number
from rramgan.tables import read_json
from support.devices import ROOT

ASKED_FOR = [f"{who}_{what}" for who in ("real", "software", "physical") for what in ("fd", "recall", "coverage")]


def shipped():
    return read_json(ROOT / REFERENCE / "headline.json")


@pytest.mark.parametrize("page", pages(ROOT), ids=lambda page: page.name)
def test_prose_quotes_the_numbers_of_the_reference_studies(page):
    text = page.read_text(encoding="utf-8")
    assert text == filled(text, shipped(), ROOT / REFERENCE), "run `make headline`"


def test_every_number_has_been_measured():
    assert shipped().keys() == NUMBERS.keys() | LISTS.keys()
    assert all(row.keys() == {"value", "unit", "study", "processor"} for row in shipped().values())


def test_what_was_asked_for_is_there():
    assert set(ASKED_FOR) <= NUMBERS.keys()


def test_a_mark_gets_its_number_in_its_format():
    text = "recall 7<!-- headline: software_recall .2f -->, FD (9.99<!-- headline: real_fd .1f -->)"
    told = filled(text, {"software_recall": {"value": 0.8449}, "real_fd": {"value": None}}, ROOT)
    assert told == f"recall 0.84<!-- headline: software_recall .2f -->, FD ({MISSING}<!-- headline: real_fd .1f -->)"
    with pytest.raises(ValueError, match="sofware_recall is no number"):
        filled("1<!-- headline: sofware_recall .2f -->", {}, ROOT)


def test_numbers_are_gathered_from_the_rows_they_name(tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    table = pd.DataFrame({"protocol": ["a", "a", "b"], "recall": [0.2, 0.4, 1.0]})
    table.to_csv(folder / "summary.csv", index=False)
    assert Number("mnist", "summary.csv", "protocol == 'a'", "recall").read(tmp_path) == pytest.approx(0.3)
    assert Number("mnist", "summary.csv", "protocol == 'a'", "recall", gather="max").read(tmp_path) == 0.4


def test_a_study_that_has_not_been_run_gives_no_numbers(tmp_path):
    assert measured(tmp_path) == {}


def test_a_table_gets_its_rows_from_what_is_kept(tmp_path):
    folder = tmp_path / "arrays"
    folder.mkdir()
    row = {f"{name}_mean": 0.5 for column in TABLES["arrays"].columns.values() for name in column[0]}
    rows = [row | {"protocol": "physical", "array": name, "total_J_mean": J} for name, J in (("dear", 2), ("cheap", 1))]
    pd.DataFrame(rows).to_csv(folder / "summary_by_condition.csv", index=False)
    told = filled("a\n<!-- table: arrays -->\nold\n<!-- end -->\nb", {}, tmp_path)
    lines = told.splitlines()
    assert [line.split(" | ")[:2] for line in lines[4:6]] == [["| cheap", "1000.0"], ["| dear", "2000.0"]]
    assert "old" not in told and lines[0] == "a" and lines[-1] == "b"
    assert filled(told, {}, tmp_path) == told


@pytest.mark.parametrize("text", ["x {} y", "| {} |", "({})", "at most {}."])
def test_marks_are_found_whatever_stands_around_them(text):
    assert MARK.search(text.format("-3<!-- headline: real_fd .1f -->"))["name"] == "real_fd"
