"""Conductance maps of all layers as they are instantiated."""

import numpy as np
from matplotlib.figure import Figure

from rramgan.crossbar.population import Population
from rramgan.figures.style import new_figure, styled

WIDE = 3
"""Layers longer than this many times their shorter side get a row of the figure to themselves."""

STUCK_COLOUR = "#ece133"


@styled
def conductance_maps(populations: dict[str, Population], tile_shape: tuple[int, int]) -> Figure:
    """G+ - G- of every pair (µS), layer by layer with tile borders, and one tile enlarged with its stuck devices.

    `populations` by layer name; `tile_shape`: wordlines and bitlines of a tile. Layers lie on their longer side: the
    axes say which of them counts wordlines.
    """
    maps_uS = {name: _difference_uS(population) for name, population in populations.items()}
    reach_uS = max(np.abs(values).max() for values in maps_uS.values())
    look = {"cmap": "RdBu_r", "vmin": -reach_uS, "vmax": reach_uS, "interpolation": "nearest"}
    wide = [name for name, values in maps_uS.items() if max(values.shape) > WIDE * min(values.shape) > WIDE]
    compact = [name for name in maps_uS if name not in wide]

    figure = new_figure(11.5, 3.3 + 2.6 * len(wide))
    parts = figure.subfigures(1 + len(wide), 1, height_ratios=[3.3] + [2.6] * len(wide), squeeze=False)[:, 0]
    *panels, enlarged = parts[0].subplots(1, len(compact) + 1)
    panels += [part.subplots() for part in parts[1:]]
    for axes, name in zip(panels, compact + wide, strict=True):
        image = _layer(axes, name, maps_uS[name], populations[name], tile_shape, look)
    largest = max(maps_uS, key=lambda name: maps_uS[name].size)
    corner = tuple(slice(0, lines) for lines in tile_shape)
    _tile(enlarged, largest, maps_uS[largest][corner], _stuck(populations[largest])[corner], look)
    parts[0].colorbar(image, ax=enlarged, label="G+ − G− (µS)")
    return figure


def _difference_uS(population) -> np.ndarray:
    """G+ - G- in microsiemens, stuck devices at the value they are stuck at."""
    g_S = np.where(np.isnan(population.stuck_S), population.g_S, population.stuck_S)
    return (g_S[0] - g_S[1]) * 1e6


def _stuck(population) -> np.ndarray:
    """Pairs with at least one stuck device."""
    return np.any(~np.isnan(population.stuck_S), axis=0)


def _layer(axes, name, values_uS, population, tile, look):
    """The map of one layer on its longer side, with the borders of its tiles."""
    rows, columns = values_uS.shape
    turned = rows > columns
    image = axes.imshow(values_uS.T if turned else values_uS, aspect=40 if columns == 1 else "equal", **look)
    borders = [np.arange(step, length, step) - 0.5 for step, length in zip(tile, values_uS.shape, strict=True)]
    for row in borders[0]:
        (axes.axvline if turned else axes.axhline)(row, color="black", lw=0.7)
    for column in borders[1]:
        (axes.axhline if turned else axes.axvline)(column, color="black", lw=0.7)
    across, down = ("Wordline (row)", "Bitline (column)") if turned else ("Bitline (column)", "Wordline (row)")
    share = np.mean(~np.isnan(population.stuck_S))
    stuck = f"{100 * share:.1f} % of the devices stuck"
    title = f"{_spoken(name)}: {rows} × {columns} pairs{', ' if max(values_uS.shape) > 200 else chr(10)}{stuck}"
    axes.set(xlabel=across, ylabel=down, title=title)
    axes.grid(False)
    if columns == 1:
        axes.set(yticks=[], ylabel="")
    return image


def _tile(axes, name, values_uS, stuck, look):
    """One tile large enough to see single pairs; a ring around those with a stuck device."""
    axes.imshow(values_uS, **look)
    rows, columns = np.nonzero(stuck)
    axes.scatter(columns, rows, s=16, facecolors="none", edgecolors=STUCK_COLOUR, lw=1.3)
    axes.set(
        xlabel="Bitline (column)",
        ylabel="Wordline (row)",
        title=f"{_spoken(name)}: first tile\n(○ pair with a stuck device)",
    )
    axes.grid(False)


def _spoken(layer: str) -> str:
    """generator_hidden as Generator hidden."""
    return layer.replace("_", " ").capitalize()
