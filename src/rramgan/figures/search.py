"""Figure of a search: what its trials reach against their whole bill."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from rramgan.figures.anchors import real_anchor
from rramgan.figures.style import NEUTRAL, SERIES_COLOURS, new_figure, styled
from rramgan.search import COMPETITOR, recommended

MEASURES = {"frechet_distance": "Frechet distance (features squared)", "recall": "Recall (1)"}
"""What is shown of the trials, the objective first."""


@styled
def pareto_front(trials: pd.DataFrame, anchors: pd.DataFrame) -> Figure:
    """Quality of all trials against their whole bill, the Pareto front and the recommended trial.

    `trials`: trial, front, MEASURES, whole_bill_J and COMPETITOR; `anchors`: digits, anchor, judge and MEASURES. Filled
    marks cost less than the same training in 8-bit logic; dotted lines are real digits.
    """
    figure = new_figure(11, 4.6)
    below, front = trials["whole_bill_J"] < trials[COMPETITOR], trials[trials["front"]].sort_values("whole_bill_J")
    best = trials[trials["trial"] == recommended(trials)]
    for axes, (measure, label) in zip(figure.subplots(1, 2), MEASURES.items(), strict=True):
        for rows, filled, meaning in ((below, True, "below the bill of int8"), (~below, False, "above it")):
            x, y = 1e3 * trials.loc[rows, "whole_bill_J"], trials.loc[rows, measure]
            face = SERIES_COLOURS[0] if filled else "white"
            axes.scatter(x, y, s=26, facecolor=face, edgecolor=SERIES_COLOURS[0], label=meaning, zorder=3)
        axes.plot(1e3 * front["whole_bill_J"], front[measure], color=SERIES_COLOURS[1], label="Pareto front", zorder=2)
        star = {"color": SERIES_COLOURS[3], "mec": "black", "ls": "", "zorder": 4}
        axes.plot(1e3 * best["whole_bill_J"], best[measure], "*", ms=15, label="recommended", **star)
        real = real_anchor(anchors, anchors["digits"], measure)
        axes.axhline(real, color=NEUTRAL, ls=":", lw=1.2, label="real digits")
        axes.set(xlabel="Whole bill of a training (mJ)", ylabel=label)
    axes.set_ylim(-0.03, 1.03)
    figure.axes[0].set_yscale("log")
    figure.axes[0].yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_formatter="")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure
