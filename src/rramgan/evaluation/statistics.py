"""Means over seeds with their confidence intervals, and paired differences between conditions."""

from collections.abc import Sequence
from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from rramgan.energy import DISSIPATED
from rramgan.errors import InputError

CONFIDENCE = 0.95
"""Confidence of every interval, unless a caller says otherwise."""

QUALITY = ["frechet_distance", "precision", "recall", "density", "coverage", "clipped_density", "clipped_coverage"]
QUALITY += ["variety", "memorised"]
"""Columns that depend on who judges."""

SHARES = ("accuracy", "accuracy_running", "precision", "recall", "coverage", "memorised", "memorises", "collapsed")
LIMITS = dict.fromkeys(SHARES, (0.0, 1.0)) | {"frechet_distance": (0.0, np.inf)}
"""Between what the means of columns lie."""


def mean_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean of `values` and the bounds (mean, low, high) of its confidence interval by Student's t.

    mean -+ t s / sqrt(n) with the sample's standard deviation s and the quantile t for n - 1 degrees of freedom
    (Student 1908, doi 10.1093/biomet/6.1.1); exact for independent normal values. One value tells nothing about its
    spread: the bounds are then NaN. `confidence` lies between 0 and 1. Raises ValueError for another confidence, no
    values, or values that are not finite.
    """
    sample = np.asarray(values, dtype=np.float64)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; expected a share between 0 and 1")
    if sample.ndim != 1 or sample.size == 0 or not np.isfinite(sample).all():
        raise ValueError(f"the values are {sample.tolist()}; expected at least one, all finite numbers")
    mean = float(sample.mean())
    if sample.size == 1:
        return mean, np.nan, np.nan
    half = float(scipy.stats.t.ppf((1 + confidence) / 2, sample.size - 1) * scipy.stats.sem(sample))
    return mean, mean - half, mean + half


def summarise(table: pd.DataFrame, by: str | Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """One row per condition: the columns `by`, its number of rows `n`, and the mean and 95 % interval of `columns`.

    A column x becomes x_mean, x_low and x_high, in the unit of x (see `mean_interval`); bounds are cut at the LIMITS of
    a mean, which leaves what they cover. Conditions keep the order of their first row. Raises InputError for a missing
    column and for a value that is missing or not finite.
    """
    by = [by] if isinstance(by, str) else list(by)
    _require(table, [*by, *columns])
    rows = []
    for condition, group in table.groupby(by, sort=False):
        row = dict(zip(by, condition, strict=True)) | {"n": len(group)}
        for column in columns:
            interval = mean_interval(group[column])
            told = np.clip(interval, *LIMITS.get(column, (-np.inf, np.inf)))
            row |= zip([f"{column}_mean", f"{column}_low", f"{column}_high"], told, strict=True)
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
    """What each variation other than none changes: a row per protocol, digits, array, noise, rule and
    variation.

    `summary` has one row per training. A column x gives the paired mean difference x_change with x_change_low and
    x_change_high (see `paired_difference`), in the unit of x. Empty if no condition was run both ways.
    """
    conditions = ["protocol", "digits", "array", "noise", "rule"]
    columns_out = [*conditions, "variation"]
    columns_out += [f"{column}_change{bound}" for column in columns for bound in ("", "_low", "_high")]
    rows = []
    for condition, group in summary.groupby(conditions, sort=False):
        variations = list(group["variation"].unique())
        for variation in variations if "none" in variations else []:
            if variation == "none":
                continue
            changes = [paired_difference(group, column, "variation", variation, "none") for column in columns]
            rows.append([*condition, variation, *np.ravel(changes)])
    return pd.DataFrame(rows, columns=columns_out)


def energy_steps(ledgers: pd.DataFrame, chain: Sequence[str], condition: Sequence[str]) -> pd.DataFrame:
    """Where the energy moves from each noise of a `chain` to the next: a row per layer and column <component>_J.

    `ledgers` has the rows of the ledgers of all trainings with their `condition` (which holds noise) and seed. Gives
    `from`, `to`, `layer`, `component` and the paired mean difference `change_J` with `change_J_low` and `change_J_high`
    (see `paired_difference`) for every condition that has all noises of the chain. The changes of a step add up to that
    of the total energy, and those of all steps to the difference between the ends of the chain.
    """
    others = [name for name in condition if name != "noise"]
    rows = []
    for setting, table in ledgers[ledgers["noise"].isin(chain)].groupby(others, sort=False):
        if set(chain) - set(table["noise"]):
            continue
        for before, after in pairwise(chain):
            for layer, of_layer in table.groupby("layer", sort=False):
                for component in DISSIPATED:
                    change_J = paired_difference(of_layer, f"{component}_J", "noise", after, before)
                    rows.append([*setting, before, after, layer, component, *change_J])
    names = [*others, "from", "to", "layer", "component", "change_J", "change_J_low", "change_J_high"]
    return pd.DataFrame(rows, columns=names)


MERITS = ["std", "skewness", "excess_kurtosis", "lag_one_autocorrelation", "effective_inputs", "batch_variance"]
MERITS += ["min_entropy"]
"""Properties of a noise that might predict what it is worth."""

SCALES = ["std", "effective_inputs"]
"""Those of them that are compared by their ratio."""

DECIMALS = 2
"""Properties, or decades of the SCALES, that agree to so many decimals count as equal: what is left of them is error of
sampling, or of rounding where sources are scaled to one."""


def noise_merits(summary: pd.DataFrame, merits: pd.DataFrame, condition: Sequence[str]) -> pd.DataFrame:
    """Which property of the noise goes with quality: Spearman's rank correlation over noises, by setting.

    `summary` has the `condition` (which holds noise), frechet_distance and total_J of each training, `merits` the
    MERITS by noise. A row per setting, merit and measure, `among` all noises and those of the usual amplitude (within 5
    % of the median std), if they are five or more: `rho` with its 95 % interval, `p_value` of no association and the
    number of `noises`; NaN where a merit is the same for all.
    """
    others = [name for name in condition if name != "noise"]
    merits = merits.set_index("noise")[MERITS]
    merits = merits.assign(**{name: np.log10(merits[name]) for name in SCALES}).round(DECIMALS)
    rows = []
    for setting, table in summary.groupby(others, sort=False):
        means = table.groupby("noise")[["frechet_distance", "total_J"]].mean().join(merits)
        usual = (means["std"] - means["std"].median()).abs() < np.log10(1.05)
        for among, noises in {"all": means, "usual amplitude": means[usual]}.items():
            for merit, measure in product(MERITS, ("frechet_distance", "total_J")) if len(noises) >= 5 else ():
                found = rank_correlation(noises[merit], noises[measure])
                rows.append([*setting, among, merit, measure, *found, len(noises)])
    names = ["among", "merit", "measure", "rho", "rho_low", "rho_high", "p_value", "noises"]
    return pd.DataFrame(rows, columns=[*others, *names])


def rank_correlation(x: ArrayLike, y: ArrayLike) -> tuple[float, float, float, float]:
    """Spearman's rank correlation with the bounds of its 95 % interval and the p-value of no association.

    Fisher's z with the standard error sqrt((1 + rho^2 / 2) / (n - 3)) (Bonett and Wright, Psychometrika 65, 23, 2000,
    doi 10.1007/BF02294183), for n of four or more. All NaN where `x` or `y` is constant.
    """
    x, y = (np.asarray(values, dtype=np.float64) for values in (x, y))
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan, np.nan, np.nan, np.nan
    rho, p_value = scipy.stats.spearmanr(x, y)
    with np.errstate(divide="ignore"):  # perfect order: the interval is a point
        z = np.arctanh(rho)
    half = scipy.stats.norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt((1 + rho**2 / 2) / (len(x) - 3))
    return float(rho), float(np.tanh(z - half)), float(np.tanh(z + half)), float(p_value)


LEAST_RANKED = 3
"""Fewest conditions whose order says anything."""


def agreement_by_protocol(judges: pd.DataFrame, metrics: Sequence[str], condition: Sequence[str]) -> pd.DataFrame:
    """`rank_agreement` by each of `metrics`, `among` all conditions and among those of each protocol.

    Over all of them judges agree easily: protocols lie far apart.
    """
    groups = [("all", judges), *judges.groupby("protocol", sort=False)]
    ranked = [(among, rows) for among, rows in groups if rows.groupby("judge").size().max() >= LEAST_RANKED]
    tables = [
        rank_agreement(rows, metric, condition).assign(among=among) for among, rows in ranked for metric in metrics
    ]
    return (
        pd.concat(tables) if tables else pd.DataFrame(columns=["metric", "judge", "other", "tau", "p_value", "among"])
    )


def rank_agreement(table: pd.DataFrame, metric: str, condition: str | Sequence[str]) -> pd.DataFrame:
    """How far the judges agree on the order of conditions by `metric`: a row per pair of judges.

    `table` has a row per judge (column `judge`) and condition (columns `condition`). Kendall's tau-b, 1 for the same
    order and -1 for the reverse, and the p-value of no association (Kendall 1945, doi 10.1093/biomet/33.3.239); both
    NaN if a judge tells no conditions apart. Raises InputError for a missing column, a value that is missing or not
    finite, and unless every judge has exactly one row for each of the same conditions.
    """
    condition = [condition] if isinstance(condition, str) else list(condition)
    _require(table, [metric, "judge", *condition])
    if table.duplicated(["judge", *condition]).any():
        raise InputError(f"a judge has several rows for one {' and '.join(condition)}; expected one")
    by_judge = table.pivot_table(index=condition, columns="judge", values=metric)
    if by_judge.isna().any(axis=None):
        raise InputError(f"a judge lacks a row for some {' and '.join(condition)}; expected one from every judge")
    rows = []
    for first, second in combinations(table["judge"].unique(), 2):
        tau, p_value = scipy.stats.kendalltau(by_judge[first], by_judge[second])
        rows.append({"metric": metric, "judge": first, "other": second, "tau": tau, "p_value": p_value})
    return pd.DataFrame(rows)


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
