"""How figures read what they are drawn from: each named input of a drawing, from the files of a study."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit
from rramgan.study import load_populations
from rramgan.tables import read_arrays, read_table


def read_by_condition(paths) -> pd.DataFrame:
    """One table out of those of many trainings, with the condition and seed in each path as columns."""
    return pd.concat([read_table(path).assign(**condition_of(path)) for path in paths])


def read_images(paths) -> dict[tuple[str, ...], np.ndarray]:
    """Generated images by protocol, array, rule, noise and variation."""
    names = ("protocol", "array", "rule", "noise", "variation")
    return {
        tuple(condition_of(path)[name] for name in names): read_arrays(path, ["images"])["images"] for path in paths
    }


def read_traces(paths) -> dict[str, np.ndarray]:
    """Samples (rows, channels) by noise."""
    return {condition_of(path)["noise"]: read_arrays(path, ["z"])["z"] for path in paths}


READERS: dict[str, Callable] = {
    "ledgers": read_by_condition,
    "histories": read_by_condition,
    "images": read_images,
    "traces": read_traces,
    "populations": load_populations,
    "real_images": lambda path: DigitSplit.load(path).gan_images,
}
"""Readers of the inputs that are more than one table; all others are tables."""


def read_input(name: str, files):
    """The input called `name` from its file or files."""
    return READERS.get(name, read_table)(files)
