"""Tables for people have the numbers of those for machines, in few columns."""

import pandas as pd

from rramgan.main_results import claim_results, latex, main_results
from support.devices import ROOT

REFERENCE = ROOT / "docs/reference"


def test_every_condition_has_twelve_cells():
    table = pd.read_csv(REFERENCE / "summary_by_condition.csv")
    shown = main_results(table)
    assert len(shown) == len(table) and len(shown.columns) == 12
    row = table.iloc[0]
    mean, low, high = (1e3 * row[f"total_J_{bound}"] for bound in ("mean", "low", "high"))
    assert shown["energy (mJ)"].iloc[0] == f"{mean:.4g} [{low:.4g}, {high:.4g}]"
    alone = main_results(table.assign(total_J_low=float("nan"), total_J_high=float("nan")))
    assert alone["energy (mJ)"].iloc[0] == f"{mean:.4g}"


def test_every_hypothesis_has_a_row_that_names_what_it_compares():
    claims = pd.read_csv(REFERENCE / "claims.csv")
    shown = claim_results(claims)
    assert len(shown) == len(claims) and list(shown["verdict"]) == list(claims["verdict"]) and len(shown.columns) <= 12
    trade = shown[shown["claim"] == "C1"].iloc[0]
    assert trade["change"].startswith("energy (") and "; accuracy: " in trade["change"]


def test_latex_escapes_what_means_something_to_it():
    text = latex(pd.DataFrame({"noise": ["gaussian_3"], "change": ["-2.6 % [-2.8, -2.3]"]}), "Results", "tab:results")
    assert r"gaussian\_3 & -2.6 \% [-2.8, -2.3] \\" in text and r"\toprule" in text
    assert latex(pd.DataFrame(), "Results", "tab:results") == "% Results: nothing to show\n"
