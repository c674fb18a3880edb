"""What a passive array costs: wires by tile and metal, and energy and quality by array design."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rramgan.energy import DISSIPATED
from rramgan.evaluation.statistics import mean_interval
from rramgan.figures.anchors import real_anchor
from rramgan.figures.style import COMPONENT_COLOURS, NEUTRAL, SERIES_COLOURS, limits, new_figure, note, styled

ALLOWED_DROP = 0.07
"""Loss of write voltage that programming tolerates (Merrikh-Bayat et al. 2018, doi 10.1038/s41467-018-04482-4)."""

YARDSTICKS = {
    "total_J": ("o", "#000000", "passive array, everything"),
    "write_selected_J": ("s", COMPONENT_COLOURS["write_selected"], "selected devices only"),
    "released_J": ("^", SERIES_COLOURS[4], "as the released code counts"),
    "digital_fp32_J": ("D", SERIES_COLOURS[0], "multiply-adds in fp32 logic"),
    "digital_int8_J": ("v", SERIES_COLOURS[2], "multiply-adds in int8 logic"),
}
"""Energies that answer the same question with different bounds: marker, colour, meaning."""

SHARES = {
    "accuracy": (SERIES_COLOURS[0], -0.18),
    "coverage": (SERIES_COLOURS[1], 0.0),
    "recall": (SERIES_COLOURS[2], 0.18),
}
"""Quality as shares: colour, and place within the row of a design."""


@styled
def wire_survey(survey: pd.DataFrame) -> Figure:
    """Current lost in reads and voltage left for writes over tile size, a line per metal and a column per window.

    `survey`: tile, segment_ohm, g_min_uS, g_max_uS, driven_from, scheme, current_loss, sum_error_after_gain,
    selected_worst_half. Writes are drawn for the first scheme of the table.
    """
    shown = survey[survey["scheme"] == survey["scheme"].iloc[0]]
    windows = list(shown.groupby(["g_min_uS", "g_max_uS"], sort=False))
    figure = new_figure(4.2 * len(windows) + 2.2, 8.4)
    panels = figure.subplots(3, len(windows), squeeze=False, sharex=True, sharey="row")
    measures = {
        "current_loss": "Current lost (%)",
        "sum_error_after_gain": "Error of sums after gain (%)",
        "selected_worst_half": "Worst write voltage (%)",
    }
    metals = {ohm: colour for ohm, colour in zip(shown["segment_ohm"].unique(), SERIES_COLOURS, strict=False)}
    for column, ((low, high), rows) in enumerate(windows):
        for axes, (measure, label) in zip(panels[:, column], measures.items(), strict=True):
            for (ohm, driven_from), line in rows.groupby(["segment_ohm", "driven_from"], sort=False):
                style = "-" if driven_from == "one side" else "--"
                name = f"{ohm:g} Ω, {driven_from}"
                axes.plot(line["tile"], 100 * line[measure], style, marker="o", color=metals[ohm], label=name)
            if column == 0:
                axes.set_ylabel(label)
        panels[2, column].axhline(100 * (1 - ALLOWED_DROP), color=NEUTRAL, ls=":", label="7 % lost")
        panels[0, column].set_title(f"{low:g}–{high:g} µS")
        panels[2, column].set_xscale("log", base=2)
        panels[2, column].set(xlabel="Lines of a square tile", xticks=rows["tile"].unique())
        panels[2, column].xaxis.set_major_formatter("{x:g}")
    handles, labels = panels[2, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", title="per segment")
    return figure


@styled
def array_designs(summary: pd.DataFrame, anchors: pd.DataFrame) -> Figure:
    """Energy by component, energy by different bounds, and quality of the physical trainings, a row per design.

    A design is an array, with its rule if there are several. `summary`: protocol, digits, array, noise, rule,
    `<component>_J`, the YARDSTICKS and SHARES; `anchors`: digits, anchor, judge and SHARES. Means over digits,
    variations and seeds of the first noise input that all designs have (of all, if there is none), the cheapest design
    first; intervals of 95 % over seeds; dotted lines are real digits.
    """
    rows = summary[summary["protocol"] == "physical"]
    if rows.empty:
        return note("This study has no training on arrays.")
    several = len(rows["rule"].unique()) > 1
    designs = rows["array"].str.cat(rows["rule"], sep=", ") if several else rows["array"]
    users = designs.groupby(rows["noise"], sort=False).nunique()
    of_all = [noise for noise, count in users.items() if count == designs.nunique()]
    if of_all:
        rows, designs = rows[rows["noise"] == of_all[0]], designs[rows["noise"] == of_all[0]]
    groups = dict(list(rows.groupby(designs)))
    names = sorted(groups, key=lambda name: groups[name]["total_J"].mean())
    places = np.arange(len(names))
    figure = new_figure(13, 0.42 * max(len(names), 3) + 2.0)
    split, bounds, quality = figure.subplots(1, 3, sharey=True)
    left = np.zeros(len(names))
    for component in DISSIPATED:
        width = np.array([groups[name][f"{component}_J"].mean() for name in names]) * 1e3
        if width.any():
            colour = COMPONENT_COLOURS[component]
            split.barh(places, width, left=left, height=0.65, color=colour, label=component.replace("_", " "))
        left += width
    for column, (marker, colour, label) in YARDSTICKS.items():
        means = [groups[name][column].mean() * 1e3 for name in names]
        bounds.plot(means, places, marker, ms=8, color=colour, label=label)
    shares = rows[list(SHARES)].to_numpy().ravel().tolist()
    for measure, (colour, offset) in SHARES.items():
        mean, low, high = np.array([mean_interval(groups[name].groupby("seed")[measure].mean()) for name in names]).T
        bars = np.nan_to_num([mean - low, high - mean])
        quality.errorbar(mean, places + offset, xerr=bars, fmt="o", color=colour, label=measure, capsize=3)
        shares.append(real_anchor(anchors, rows["digits"], measure))
        quality.axvline(shares[-1], color=colour, ls=":", lw=1.2)
    split.set(yticks=places, yticklabels=names, xlabel="Energy per training (mJ)", title="Where it goes")
    split.set_ylim(len(names) - 0.5, -0.5)
    bounds.set(xscale="log", xlabel="Energy per training (mJ)", title="What is counted")
    with_noise = f" with {of_all[0]} noise" if of_all else ""
    quality.set(xlabel="Share (1)", title=f"What it buys{with_noise}", xlim=limits(shares, 0, 1))
    for axes in (split, bounds, quality):
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.07), ncols=2)
    return figure
