"""Figures of how pulses change the calibrated device: steps, trajectories and spread, beside published points."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rramgan.figures.style import (
    NEUTRAL,
    SERIES_COLOURS,
    engineering,
    legend_below,
    legend_beside,
    new_figure,
    ordered,
    scale_for,
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

    Of one width or one amplitude a line over the other; of one pulse only its step.

    `steps`: polarity, bin_low_S, bin_high_S, g0_S, amplitude_V, width_s, step_S; `pulses`: polarity, amplitude_V,
    width_s; `window_S`: the conductance window.
    """
    operating = steps[(steps["bin_high_S"] > window_S[0]) & (steps["bin_low_S"] < window_S[1])]
    varied = [name for name in ("amplitude_V", "width_s") if steps.groupby("polarity")[name].nunique().max() > 1]
    if not varied:
        figure = new_figure(5, 4.4)
        _operating_steps(figure.subplots(), steps, pulses, window_S)
        return figure
    centres_S = np.unique(np.unique(operating["g0_S"])[[0, -1]])
    figure = new_figure(11, 6.4)
    grid = figure.add_gridspec(2, len(centres_S) + 1, width_ratios=[1] * len(centres_S) + [1.15])
    for row, polarity in enumerate(("set", "reset")):
        shown = operating[(operating["polarity"] == polarity) & operating["g0_S"].isin(centres_S)]
        panels = [figure.add_subplot(grid[row, column]) for column in range(len(centres_S))]
        _steps_by_pulse(panels, shown, pulses[pulses["polarity"] == polarity].iloc[0], varied)
    _operating_steps(figure.add_subplot(grid[:, -1]), steps, pulses, window_S)
    return figure


def _steps_by_pulse(panels, shown, pulse, varied):
    """The steps of one polarity over what of the pulse is `varied`, a panel per bin."""
    smallest, largest = shown["step_S"].abs().agg(["min", "max"]) * 1e6
    norm = LogNorm(max(smallest, largest * 1e-5), largest, clip=True)
    for axes, (_, surface) in zip(panels, shown.groupby("g0_S"), strict=True):
        if len(varied) == 2:
            image, contours = _surface(axes, surface, norm)
            axes.plot(pulse["amplitude_V"], pulse["width_s"], "*", clip_on=False, **STAR)
        else:
            _line(axes, surface, varied[0], pulse)
        low_uS, high_uS = surface[["bin_low_S", "bin_high_S"]].iloc[0] * 1e6
        axes.set_title(f"{pulse['polarity'].upper()}, G0 {low_uS:.3g}–{high_uS:.3g} µS")
    panels[0].set_ylabel("Pulse width (s)" if len(varied) == 2 else "Mean step |ΔG0| (µS)")
    if len(varied) == 2:
        bar = panels[0].figure.colorbar(image, ax=panels, label="Mean step |ΔG0| (µS)", pad=0.02)
        if len(contours.levels):
            bar.add_lines(contours)


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
    axes.set(xlabel="State G0 (µS)", ylabel="Mean step |ΔG0| (µS)", title="Step of the training pulses (★)")
    sizes_uS = operating["step_S"].abs() * 1e6
    scale_for(axes, "x", steps["bin_low_S"])
    scale_for(axes, "y", sizes_uS)
    linear = axes.get_yscale() == "linear"
    axes.set_ylim(
        0 if linear else max(sizes_uS.max() * 1e-4, sizes_uS.min() / 3), sizes_uS.max() * (1.2 if linear else 3)
    )
    legend_below(axes, -0.1)


def _is_operating(steps, pulses):
    """Which rows of `steps` belong to an operating pulse."""
    keys = ["polarity", "amplitude_V", "width_s"]
    return pd.MultiIndex.from_frame(steps[keys]).isin(pd.MultiIndex.from_frame(pulses[keys]))


@styled
def trajectories(table: pd.DataFrame) -> Figure:
    """State over pulses for every train and model, with measured points; one row of panels per polarity.

    `table`: polarity, g_initial_S, amplitude_V, width_s, source, pulses, g0_S, rms_decades (may be empty).
    """
    polarities = ordered(table["polarity"], POLARITY_COLOURS)
    train = ["polarity", "g_initial_S", "amplitude_V", "width_s"]
    trains: dict[Any, pd.DataFrame] = {key: rows for key, rows in table.groupby(train)}
    columns = max(sum(key[0] == polarity for key in trains) for polarity in polarities)
    measured = (table["source"] == "digitised").any()
    if columns == 1:
        figure = new_figure(4.4 * len(polarities), 3.8)
        panels = figure.subplots(1, len(polarities), squeeze=False).T
    else:
        figure = new_figure(2.5 * columns + 3.2, 2.9 * len(polarities))
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
        if measured:
            legend_beside(row[len(keys) - 1], title="rms deviation (decades)")
    if not measured:
        figure.suptitle("Fitted model under equal pulses; no published points to compare with")
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
    scale_for(axes, "y", train["g0_S"])
    if points.empty:  # Where the curves no longer move there is nothing to see.
        moving = train.groupby("source")["g0_S"].transform(lambda states_S: states_S != states_S.iloc[-1])
        axes.set_xlim(0, 1.25 * max(train.loc[moving, "pulses"].max(), 1))


@styled
def variation_coefficients(table: pd.DataFrame) -> Figure:
    """Coefficient of variation of the step over amplitude, by width, with measured points; a panel per polarity.

    `table`: polarity, source, width_s, amplitude_V, cv (1), rms (may be empty), bin_low_S, bin_high_S.
    """
    polarities = ordered(table["polarity"], POLARITY_COLOURS)
    rows = table.groupby("polarity")["source"].nunique().max()
    figure = new_figure(11, 4 + 0.5 * rows)
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
        axes.set_ylim(0, 1.08 * shown["cv"].max())
        axes.locator_params("x", nbins=6)
        lines = [Line2D([], [], color=NEUTRAL, ls=CV_LINES[s], label=_cv_label(shown, s)) for s in sources]
        legend_below(axes, handles=lines, handlelength=3)
    if not (table["source"] == "digitised").any():
        figure.suptitle("Fitted model; no published points to compare with")
    widths = [Line2D([], [], color=colours[w], marker="o", label=engineering(w, "s")) for w in widths_s]
    panels[-1].figure.legend(handles=widths, title="Pulse width", loc="outside right center")
    return figure


def _cv_label(table, source) -> str:
    """Name of a curve, its deviation from the points, and its coefficients."""
    first = table[table["source"] == source].iloc[0]
    row = f", {first['bin_low_S'] * 1e6:.3g}–{first['bin_high_S'] * 1e6:.3g} µS" if first["bin_low_S"] > 0 else ""
    rms = f": rms {first['rms']:.2g}" if first["rms"] >= 0 else ""
    return f"{source.split(',')[0]}{row}{rms}\nd = ({first['coefficients']})"
