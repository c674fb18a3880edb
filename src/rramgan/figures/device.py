"""Figures of the calibrated device: steps, I-V curves, trajectories and spread, beside published points."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatter

from rramgan.figures.style import (
    NEUTRAL,
    SERIES_COLOURS,
    engineering,
    legend_beside,
    new_figure,
    ordered,
    signed,
    styled,
)

POLARITY_COLOURS = {"set": SERIES_COLOURS[0], "reset": SERIES_COLOURS[3]}

CURVES = {
    "fitted": {"color": "black", "ls": (0, (4, 3)), "lw": 1.2, "zorder": 4},
    "published log10_s": {"color": SERIES_COLOURS[0], "ls": "-", "lw": 3.2, "zorder": 3},
    "published ln_s": {"color": SERIES_COLOURS[1], "ls": "-", "lw": 1.3},
    "published log10_ns": {"color": SERIES_COLOURS[2], "ls": "-", "lw": 1.3},
    "published ln_ns": {"color": SERIES_COLOURS[4], "ls": ":", "lw": 2.0},
    "recalibrated": {"color": SERIES_COLOURS[3], "ls": "-", "lw": 1.8, "zorder": 4},
}
"""Lines of the trajectories; the published table read with log10(t / s) is the emphasised one."""

CURVE_NAMES = {
    "published log10_s": "published, log10(t / s)",
    "published ln_s": "published, ln(t / s)",
    "published log10_ns": "published, log10(t / ns)",
    "published ln_ns": "released code, ln(t / ns)",
    "recalibrated": "time constants recalibrated",
}
"""What the lines are called, where not by their source."""

CV_LINES = {"fitted": "--", "published": "-", "published, other row": ":", "refitted to the points": (0, (1, 3, 5, 3))}


STAR: dict[str, Any] = {"ms": 14, "mfc": "white", "mec": "black"}
"""Mark of the operating pulse."""


@styled
def step_surfaces(steps: pd.DataFrame, pulses: pd.DataFrame, window_S: tuple[float, float]) -> Figure:
    """Mean step over amplitude and width in up to two bins of the window, and the operating pulses' step in all bins.

    Of one width or one amplitude a line over the other, of one pulse its step.

    `steps`: polarity, bin_low_S, bin_high_S, g0_S, amplitude_V, width_s, step_S; `pulses`: polarity, amplitude_V,
    width_s; `window_S`: the conductance window.
    """
    figure = new_figure(11, 6.4)
    operating = steps[(steps["bin_high_S"] > window_S[0]) & (steps["bin_low_S"] < window_S[1])]
    centres_S = np.unique(np.unique(operating["g0_S"])[[0, -1]])
    grid = figure.add_gridspec(2, len(centres_S) + 1, width_ratios=[1] * len(centres_S) + [1.15])
    for row, polarity in enumerate(("set", "reset")):
        shown = operating[(operating["polarity"] == polarity) & operating["g0_S"].isin(centres_S)]
        pulse = pulses[pulses["polarity"] == polarity].iloc[0]
        smallest, largest = shown["step_S"].abs().agg(["min", "max"]) * 1e6
        norm = LogNorm(max(smallest, largest * 1e-5), largest, clip=True)
        panels = [figure.add_subplot(grid[row, column]) for column in range(len(centres_S))]
        for axes, g0_S in zip(panels, centres_S, strict=True):
            surface = shown[shown["g0_S"] == g0_S]
            several = [name for name in ("amplitude_V", "width_s") if np.ptp(surface[name]) > 0]
            if len(several) == 2:
                image, contours = _surface(axes, surface, norm)
                axes.plot(pulse["amplitude_V"], pulse["width_s"], "*", clip_on=False, **STAR)
            else:
                _line(axes, surface, several[0] if several else "amplitude_V", pulse)
            low_uS, high_uS = surface[["bin_low_S", "bin_high_S"]].iloc[0] * 1e6
            axes.set_title(f"{polarity.upper()}, G0 {low_uS:.3g}–{high_uS:.3g} µS")
        panels[0].set_ylabel("Pulse width (s)" if len(several) == 2 else "Mean step |ΔG0| (µS)")
        if len(several) == 2:
            bar = figure.colorbar(image, ax=panels, label="Mean step |ΔG0| (µS)", pad=0.02)
            if len(contours.levels):
                bar.add_lines(contours)
    _operating_steps(figure.add_subplot(grid[:, -1]), steps, pulses, window_S)
    return figure


def _surface(axes, surface, norm):
    """One coloured surface with a contour per decade that it spans."""
    table = surface.pivot_table(index="width_s", columns="amplitude_V", values="step_S").abs() * 1e6
    image = axes.pcolormesh(table.columns, table.index, table, norm=norm, cmap="cividis", rasterized=True)
    decades = 10.0 ** np.arange(np.ceil(np.log10(norm.vmin)), np.log10(norm.vmax))
    contours = axes.contour(table.columns, table.index, table, levels=decades, colors="white", linewidths=0.7)
    axes.set(yscale="log", xlabel="Pulse amplitude (V)")
    axes.grid(False)
    return image, contours


def _line(axes, line, name, pulse):
    """Steps over the amplitude or width that `name` says, the other being one, and the operating pulse among them."""
    line = line.sort_values(name)
    axes.plot(line[name], line["step_S"].abs() * 1e6, color=POLARITY_COLOURS[pulse["polarity"]])
    used = line[np.isclose(line[name], pulse[name])]
    axes.plot(used[name], used["step_S"].abs() * 1e6, "*", **STAR)
    label = "Pulse amplitude (V)" if name == "amplitude_V" else "Pulse width (s)"
    axes.set(xlabel=label, xscale="linear" if name == "amplitude_V" else "log", ylim=(0, None))


def _operating_steps(axes, steps, pulses, window_S):
    """Mean step of the two operating pulses in every bin."""
    axes.axvspan(*(edge * 1e6 for edge in window_S), color="0.92", label="conductance window")
    operating = steps[_is_operating(steps, pulses)]
    for pulse in pulses.itertuples():
        chosen = operating[operating["polarity"] == pulse.polarity]
        edges_uS = [*chosen["bin_low_S"] * 1e6, chosen["bin_high_S"].iloc[-1] * 1e6]
        name = f"{pulse.polarity.upper()} {signed(pulse.amplitude_V)} V, {engineering(pulse.width_s, 's')}"
        colour = POLARITY_COLOURS[pulse.polarity]
        axes.stairs(chosen["step_S"].abs() * 1e6, edges_uS, color=colour, label=name, lw=2.2, baseline=None)
    axes.set(xscale="log", yscale="log", xlabel="State G0 (µS)", ylabel="Mean step |ΔG0| (µS)")
    axes.set_title("Operating pulses (★)")
    largest_uS = operating["step_S"].abs().max() * 1e6
    axes.set_ylim(largest_uS * 1e-4, largest_uS * 3)
    axes.legend(loc="lower right")


def _is_operating(steps, pulses):
    """Which rows of `steps` belong to an operating pulse."""
    keys = ["polarity", "amplitude_V", "width_s"]
    return pd.MultiIndex.from_frame(steps[keys]).isin(pd.MultiIndex.from_frame(pulses[keys]))


@styled
def iv_curves(curves: pd.DataFrame, temperature_C: float) -> Figure:
    """Current over voltage with the device-to-device band, that spread over the state, and the temperature dependence.

    `curves`: g0_S, temperature_C, voltage_V, mean_A, spread_A (signed); the first two panels are at `temperature_C`.
    """
    figure = new_figure(12.5, 4.2)
    left, middle, right = figure.subplots(1, 3)
    states_S, voltages_V = np.unique(curves["g0_S"]), np.unique(curves["voltage_V"])
    low_V = voltages_V[np.argmin(np.abs(voltages_V - 0.1))]
    here = curves[curves["temperature_C"] == temperature_C]
    for colour, g0_S in zip(SERIES_COLOURS, states_S[::-1][:: len(states_S) // 4][:4], strict=False):
        name = f"{g0_S * 1e6:.3g}"
        shown = here[here["g0_S"] == g0_S]
        bounds_uA = [(shown["mean_A"] + sign * shown["spread_A"]) * 1e6 for sign in (-1, 1)]
        left.fill_between(shown["voltage_V"], *bounds_uA, color=colour, alpha=0.3, lw=0)
        left.plot(shown["voltage_V"], shown["mean_A"] * 1e6, color=colour)
        read = curves[(curves["g0_S"] == g0_S) & (curves["voltage_V"] == low_V)]
        right.plot(read["temperature_C"], read["mean_A"] / (low_V * g0_S), "o-", ms=4, color=colour, label=name)
    for voltage_V, style in ((low_V, "-"), (voltages_V[-1], "--")):
        shown = here[here["voltage_V"] == voltage_V]
        share = 100 * shown["spread_A"] / shown["mean_A"]
        middle.plot(shown["g0_S"] * 1e6, share, style, color=NEUTRAL, label=f"at {voltage_V:.2g} V")
    middle.axhline(0, color="black", lw=0.8)
    middle.set(xscale="log", xlabel="State G0 (µS)", ylabel="Spread σ / I (%), signed", title="Device-to-device spread")
    middle.legend()
    left.set(xlabel="Voltage (V)", ylabel="Current (µA)", title=f"I–V at {temperature_C:g} °C (band: ±σ)")
    right.set(xlabel="Temperature (°C)", ylabel=f"I / (V G0) at {low_V:.2g} V (1)", title="Temperature dependence")
    legend_beside(right, title="State G0 (µS)")
    return figure


@styled
def trajectories(table: pd.DataFrame) -> Figure:
    """State over pulses for every train and model, with measured points; one row of panels per polarity.

    `table`: polarity, g_initial_S, amplitude_V, width_s, source, pulses, g0_S, rms_decades (may be empty).
    """
    polarities = ordered(table["polarity"], POLARITY_COLOURS)
    train = ["polarity", "g_initial_S", "amplitude_V", "width_s"]
    trains: dict[Any, pd.DataFrame] = {key: rows for key, rows in table.groupby(train)}
    columns = max(sum(key[0] == polarity for key in trains) for polarity in polarities)
    figure = new_figure(max(2.5 * columns + 3.2, 7.5), 2.9 * len(polarities))
    panels = figure.subplots(len(polarities), columns, squeeze=False, sharey="row")
    for row, polarity in zip(panels, polarities, strict=True):
        keys = sorted((key for key in trains if key[0] == polarity), key=lambda key: (key[1], abs(key[2])))
        for axes, key in zip(row, keys, strict=False):
            _train_panel(axes, trains[key])
            _, g_initial_S, amplitude_V, width_s = key
            start = f"from {g_initial_S * 1e6:.3g} µS"
            axes.set_title(f"{signed(amplitude_V)} V, {engineering(width_s, 's')}\n{start}")
            axes.set_xlabel("Pulses")
        for axes in row[len(keys) :]:
            axes.remove()
        row[0].set_ylabel(f"{polarity.upper()}: state G0 (µS)")
        compared = table["rms_decades"].notna().any()
        legend_beside(row[len(keys) - 1], title="rms deviation (decades)" if compared else None)
    return figure


def _train_panel(axes, train):
    """The curves of one train, the emphasised ones on top, and its points."""
    for source in ordered(train["source"], CURVES):
        curve = train[train["source"] == source]
        rms = curve["rms_decades"].iloc[0]
        name = CURVE_NAMES.get(source, source)
        label = name if np.isnan(rms) else f"{name}: {rms:.2f}"
        axes.plot(curve["pulses"], curve["g0_S"] * 1e6, label=label, **CURVES[source])
    points = train[train["source"] == "digitised"]
    if len(points):
        style = {"ls": "none", "marker": "o", "ms": 6, "mfc": "white", "mec": "black", "zorder": 5}
        axes.plot(points["pulses"], points["g0_S"] * 1e6, label="digitised", **style)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.6)))


@styled
def variation_coefficients(table: pd.DataFrame) -> Figure:
    """Coefficient of variation of the step over amplitude, by width, with measured points; a panel per polarity.

    `table`: polarity, source, width_s, amplitude_V, cv (1), rms (may be empty), bin_low_S, bin_high_S.
    """
    figure = new_figure(11, 6.2)
    polarities = ordered(table["polarity"], POLARITY_COLOURS)
    panels = figure.subplots(1, len(polarities), squeeze=False)[0]
    widths_s = np.unique(table["width_s"])
    colours = dict(zip(widths_s, SERIES_COLOURS, strict=False))
    for axes, polarity in zip(panels, polarities, strict=True):
        shown = table[table["polarity"] == polarity]
        sources = ordered(shown["source"], CV_LINES)
        for (source, width_s), curve in shown[shown["source"].isin(sources)].groupby(["source", "width_s"]):
            mark = "o" if len(curve) == 1 else None
            style = {"marker": mark, "ls": CV_LINES[str(source)], "color": colours[width_s]}
            axes.plot(curve["amplitude_V"], curve["cv"], **style)
        points = shown[shown["source"] == "digitised"]
        axes.scatter(points["amplitude_V"], points["cv"], s=26, c=points["width_s"].map(colours), ec="black", lw=0.5)
        axes.set(xlabel="Pulse amplitude (V)", ylabel="CV of the step σ/|µ| (1)", title=polarity.upper())
        axes.set_ylim(bottom=0)
        lines = [Line2D([], [], color=NEUTRAL, ls=CV_LINES[s], label=_cv_label(shown, s)) for s in sources]
        axes.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -0.16), borderaxespad=0, handlelength=3)
    widths = [Line2D([], [], color=colours[w], marker="o", label=engineering(w, "s")) for w in widths_s]
    panels[-1].figure.legend(handles=widths, title="Pulse width", loc="outside right center")
    return figure


def _cv_label(table, source) -> str:
    """Name of a curve, its deviation from the points, and its coefficients."""
    first = table[table["source"] == source].iloc[0]
    row = f", {first['bin_low_S'] * 1e6:.3g}–{first['bin_high_S'] * 1e6:.3g} µS" if first["bin_low_S"] > 0 else ""
    rms = f": rms {first['rms']:.2g}" if first["rms"] >= 0 else ""
    return f"{source.split(',')[0]}{row}{rms}\nd = ({first['coefficients']})"
