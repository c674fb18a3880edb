"""The compiled pass over the devices of a layer: pulses, what they cost, and what the next reads need.

States are float32, sums float64. A loop over one row of devices has no branches, so that the compiler treats several
devices at once, and writes to few arrays, since it must check that they do not overlap. `program_pairs` and
`read_pairs` share this file because the cache of compiled code does not see changes elsewhere.
"""

from typing import NamedTuple

import numba
import numpy as np
from numba import float32

SELECTED_J, UNSELECTED_J, CHANGED_J, TIME_S = range(4)
"""What a round of pulses costs each tile (see `programming.program`)."""

compiled = numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
of_row = numba.njit(cache=True, error_model="numpy", fastmath={"contract", "reassoc"}, forceinline=True)


class Devices(NamedTuple):
    """Pairs of a layer, float32 (2, rows, columns), G+ and G-: conductances, and what tells the devices apart.

    `iv`, `set`, `reset`: device-to-device variables; NaN in the latter two for a device that cannot move. `arrival`:
    fraction of a device's current that arrives, without elements where wires have no resistance.
    """

    g_S: np.ndarray
    iv: np.ndarray
    set: np.ndarray
    reset: np.ndarray
    arrival: np.ndarray


class Steps(NamedTuple):
    """What one pulse does (S), float32 (sides, 2, n, lines, columns): SET and RESET, by bin of G0.

    `edges_S` (n - 1,) separates the bins. `mean_S`: mean step; `spread_S` and `cycle_S`: its standard deviation from
    device to device and from cycle to cycle, without elements if there is none. Where pulses arrive alike, one side
    stands for both and one line for all; where not, every device has a mean step of its own and no spread is left.
    """

    edges_S: np.ndarray
    mean_S: np.ndarray
    spread_S: np.ndarray
    cycle_S: np.ndarray


class Reads(NamedTuple):
    """Currents of a layer as sums of A1 V + A3 V^3, as they arrive at the sensed lines; first index A1, A3.

    `pairs` (orders, rows, columns) float32: difference of each pair. The others (orders, lines): sums over both devices
    of all pairs on a line, of what drivers deliver and of what devices dissipate of it, the rest being lost in the
    wires; the same arrays where these have no resistance.
    """

    pairs: np.ndarray
    wordlines: np.ndarray
    bitlines: np.ndarray
    wordlines_dissipated: np.ndarray
    bitlines_dissipated: np.ndarray


@compiled
def program_pairs(
    devices, signs, steps, draws, ends_S, pulses, fractions, tile_shape, by_column, quadratics, reads, costs
):
    """Pulse a layer and renew what reads need of it, row by row; return `costs` (sides, 4, bands, across).

    `signs` int8 (rows, columns): SET on G+ and RESET on G- where +1, the reverse where -1; G+ alone if it is one side.
    `draws`: standard normal numbers (sides, rows, columns) for steps that differ from cycle to cycle. Devices saturate
    at `ends_S`. `pulses` (2, 2): V^2 t and t of SET and RESET; `fractions` (3,): squared fractions of the amplitude
    along an addressed line, across it, and elsewhere.
    """
    (rows, columns), (height, width), (sides, _, bands, across) = signs.shape, tile_shape, costs.shape
    buffers = np.zeros((7, columns), dtype=np.float32)
    before, step, spread, cycle = buffers[0], buffers[1], buffers[2], buffers[3]
    columns_S, columns_J = np.empty((sides, columns)), np.empty((sides, 2, columns))
    rows_S, row_pulses = np.empty((sides, across, height)), np.empty((2, across, height), dtype=np.float32)
    column_pulses = np.empty((2, columns), dtype=np.float32)
    costs[:] = 0.0
    reads.bitlines[:] = 0.0
    reads.bitlines_dissipated[:] = 0.0
    for band in range(bands):
        columns_S[:] = 0.0
        columns_J[:] = 0.0
        column_pulses[:] = 0.0
        lines = range(band * height, min((band + 1) * height, rows))
        for i in lines:
            _count(signs[i], width, column_pulses, row_pulses[:, :, i - lines.start])
            for side in range(sides):
                g, up, line = devices.g_S[side, i], np.int8(1 - 2 * side), min(i, draws.shape[1] - 1)
                before[:] = g
                _look_up(steps.mean_S, side, i, steps.edges_S, before, signs[i], up, step)
                _look_up(steps.spread_S, side, i, steps.edges_S, before, signs[i], up, spread)
                _look_up(steps.cycle_S, side, i, steps.edges_S, before, signs[i], up, cycle)
                n_set, n_reset = devices.set[side, i], devices.reset[side, i]
                _vary(step, spread, n_set, n_reset, signs[i], up, cycle, draws[side, line])
                _move(before, signs[i], step, ends_S, g)
                _add(before, columns_S[side])
                _dissipate(before, g, signs[i], up, pulses, columns_J[side, 0], columns_J[side, 1])
                _add_up(before, width, rows_S[side, :, i - lines.start])
            _read_row(devices, i, quadratics, reads, buffers)
        for side in range(sides):
            for place in range(across):
                span, tile = slice(place * width, (place + 1) * width), costs[side, :, band, place]
                tile[SELECTED_J], tile[CHANGED_J] = columns_J[side, 0, span].sum(), columns_J[side, 1, span].sum()
                of_rows = rows_S[side, place, : len(lines)], row_pulses[:, place, : len(lines)]
                of_columns = columns_S[side, span], column_pulses[:, span]
                _settle(side, of_rows, of_columns, pulses, fractions, by_column, tile)


@compiled
def read_pairs(devices, quadratics, reads):
    """Renew what reads need of a layer: `quadratics` (2 orders, 3) float32 as of `StaticModel.quadratics`."""
    buffers = np.empty((7, devices.g_S.shape[2]), dtype=np.float32)
    reads.bitlines[:] = 0.0
    reads.bitlines_dissipated[:] = 0.0
    for i in range(devices.g_S.shape[1]):
        _read_row(devices, i, quadratics, reads, buffers)


@of_row
def _look_up(table, side, row, edges, before, signs, up, chosen):
    """Value of each device's bin and polarity: with every edge, the devices at or above it take the next bin's."""
    side, row = min(side, table.shape[0] - 1), min(row, table.shape[3] - 1)
    for level in range(table.shape[2]):
        edge = edges[level - 1] if level > 0 else float32(-np.inf)
        of_set, of_reset = table[side, 0, level, row], table[side, 1, level, row]
        if of_set.size == 1:  # pulses arrive alike: two numbers stay in registers
            set_, reset = of_set[0], of_reset[0]
            for j in range(before.size):
                here, lower = (set_ if signs[j] == up else reset), chosen[j]
                chosen[j] = here if before[j] >= edge else lower
        else:
            for j in range(before.size):
                set_of_j, reset_of_j, lower = of_set[j], of_reset[j], chosen[j]
                here = set_of_j if signs[j] == up else reset_of_j
                chosen[j] = here if before[j] >= edge else lower


@of_row
def _vary(step, spread, n_set, n_reset, signs, up, cycle, draws):
    """Add to every step its parts that differ from device to device and from cycle to cycle."""
    for j in range(step.size):
        set_, reset = n_set[j], n_reset[j]
        step[j] += spread[j] * (set_ if signs[j] == up else reset) + cycle[j] * draws[j]


@of_row
def _move(before, signs, step, ends, after):
    """Conductances after the pulses; one already outside the window neither leaves further nor jumps back."""
    low, high = ends
    for j in range(before.size):
        x, dx = before[j], step[j]
        moved = x + (dx if signs[j] != 0 else float32(0))
        higher, lower = min(moved, max(x, high)), max(moved, min(x, low))
        # NaN, the step of a device that cannot move, is neither above nor below.
        after[j] = higher if moved > x else (lower if moved < x else x)


@of_row
def _count(signs, width, by_column, by_tile):
    """Count the pulses of a row, up and down, by column, and by tile."""
    for polarity in range(2):
        sign, counts = np.int8(1 - 2 * polarity), by_column[polarity]
        for j in range(signs.size):
            counts[j] += float32(1) if signs[j] == sign else float32(0)
        for place in range(by_tile.shape[1]):
            tile, pulses = signs[place * width : (place + 1) * width], float32(0)
            for j in range(tile.size):
                pulses += float32(1) if tile[j] == sign else float32(0)
            by_tile[polarity, place] = pulses


@of_row
def _add(values, sums):
    """Add a row to the sums of its columns."""
    for j in range(values.size):
        sums[j] += values[j]


@of_row
def _dissipate(before, after, signs, up, pulses, selected_J, changed_J):
    """Add V^2 G t of the pulsed devices to their columns, and that of the ones that changed."""
    set_V2s, reset_V2s = pulses[0, 0], pulses[1, 0]
    for j in range(before.size):
        energy_J = before[j] * (set_V2s if signs[j] == up else reset_V2s)
        energy_J = energy_J if signs[j] != 0 else 0.0
        selected_J[j] += energy_J
        changed_J[j] += energy_J if after[j] != before[j] else 0.0


@of_row
def _add_up(values, width, by_tile):
    """Sum of a row in each tile."""
    for place in range(by_tile.size):
        tile, total = values[place * width : (place + 1) * width], 0.0
        for j in range(tile.size):
            total += tile[j]
        by_tile[place] = total


@of_row
def _settle(side, of_rows, of_columns, pulses, fractions, by_column, tile):
    """Energy in the unselected devices of a tile and time of its phases, by conductances and pulses of its lines."""
    along_J = across_J = all_J = 0.0
    for polarity in range(2):
        square_time, width_s = pulses[polarity, 0], pulses[polarity, 1]
        row_S, row_pulses = of_rows[0], of_rows[1][polarity ^ side]
        column_S, column_pulses = of_columns[0], of_columns[1][polarity ^ side]
        if by_column:
            phases, along_S, across_S = _meet(column_S, column_pulses, row_S, row_pulses)
        else:
            phases, along_S, across_S = _meet(row_S, row_pulses, column_S, column_pulses)
        along_J += square_time * along_S
        across_J += square_time * across_S
        all_J += square_time * (phases * row_S.sum())
        tile[TIME_S] += width_s * phases
    along_J, across_J = along_J - tile[SELECTED_J], across_J - tile[SELECTED_J]
    elsewhere_J = all_J - along_J - across_J - tile[SELECTED_J]
    tile[UNSELECTED_J] = fractions[0] * along_J + fractions[1] * across_J + fractions[2] * elsewhere_J


@of_row
def _meet(along_S, pulses_along, across_S, pulses_across):
    """Number of phases, one per line with pulses along it; conductance along those, and across by numbers of pulses."""
    addressed = pulses_along > 0
    return addressed.sum(), np.sum(along_S * addressed), np.sum(across_S * pulses_across)


@of_row
def _read_row(devices, i, quadratics, reads, buffers):
    plus, minus, unused = buffers[4], buffers[5], buffers[6]
    wired = devices.arrival.size > 0
    for order in range(reads.pairs.shape[0]):
        mean, spread = quadratics[2 * order], quadratics[2 * order + 1]
        _evaluate(devices.g_S[0, i], devices.iv[0, i], mean, spread, plus)
        _evaluate(devices.g_S[1, i], devices.iv[1, i], mean, spread, minus)
        if wired:
            for _ in range(1 + 3 * order):  # `delivery` says why rho^4 of the cubic part arrives
                _scale(plus, devices.arrival[0, i])
                _scale(minus, devices.arrival[1, i])
        reads.wordlines[order, i] = _pair_up(plus, minus, reads.pairs[order, i], reads.bitlines[order])
        if wired:
            _scale(plus, devices.arrival[0, i])
            _scale(minus, devices.arrival[1, i])
            bitlines = reads.bitlines_dissipated[order]
            reads.wordlines_dissipated[order, i] = _pair_up(plus, minus, unused, bitlines)


@of_row
def _evaluate(g, n, mean, spread, out):
    """Quadratic in G0 of each device: mean plus its variable times the spread; 0 if there is no device."""
    m0, m1, m2 = mean[0], mean[1], mean[2]
    s0, s1, s2 = spread[0], spread[1], spread[2]
    for j in range(g.size):
        x = g[j]
        value = m0 + x * (m1 + x * m2) + n[j] * (s0 + x * (s1 + x * s2))
        out[j] = value if x > 0 else float32(0)


@of_row
def _scale(values, factors):
    for j in range(values.size):
        values[j] *= factors[j]


@of_row
def _pair_up(plus, minus, difference, bitlines):
    """Difference of every pair; add its sum to its bitline and return that of the wordline."""
    wordline = 0.0
    for j in range(plus.size):
        difference[j] = plus[j] - minus[j]
        both = np.float64(plus[j] + minus[j])
        bitlines[j] += both
        wordline += both
    return wordline
