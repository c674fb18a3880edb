"""How figures read what they are drawn from: each named input of a drawing, from the files of a study."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from rramgan.conditions import CONDITION, condition_of
from rramgan.device.pulses import PulsePair
from rramgan.digits import DigitSplit
from rramgan.learning.chip import Chip
from rramgan.noise.trace import Trace
from rramgan.study import read_generated, read_made_table
from rramgan.tables import read_result, read_table


def read_by_condition(paths) -> pd.DataFrame:
    """One table out of those of many trainings, with the condition and seed in each path as columns."""
    return pd.concat([read_result(path).assign(**condition_of(path)) for path in paths])


def of_setting(paths: Iterable[str], setting: Mapping[str, str]) -> list[str]:
    """Those of the paths of trainings whose condition has every value of a setting."""
    return [path for path in paths if setting.items() <= condition_of(path).items()]


def read_images(paths) -> dict[tuple[str, ...], np.ndarray]:
    """Generated images by condition, in the order of CONDITION."""
    images = {}
    for path in paths:
        condition = condition_of(path)
        images[tuple(condition[name] for name in CONDITION)] = read_generated(path)
    return images


def read_pulses(path) -> pd.DataFrame:
    """The pulses in use: polarity, amplitude_V, width_s."""
    pulses = PulsePair.load(path).description()
    return pd.DataFrame([{"polarity": polarity, **pulse} for polarity, pulse in pulses.items()])


READERS: dict[str, Callable] = {
    "chosen_pulses": read_pulses,
    "ledgers": read_by_condition,
    "histories": read_by_condition,
    "images": read_images,
    "claims": read_table,  # without rows where a study compares nothing that is claimed
    "noise_steps": read_table,  # without rows where a study names no chains
    "noise_worth": read_table,  # without rows where no source costs energy, without intervals of one seed
    "integrated": read_table,  # without rows where no train is long enough
    "quality": read_table,  # lists of devices may look like numbers
    "trials": read_table,  # a parameter is missing where a trial has another design
    "traces": lambda paths: {condition_of(path)["noise"]: Trace.load(path) for path in paths},
    "populations": lambda path: Chip.load(path).populations,
    "real_images": lambda paths: {
        condition_of(path)["digits"]: DigitSplit.load(path).gan_training.images for path in paths
    },
}
"""Readers of the inputs that are more than one table; all others are tables."""


def read_input(name: str, files, setting: Mapping[str, str] | None = None):
    """The input called `name` from its file or files; of histories only those of the `setting` that a figure shows.

    So the memory that figures take grows with the trainings of a setting and not with those of a study.
    """
    if name == "histories":
        files = of_setting(files, setting or {})
    return READERS.get(name, read_made_table)(files)
