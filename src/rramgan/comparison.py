"""Whether a fresh run agrees with reference results: `python -m rramgan.comparison results/default docs/reference`.

Where processor, kernels and versions are the same, so is every bit. Elsewhere rounding differs, trainings part, and
what can agree is the mean over seeds. The tolerance of a mean is t s sqrt(1/n + 1/m): s is the standard deviation over
seeds of the reference, pooled over the noises and variations of a setting, and t Student's quantile of LEVEL shared out
among all comparisons (Bonferroni). It is meant for runs of the same seeds, which share weights, batches, noise and
devices. Between independent seeds it is too narrow where a noise scatters more than the others of its setting, and for
measures that were the same in all seeds of the reference. One seed has no spread: there the last digits have to agree.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from rramgan.conditions import CONDITION
from rramgan.errors import InputError
from rramgan.machine import machine
from rramgan.tables import read_json, read_table

TABLES = {"summary.csv": CONDITION, "energy_by_layer.csv": [*CONDITION, "layer"]}
"""Tables with a row per training, and what tells their conditions apart."""

APART = ("noise", "variation")
"""What the conditions of a setting, which share a spread, differ in."""

MADE_BY = ["rramgan_version", "config_sha256"]
UNCOMPARED = ("seed", *MADE_BY)
LEVEL = 0.01
"""Shared out among the comparisons of two tables."""

LAST_DIGITS = 1e-6
"""What rounding leaves of a value without spread, as a share of it."""


def differences(name: str, found: pd.DataFrame, reference: pd.DataFrame, keys: list[str]) -> Iterator[str]:
    """A sentence for every measure whose means differ by more than chance, and for conditions that only one has.

    Both tables have a row per seed and condition, which the columns `keys` name.
    """
    counted = map(str, reference.select_dtypes(["number", "bool"]))
    measures = [column for column in counted if column not in (*keys, *UNCOMPARED)]
    if absent := [measure for measure in measures if measure not in found]:
        yield f"{name}: column {absent[0]} is missing; expected {', '.join(measures)}."
        return
    ours, theirs = (_by_condition(table, keys, measures) for table in (found, reference))
    conditions = theirs[0].index.intersection(ours[0].index)
    for told, lacking in (("missing", theirs[0].index), ("not in the reference", ours[0].index)):
        if len(only := lacking.difference(conditions, sort=False)):
            yield f"{name}: {len(only)} of {len(lacking)} conditions are {told}, {_label(only[0])} first."
    comparisons = max(1, len(conditions) * len(measures))
    for measure in measures if len(conditions) else ():
        limits = _tolerance(ours, theirs, measure, conditions, comparisons)
        here, there = (means[measure][conditions] for means, *_ in (ours, theirs))
        excess = (here - there).abs() - limits
        wrong = (excess > 0) | (here.isna() != there.isna())
        if wrong.any():
            worst = excess.fillna(np.inf).where(wrong, -np.inf).idxmax()
            yield (
                f"{name}: {measure} differs in {wrong.sum()} of {len(wrong)} conditions, most in {_label(worst)}: "
                f"{here[worst]:.5g} instead of {there[worst]:.5g}, and {limits[worst]:.2g} would be chance."
            )


def _by_condition(table, keys, measures) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Means, variances and numbers of seeds by condition."""
    groups = table.astype(dict.fromkeys(measures, float)).groupby([*keys], sort=False)
    return groups[measures].mean(), groups[measures].var(), groups.size()


def _tolerance(ours, theirs, measure, conditions, comparisons) -> pd.Series:
    """By condition, the most that chance leaves between the means of a measure in one of so many comparisons."""
    means, variances, seeds = theirs
    setting = [key for key in means.index.names if key not in APART]
    freedom = (seeds - 1).groupby(setting).transform("sum")
    pooled = ((seeds - 1) * variances[measure].fillna(0.0)).groupby(setting).transform("sum") / freedom
    quantile = stats.t.ppf(1 - LEVEL / 2 / comparisons, freedom)
    shared = np.sqrt(1 / seeds[conditions] + 1 / ours[2][conditions])
    chance = (quantile * np.sqrt(pooled))[conditions].fillna(0.0) * shared
    return chance + LAST_DIGITS * means[measure][conditions].abs()


def _label(condition) -> str:
    """A condition as it is called in sentences."""
    return "/".join(str(part) for part in condition if part != "none")


def unequal_bits(name: str, found: pd.DataFrame, reference: pd.DataFrame, keys: list[str]) -> Iterator[str]:
    """A sentence if rows of the same condition and seed are not the same to the bit."""
    ours, theirs = (
        table.set_index([*keys, "seed"]).drop(columns=MADE_BY, errors="ignore") for table in (found, reference)
    )
    ours = ours.reindex(index=theirs.index.intersection(ours.index), columns=theirs.columns)
    theirs = theirs.loc[ours.index]
    same = (ours == theirs) | (ours.isna() & theirs.isna())
    if not same.all(axis=None):
        columns = ", ".join(same.columns[~same.all()])
        yield (
            f"{name}: {(~same.all(axis=1)).sum()} of {len(same)} rows differ in the last digits ({columns}), though "
            "processor, kernels and versions are those of the reference."
        )


def verdict_changes(found: pd.DataFrame, reference: pd.DataFrame) -> Iterator[str]:
    """A sentence for every hypothesis whose verdict is another."""
    both = reference[["name", "verdict"]].merge(found[["name", "verdict"]], on="name", suffixes=("", "_here"))
    for row in both[both["verdict"] != both["verdict_here"]].itertuples():
        yield f"claims.csv: {row.name} is {row.verdict_here} instead of {row.verdict}."


def compare(results: Path, reference: Path) -> tuple[list[str], list[str]]:
    """Sentences about what the folder `results` should have in common with `reference` and has not, and remarks.

    Raises InputError if the reference has none of TABLES, or a table cannot be read.
    """
    kept = {name: keys for name, keys in TABLES.items() if (reference / name).is_file()}
    if not kept:
        raise InputError(f"{reference}: no reference results; expected {' or '.join(TABLES)}")
    here, there = machine(), reference / "machine.json"
    others = _elsewhere(here, read_json(there)) if there.is_file() else "nobody noted where"
    remarks = [f"The reference was made elsewhere ({others}): means are compared."] if others else []
    wrong: list[str] = []
    for name, keys in kept.items():
        found, expected = (read_table(folder / name, [*keys, "seed"]) for folder in (results, reference))
        told = list(differences(name, found, expected, keys))
        wrong += told if told or others else unequal_bits(name, found, expected, keys)
    claims = [folder / "claims.csv" for folder in (results, reference)]
    if all(path.is_file() for path in claims):
        remarks += verdict_changes(*(read_table(path, ["name", "verdict"]) for path in claims))
    return wrong, remarks


def _elsewhere(here: dict, there: dict) -> str:
    """What differs between two machines; empty if nothing does."""
    return "; ".join(
        f"{name} {there.get(name)} there, {value} here" for name, value in here.items() if value != there.get(name)
    )


def main(results: str, reference: str) -> int:
    """Print what differs; the exit code is 1 if anything does that should not."""
    try:
        wrong, remarks = compare(Path(results), Path(reference))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    agree = "agrees with" if not wrong else "differs from"
    print(*remarks, *wrong, f"{results} {agree} {reference}.", sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
