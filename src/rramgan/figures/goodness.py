"""Figure of a fit beside the measurements it came from."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure
from scipy.stats import norm

from rramgan.device.kinetics import POLARITIES
from rramgan.figures.device import POLARITY_COLOURS
from rramgan.figures.style import NEUTRAL, new_figure, styled

DECADES = 7
"""Decades of steps shown below the largest: what lies under them is noise of readings."""


@styled
def fit_quality(groups: pd.DataFrame, variables: pd.DataFrame) -> Figure:
    """Measured steps against those of the model, a panel per polarity, and the devices' variables by normal quantile.

    `groups`: polarity, bin_low_S, bin_high_S, model_S, step_S, low_S, high_S; `variables`: polarity, device_id,
    variable, outlier.
    """
    figure = new_figure(12.5, 4.4)
    *panels, devices = figure.subplots(1, 3)
    bins = sorted(set(zip(groups["bin_low_S"], groups["bin_high_S"], strict=True)))
    colours = dict(zip(bins, colormaps["viridis"](np.linspace(0, 0.95, len(bins))), strict=True))
    for axes, polarity in zip(panels, POLARITIES, strict=True):
        shown = groups[groups["polarity"] == polarity]
        high_uS = 2 * shown["high_S"].max() * 1e6
        low_uS = max(high_uS * 10.0**-DECADES, shown["model_S"].min() * 1e6 / 2)
        axes.plot([low_uS, high_uS], [low_uS, high_uS], color="black", lw=0.8, zorder=1)
        for edges_S, rows in shown.groupby(["bin_low_S", "bin_high_S"]):
            # A group that moves the wrong way or not at all, as noise can, is drawn on the lower border.
            step_uS, *quartiles_uS = (np.maximum(rows[name] * 1e6, low_uS) for name in ("step_S", "low_S", "high_S"))
            bars = np.maximum([step_uS - quartiles_uS[0], quartiles_uS[1] - step_uS], 0)
            style = {"fmt": "o", "ms": 4, "lw": 0.8, "color": colours[edges_S]}
            name = f"{edges_S[0] * 1e6:.3g}–{edges_S[1] * 1e6:.3g}"
            axes.errorbar(rows["model_S"] * 1e6, step_uS, bars, label=name, **style)
        axes.set(xscale="log", yscale="log", xlim=(low_uS, high_uS), ylim=(low_uS, high_uS))
        axes.set(xlabel="Mean step of the model |ΔG0| (µS)", title=polarity.upper())
    panels[0].set_ylabel("Measured step |ΔG0| (µS)")
    panels[0].legend(title="Bin of G0 (µS)", fontsize=8)
    _normal_quantiles(devices, variables)
    return figure


def _normal_quantiles(axes, variables):
    """Ordered variables of the devices against what a normal population would have; left-out devices are crosses."""
    axes.axline((0, 0), slope=1, color="black", lw=0.8)
    for polarity in POLARITIES:
        rows = variables[variables["polarity"] == polarity].sort_values("variable")
        expected = norm.ppf((np.arange(len(rows)) + 0.5) / max(len(rows), 1))
        for outlier, marker in ((False, "o"), (True, "x")):
            chosen = (rows["outlier"] == outlier).to_numpy()
            if chosen.any():
                label = f"{polarity.upper()}{', left out' if outlier else ''}"
                style = {"ms": 4, "ls": "none", "color": POLARITY_COLOURS[polarity], "label": label}
                axes.plot(expected[chosen], rows["variable"][chosen], marker, **style)
    axes.axhline(0, color=NEUTRAL, lw=0.5)
    axes.set(xlabel="Normal quantile", ylabel="Variable n of a device", title="Devices")
    axes.legend()
