"""Where spread comes from: variance components of a balanced design whose factors are crossed and random.

A value is the mean plus an independent random effect of every factor and every combination of factors, the last of
which is what is left. Mean squares of the analysis of variance have expectations that are linear in the variances of
these effects, and are solved for them (Searle, Casella & McCulloch, Variance Components, 1992, doi
10.1002/9780470316856, chapter 4): unbiased without normality, and negative at times where a component is small.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations

import numpy as np
import pandas as pd

from rramgan.errors import InputError


def variance_components(table: pd.DataFrame, measure: str, factors: Sequence[str]) -> pd.DataFrame:
    """A row per effect: `source` (its factors), `variance` in the squared unit of `measure`, `standard_error`.

    The error is that of normal effects: a mean square of f degrees of freedom has the variance 2 E^2 / f, estimated
    without bias by 2 MS^2 / (f + 2). Raises InputError unless there is one finite value for every combination of at
    least two levels of every factor.
    """
    squares = _mean_squares(_crossed(table, measure, factors))
    levels = [table[factor].nunique() for factor in factors]
    rows = []
    for effect in squares:
        repeats = np.prod([count for axis, count in enumerate(levels) if axis not in effect], initial=1)
        above = [(other, (-1) ** (len(other) - len(effect))) for other in squares if set(effect) <= set(other)]
        variance = sum(sign * squares[other][0] for other, sign in above) / repeats
        error = np.sqrt(sum(2 * squares[other][0] ** 2 / (squares[other][1] + 2) for other, _ in above)) / repeats
        rows.append([" x ".join(factors[axis] for axis in effect), variance, error])
    return pd.DataFrame(rows, columns=["source", "variance", "standard_error"])


def spread_of_mean(components: pd.DataFrame, levels: dict[str, int]) -> float:
    """Standard deviation of the mean over so many `levels` of every factor, from all `components` that are positive."""
    shared = [np.prod([levels[factor] for factor in source.split(" x ")]) for source in components["source"]]
    return float(np.sqrt((components["variance"].clip(lower=0) / shared).sum()))


def components_of_study(summary: pd.DataFrame, deals: Mapping[str, str], measures: Sequence[str]) -> pd.DataFrame:
    """Whose doing the spread of a study is: of the deal of digits to GAN and judges, of the seed, or of both together.

    `summary` has a row per training; `deals` names for every of its `digits` what they are a deal of. A row per
    condition and measure, where `variation` may be a change, "full - none": `mean`, the levels `deals` and `seeds`, and
    of the sources `deal`, `seed` and `both` the variance x, its standard error x_error and x_sd, the root of the
    variance or 0; `mean_sd` is the standard deviation that the mean of one deal has. Conditions without two deals of
    the same two seeds have no row.
    """
    names = ["protocol", "dealt", "array", "noise", "rule"]
    rows = []
    dealt = summary.assign(dealt=summary["digits"].map(deals))
    for condition, group in dealt.groupby(names, sort=False):
        for variation, values in _compared(group, measures):
            levels = {"deals": values["digits"].nunique(), "seeds": values["seed"].nunique()}
            if min(levels.values()) < 2 or len(values) < np.prod(list(levels.values())):
                continue
            for measure in measures:
                found = variance_components(values, measure, ["digits", "seed"]).set_axis(["deal", "seed", "both"])
                sources = {name: float(variance) for name, variance in found["variance"].items()}
                errors = {f"{name}_error": float(error) for name, error in found["standard_error"].items()}
                spread = {f"{name}_sd": np.sqrt(max(variance, 0)) for name, variance in sources.items()}
                spread["mean_sd"] = spread_of_mean(found, {"digits": 1, "seed": levels["seeds"]})
                told = {"variation": variation, "measure": measure, "mean": values[measure].mean()} | levels
                rows.append(dict(zip(names, condition, strict=True)) | told | sources | errors | spread)
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=[*names, "variation", "measure"])


def _compared(group: pd.DataFrame, measures: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The trainings of every variation, and what every variation changes, by deal and seed."""
    cells = {name: rows.set_index(["digits", "seed"])[list(measures)] for name, rows in group.groupby("variation")}
    for name, values in cells.items():
        yield str(name), values.reset_index()
        if name != "none" and "none" in cells:
            yield f"{name!s} - none", (values - cells["none"]).dropna().reset_index()


def _crossed(table, measure, factors) -> np.ndarray:
    """The values with an axis per factor."""
    cells = table.set_index(list(factors))[measure]
    full = pd.MultiIndex.from_product([table[factor].unique() for factor in factors], names=factors)
    if cells.index.has_duplicates or len(cells) != len(full) or not np.isfinite(cells.to_numpy(float)).all():
        raise InputError(
            f"{measure} has {len(cells)} values for {len(full)} combinations of {', '.join(factors)}; expected one "
            "finite value for each"
        )
    if min(full.levshape) < 2:
        raise InputError(f"{', '.join(factors)} have {full.levshape} levels; expected at least 2 of each")
    return cells.reindex(full).to_numpy(float).reshape(full.levshape)


def _mean_squares(values: np.ndarray) -> dict[tuple[int, ...], tuple[float, int]]:
    """Mean square and degrees of freedom of every effect, by its axes."""
    found = {}
    for effect in _subsets(range(values.ndim)):
        deviations = values
        for axis in range(values.ndim):
            mean = deviations.mean(axis=axis, keepdims=True)
            deviations = deviations - mean if axis in effect else mean
        freedom = int(np.prod([values.shape[axis] - 1 for axis in effect]))
        found[effect] = float((deviations**2).sum() * values.size / deviations.size / freedom), freedom
    return found


def _subsets(axes) -> Iterator[tuple[int, ...]]:
    """All of them but the empty one, small ones first."""
    axes = list(axes)
    return chain.from_iterable(combinations(axes, size) for size in range(1, len(axes) + 1))
