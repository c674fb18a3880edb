"""Figure of what a design of arrays bears: the same training on other devices and conditions, side by side."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rramgan.figures.bill import MEASURES
from rramgan.figures.style import NEUTRAL, SERIES_COLOURS, new_figure, scale_for, styled

PANELS = {"energy_mJ": "Energy in arrays (mJ)"} | MEASURES
"""What is shown, with its label."""


@styled
def what_breaks_first(trainings: pd.DataFrame) -> Figure:
    """Energy and quality of every `case`; the range of the first one, which the others depart from, is shaded.

    `trainings`: case, energy_mJ and MEASURES, a row per training. Points are single trainings, ticks their means.
    """
    cases = list(trainings["case"].unique())
    figure = new_figure(11, 0.34 * len(cases) + 1.4)
    places = trainings["case"].map(cases.index)
    for axes, (column, label) in zip(figure.subplots(1, len(PANELS), sharey=True), PANELS.items(), strict=True):
        values, known = trainings[column], trainings.loc[places == 0, column]
        axes.axvspan(known.min(), known.max(), color=NEUTRAL, alpha=0.2, linewidth=0)
        axes.plot(values, places, "o", ms=4, mfc="white", color=SERIES_COLOURS[0])
        axes.plot(values.groupby(places).mean(), np.arange(len(cases)), "|", ms=12, color=SERIES_COLOURS[0])
        axes.set_xlabel(label)
        axes.margins(x=0.1)
    scale_for(figure.axes[0], "x", trainings["energy_mJ"])
    figure.axes[0].set(yticks=np.arange(len(cases)), yticklabels=cases)
    figure.axes[0].set_ylim(len(cases) - 0.5, -0.5)
    return figure
