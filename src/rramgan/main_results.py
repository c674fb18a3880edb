"""What a study found, as two tables for people and for print: few columns, intervals beside their means."""

from collections.abc import Mapping

import pandas as pd

from rramgan.conditions import CONDITION
from rramgan.evaluation.sentences import rows_of, told_change

MEASURES: Mapping[str, tuple[str, float, str]] = {
    "energy (mJ)": ("total_J", 1e3, ".4g"),
    "accuracy": ("accuracy", 1.0, ".3f"),
    "Frechet distance": ("frechet_distance", 1.0, ".1f"),
    "recall": ("recall", 1.0, ".2f"),
    "coverage": ("coverage", 1.0, ".2f"),
}
"""Columns by heading: quantity, factor to the unit shown, format."""


def main_results(by_condition: pd.DataFrame) -> pd.DataFrame:
    """A row per condition: its names, the number of seeds, mean and 95 % interval of the MEASURES as text.

    `by_condition`: the columns of summary_by_condition.csv.
    """
    shown = by_condition[CONDITION].assign(seeds=by_condition["n"])
    for heading, (quantity, factor, form) in MEASURES.items():
        bounds = by_condition[[f"{quantity}_{bound}" for bound in ("mean", "low", "high")]]
        shown[heading] = [_with_interval(factor * row, form) for row in bounds.to_numpy()]
    return shown


def _with_interval(values, form: str) -> str:
    """A mean with its interval; one seed has none."""
    mean, low, high = (format(value, form) for value in values)
    return mean if low == "nan" else f"{mean} [{low}, {high}]"


def claim_results(claims: pd.DataFrame) -> pd.DataFrame:
    """A row per hypothesis: claim, setting, what is compared on which terms, change, corrected p-value, verdict.

    `claims`: the columns of claims.csv.
    """
    rows = []
    for row in rows_of(claims):
        setting = "/".join(str(row[name]) for name in ("protocol", "array", "rule") if row[name] not in ("", "none"))
        compared = {"claim": row["claim"], "training": setting, "compared": f"{row['first']} to {row['second']}"}
        found = {"terms": row["terms"], "change": told_change(row), "p (Holm)": format(row["p_holm"], ".2g")}
        rows.append(compared | found | {"verdict": row["verdict"]})
    return pd.DataFrame(rows)


def latex(table: pd.DataFrame, caption: str, label: str) -> str:
    """A table as LaTeX, which asks for the package booktabs; without rows it says so."""
    if table.empty:
        return f"% {caption}: nothing to show\n"
    return table.to_latex(index=False, escape=True, caption=caption, label=label)
