"""A tested hypothesis in one sentence."""

from collections.abc import Mapping

import pandas as pd

NAMES = ("array", "rule", "bill", "measure", "quality")
"""Columns of names that not every hypothesis has."""

WORDS = {"accuracy": "accuracy", "frechet_distance": "Frechet distance", "recall": "recall", "coverage": "coverage"}
"""What measures are called in prose."""


def sentence(row: Mapping) -> str:
    """The sentence of a row of claims.csv: who, what changed by how much with its interval, the claim, the verdict."""
    setting = ", ".join(str(row[name]) for name in ("array", "rule", "digits") if row[name] not in ("", "none"))
    sides = f"{row['first']} instead of {row['second']} {row['vary']}"
    changed = change(row, "effect", "low", "high", bool(row["relative"]))
    told = f"In {row['protocol']} training ({setting}), {sides} changes {subject(row)} at {row['terms']} by {changed}"
    claimed = f"{row['direction']} {amount(row['bound'], bool(row['relative']))}"
    if row["direction"] == "trade":
        quality = change(row, "quality_effect", "quality_low", "quality_high", False)
        told += f" and {WORDS.get(row['quality'], row['quality'])} by {quality}"
        margins = amount(row["bound"], True).lstrip("+"), amount(row["quality_margin"], False).lstrip("+")
        claimed = f"together by more than {' and '.join(margins)}"
    return f"{told} (n = {row['n']}); {row['claim']}, {claimed}: {row['verdict']}."


def rows_of(claims: pd.DataFrame) -> list[dict]:
    """The rows of claims.csv: a name that is not there is "", a number that is not there, as with one seed, NaN."""
    names = claims.columns.intersection(list(NAMES))
    return claims.astype(dict.fromkeys(names, object)).fillna(dict.fromkeys(names, "")).to_dict("records")


def told_change(row: Mapping) -> str:
    """What changed and by how much, with intervals; in a trade, the quality too."""
    told = f"{subject(row)}: {change(row, 'effect', 'low', 'high', bool(row['relative']))}"
    if row["direction"] == "trade":
        told += f"; {row['quality']}: {change(row, 'quality_effect', 'quality_low', 'quality_high', False)}"
    return told


def subject(row: Mapping) -> str:
    """What a row is about: a bill or a measure."""
    return f"energy ({row['bill']})" if row["bill"] else WORDS.get(row["measure"], row["measure"])


def change(row: Mapping, mean: str, low: str, high: str, relative: bool) -> str:
    """A change with its 95 % interval; one seed has none."""
    bounds = [amount(row[name], relative).removesuffix(" %") for name in (low, high)]
    told = amount(row[mean], relative)
    return told if "nan" in bounds[0] else f"{told} [{bounds[0]}, {bounds[1]}]"


def amount(value: float, relative: bool) -> str:
    """A change with its sign: in per cent if it is relative, else as a number of three decimals."""
    return f"{100 * value:+.2f} %" if relative else f"{value:+.3f}"
