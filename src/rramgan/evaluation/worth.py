"""Whether a real source of noise trains as well as ideal noise, beside what it takes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rramgan.evaluation.statistics import paired_difference
from rramgan.evaluation.verdicts import NOT_SUPPORTED, SUPPORTED, UNDECIDED, stays_below, verdicts

IDEAL = "gaussian"
"""The noise that sources are compared with: independent normal samples of standard deviation 1, at no cost."""

MARGIN = 0.1
"""By how much of the ideal noise's the Frechet distance of a source that is as good may exceed it."""

LEVEL = 0.05
"""Error rate of all verdicts of a table together."""

AS_GOOD, WORSE = "as good", "worse"
WORDS = {SUPPORTED: AS_GOOD, NOT_SUPPORTED: WORSE, UNDECIDED: UNDECIDED}
"""What the verdict of the claim that a source is as good is called."""


def noise_worth(summary: pd.DataFrame, moments: pd.DataFrame, condition: Sequence[str]) -> pd.DataFrame:
    """What an image takes of every source that costs energy, and whether it trains as well as IDEAL noise.

    `summary` has the `condition` (which holds noise), seed and frechet_distance of each training; `moments` by noise
    the std, inputs, energy_per_sample_J and time_per_row_s. A row per setting and source, the cheapest first:
    energy_per_image_J and time_per_image_s (an image takes one row of samples), the paired mean `change` of the Frechet
    distance against IDEAL with its 95 % interval change_low..change_high, and the `verdict`: AS_GOOD if it stays below
    `margin` (MARGIN of what IDEAL has), WORSE if it exceeds it (`verdicts`, after Holm over the table: `p_adjusted`),
    else undecided. Settings without IDEAL noise have no rows.
    """
    others = [name for name in condition if name != "noise"]
    priced = moments[moments["energy_per_sample_J"] > 0].set_index("noise")
    rows, evidence = [], []
    for setting, table in summary.groupby(others, sort=False):
        distances = table.pivot_table(index="seed", columns="noise", values="frechet_distance")
        if IDEAL not in distances:
            continue
        bound = MARGIN * distances[IDEAL].mean()
        for noise in distances.columns.intersection(priced.index):
            source = priced.loc[noise]
            interval = paired_difference(table, "frechet_distance", "noise", noise, IDEAL)
            energy_J = source["energy_per_sample_J"] * source["inputs"]
            rows.append([*setting, noise, source["inputs"], energy_J, source["time_per_row_s"], bound, *interval])
            evidence.append(stays_below(np.asarray(distances[noise] - distances[IDEAL]), bound))
    names = ["inputs", "energy_per_image_J", "time_per_image_s", "margin", "change", "change_low", "change_high"]
    found = pd.DataFrame(rows, columns=[*others, "noise", *names])
    found["p_adjusted"], told = verdicts(evidence, LEVEL)
    found["verdict"] = [WORDS[word] for word in told]
    return found.sort_values([*others, "energy_per_image_J"], kind="stable")
