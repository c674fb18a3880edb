"""The compiled pass over the devices of a layer: pulses, what they cost, and what the next reads need.

States are float32, sums float64. A loop over devices has no branches, so that the compiler treats several at once. It
must check that what a loop writes overlaps with nothing it reads, and gives up where that is more than a few arrays:
what passes from one loop to the next is in rows of one small memory, and devices come as views of one dimension.
`program_pairs` and `read_pairs` share this file because the cache of compiled code does not see changes elsewhere.
"""

from typing import NamedTuple

import numba
import numpy as np
from numba import float32

SELECTED_J, UNSELECTED_J, CHANGED_J, TIME_S = range(4)
"""What a round of pulses costs each tile (see `programming.program`)."""

compiled = numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
of_row = numba.njit(cache=True, error_model="numpy", fastmath={"contract", "reassoc"}, forceinline=True)


LANES = 128
"""Most devices of a row that pass from loop to loop together."""

SIGN, MEAN, SPREAD, CYCLE, AFTER, PLUS, MINUS, WORK = range(8)
"""Rows of the memory in which they do, and their number."""


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
    wires; the latter without lines where these have no resistance.
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
    work = np.zeros((WORK, LANES), dtype=np.float32)
    columns_S, column_pulses = np.empty((sides, columns)), np.empty((2, columns), dtype=np.float32)
    rows_S, row_pulses = np.empty((sides, across, height)), np.empty((2, across, height), dtype=np.float32)
    costs[:] = 0.0
    reads.bitlines[:] = 0.0
    reads.bitlines_dissipated[:] = 0.0
    for band in range(bands):
        columns_S[:] = 0.0
        column_pulses[:] = 0.0
        rows_S[:] = 0.0
        row_pulses[:] = 0.0
        lines = range(band * height, min((band + 1) * height, rows))
        for i in lines:
            for place in range(across):
                end = min((place + 1) * width, columns)
                for start in range(place * width, end, LANES):
                    here = slice(start, min(start + LANES, end))
                    of_line = row_pulses[:, place, i - lines.start]
                    _count(signs[i, here], column_pulses[0, here], column_pulses[1, here], of_line, work)
                    for side in range(sides):
                        g, up = devices.g_S[side, i, here], float32(1 - 2 * side)
                        line = min(side, steps.mean_S.shape[0] - 1), min(i, steps.mean_S.shape[3] - 1)
                        if steps.mean_S.shape[4] == 1:
                            _look_up_alike(steps, line, g, up, work)
                        else:
                            _look_up(steps.mean_S, line, here, steps.edges_S, g, up, work[MEAN], work[SIGN])
                            _look_up(steps.cycle_S, line, here, steps.edges_S, g, up, work[CYCLE], work[SIGN])
                        n_set, n_reset = devices.set[side, i, here], devices.reset[side, i, here]
                        n_cycle = draws[side, min(i, draws.shape[1] - 1), here]
                        total_S, selected_J, changed_J = _pulse(g, up, n_set, n_reset, n_cycle, ends_S, pulses, work)
                        rows_S[side, place, i - lines.start] += total_S
                        costs[side, SELECTED_J, band, place] += selected_J
                        costs[side, CHANGED_J, band, place] += changed_J
                        _exchange(g, columns_S[side, here], work)
            _read_row(devices, i, quadratics, reads, work)
        of_rows = rows_S[:, :, : len(lines)], row_pulses[:, :, : len(lines)]
        _settle(of_rows, (columns_S, column_pulses), pulses, fractions, width, by_column, costs[:, :, band])


@compiled
def read_pairs(devices, quadratics, reads):
    """Renew what reads need of a layer: `quadratics` (2 orders, 3) float32 as of `StaticModel.quadratics`."""
    work = np.zeros((WORK, LANES), dtype=np.float32)
    reads.bitlines[:] = 0.0
    reads.bitlines_dissipated[:] = 0.0
    for i in range(devices.g_S.shape[1]):
        _read_row(devices, i, quadratics, reads, work)


@of_row
def _count(signs, column_ups, column_downs, of_line, work):
    """Add the pulses up and down to those of their columns and of their row, and keep the signs as numbers."""
    ups = downs = float32(0)
    for j in range(signs.size):
        x = float32(signs[j])
        up, down = max(x, float32(0)), max(-x, float32(0))
        work[SIGN, j] = x
        column_ups[j] += up
        column_downs[j] += down
        ups += up
        downs += down
    of_line[0] += ups
    of_line[1] += downs


@of_row
def _look_up_alike(steps, line, g, up, work):
    """What six numbers say of a whole row: with every edge, the devices at or above it take the next bin's."""
    side, row = line
    for level in range(steps.mean_S.shape[2]):
        edge = steps.edges_S[level - 1] if level > 0 else float32(-np.inf)
        mean_set, mean_reset = steps.mean_S[side, 0, level, row, 0], steps.mean_S[side, 1, level, row, 0]
        spread_set = spread_reset = cycle_set = cycle_reset = float32(0)
        if steps.spread_S.size > 0:
            spread_set, spread_reset = steps.spread_S[side, 0, level, row, 0], steps.spread_S[side, 1, level, row, 0]
        if steps.cycle_S.size > 0:
            cycle_set, cycle_reset = steps.cycle_S[side, 0, level, row, 0], steps.cycle_S[side, 1, level, row, 0]
        for j in range(g.size):
            is_set, above = work[SIGN, j] == up, g[j] >= edge
            mean, spread, cycle = work[MEAN, j], work[SPREAD, j], work[CYCLE, j]
            work[MEAN, j] = (mean_set if is_set else mean_reset) if above else mean
            work[SPREAD, j] = (spread_set if is_set else spread_reset) if above else spread
            work[CYCLE, j] = (cycle_set if is_set else cycle_reset) if above else cycle


@of_row
def _look_up(table, line, here, edges, g, up, chosen, sign):
    """The same where every device has numbers of its own."""
    side, row = line
    for level in range(table.shape[2]):
        edge = edges[level - 1] if level > 0 else float32(-np.inf)
        of_set, of_reset = table[side, 0, level, row, here], table[side, 1, level, row, here]
        for j in range(g.size):
            set_, reset, lower = of_set[j], of_reset[j], chosen[j]
            value = set_ if sign[j] == up else reset
            chosen[j] = value if g[j] >= edge else lower


@of_row
def _pulse(before, up, n_set, n_reset, n_cycle, ends, pulses, work):
    """Conductances after the pulses; return the sum of those before, and V^2 G t pulsed and of devices that changed.

    A device already outside the window neither leaves further nor jumps back.
    """
    low, high = ends
    set_V2s, reset_V2s = pulses[0, 0], pulses[1, 0]
    all_S = selected_J = changed_J = 0.0
    for j in range(before.size):
        x, of_set, of_reset, sign = before[j], n_set[j], n_reset[j], work[SIGN, j]
        dx = work[MEAN, j] + (work[SPREAD, j] * (of_set if sign == up else of_reset) + work[CYCLE, j] * n_cycle[j])
        moved = x + (dx if sign != 0 else float32(0))
        higher, lower = min(moved, max(x, high)), max(moved, min(x, low))
        # NaN, the step of a device that cannot move, is neither above nor below.
        y = higher if moved > x else (lower if moved < x else x)
        work[AFTER, j] = y
        energy_J = x * (set_V2s if sign == up else reset_V2s)
        energy_J = energy_J if sign != 0 else 0.0
        all_S += x
        selected_J += energy_J
        changed_J += energy_J if y != x else 0.0
    return all_S, selected_J, changed_J


@of_row
def _exchange(g, columns_S, work):
    """Add the conductances before the pulses to their columns and put those after in their place."""
    for j in range(g.size):
        columns_S[j] += g[j]
        g[j] = work[AFTER, j]


@of_row
def _settle(of_rows, of_columns, pulses, fractions, width, by_column, costs):
    """Energy in the unselected devices of a band of tiles and time of its phases, from sums by lines."""
    for side in range(costs.shape[0]):
        for place in range(costs.shape[2]):
            span, tile = slice(place * width, (place + 1) * width), costs[side, :, place]
            along_J = across_J = all_J = 0.0
            for polarity in range(2):
                square_time, width_s = pulses[polarity, 0], pulses[polarity, 1]
                row_S, row_pulses = of_rows[0][side, place], of_rows[1][polarity ^ side, place]
                column_S, column_pulses = of_columns[0][side, span], of_columns[1][polarity ^ side, span]
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
def _read_row(devices, i, quadratics, reads, work):
    """Renew what reads need of a row of devices."""
    columns, wired = devices.g_S.shape[2], devices.arrival.size > 0
    reads.wordlines[:, i] = 0.0
    if wired:
        reads.wordlines_dissipated[:, i] = 0.0
    for start in range(0, columns, LANES):
        here = slice(start, min(start + LANES, columns))
        for order in range(reads.pairs.shape[0]):
            mean, spread = quadratics[2 * order], quadratics[2 * order + 1]
            _evaluate(devices.g_S[0, i, here], devices.iv[0, i, here], mean, spread, work[PLUS])
            _evaluate(devices.g_S[1, i, here], devices.iv[1, i, here], mean, spread, work[MINUS])
            if wired:
                for _ in range(1 + 3 * order):  # `delivery` says why rho^4 of the cubic part arrives
                    _scale(work[PLUS], devices.arrival[0, i, here])
                    _scale(work[MINUS], devices.arrival[1, i, here])
            reads.wordlines[order, i] += _pair_up(work, reads.pairs[order, i, here], reads.bitlines[order, here])
            if wired:
                _scale(work[PLUS], devices.arrival[0, i, here])
                _scale(work[MINUS], devices.arrival[1, i, here])
                bitlines = reads.bitlines_dissipated[order, here]
                reads.wordlines_dissipated[order, i] += _pair_up(work, work[AFTER], bitlines)


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
    for j in range(factors.size):
        values[j] *= factors[j]


@of_row
def _pair_up(work, difference, bitlines):
    """Difference of every pair; add its sum to its bitline and return that of the wordline."""
    wordline = 0.0
    for j in range(bitlines.size):
        plus, minus = work[PLUS, j], work[MINUS, j]
        difference[j] = plus - minus
        both = np.float64(plus + minus)
        bitlines[j] += both
        wordline += both
    return wordline
