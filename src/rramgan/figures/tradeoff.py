"""The headline figures: accuracy against training energy by noise and variation, and what variation changes."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rramgan.evaluation.statistics import mean_interval
from rramgan.figures.anchors import real_anchor
from rramgan.figures.style import (
    NEUTRAL,
    ON_DEVICES,
    VARIATION_MARKERS,
    device_settings,
    limits,
    mark,
    new_figure,
    noise_colours,
    note,
    ordered,
    styled,
)

MEASURES = {
    "accuracy": "Accuracy of final images (1)",
    "frechet_distance": "Frechet distance (features²)",
    "recall": "Recall of real digits (1)",
    "coverage": "Coverage of real digits (1)",
}
"""What the energy buys; all but the distance lie between 0 and 1, and less of the distance is better."""

COUNTED = {
    "physical": "Energy of all layers, writes and reads (mJ)",
    "released": "Energy as the released code counts it (mJ)",
}
"""What the energy of a protocol holds."""

CHANGES = {
    "total_J": "Training energy (%)",
    "frechet_distance": "Frechet distance (%)",
    "accuracy": "Accuracy (points)",
    "recall": "Recall (points)",
    "coverage": "Coverage (points)",
}
"""Paired differences: in per cent of the training without variation, or in percentage points of a share."""

BASELINES = {"adam": "--", "sgd": "-.", "sign-sgd": ":"}
"""Line style of a software baseline by its rule; others are drawn solid."""


@styled
def accuracy_against_energy(summary: pd.DataFrame, anchors: pd.DataFrame) -> Figure:
    """Accuracy and held-out quality against training energy (mJ), a row of panels per setting.

    `summary`: protocol, digits, array, rule, noise, variation, seed, total_J, collapsed and the MEASURES; `anchors`:
    digits, anchor, judge and the MEASURES. Small marks are seeds, large ones their mean with 95 % intervals in both
    directions; a dotted line joins the variations of a noise; crosses on top are collapsed trainings; grey lines are
    software baselines, a rule each, and the black one is what real digits score.
    """
    settings = device_settings(summary)
    if not settings:
        return note("This study has no training on devices.")
    figure = new_figure(4.2 * len(MEASURES), 3.7 * len(settings) + 0.9)
    panels = figure.subplots(len(settings), len(MEASURES), squeeze=False)
    software = summary[summary["protocol"] == "software"]
    for row, (name, rows) in zip(panels, settings.items(), strict=True):
        digits = rows["digits"].unique()
        baselines = software[software["digits"].isin(digits)]
        for axes, (measure, label) in zip(row, MEASURES.items(), strict=True):
            intervals = _intervals(rows, measure)
            _conditions(axes, rows, intervals, measure)
            marked = [*_baselines(axes, baselines, measure), _ceiling(axes, real_anchor(anchors, digits, measure))]
            axes.set_xlim(limits([*intervals["x"].explode(), *rows["total_J"] * 1e3], low=0.0))
            top = np.inf if measure == "frechet_distance" else 1.0
            axes.set_ylim(limits([*intervals["y"].explode(), *rows[measure], *marked], low=0.0, high=top))
            axes.set(xlabel=COUNTED[name.split()[0]], ylabel=label, title=name)
    figure.legend(handles=_legend(summary, software), loc="outside upper center", ncols=6)
    return figure


def _intervals(rows, measure) -> pd.DataFrame:
    """Mean and 95 % bounds of energy (mJ, `x`) and of `measure` (`y`) by noise and variation."""
    names = [(n, v) for n in noise_colours(rows["noise"]) for v in VARIATION_MARKERS]
    groups = dict(list(rows.groupby(["noise", "variation"])))
    table = [
        {"noise": n, "variation": v, "x": mean_interval(group["total_J"] * 1e3), "y": mean_interval(group[measure])}
        for n, v in names
        if (group := groups.get((n, v))) is not None
    ]
    return pd.DataFrame(table)


def _conditions(axes, rows, intervals, measure):
    """Seeds, means with intervals, and the line that joins the variations of one noise."""
    colours = noise_colours(intervals["noise"])
    for noise, line in intervals.groupby("noise", sort=False):
        means = np.array([(x[0], y[0]) for x, y in zip(line["x"], line["y"], strict=True)])
        axes.plot(*means.T, ":", color=colours[noise], lw=1.0, zorder=3)
    for row in intervals.itertuples():
        colour = colours[row.noise]
        seeds = rows[(rows["noise"] == row.noise) & (rows["variation"] == row.variation)]
        small = mark(row.variation, colour) | {"ms": 4, "mew": 0.8, "ls": "none", "alpha": 0.6}
        whole, collapsed = seeds[~seeds["collapsed"]], seeds[seeds["collapsed"]]
        axes.plot(whole["total_J"] * 1e3, whole[measure], **small)
        axes.plot(collapsed["total_J"] * 1e3, collapsed[measure], "x", color="black", ms=7, mew=1.2, zorder=6)
        (x, *x_bounds), (y, *y_bounds) = row.x, row.y
        axes.plot(x_bounds, [y, y], color=colour, lw=1.3, zorder=4)
        axes.plot([x, x], y_bounds, color=colour, lw=1.3, zorder=4)
        axes.plot(x, y, ms=10, mew=1.8, zorder=5, **mark(row.variation, colour))


def _baselines(axes, baselines, measure) -> list[float]:
    """Per rule the software trainings' mean over noises, with its 95 % interval over seeds; returns the means."""
    means = []
    for rule, rows in baselines.groupby("rule", sort=False):
        mean, low, high = mean_interval(rows.groupby("seed")[measure].mean())
        axes.axhspan(low, high, color=NEUTRAL, alpha=0.12, lw=0, zorder=0)
        axes.axhline(mean, color=NEUTRAL, lw=1.4, ls=BASELINES.get(rule, "-"), zorder=1)
        means.append(mean)
    return means


def _ceiling(axes, value) -> float:
    """A line at what real digits score; returns it."""
    axes.axhline(value, color="black", lw=1.0, zorder=1)
    return value


def _legend(summary, software) -> list[Line2D]:
    """Colours, marks and lines; what collapsed means is told only if a training did."""
    spent = summary[summary["protocol"].isin(ON_DEVICES)]
    handles = [
        Line2D([], [], color=colour, lw=4, label=f"{noise} noise")
        for noise, colour in noise_colours(spent["noise"]).items()
    ]
    for variation in ordered(spent["variation"], VARIATION_MARKERS):
        handles.append(Line2D([], [], ls="none", ms=9, label=f"variation {variation}", **mark(variation, NEUTRAL)))
    if len(spent["variation"].unique()) > 1:
        handles.append(Line2D([], [], color=NEUTRAL, ls=":", lw=1.0, label="variations of one noise"))
    if len(spent["seed"].unique()) > 1:
        handles.append(Line2D([], [], color=NEUTRAL, lw=1.3, label="95 % interval of the mean"))
    handles.append(Line2D([], [], ls="none", marker="o", ms=4, color=NEUTRAL, alpha=0.6, label="one seed"))
    if spent["collapsed"].any():
        handles.append(Line2D([], [], ls="none", marker="x", mew=1.2, color="black", label="collapsed training"))
    for rule in software["rule"].unique():
        line = BASELINES.get(rule, "-")
        handles.append(Line2D([], [], color=NEUTRAL, ls=line, lw=1.4, label=f"software baseline ({rule})"))
    return [*handles, Line2D([], [], color="black", lw=1.0, label="real digits")]


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
