"""A finished study in at most ten lines, from its tables: what was trained, what it reached and cost, the claims."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from rramgan.conditions import SETTING
from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.evaluation.verdicts import NOT_SUPPORTED, SUPPORTED, UNDECIDED
from rramgan.study import read_made_table
from rramgan.tables import read_table

MOST_SETTINGS = 3
"""Settings that have a line of their own."""


def in_short(results: Path, report: str) -> list[str]:
    """The lines about the study in the folder `results`, as far as it is finished; InputError for a damaged table.

    `report` says how its report is made.
    """
    if not all((results / name).is_file() for name in ("summary.csv", "anchors.csv")):
        return [f"Results: {results}."]
    summary = read_made_table(results / "summary.csv")
    conditions = summary.drop(columns="seed").groupby([*SETTING, "noise", "variation"]).ngroups
    seeds = sorted(summary["seed"].unique())
    first = {"Figures": results / "figures" / "accuracy_energy.png", "Tables": results / "main_results.csv"}
    places = [f"{what}: {path.parent} (first {path.name})." for what, path in first.items() if path.is_file()]
    return [
        f"{results.name}: {len(summary)} trainings of {conditions} conditions, seeds {seeds[0]} to {seeds[-1]}.",
        *_ceiling(read_made_table(results / "anchors.csv")),
        *_settings(summary),
        *_claims(results / "claims.csv"),
        " ".join([*places, f"Report: {report}."]),
    ]


def _ceiling(anchors: pd.DataFrame) -> Iterator[str]:
    """What real digits score, by the digits of the study; one line for the first."""
    real = anchors[(anchors["anchor"] == "real") & (anchors["judge"] == MAIN_JUDGE)]
    for _, row in real.head(1).iterrows():
        yield f"Real digits: {_quality(row)}."


def _settings(summary: pd.DataFrame) -> Iterator[str]:
    """What every setting reached and cost on average; the rest in one line."""
    settings = list(summary.groupby(SETTING, sort=False))
    for names, rows in settings[:MOST_SETTINGS]:
        means = rows[["accuracy", "frechet_distance", "recall", "total_J"]].mean()
        spent = f", {1e3 * means['total_J']:.3g} mJ" if means["total_J"] else ""
        collapsed = int(rows["collapsed"].sum())
        told = f"; {collapsed} of {len(rows)} collapsed" if collapsed else ""
        yield f"{'/'.join(name for name in map(str, names) if name != 'none')}: {_quality(means)}{spent}{told}."
    if len(settings) > MOST_SETTINGS:
        yield f"{len(settings) - MOST_SETTINGS} more settings in summary_by_condition.csv."


def _quality(row) -> str:
    """Accuracy, distance and variety in words."""
    return f"accuracy {row['accuracy']:.3f}, Frechet distance {row['frechet_distance']:.1f}, recall {row['recall']:.2f}"


def _claims(path: Path) -> Iterator[str]:
    """How many hypotheses of every claim are supported, not supported, undecided."""
    table = read_table(path) if path.is_file() else pd.DataFrame()
    for claim, rows in table.groupby("claim") if len(table) else ():
        counts = rows["verdict"].value_counts()
        told = ", ".join(
            f"{counts[verdict]} {verdict}" for verdict in (SUPPORTED, NOT_SUPPORTED, UNDECIDED) if verdict in counts
        )
        yield f"{claim}, {rows['says'].iloc[0]}: {told}."
