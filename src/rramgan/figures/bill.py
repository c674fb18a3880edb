"""Figure of the whole bill: arrays with their digital rest, and all-digital trainings, side by side."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from rramgan.figures.style import COMPONENT_COLOURS, device_settings, new_figure, note, ordered, prefixed, styled
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
    figure.legend(handles=handles, loc="outside upper center", ncols=6)
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
