"""The compiled pass over the devices of a layer: pulses, what they cost, and what the next reads need.

States are float32, sums float64. A loop over the devices of a row has no branches, so that the compiler treats several
at once. `program_pairs` and `read_pairs` share this file because the cache of compiled code does not see changes
elsewhere.
"""

from typing import NamedTuple

import llvmlite.binding
import numba
import numpy as np
from numba import float32

# Before a loop, compiled code checks that what it writes overlaps with nothing it reads. The compiler would give up at
# more than eight such checks; a row of devices is long enough to pay for all that a loop here needs.
llvmlite.binding.set_option("", "--runtime-memory-check-threshold=64")

SELECTED_J, UNSELECTED_J, CHANGED_J, TIME_S = range(4)
"""What a round of pulses costs each tile (see `programming.program`)."""

compiled = numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
of_row = numba.njit(cache=True, error_model="numpy", fastmath={"contract", "reassoc"}, forceinline=True)


SIGN, STEP, CYCLE, PLUS, MINUS, WORK = range(6)
"""Rows of the memory in which what the devices of a row do passes from loop to loop, and their number."""


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
    stands for both, one line for all and, but in `cycle_S`, one column for all; where not, every device has a mean step
    of its own and no spread is left.
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
    """Pulse a layer and renew what reads need of it, row by row; fill `costs` (sides, 4, bands, across).

    `signs` int8 (rows, columns): SET on G+ and RESET on G- where +1, the reverse where -1; G+ alone if it is one side.
    `draws`: standard normal numbers (sides, rows, columns) if steps differ from cycle to cycle. Devices saturate at
    `ends_S`. `pulses` (2, 2): V^2 t and t of SET and RESET; `fractions` (3,): squared fractions of the amplitude
    along an addressed line, across it, and elsewhere.
    """
    (rows, columns), (height, width), (sides, _, bands, across) = signs.shape, tile_shape, costs.shape
    work = np.zeros((WORK, columns), dtype=np.float32)
    row_pulses, column_pulses = np.empty((2, across, height)), np.empty((2, columns), dtype=np.float32)
    rows_S, columns_S, columns_J = np.empty((2, across, height)), np.empty((2, columns)), np.empty((sides, 2, columns))
    costs[:] = 0.0
    reads.bitlines[:] = 0.0
    reads.bitlines_dissipated[:] = 0.0
    for band in range(bands):
        column_pulses[:] = 0.0
        columns_S[:] = 0.0
        columns_J[:] = 0.0
        lines = range(band * height, min((band + 1) * height, rows))
        for i in lines:
            for place in range(across):
                tile, k = slice(place * width, min((place + 1) * width, columns)), i - lines.start
                sums = _sum_up(signs[i, tile], devices.g_S[0, i, tile], devices.g_S[1, i, tile])
                row_pulses[0, place, k], row_pulses[1, place, k] = sums[0], sums[1]
                rows_S[0, place, k], rows_S[1, place, k] = sums[2], sums[3]
            _count(signs[i], column_pulses[0], column_pulses[1], work[SIGN])
            for side in range(sides):
                g, up = devices.g_S[side, i], float32(1 - 2 * side)
                line = min(side, steps.mean_S.shape[0] - 1), min(i, steps.mean_S.shape[3] - 1)
                if steps.spread_S.size > 0:
                    _look_up_alike(steps, line, g, up, devices.set[side, i], devices.reset[side, i], work)
                else:
                    _look_up(steps.mean_S, line, steps.edges_S, g, up, work[SIGN], work[STEP])
                if steps.cycle_S.size > 0:
                    _look_up(steps.cycle_S, line, steps.edges_S, g, up, work[SIGN], work[CYCLE])
                    _add_cycle(draws[side, i], work)
                _pulse(g, up, ends_S, pulses, work, columns_S[side], columns_J[side, 0], columns_J[side, 1])
            _read_row(devices, i, quadratics, reads, work)
        of_rows = rows_S[:, :, : len(lines)], row_pulses[:, :, : len(lines)]
        of_columns = columns_S, column_pulses, columns_J
        _settle(of_rows, of_columns, pulses, fractions, width, by_column, costs[:, :, band])


@compiled
def read_pairs(devices, quadratics, reads):
    """Renew what reads need of a layer: `quadratics` (2 orders, 3) float32 as of `StaticModel.quadratics`."""
    work = np.empty((WORK, devices.g_S.shape[2]), dtype=np.float32)
    reads.bitlines[:] = 0.0
    reads.bitlines_dissipated[:] = 0.0
    for i in range(devices.g_S.shape[1]):
        _read_row(devices, i, quadratics, reads, work)


@of_row
def _sum_up(signs, g_plus, g_minus):
    """Number of pulses up and down along a row of a tile, and conductance of its G+ and G-."""
    ups = downs = float32(0)
    plus_S = minus_S = 0.0
    for j in range(signs.size):
        x = float32(signs[j])
        ups += max(x, float32(0))
        downs += max(-x, float32(0))
        plus_S += g_plus[j]
        minus_S += g_minus[j]
    return ups, downs, plus_S, minus_S


@of_row
def _count(signs, ups, downs, numbers):
    """Add the pulses of a row to those of its columns, and keep the signs as numbers."""
    for j in range(signs.size):
        x = float32(signs[j])
        numbers[j] = x
        ups[j] += max(x, float32(0))
        downs[j] += max(-x, float32(0))


@of_row
def _look_up_alike(steps, line, g, up, n_set, n_reset, work):
    """Steps of a whole row from four numbers per bin: with every edge, devices at or above it take the next bin's."""
    side, row = line
    for level in range(steps.mean_S.shape[2]):
        edge = steps.edges_S[level - 1] if level > 0 else float32(-np.inf)
        mean_set, mean_reset = steps.mean_S[side, 0, level, row, 0], steps.mean_S[side, 1, level, row, 0]
        spread_set, spread_reset = steps.spread_S[side, 0, level, row, 0], steps.spread_S[side, 1, level, row, 0]
        for j in range(g.size):
            of_set, of_reset, lower, is_set = n_set[j], n_reset[j], work[STEP, j], work[SIGN, j] == up
            n = of_set if is_set else of_reset
            step = (mean_set if is_set else mean_reset) + (spread_set if is_set else spread_reset) * n
            work[STEP, j] = step if g[j] >= edge else lower


@of_row
def _look_up(table, line, edges, g, up, signs, chosen):
    """The same where every device has a number of its own."""
    side, row = line
    for level in range(table.shape[2]):
        edge = edges[level - 1] if level > 0 else float32(-np.inf)
        of_set, of_reset = table[side, 0, level, row], table[side, 1, level, row]
        for j in range(g.size):
            set_, reset, lower = of_set[j], of_reset[j], chosen[j]
            value = set_ if signs[j] == up else reset
            chosen[j] = value if g[j] >= edge else lower


@of_row
def _add_cycle(n_cycle, work):
    for j in range(n_cycle.size):
        work[STEP, j] += work[CYCLE, j] * n_cycle[j]


@of_row
def _pulse(g, up, ends, pulses, work, before_S, pulsed_J, changed_J):
    """Conductances after the pulses; add those before, and V^2 G t of pulsed and of changed devices, to their columns.

    A device already outside the window neither leaves further nor jumps back.
    """
    (low, high), set_V2s, reset_V2s = ends, pulses[0, 0], pulses[1, 0]
    for j in range(g.size):
        x, sign, dx = g[j], work[SIGN, j], work[STEP, j]
        moved = x + (dx if sign != 0 else float32(0))
        within = min(max(moved, min(x, low)), max(x, high))
        y = within if moved == moved else x  # NaN is the step of a device that cannot move
        energy_J = x * (set_V2s if sign == up else reset_V2s)
        energy_J = energy_J if sign != 0 else 0.0
        before_S[j] += x
        pulsed_J[j] += energy_J
        changed_J[j] += energy_J if y != x else 0.0
        g[j] = y


@of_row
def _settle(of_rows, of_columns, pulses, fractions, width, by_column, costs):
    """Energy in the devices of a band of tiles and time of its phases, from sums by lines."""
    (rows_S, row_pulses), (columns_S, column_pulses, columns_J) = of_rows, of_columns
    for side in range(costs.shape[0]):
        for place in range(costs.shape[2]):
            span, tile = slice(place * width, (place + 1) * width), costs[side, :, place]
            tile[SELECTED_J], tile[CHANGED_J] = columns_J[side, 0, span].sum(), columns_J[side, 1, span].sum()
            along_J = across_J = all_J = 0.0
            for polarity in range(2):
                square_time, width_s = pulses[polarity, 0], pulses[polarity, 1]
                row_S, pulsed_rows = rows_S[side, place], row_pulses[polarity ^ side, place]
                column_S, pulsed_columns = columns_S[side, span], column_pulses[polarity ^ side, span]
                if by_column:
                    phases, along_S, across_S = _meet(column_S, pulsed_columns, row_S, pulsed_rows)
                else:
                    phases, along_S, across_S = _meet(row_S, pulsed_rows, column_S, pulsed_columns)
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
    phases = along = across = 0.0
    for j in range(along_S.size):
        if pulses_along[j] > 0:
            phases += 1.0
            along += along_S[j]
    for j in range(across_S.size):
        across += across_S[j] * pulses_across[j]
    return phases, along, across


@of_row
def _read_row(devices, i, quadratics, reads, work):
    """Renew what reads need of a row of devices."""
    wired = devices.arrival.size > 0
    for order in range(reads.pairs.shape[0]):
        mean, spread = quadratics[2 * order], quadratics[2 * order + 1]
        for side in range(2):
            least = float32(-np.inf if order else 0.0)
            _evaluate(devices.g_S[side, i], devices.iv[side, i], mean, spread, least, work[PLUS + side])
            if wired:
                for _ in range(1 + 3 * order):  # `delivery` says why rho^4 of the cubic part arrives
                    _scale(work[PLUS + side], devices.arrival[side, i])
        reads.wordlines[order, i] = _pair_up(work, reads.pairs[order, i], reads.bitlines[order])
        if wired:
            _scale(work[PLUS], devices.arrival[0, i])
            _scale(work[MINUS], devices.arrival[1, i])
            reads.wordlines_dissipated[order, i] = _pair_up(work, work[STEP], reads.bitlines_dissipated[order])


@of_row
def _evaluate(g, n, mean, spread, least, out):
    """Quadratic in G0 of each device: mean plus its variable times the spread, or `least`; 0 if there is no device."""
    m0, m1, m2 = mean[0], mean[1], mean[2]
    s0, s1, s2 = spread[0], spread[1], spread[2]
    for j in range(g.size):
        x = g[j]
        value = m0 + x * (m1 + x * m2) + n[j] * (s0 + x * (s1 + x * s2))
        out[j] = max(value, least) if x > 0 else float32(0)


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
