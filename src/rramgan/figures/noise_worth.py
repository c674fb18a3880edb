"""Figure of what real sources of noise take and whether they train as well as ideal noise."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rramgan.evaluation.verdicts import UNDECIDED
from rramgan.evaluation.worth import AS_GOOD, IDEAL, WORSE
from rramgan.figures.style import NEUTRAL, new_figure, note, styled

SRAM_PJ = 0.36
"""A gaussian sample made inside an SRAM word, 65 nm (arXiv:2501.04577)."""

MARKS = {
    AS_GOOD: {"marker": "o", "mfc": "black"},
    WORSE: {"marker": "X", "mfc": "black"},
    UNDECIDED: {"marker": "o", "mfc": "white"},
}
"""Marker of each verdict."""

TICKS = (-100, -50, -20, -10, -5, -2, 0, 2, 5, 10, 20, 50, 100)
"""Of the change."""


@styled
def worth_of_sources(worth: pd.DataFrame) -> Figure:
    """Energy and time of an image's noise, and the change of the Frechet distance by it: a row per source.

    `worth`: the columns of noise_worth.csv, of which trainings in place with full variation are shown. The
    change is that against IDEAL noise with its 95 % interval; the shade is what counts as good as that.
    """
    shown = worth[(worth["protocol"] == "physical") & (worth["variation"] == "full")]
    settings = shown.groupby(["digits", "array", "rule"], sort=False)
    if not len(settings):
        return note("This study has no real source beside ideal noise.")
    rows = next(iter(settings))[1].sort_values("energy_per_image_J", ascending=False).reset_index(drop=True)
    figure = new_figure(12, 0.3 * len(rows) + 1.5)
    energy, time, quality = figure.subplots(1, 3, sharey=True, gridspec_kw={"width_ratios": (1, 1, 1.6)})
    energy.plot(1e12 * rows["energy_per_image_J"], rows.index, "o", color="black", label="the source")
    sram_pJ = SRAM_PJ * rows["inputs"]
    energy.plot(sram_pJ, rows.index, "|", color=NEUTRAL, ms=11, mew=2, label="as many gaussian samples in SRAM")
    energy.set(xscale="log", xlabel="Energy of an image's noise (pJ)", yticks=rows.index)
    energy.set_yticklabels(rows["noise"] + rows["inputs"].map(" ({:.0f} devices)".format))
    time.plot(1e9 * rows["time_per_image_s"], rows.index, "o", color="black")
    time.set(xscale="log", xlabel="Time of an image's noise (ns)")
    _draw_changes(quality, rows)
    handles = [*energy.get_legend_handles_labels()[0], *quality.get_legend_handles_labels()[0]]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _draw_changes(axes, rows: pd.DataFrame) -> None:
    """Changes of the Frechet distance with intervals, marked by verdict."""
    axes.hlines(rows.index, rows["change_low"], rows["change_high"], color=NEUTRAL, lw=1.2)
    for verdict, look in MARKS.items():
        told = rows[rows["verdict"] == verdict]
        if len(told):
            axes.plot(told["change"], told.index, ls="none", mec="black", ms=7, zorder=3, label=verdict, **look)
    axes.axvspan(0, rows["margin"].iloc[0], color=NEUTRAL, alpha=0.25, lw=0)
    axes.axvline(0, color="black", lw=0.8)
    # Linear where sources are alike, logarithmic where they are far off.
    reach = 1.15 * np.nanmax([5.0, *rows["change"].abs(), *rows["change_high"].abs()])
    least = min(-5.0, 1.15 * np.nanmin([*rows["change"], *rows["change_low"]]))
    axes.set_xscale("symlog", linthresh=5)
    axes.set(xlim=(least, reach), xlabel=f"Change of the Frechet distance against {IDEAL} noise")
    axes.set_xticks([tick for tick in TICKS if least <= tick <= reach])
    axes.xaxis.set(major_formatter="{x:g}", minor_formatter="")
