"""What is broken in an array, and how far its pulses are from what the devices need."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rramgan.crossbar.population import Population
from rramgan.crossbar.response import Response
from rramgan.crossbar.tiles import TileGrid
from rramgan.errors import InputError

SIDES = ("plus", "minus")
"""The twin arrays of a layer, G+ and G-, in the order of the first axis of its conductances."""


@dataclass(frozen=True)
class Break:
    """A broken line."""

    line: str
    """"wordline", broken before `column`, or "bitline", broken behind `row`."""

    layer: str
    """Layer it lies in."""

    side: str
    """One of SIDES."""

    row: int
    """Row of the layer, bias row last."""

    column: int
    """Column of the layer."""


def with_breaks(population: Population, layer: str, breaks: Sequence[Break], tile_shape: tuple[int, int]) -> Population:
    """The devices of `layer` with those lost that `breaks` cut off; InputError for a break outside the layer."""
    rows, columns = population.g_S.shape[1:]
    for place in breaks:
        if place.layer != layer:
            continue
        if place.row >= rows or place.column >= columns:
            raise InputError(
                f"array: the open {place.line} at row {place.row}, column {place.column} lies outside {layer}; "
                f"expected rows below {rows} and columns below {columns}"
            )
        side = SIDES.index(place.side)
        if place.line == "wordline":
            population = with_open_wordline(population, side, place.row, place.column, tile_shape[1])
        else:
            population = with_open_bitline(population, side, place.row, place.column, tile_shape[0])
    return population


def with_open_wordline(population: Population, side: int, row: int, column: int, tile_columns: int) -> Population:
    """The same devices with the wordline of `row` broken before `column` on side 0 (G+) or 1 (G-).

    All devices from there to the end of the tile lose their driver: they carry no current and see no pulse, hence
    count as stuck at 0 S. (That they still join the bitlines they lie on is neglected.)
    """
    end = min((column // tile_columns + 1) * tile_columns, population.g_S.shape[2])
    return _without(population, (side, row, slice(column, end)))


def with_open_bitline(population: Population, side: int, row: int, column: int, tile_rows: int) -> Population:
    """The same devices with the bitline of `column` broken behind `row`: those from the tile's first row are lost."""
    return _without(population, (side, slice(row - row % tile_rows, row + 1), column))


def _without(population, place):
    stuck_S = population.stuck_S.copy()
    stuck_S[place] = 0.0
    return replace(population, stuck_S=stuck_S)


def count_faults(g_S, works, grid: TileGrid) -> dict[str, int]:
    """Counts of broken hardware in an array of states `g_S` and masks `works` (2, rows, columns).

    `stuck_devices` conduct but do not move, `absent_devices` do neither; `dead_wordlines` and `dead_bitlines` are
    lines of single tiles on which no device is left.
    """
    absent = g_S == 0
    tiles = [absent[side][tile] for side in range(len(absent)) for tile in grid.tiles()]
    return {
        "stuck_devices": int(np.sum(~works & ~absent)),
        "absent_devices": int(absent.sum()),
        "dead_wordlines": int(sum(tile.all(axis=1).sum() for tile in tiles)),
        "dead_bitlines": int(sum(tile.all(axis=0).sum() for tile in tiles)),
    }


def pulse_margin(response: Response, arriving_V, drive: float) -> dict[str, float]:
    """How the pulses of one polarity arrive at selected devices, against what the kinetics are valid for.

    `arriving_V`: magnitudes at the selected devices; `drive`: by how much the drivers exceed the nominal amplitude at
    most. `share_below` and `share_above` the range of validity: those below move by extrapolation or not at all.
    `needed_drive` is by how much the present drive would have to grow for the weakest to reach the range.
    """
    low, high = response.validity_V
    return {
        "weakest_V": float(arriving_V.min()),
        "strongest_V": float(arriving_V.max()),
        "share_below": float(np.mean(arriving_V < low * (1 - 1e-9))),
        "share_above": float(np.mean(arriving_V > high * (1 + 1e-9))),
        "drive": float(drive),
        "needed_drive": float(low / arriving_V.min()),
    }
