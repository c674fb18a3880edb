"""What variation changes: differences between trainings with and without it, paired by seed."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rramgan.evaluation.statistics import mean_interval
from rramgan.figures.style import VARIATION_MARKERS, device_settings, mark, new_figure, noise_colours, note, styled

CHANGES = {
    "total_J": "Training energy (%)",
    "frechet_distance": "Frechet distance (%)",
    "accuracy": "Accuracy (points)",
    "recall": "Recall (points)",
    "coverage": "Coverage (points)",
}
"""Paired differences: in per cent of the training without variation, or in percentage points of a share."""


@styled
def variation_effect(summary: pd.DataFrame) -> Figure:
    """What variation changes: differences to the training without it, paired by seed, mean with 95 % interval.

    `summary`: protocol, digits, array, rule, noise, variation, seed and the CHANGES. A row of panels per setting that
    has trainings with and without variation.
    """
    changes = {name: _changes(rows) for name, rows in device_settings(summary).items()}
    changes = {name: table for name, table in changes.items() if len(table)}
    if not changes:
        return note("This study has no trainings with and without variation to compare.")
    heights = [0.36 * table.groupby(["noise", "variation"]).ngroups + 1.1 for table in changes.values()]
    figure = new_figure(2.9 * len(CHANGES) + 1.5, sum(heights) + 0.3)
    panels = figure.subplots(len(changes), len(CHANGES), squeeze=False, gridspec_kw={"height_ratios": heights})
    for row, (name, table) in zip(panels, changes.items(), strict=True):
        for axes, (measure, label) in zip(row, CHANGES.items(), strict=True):
            _forest(axes, table, measure)
            axes.set(xlabel=f"Change of {label[0].lower()}{label[1:]}", title=name)
            axes.tick_params(labelleft=axes is row[0])
    return figure


def _changes(rows) -> pd.DataFrame:
    """Per seed: each variation minus `none`, shares in percentage points, the others in per cent."""
    keys = ["noise", "seed"]
    reference = rows[rows["variation"] == "none"].set_index(keys)[list(CHANGES)]
    varied = rows[rows["variation"] != "none"].set_index(keys)
    paired = varied[varied.index.isin(reference.index)]
    difference = 100 * (paired[list(CHANGES)] - reference.reindex(paired.index))
    for name in ("total_J", "frechet_distance"):
        difference[name] /= reference[name].reindex(paired.index)
    return difference.assign(variation=paired["variation"]).reset_index()


def _forest(axes, table, measure):
    """One line per noise and variation: seeds, mean, interval."""
    groups = dict(list(table.groupby(["noise", "variation"])))
    colours = noise_colours(table["noise"])
    names = [(n, v) for n in colours for v in VARIATION_MARKERS if (n, v) in groups]
    for row, (noise, variation) in enumerate(names):
        colour, values = colours[noise], groups[noise, variation][measure]
        mean, low, high = mean_interval(values)
        axes.plot(values, np.full(len(values), row - 0.25), "o", ms=4, color=colour, alpha=0.7, mew=0)
        axes.plot([low, high], [row, row], color=colour, lw=1.8)
        axes.plot(mean, row, ms=9, **mark(variation, colour))
    axes.axvline(0, color="black", lw=0.8)
    axes.set(yticks=range(len(names)), yticklabels=[f"{noise}, {variation} − none" for noise, variation in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
