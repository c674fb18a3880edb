"""Figures of energy: what it is spent on, layer by layer, and what accuracy it buys."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rramgan.energy import DISSIPATED
from rramgan.figures.style import (
    COMPONENT_COLOURS,
    NEUTRAL,
    VARIATION_MARKERS,
    device_settings,
    mark,
    new_figure,
    noise_colours,
    note,
    ordered,
    prefixed,
    styled,
)


@styled
def breakdown(summary: pd.DataFrame) -> Figure:
    """Energy per training by component and condition: stacked on a linear axis, single on a logarithmic one.

    `summary`: protocol, array, rule, noise, variation, seed and the energy columns `<component>_J`; bars and dots are
    means over seeds. A row of panels per setting: protocol, array design and rule.
    """
    groups = {name: _by_condition(rows) for name, rows in device_settings(summary).items()}
    if not groups:
        return note("This study has no training on devices.")
    heights = [0.3 * max(len(group), 2) + 1.1 for group in groups.values()]
    figure = new_figure(11.5, sum(heights) + 0.5)
    grid = {"height_ratios": heights}
    panels = figure.subplots(len(groups), 2, squeeze=False, sharey="row", gridspec_kw=grid)
    for (stacked, single), (name, group) in zip(panels, groups.items(), strict=True):
        labels = [f"{noise}, {variation}" for noise, variation in group.index]
        factor, unit = prefixed(group.sum(axis=1), "J")
        _single(single, labels, group)
        _stacked(stacked, labels, group * factor)
        stacked.set(xlabel=f"Energy per training ({unit})", title=f"{name}: sum of the components")
        single.set(xlabel="Energy per training (mJ)", title=f"{name}: each component")
    _same_decades(panels[:, 1], summary)
    figure.legend(handles=_component_legend(summary), loc="outside lower center", ncols=len(DISSIPATED))
    return figure


@styled
def by_layer(ledgers: pd.DataFrame) -> Figure:
    """Energy per training by layer and component, averaged over all trainings of a setting and variation.

    `ledgers`: protocol, array, rule, variation, layer and `<component>_J`, one row per layer of every training.
    """
    settings = device_settings(ledgers)
    if not settings:
        return note("This study has no training on devices.")
    layers = list(ledgers["layer"].unique())
    figure = new_figure(11.5, 4.2)
    panels = figure.subplots(1, len(settings), squeeze=False, sharey=True)[0]
    columns = [f"{component}_J" for component in DISSIPATED]
    for axes, (name, shown) in zip(panels, settings.items(), strict=True):
        variations = ordered(shown["variation"], VARIATION_MARKERS)
        offsets = 0.24 * (np.arange(len(variations)) - (len(variations) - 1) / 2)
        for variation, offset in zip(variations, offsets, strict=True):
            means = shown[shown["variation"] == variation].groupby("layer")[columns].mean().reindex(layers)
            _single(axes, [layer.replace("_", " ") for layer in layers], means, variation, offset)
        axes.set(xlabel="Energy per training (mJ)", title=name)
    _same_decades(panels, ledgers)
    variations = ordered(ledgers["variation"], VARIATION_MARKERS)
    handles = [Line2D([], [], ls="none", label=f"variation {v}", **mark(v, NEUTRAL)) for v in variations]
    figure.legend(handles=[*_component_legend(ledgers), *handles], loc="outside lower center", ncols=len(DISSIPATED))
    return figure


def _by_condition(rows) -> pd.DataFrame:
    """Mean energy (J) by component, one row per (noise, variation) in the order of the style."""
    means = rows.groupby(["noise", "variation"])[[f"{component}_J" for component in DISSIPATED]].mean()
    order = [(n, v) for n in noise_colours(rows["noise"]) for v in VARIATION_MARKERS if (n, v) in means.index]
    return means.loc[order]


def _stacked(axes, labels, group):
    """Horizontal bars, the first condition on top."""
    left = np.zeros(len(group))
    for component in DISSIPATED:
        width = group[f"{component}_J"].to_numpy()
        axes.barh(range(len(labels)), width, left=left, color=COMPONENT_COLOURS[component], height=0.7)
        left += width
    axes.grid(axis="y", visible=False)


def _single(axes, labels, group, variation="full", offset=0.0):
    """A dot per component (mJ), `offset` rows below its row; components without energy have none."""
    for component in DISSIPATED:
        energy_mJ = group[f"{component}_J"].to_numpy() * 1e3
        places = np.flatnonzero(energy_mJ > 0)
        style = mark(variation, COMPONENT_COLOURS[component]) | {"mew": 1.5}
        axes.plot(energy_mJ[places], places + offset, ls="none", ms=8, **style)
    axes.set(yticks=range(len(labels)), yticklabels=labels)
    axes.set_ylim(max(len(labels), 2) - 0.5, -0.5)


def _same_decades(panels, table):
    """One logarithmic axis (mJ) for all panels, wide enough for every component of `table`."""
    energy_mJ = table[[f"{component}_J" for component in DISSIPATED]].to_numpy() * 1e3
    for axes in panels:
        axes.set_xscale("log")
        axes.set_xlim(energy_mJ[energy_mJ > 0].min() / 3, energy_mJ.max() * 3)
        axes.xaxis.set_major_formatter("{x:g}")


def _component_legend(table) -> list[Line2D]:
    """What the colours mean of the components that dissipate anything in `table`."""
    return [
        Line2D([], [], ls="none", marker="s", ms=9, color=COMPONENT_COLOURS[c], label=c.replace("_", " "))
        for c in DISSIPATED
        if (table[f"{c}_J"] > 0).any()
    ]
