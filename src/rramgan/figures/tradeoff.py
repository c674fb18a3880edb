"""The headline figure: what accuracy and quality the training energy buys, by noise and variation."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from rramgan.evaluation.statistics import mean_interval
from rramgan.figures.anchors import real_anchor, trained_rules
from rramgan.figures.style import (
    NEUTRAL,
    ON_DEVICES,
    VARIATION_MARKERS,
    device_settings,
    limits,
    new_figure,
    noise_colours,
    noise_mark,
    note,
    ordered,
    styled,
)

MEASURES = {
    "accuracy": "Accuracy (1)",
    "frechet_distance": "Frechet dist. (feat.²)",
    "recall": "Recall (1)",
    "coverage": "Coverage (1)",
}
"""What the energy buys; all but the distance lie between 0 and 1, and less of the distance is better."""

COUNTED = {"physical": "Energy, all layers (mJ)", "released": "Energy as released (mJ)"}
"""What the energy of a protocol holds."""

COLUMN_IN = 1.75
"""Width of the panels of a setting; two settings fill the column of a journal."""

SMALL: Any = {"axes.labelsize": 7, "axes.titlesize": 7.5, "xtick.labelsize": 6.5, "ytick.labelsize": 6.5}
"""Type at that size."""

SEEDS_FOR_INTERVAL = 3
"""Of fewer seeds an interval says nothing: of two it is 13 standard errors long."""

NUMBERED = 6
"""With more noises than this, means are drawn as numbers and the legend lists them."""


@styled
def accuracy_against_energy(summary: pd.DataFrame, anchors: pd.DataFrame) -> Figure:
    """Accuracy and held-out quality against training energy (mJ): a column per setting, a row per measure.

    `summary`: protocol, digits, array, rule, noise, variation, seed, total_J, collapsed and the MEASURES; `anchors`:
    digits, anchor, judge and the MEASURES. Small dots are seeds, marks their mean with 95 % intervals in both
    directions; the step line is the Pareto front; crosses are collapsed trainings; the dashed line is the best rule in
    software, unless it was not trained, and the black one is what real digits score.
    """
    settings = device_settings(summary)
    if not settings:
        return note("This study has no training on devices.")
    spent = summary[summary["protocol"].isin(ON_DEVICES)]
    colours = noise_colours(spent["noise"])
    keys = _keys(spent, colours)
    software = summary[summary["protocol"] == "software"]
    height_in = 1.15 * len(MEASURES) + 0.16 * (-(-len(keys) // 3)) + 0.9
    with rc_context(SMALL):
        figure = new_figure(max(COLUMN_IN * len(settings), 3.5), height_in, dpi=200)
        panels = figure.subplots(len(MEASURES), len(settings), squeeze=False, sharex="col")
        for column, (name, rows) in zip(panels.T, settings.items(), strict=True):
            digits = rows["digits"].unique()
            baseline = _baseline(software[software["digits"].isin(digits)], anchors)
            for axes, (measure, label) in zip(column, MEASURES.items(), strict=True):
                lines = _lines(axes, baseline, real_anchor(anchors, digits, measure), measure)
                _conditions(axes, rows, measure, colours, lines)
                axes.set_ylabel(label if axes in panels[:, 0] else "")
            column[0].set_title(name.replace(" (", "\n("))
            column[-1].set_xlabel(COUNTED[name.split()[0]])
        keys += _line_keys(software, anchors, spent)
        figure.legend(
            handles=keys, loc="outside lower center", ncols=3, fontsize=6.5, handlelength=1.6, columnspacing=1
        )
    return figure


def _conditions(axes, rows, measure, colours, lines):
    """Seeds, means with intervals and the Pareto front of them, on axes that hold the `lines`, too."""
    interesting = [*lines, *rows[measure]]
    means, energies = [], [*rows["total_J"] * 1e3]
    for noise in colours:
        for variation in VARIATION_MARKERS:
            seeds = rows[(rows["noise"] == noise) & (rows["variation"] == variation)]
            if seeds.empty:
                continue
            x, y = mean_interval(seeds["total_J"] * 1e3), mean_interval(seeds[measure])
            _seeds(axes, seeds, measure, colours[noise])
            if len(seeds) >= SEEDS_FOR_INTERVAL:
                whisker = {"color": colours[noise] if len(colours) <= NUMBERED else NEUTRAL, "lw": 0.8, "zorder": 4}
                axes.plot(x[1:], [y[0]] * 2, **whisker)
                axes.plot([x[0]] * 2, y[1:], **whisker)
                interesting += y[1:]
                energies += x[1:]
            means.append((x[0], y[0]))
            _mean(axes, x[0], y[0], noise, variation, colours)
    _front(axes, np.array(means), measure)
    top = np.inf if measure == "frechet_distance" else 1.0
    axes.set(xlim=limits(energies, low=0.0), ylim=limits(interesting, low=0.0, high=top))
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], min_n_ticks=3))


def _seeds(axes, seeds, measure, colour):
    """A dot per training, a cross per collapsed one."""
    whole, collapsed = seeds[~seeds["collapsed"]], seeds[seeds["collapsed"]]
    axes.plot(whole["total_J"] * 1e3, whole[measure], "o", ms=2, mew=0, color=colour, alpha=0.6, zorder=3)
    axes.plot(collapsed["total_J"] * 1e3, collapsed[measure], "x", color="black", ms=3, mew=0.6, zorder=3)


def _mean(axes, x, y, noise, variation, colours):
    """The mark of a condition; its number where there are many noises."""
    if len(colours) <= NUMBERED:
        axes.plot(x, y, ms=5, mew=0.9, zorder=5, ls="none", **noise_mark(noise, variation, colours))
        return
    look = {"boxstyle": "circle,pad=0.15", "lw": 0.6, "fc": "white" if variation == "none" else "0.85", "ec": NEUTRAL}
    number = str(list(colours).index(noise) + 1)
    axes.text(x, y, number, fontsize=5, ha="center", va="center", bbox=look, zorder=5, clip_on=True)


def _front(axes, means, measure):
    """Steps through the conditions that no other one beats in energy and measure alike."""
    sign = 1 if measure == "frechet_distance" else -1
    means = means[np.lexsort((sign * means[:, 1], means[:, 0]))]
    best = np.minimum.accumulate(sign * means[:, 1])
    front = means[np.r_[True, best[1:] < best[:-1]]]
    axes.step(*front.T, where="post", color="black", lw=0.7, ls=(0, (1, 1)), zorder=2)


def _baseline(software, anchors) -> pd.DataFrame:
    """The software trainings of the rule that comes nearest to real digits; without rows if none was trained."""
    trained = software[software["rule"].isin(trained_rules(software, anchors))]
    if trained.empty:
        return trained
    return trained[trained["rule"] == trained.groupby("rule")["frechet_distance"].mean().idxmin()]


def _lines(axes, baseline, real, measure) -> list[float]:
    """What real digits and the software baseline score, the latter with its interval over seeds; returns both."""
    axes.axhline(real, color="black", lw=0.8, zorder=1)
    if baseline.empty:
        return [real]
    mean, low, high = mean_interval(baseline.groupby("seed")[measure].mean())
    if baseline["seed"].nunique() >= SEEDS_FOR_INTERVAL:
        axes.axhspan(low, high, color=NEUTRAL, alpha=0.15, lw=0, zorder=0)
    axes.axhline(mean, color=NEUTRAL, lw=1.0, ls="--", zorder=1)
    return [mean, real]


def _keys(spent, colours) -> list[Line2D | Patch]:
    """What marks mean: noises by shape and colour, or by number, and variations by filling."""
    keys: list[Line2D | Patch]
    variations = ordered(spent["variation"], VARIATION_MARKERS)
    if len(colours) > NUMBERED:
        keys = [Patch(fc="none", label=f"{place} {noise}") for place, noise in enumerate(colours, 1)]
    else:
        filled = variations[-1]
        keys = [Line2D([], [], ls="none", ms=5, label=noise, **noise_mark(noise, filled, colours)) for noise in colours]
    grey = {"x": NEUTRAL}
    for variation in variations:
        keys.append(Line2D([], [], ls="none", ms=5, label=f"variation {variation}", **noise_mark("x", variation, grey)))
    return keys


def _line_keys(software, anchors, spent) -> list[Line2D | Patch]:
    """What lines mean; what collapsed means is told only if a training did."""
    keys: list[Line2D | Patch] = [Line2D([], [], color="black", lw=0.7, ls=(0, (1, 1)), label="Pareto front")]
    if spent["collapsed"].any():
        keys.append(Line2D([], [], ls="none", marker="x", ms=3, mew=0.6, color="black", label="collapsed"))
    keys.append(Line2D([], [], color="black", lw=0.8, label="real digits"))
    baseline = _baseline(software, anchors)
    if len(baseline):
        name = f"software ({baseline['rule'].iloc[0]})"
        keys.append(Line2D([], [], color=NEUTRAL, lw=1.0, ls="--", label=name))
        if baseline["seed"].nunique() >= SEEDS_FOR_INTERVAL:
            keys.append(Patch(color=NEUTRAL, alpha=0.15, lw=0, label="its 95 % interval"))
    elif len(software):
        keys.append(Patch(fc="none", label="software: trained too briefly"))
    return keys
