"""Figures of programming pulses: the choice of a pair, and the step law of a device known from staircases."""

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from rramgan.device.kinetics import POLARITIES
from rramgan.figures.device import POLARITY_COLOURS
from rramgan.figures.style import NEUTRAL, engineering, new_figure, styled

BALANCED = 10.0
"""Worst ratio of SET to RESET steps at which the colours of the pulse map end."""


@styled
def pulse_map(pairs: pd.DataFrame, pulses: pd.DataFrame) -> Figure:
    """Balance, step and energy of all pulse pairs of the operating width; best balance by step and energy.

    `pairs`: set_amplitude_V, reset_amplitude_V, width_s, worst_ratio, steps_per_window, step_S, energy_J; `pulses`:
    polarity, amplitude_V, width_s of the pair in use.
    """
    chosen = pulses.set_index("polarity")["amplitude_V"]
    widths_s = pairs["width_s"].unique()
    width_s = widths_s[np.argmin(np.abs(np.log(widths_s / pulses["width_s"].iloc[0])))]
    shown = pairs[pairs["width_s"] == width_s]
    figure = new_figure(11, 4.2)
    plane, cloud = figure.subplots(1, 2)
    norm = LogNorm(1, BALANCED, clip=True)

    def grid(column):
        return shown.pivot_table(index="reset_amplitude_V", columns="set_amplitude_V", values=column)

    ratio, steps = grid("worst_ratio"), grid("steps_per_window")
    if min(ratio.shape) > 1:
        image = plane.pcolormesh(ratio.columns, ratio.index, ratio, norm=norm, cmap="cividis_r", rasterized=True)
        lines = plane.contour(steps.columns, steps.index, steps, levels=[10, 30, 100, 300, 1000], colors="white")
        plane.clabel(lines, fmt="{:g} steps".format, fontsize=8)
    else:
        places = shown["set_amplitude_V"], shown["reset_amplitude_V"]
        image = plane.scatter(*places, c=shown["worst_ratio"], norm=norm, cmap="cividis_r")
    plane.plot(chosen["set"], chosen["reset"], "*", ms=14, mfc="white", mec="black", clip_on=False)
    plane.set(xlabel="SET amplitude (V)", ylabel="RESET amplitude (V)", title=f"Pairs of {engineering(width_s, 's')}")
    plane.grid(False)
    bar = figure.colorbar(image, ax=plane, label="Worst ratio of SET to RESET step (1)", extend="max")
    bar.set_ticks([1, 2, 3, 5, 10], labels=["1", "2", "3", "5", "10"])

    useful = pairs[pairs["worst_ratio"] < BALANCED]
    best = {"C": useful["worst_ratio"], "reduce_C_function": np.min, "norm": norm, "cmap": "cividis_r"}
    axes_of = {"xscale": "log", "yscale": "log", "gridsize": 22, "rasterized": True}
    cloud.hexbin(useful["step_S"] * 1e6, useful["energy_J"] * 1e12, **best, **axes_of)
    nearest = (shown[["set_amplitude_V", "reset_amplitude_V"]] - [chosen["set"], chosen["reset"]]).abs().sum(axis=1)
    used = shown.loc[nearest.idxmin()]
    cloud.plot(used["step_S"] * 1e6, used["energy_J"] * 1e12, "*", ms=14, mfc="white", mec="black")
    cloud.xaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))
    cloud.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))
    cloud.set_title("Best pair of any width")
    cloud.set(xlabel="Mean step over the window (µS)", ylabel="Energy of a pulse (pJ)")
    return figure


@styled
def step_law(law: pd.DataFrame, measured: pd.DataFrame, window_S: tuple[float, float]) -> Figure:
    """Mean step beside the measured ones, and its relative spreads over the state, a colour per polarity.

    `law`: polarity, g0_S, mean_S, relative_spread (device to device), cycle_spread (cycle to cycle); `measured`:
    polarity, g0_S, step_S, low_S, high_S; `window_S`: the window.
    """
    figure = new_figure(10, 4)
    step, spread = figure.subplots(1, 2)
    for polarity in POLARITIES:
        rows = law[law["polarity"] == polarity]
        g0_uS, colour = rows["g0_S"] * 1e6, POLARITY_COLOURS[polarity]
        step.plot(g0_uS, rows["mean_S"] * 1e6, color=colour, label=polarity.upper())
        seen = measured[measured["polarity"] == polarity]
        bars_uS = np.abs([seen["low_S"] - seen["step_S"], seen["high_S"] - seen["step_S"]]) * 1e6
        style = {
            "fmt": "o",
            "ms": 3.5,
            "mfc": "white",
            "lw": 0.8,
            "color": colour,
            "label": f"{polarity.upper()}, measured",
        }
        step.errorbar(seen["g0_S"] * 1e6, seen["step_S"] * 1e6, bars_uS, **style)
        spread.plot(
            g0_uS, 100 * rows["relative_spread"].abs(), color=colour, label=f"{polarity.upper()}, device to device"
        )
        spread.plot(g0_uS, 100 * rows["cycle_spread"], "--", color=colour, label=f"{polarity.upper()}, cycle to cycle")
    step.axhline(0, color=NEUTRAL, lw=0.8)
    for axes in (step, spread):
        axes.axvspan(window_S[0] * 1e6, window_S[1] * 1e6, color="0.92", zorder=0, label="conductance window")
        axes.set_xlabel("State G0 (µS)")
        axes.legend()
    step.set(ylabel="Mean step (µS)", title="Step")
    spread.set(ylabel="Relative standard deviation (%)", title="Spread", ylim=(0, None))
    return figure
