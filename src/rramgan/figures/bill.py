"""Figures of the whole bill: arrays with their digital rest beside all-digital trainings, and design beside design."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from rramgan.figures.style import (
    COMPONENT_COLOURS,
    NEUTRAL,
    SERIES_COLOURS,
    device_settings,
    new_figure,
    note,
    ordered,
    prefixed,
    signed,
    styled,
)
from rramgan.learning.bill import COMPETITORS, ON_ARRAYS, PARTS

PART_COLOURS = {
    "pulses": COMPONENT_COLOURS["write_selected"],
    "reads": COMPONENT_COLOURS["read_forward"],
    "wires": COMPONENT_COLOURS["wires"],
    "converters": COMPONENT_COLOURS["converters"],
    "noise": COMPONENT_COLOURS["noise"],
    "weights": "#de8f05",
    "outer_products": "#949494",
    "partial_sums": "#ece133",
    "optimiser": "#0173b2",
    "states": "#cc78bc",
    "activations": "#ca9161",
}
"""Colour of each part, from the palette of the ledger's components where it is one."""

WAYS = ("arrays", *sorted(COMPETITORS, reverse=True))
"""Ways to do the same training, in the order of bars."""

MEASURES = {"frechet_distance": "Frechet distance", "recall": "Recall", "coverage": "Coverage"}
"""What is shown of quality, with its label."""


@styled
def whole_bill(bill: pd.DataFrame) -> Figure:
    """Energy per training by part: arrays and their digital rest (hatched) and the all-digital competitors.

    `bill`: protocol, digits, array, rule, noise, variation, way, part and energy_J; a panel per setting, bars are means
    over its noises and variations.
    """
    groups = device_settings(bill) if len(bill) else {}
    if not groups:
        return note("This study has no training on arrays.")
    figure = new_figure(9.5, 1.35 * len(groups) + 1.3)
    for axes, (name, rows) in zip(figure.subplots(len(groups), 1, squeeze=False)[:, 0], groups.items(), strict=True):
        _bars(axes, rows.pivot_table("energy_J", "way", "part", fill_value=0.0))
        axes.set_title(name)
    shown = ordered(bill.loc[bill["energy_J"] > 0, "part"], PARTS)
    handles = [Patch(facecolor=PART_COLOURS[part], label=part.replace("_", " ")) for part in shown]
    handles.append(Patch(facecolor="white", edgecolor="black", hatch="////", label="digital"))
    figure.legend(handles=handles, loc="outside lower center", ncols=6)
    return figure


def _bars(axes, energy_J: pd.DataFrame) -> None:
    """A stacked bar per way, with its sum at the end."""
    parts = ordered(energy_J.columns, PARTS)
    values_J = energy_J.reindex(index=list(WAYS), columns=parts).to_numpy(dtype=float)
    factor, unit = prefixed(values_J.sum(axis=1), "J")
    for place, (way, widths) in enumerate(zip(WAYS, factor * values_J, strict=True)):
        for part, left, width in zip(parts, np.cumsum(widths) - widths, widths, strict=True):
            digital = way != "arrays" or part not in ON_ARRAYS
            style = {"hatch": "////" if digital else None, "edgecolor": "white", "linewidth": 0}
            axes.barh(place, width, left=left, color=PART_COLOURS[part], height=0.7, **style)
        end = (widths.sum(), place)
        axes.annotate(f"{widths.sum():.3g}", end, xytext=(4, 0), textcoords="offset points", va="center")
    axes.set(yticks=np.arange(len(WAYS)), yticklabels=WAYS, xlabel=f"Energy per training ({unit})")
    axes.set_ylim(len(WAYS) - 0.5, -0.5)
    axes.margins(x=0.1)
    axes.grid(axis="y", visible=False)


@styled
def design_steps(bill: pd.DataFrame, summary: pd.DataFrame, designs: list[list[str]]) -> Figure:
    """The bill and quality of every array and rule, with the change from the one above.

    `bill`: as for `whole_bill`; `summary`: protocol, digits, array, rule and MEASURES, a row per training; `designs`:
    lists of an array and a rule in the order of the study. Bars are means over noises and variations, points single
    trainings, lines their means.
    """
    in_arrays = bill[(bill["protocol"] == "physical") & (bill["way"] == "arrays")]
    places = [designs.index(design) for design in in_arrays[["array", "rule"]].to_numpy().tolist()]
    groups = device_settings(in_arrays.iloc[np.argsort(places, kind="stable")])
    if len(groups) < 2:
        return note("This study has a single array and rule.")
    figure = new_figure(11, 0.34 * len(groups) + 1.9)
    left, *right = figure.subplots(1, 1 + len(MEASURES), sharey=True, width_ratios=(2.2, *[1] * len(MEASURES)))
    totals_J = pd.DataFrame(
        {name: rows.pivot_table("energy_J", "way", "part").iloc[0] for name, rows in groups.items()}
    )
    _steps(left, totals_J.T.fillna(0.0))
    trained = device_settings(summary)
    for axes, (measure, label) in zip(right, MEASURES.items(), strict=True):
        values = [trained[name][measure] for name in groups]
        for place, points in enumerate(values):
            axes.plot(points, np.full(len(points), place), "o", ms=4, mfc="white", color=SERIES_COLOURS[0])
        axes.plot([points.mean() for points in values], np.arange(len(values)), color=SERIES_COLOURS[0], lw=1)
        axes.set_xlabel(label)
        axes.margins(x=0.1)
    handles = [Patch(facecolor=PART_COLOURS[part], label=part) for part in ordered(totals_J.index, ON_ARRAYS)]
    handles.append(Patch(facecolor=NEUTRAL, hatch="////", edgecolor="white", label="digital"))
    figure.legend(handles=handles, loc="outside lower center", ncols=6)
    return figure


def _steps(axes, energy_J: pd.DataFrame) -> None:
    """A bar per row of `energy_J` (designs, parts): parts in arrays and the sum of all others; with sum and change."""
    on_arrays = ordered(energy_J.columns, ON_ARRAYS)
    values_J = np.column_stack([energy_J[on_arrays], energy_J.drop(columns=on_arrays).sum(axis=1)])
    factor, unit = prefixed(values_J.sum(axis=1), "J")
    sums, before = factor * values_J.sum(axis=1), None
    colours = [*(PART_COLOURS[part] for part in on_arrays), NEUTRAL]
    for place, (widths, total) in enumerate(zip(factor * values_J, sums, strict=True)):
        lefts = np.cumsum(widths) - widths
        hatches = [None] * len(on_arrays) + ["////"]
        axes.barh(place, widths, left=lefts, color=colours, height=0.7, hatch=hatches, edgecolor="white", linewidth=0)
        change = "" if before is None else f"  ({signed(total - before)})"
        axes.annotate(
            f"{total:.3g}{change}", (total, place), (4, 0), textcoords="offset points", va="center", fontsize=8
        )
        before = total
    axes.set(yticks=np.arange(len(sums)), yticklabels=list(energy_J.index), xlabel=f"Energy per training ({unit})")
    axes.set_ylim(len(sums) - 0.5, -0.5)
    axes.margins(x=0.3)
    axes.grid(axis="y", visible=False)
