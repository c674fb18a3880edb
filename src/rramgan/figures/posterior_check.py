"""Figure of a fitted law, integrated pulse by pulse, over the paths it was measured on."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure

from rramgan.device.kinetics import POLARITIES
from rramgan.figures.device import POLARITY_COLOURS
from rramgan.figures.style import NEUTRAL, legend_below, new_figure, styled

SHOWN_DEVICES = 5
"""Devices whose paths are drawn: the best and the worst met, and those between at equal distances."""

BELOW = {"ncols": 3, "fontsize": 8}
"""A panel's legend is below it: paths may run anywhere in it."""

MAX_MARKS = 60
"""Readings of one path that are drawn; of more, every so manieth."""


@styled
def integrated_paths(paths: pd.DataFrame, quality: pd.DataFrame, window_S: tuple[float, float]) -> Figure:
    """Measured paths of some devices and the integrated law, a panel per polarity, and how far every device is missed.

    `paths`: polarity, device_id, pulse_index, measured_S, predicted_S, and `path` where paths have names of their own;
    `quality`: part (the polarity), device_id and miss (share of the range of states); `window_S`: the window.
    """
    figure = new_figure(12.5, 4.2)
    *panels, missed = figure.subplots(1, 3)
    for axes, polarity in zip(panels, POLARITIES, strict=True):
        own = quality[(quality["part"] == polarity) & quality["miss"].notna()].sort_values("miss")
        ranks = np.unique(np.linspace(0, len(own) - 1, min(SHOWN_DEVICES, len(own))).round().astype(int))
        _paths(axes, paths[paths["polarity"] == polarity], own["device_id"].to_numpy()[ranks])
        axes.axhspan(window_S[0] * 1e6, window_S[1] * 1e6, color="0.92", zorder=0)
        axes.set(xlabel="Pulses", title=f"{polarity.upper()}, best met (dark) to worst")
        rank = (np.arange(len(own)) + 1) / max(len(own), 1)
        missed.plot(100 * own["miss"], rank, "o-", ms=4, color=POLARITY_COLOURS[polarity], label=polarity.upper())
    panels[0].set_ylabel("State G0 (µS)")
    panels[0].plot([], [], "o", ms=3.5, mfc="white", color=NEUTRAL, label="measured")
    panels[0].plot([], [], color=NEUTRAL, label="integrated law")
    legend_below(panels[0], **BELOW)
    missed.set(xlabel="Miss (% of the range of states)", ylabel="Share of the paths (1)", title="Misses")
    missed.set(xlim=(0, None), ylim=(0, 1.05))
    missed.legend()
    return figure


def _paths(axes, rows, chosen):
    """Measured and predicted states of the `chosen` devices, a colour per device, the best met darkest."""
    for device_id, colour in zip(chosen, colormaps["viridis"](np.linspace(0, 0.85, len(chosen))), strict=True):
        path = rows[rows["device_id"] == device_id]
        seen = path.iloc[:: -(-len(path) // MAX_MARKS)]
        label = path["path"].iloc[0] if "path" in path else f"device {int(device_id)}"
        axes.plot(seen["pulse_index"], seen["measured_S"] * 1e6, "o", ms=3.5, mfc="white", color=colour)
        axes.plot(path["pulse_index"], path["predicted_S"] * 1e6, color=colour, label=label)
    if len(chosen):
        legend_below(axes, **BELOW)
    else:
        axes.text(0.5, 0.5, "no train of five pulses or more", ha="center", transform=axes.transAxes)
