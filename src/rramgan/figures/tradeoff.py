"""The headline figures: accuracy against training energy by noise and variation, and what variation changes."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rramgan.evaluation.statistics import mean_interval
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

MEASURES = {"accuracy": "Accuracy of final images (1)", "coverage": "Coverage of real digits (1)"}
"""What the energy buys; both lie between 0 and 1."""

COUNTED = {"physical": "energy of all layers, writes and reads", "released": "energy as the released code counts it"}
"""What the energy of a protocol holds."""

CHANGES = {"total_J": "Training energy (%)", "accuracy": "Accuracy (points)", "coverage": "Coverage (points)"}
"""Paired differences: energy in per cent of the training without variation, the others in percentage points."""


@styled
def accuracy_against_energy(summary: pd.DataFrame) -> Figure:
    """Accuracy and coverage against training energy (mJ), a row of panels per setting (protocol, array design, rule).

    `summary`: protocol, array, rule, noise, variation, seed, total_J, accuracy, coverage, collapsed. Small marks are
    seeds, large ones their mean with 95 % intervals in both directions; a dotted line joins the variations of a noise;
    crosses on top are collapsed trainings; the grey line is the software baseline.
    """
    settings = device_settings(summary)
    if not settings:
        return note("This study has no training on devices.")
    figure = new_figure(11.5, 3.7 * len(settings) + 0.7)
    panels = figure.subplots(len(settings), len(MEASURES), squeeze=False)
    baseline = summary[summary["protocol"] == "software"]
    for row, (name, rows) in zip(panels, settings.items(), strict=True):
        for axes, (measure, label) in zip(row, MEASURES.items(), strict=True):
            intervals = _intervals(rows, measure)
            _conditions(axes, rows, intervals, measure)
            axes.set_xlim(limits([*intervals["x"].explode(), *rows["total_J"] * 1e3], low=0.0))
            axes.set_ylim(limits([*intervals["y"].explode(), *rows[measure]], low=0.0, high=1.0))
            _baseline(axes, baseline, measure)
            axes.set(xlabel="Training energy (mJ)", ylabel=label, title=f"{name}: {COUNTED[name.split()[0]]}")
    figure.legend(handles=_legend(summary, baseline), loc="outside upper center", ncols=5)
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


def _baseline(axes, baseline, measure):
    """The software trainings' mean over noises with its 95 % interval over seeds; an arrow if it lies off the axes."""
    if baseline.empty:
        return
    mean, low, high = mean_interval(baseline.groupby("seed")[measure].mean())
    bottom, top = axes.get_ylim()
    if bottom <= mean <= top:
        axes.axhspan(low, high, color=NEUTRAL, alpha=0.12, lw=0, zorder=0)
        axes.axhline(mean, color=NEUTRAL, lw=1.4, ls="--", zorder=1)
        axes.set_ylim(bottom, top)
    else:
        place, arrow = (0.03, "↓") if mean < bottom else (0.97, "↑")
        text = f"software baseline {mean:.2f} {arrow}"
        axes.text(0.98, place, text, transform=axes.transAxes, color=NEUTRAL, ha="right", va="center", fontsize=9)


def _legend(summary, baseline) -> list[Line2D]:
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
    if len(baseline):
        rules = ", ".join(baseline["rule"].unique())
        handles.append(Line2D([], [], color=NEUTRAL, ls="--", lw=1.4, label=f"software baseline ({rules})"))
    return handles


@styled
def variation_effect(summary: pd.DataFrame) -> Figure:
    """What variation changes: differences to the training without it, paired by seed, mean with 95 % interval.

    `summary`: protocol, array, rule, noise, variation, seed, total_J, accuracy, coverage. A row of panels per setting
    that has trainings with and without variation.
    """
    changes = {name: _changes(rows) for name, rows in device_settings(summary).items()}
    changes = {name: table for name, table in changes.items() if len(table)}
    if not changes:
        return note("This study has no trainings with and without variation to compare.")
    heights = [0.36 * table.groupby(["noise", "variation"]).ngroups + 1.1 for table in changes.values()]
    figure = new_figure(11.5, sum(heights) + 0.3)
    panels = figure.subplots(len(changes), len(CHANGES), squeeze=False, gridspec_kw={"height_ratios": heights})
    for row, (name, table) in zip(panels, changes.items(), strict=True):
        for axes, (measure, label) in zip(row, CHANGES.items(), strict=True):
            _forest(axes, table, measure)
            axes.set(xlabel=f"Change of {label[0].lower()}{label[1:]}", title=name)
            axes.tick_params(labelleft=axes is row[0])
    return figure


def _changes(rows) -> pd.DataFrame:
    """Per seed: each variation minus `none`, energy in per cent, the others in percentage points."""
    keys = ["noise", "seed"]
    reference = rows[rows["variation"] == "none"].set_index(keys)[list(CHANGES)]
    varied = rows[rows["variation"] != "none"].set_index(keys)
    paired = varied[varied.index.isin(reference.index)]
    difference = 100 * (paired[list(CHANGES)] - reference.reindex(paired.index))
    difference["total_J"] /= reference["total_J"].reindex(paired.index)
    return difference.assign(variation=paired["variation"]).reset_index()


def _forest(axes, table, measure):
    """One line per noise and variation: seeds, mean, interval."""
    groups = dict(list(table.groupby(["noise", "variation"])))
    colours = noise_colours(table["noise"])
    names = [(n, v) for n in colours for v in VARIATION_MARKERS if (n, v) in groups]
    for place, (noise, variation) in enumerate(names):
        colour, values = colours[noise], groups[noise, variation][measure]
        mean, low, high = mean_interval(values)
        axes.plot(values, np.full(len(values), place - 0.25), "o", ms=4, color=colour, alpha=0.7, mew=0)
        axes.plot([low, high], [place, place], color=colour, lw=1.8)
        axes.plot(mean, place, ms=9, **mark(variation, colour))
    axes.axvline(0, color="black", lw=0.8)
    axes.set(yticks=range(len(names)), yticklabels=[f"{noise}, {variation} − none" for noise, variation in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
