"""Means over seeds with their confidence intervals, and paired differences between conditions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rramgan.errors import InputError

CONFIDENCE = 0.95
"""Confidence of every interval, unless a caller says otherwise."""


def mean_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean of `values` and the bounds (mean, low, high) of its confidence interval by Student's t.

    mean -+ t s / sqrt(n) with the sample's standard deviation s and the quantile t for n - 1 degrees of freedom
    (Student 1908, doi 10.1093/biomet/6.1.1); exact for independent normal values. One value tells nothing about its
    spread: the bounds are then NaN. `confidence` lies between 0 and 1. Raises ValueError for another confidence, no
    values, or values that are not finite.
    """
    values = np.asarray(values, dtype=np.float64)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; expected a share between 0 and 1")
    if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"the values are {values.tolist()}; expected at least one, all finite numbers")
    mean = float(values.mean())
    if values.size == 1:
        return mean, np.nan, np.nan
    half = float(stats.t.ppf((1 + confidence) / 2, values.size - 1) * stats.sem(values))
    return mean, mean - half, mean + half


def summarise(table: pd.DataFrame, by: str | Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """One row per condition: the columns `by`, its number of rows `n`, and the mean and 95 % interval of `columns`.

    A column x becomes x_mean, x_low and x_high, in the unit of x (see `mean_interval`). Conditions keep the order of
    their first row. Raises InputError for a missing column and for a value that is missing or not finite.
    """
    by = [by] if isinstance(by, str) else list(by)
    _require(table, [*by, *columns])
    rows = []
    for condition, group in table.groupby(by, sort=False):
        row = dict(zip(by, condition, strict=True)) | {"n": len(group)}
        for column in columns:
            row |= zip([f"{column}_mean", f"{column}_low", f"{column}_high"], mean_interval(group[column]), strict=True)
        rows.append(row)
    return pd.DataFrame(rows)


def paired_difference(
    table: pd.DataFrame, column: str, condition: str, first, second, index: str | Sequence[str] = "seed"
) -> tuple[float, float, float]:
    """Mean of `column` where `condition` is `first` minus where it is `second`, with its 95 % interval.

    Rows that agree in `index` make a pair: such runs share initial weights and batches, so the difference is freer of
    chance than the difference of two means. Returns (mean, low, high) in the unit of `column` (see `mean_interval`).
    Raises InputError for a missing column, a value that is missing or not finite, and unless both conditions have
    exactly one row for each of the same pairs.
    """
    index = [index] if isinstance(index, str) else list(index)
    _require(table, [column, condition, *index])
    minuend, subtrahend = (table[table[condition] == name].set_index(index)[column] for name in (first, second))
    for name, values in ((first, minuend), (second, subtrahend)):
        if values.empty or values.index.has_duplicates:
            raise InputError(
                f"{condition} {name!r} has {len(values)} rows for {values.index.nunique()} different "
                f"{' and '.join(index)}; expected one row for each of at least one"
            )
    unpaired = minuend.index.symmetric_difference(subtrahend.index)
    if len(unpaired):
        raise InputError(
            f"{' and '.join(index)} {unpaired[0]!r} has only one of {condition} {first!r} and {second!r}; expected both"
        )
    return mean_interval(minuend - subtrahend)


def variation_effects(summary: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """What each variation other than none changes: a row per protocol, array, noise, rule and variation.

    `summary` has one row per training. A column x gives the paired mean difference x_change with x_change_low and
    x_change_high (see `paired_difference`), in the unit of x. Empty if no condition was run both ways.
    """
    columns_out = ["protocol", "array", "noise", "rule", "variation"]
    columns_out += [f"{column}_change{bound}" for column in columns for bound in ("", "_low", "_high")]
    rows = []
    for condition, group in summary.groupby(columns_out[:4], sort=False):
        variations = list(group["variation"].unique())
        for variation in variations if "none" in variations else []:
            if variation == "none":
                continue
            changes = [paired_difference(group, column, "variation", variation, "none") for column in columns]
            rows.append([*condition, variation, *np.ravel(changes)])
    return pd.DataFrame(rows, columns=columns_out)


def _require(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise InputError unless `table` has rows and `columns`, without missing or infinite values."""
    if table.empty:
        raise InputError("the table has no rows; expected one per condition and seed")
    for column in columns:
        if column not in table.columns:
            raise InputError(f"column {column!r} is missing; found {', '.join(map(str, table.columns))}")
        bad = np.flatnonzero(table[column].isin([np.nan, np.inf, -np.inf]))
        if bad.size:
            value = table[column].iloc[bad[0]]
            raise InputError(f"column {column!r}, row {bad[0]} (counted from 0) is {value}; expected a finite value")
