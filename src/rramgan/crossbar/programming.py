"""Programming a passive tile: which device moves, what every device dissipates meanwhile, and how long it takes.

Row by row (or column by column), one line of a tile is addressed at a time, in a SET phase for the devices to be
potentiated and a RESET phase for those to be depressed; a phase that pulses nothing is skipped. Updates that are an
outer product of signs need four phases for the whole tile, whatever its size (Zamanidoost et al. 2015). Tiles are
programmed in parallel. The unselected devices see the fraction of the pulse that the biasing scheme leaves them.
"""

from dataclasses import dataclass

import numba
import numpy as np

from rramgan.crossbar.biasing import Scheme
from rramgan.crossbar.response import Response
from rramgan.crossbar.tiles import TileGrid
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window


@dataclass(frozen=True)
class Moves:
    """What one pulse does to each device: `step_S` (2, n, rows, columns) float32, SET and RESET, by bin of G0.

    `edges_S` (n - 1,) float32 separates the n bins; only those inside the conductance window are kept. A device that
    cannot move has steps of zero. `cycle_S`, shaped as `step_S`, is the standard deviation of a step from cycle to
    cycle; None if there is none.
    """

    edges_S: np.ndarray
    step_S: np.ndarray
    cycle_S: np.ndarray | None


def device_moves(responses: dict[str, Response], deviates, window: Window, magnitude_V, noisy: bool) -> Moves:
    """Moves of devices with device-to-device variables `deviates` (rows, columns), all by polarity.

    `magnitude_V` (rows, columns) is the voltage that arrives at each device when it is selected, 0 at one that cannot
    move; `noisy` says whether steps differ from cycle to cycle. Memory and time grow with the number of bins inside the
    window. Raises ValueError if the polarities have different bins.
    """
    edges_S = responses["set"].edges_S
    if not np.array_equal(edges_S, responses["reset"].edges_S):
        raise ValueError("array: SET and RESET steps are tabulated in different bins of G0; expected the same edges")
    low, high = bin_index(np.array([window.g_min_S, window.g_max_S]), edges_S)
    step_S = np.empty((2, high - low + 1, *np.shape(deviates["set"])), dtype=np.float32)
    noisy = noisy and any(np.any(response.cycle_spread) for response in responses.values())
    cycle_S = np.empty_like(step_S) if noisy else None
    for p, polarity in enumerate(POLARITIES):
        for place, level in enumerate(range(low, high + 1)):
            mean_S, spread, cycle_spread = responses[polarity].at(magnitude_V[polarity], level)
            step_S[p, place] = mean_S * (1.0 + deviates[polarity] * spread)
            if noisy:
                cycle_S[p, place] = np.abs(mean_S) * cycle_spread
    return Moves(edges_S[low + 1 : high + 1].astype(np.float32), step_S, cycle_S)


@dataclass(frozen=True)
class Exposure:
    """Who saw how much voltage during the phases of one polarity: sums of conductance (S) per tile (tiles,).

    `selected_S`: over the pulsed devices; `across_S`: over all devices of the selected lines, `along_S`: of the
    addressed lines, `all_S`: of the whole tile, each once per phase and the pulsed ones included; `changed_S`: over
    the pulsed devices whose conductance changed. `phases`: how many there were. Conductances are those before.
    """

    selected_S: np.ndarray
    across_S: np.ndarray
    along_S: np.ndarray
    all_S: np.ndarray
    changed_S: np.ndarray
    phases: np.ndarray

    def selected_J(self, pulse: Pulse) -> np.ndarray:
        """Energy (tiles,) in the pulsed devices: V^2 G t with the conductance before the pulse."""
        return pulse.amplitude_V**2 * pulse.width_s * self.selected_S

    def unselected_J(self, pulse: Pulse, scheme: Scheme) -> np.ndarray:
        """Energy (tiles,) in all other devices at the fractions of the amplitude that `scheme` leaves them."""
        elsewhere_S = self.all_S - self.across_S - self.along_S + self.selected_S
        weighted_S = (
            scheme.across**2 * (self.across_S - self.selected_S)
            + scheme.along**2 * (self.along_S - self.selected_S)
            + scheme.elsewhere**2 * elsewhere_S
        )
        return pulse.amplitude_V**2 * pulse.width_s * weighted_S

    def changed_J(self, pulse: Pulse) -> np.ndarray:
        """Energy (tiles,) in the pulsed devices whose conductance changed: neither stuck nor saturated."""
        return pulse.amplitude_V**2 * pulse.width_s * self.changed_S


def program(
    g_S, direction, moves: Moves, window: Window, tile_shape, scheme: Scheme, rng: np.random.Generator | None = None
) -> dict[str, Exposure]:
    """Apply one round of pulses to an array in place, line by line; return the exposures by polarity.

    `g_S` (rows, columns) float32 conductances, changed in place; `direction` (rows, columns) int8: +1 SET, -1 RESET,
    0 no pulse; a device saturates at the ends of `window`. Conductances count as they are before the round: one step
    changes them by less than one percent. `rng` draws the cycle-to-cycle part of each step, if the moves have one.
    """
    ends = np.float32(window.g_min_S), np.float32(window.g_max_S)
    by_column = scheme.addresses == "bitline"
    cycle_S, draws = _NO_CYCLE_S, _NO_DRAWS
    if moves.cycle_S is not None:
        cycle_S, draws = moves.cycle_S, rng.standard_normal(g_S.shape, dtype=np.float32)
    sums = _program(g_S, direction, moves.edges_S, moves.step_S, cycle_S, draws, *ends, *tile_shape, by_column)
    return {polarity: Exposure(*sums[p]) for p, polarity in enumerate(POLARITIES)}


def program_outer(
    g_S, signs, moves: Moves, window: Window, tile_shape, scheme: Scheme, rng: np.random.Generator | None = None
) -> dict[str, Exposure]:
    """Apply in place an update whose directions are the outer product of two vectors of signs; as `program`.

    `signs` are (rows,) and (columns,) int8 of -1, 0 and +1. All rows of one sign are addressed and all columns of one
    sign selected at a time: four phases at most (Zamanidoost et al. 2015), and the result of `program`. `scheme` says
    the biases; rows are addressed whatever its orientation.
    """
    row_signs, column_signs = signs
    before_S = g_S.astype(float)
    by_line = program(g_S, np.multiply.outer(row_signs, column_signs), moves, window, tile_shape, scheme, rng)
    blocks = {polarity: [] for polarity in POLARITIES}
    for rows, columns in TileGrid(*g_S.shape, *tile_shape).tiles():
        tile_S = before_S[rows, columns]
        for polarity, pairs in (("set", ((1, 1), (-1, -1))), ("reset", ((1, -1), (-1, 1)))):
            phases = [(row_signs[rows] == r, column_signs[columns] == c) for r, c in pairs]
            phases = [(addressed, selected) for addressed, selected in phases if addressed.any() and selected.any()]
            across_S = sum((tile_S[:, selected].sum() for _, selected in phases), 0.0)
            along_S = sum((tile_S[addressed].sum() for addressed, _ in phases), 0.0)
            blocks[polarity].append((across_S, along_S, len(phases) * tile_S.sum(), len(phases)))
    exposures = {}
    for polarity, lines in by_line.items():
        across_S, along_S, all_S, phases = np.array(blocks[polarity]).T
        exposures[polarity] = Exposure(lines.selected_S, across_S, along_S, all_S, lines.changed_S, phases)
    return exposures


def duration_s(exposures: dict[str, Exposure], pulses: PulsePair) -> float:
    """Time (s) a round takes: phases times pulse width of the slowest tile, all tiles working in parallel."""
    return float(max(sum(exposures[polarity].phases * pulses[polarity].width_s for polarity in POLARITIES)))


_NO_CYCLE_S, _NO_DRAWS = np.empty((2, 0, 0, 0), dtype=np.float32), np.empty((0, 0), dtype=np.float32)
"""What the kernel is given where steps do not differ from cycle to cycle."""


@numba.njit(cache=True)
def _program(g, direction, edges, steps, cycle, draws, g_min, g_max, tile_rows, tile_columns, by_column):
    """Kernel of `program`: returns sums (2, 6, tiles), SET and RESET by the fields of Exposure."""
    rows, columns = g.shape
    across = -(-columns // tile_columns)  # tiles side by side
    sums = np.zeros((2, 6, -(-rows // tile_rows) * across))
    before = np.empty(columns, dtype=np.float32)
    step = np.empty(columns, dtype=np.float32)
    scatter = np.empty(columns, dtype=np.float32)
    column_sum = np.empty(columns)
    column_count = np.empty((2, columns))
    for band in range(-(-rows // tile_rows)):
        column_sum[:] = 0.0
        column_count[:] = 0.0
        for i in range(band * tile_rows, min((band + 1) * tile_rows, rows)):
            before[:] = g[i]
            for level in range(steps.shape[1]):
                edge = edges[level - 1] if level > 0 else np.float32(-np.inf)
                _choose(before, direction[i], edge, steps[0, level, i], steps[1, level, i], step)
                if draws.size > 0:
                    _choose(before, direction[i], edge, cycle[0, level, i], cycle[1, level, i], scatter)
            if draws.size > 0:
                _scatter(step, scatter, draws[i])
            _move(before, direction[i], step, g_min, g_max, g[i])
            _add(column_sum, before)
            _count(column_count[0], direction[i], 1)
            _count(column_count[1], direction[i], -1)
            for place in range(across):
                span = slice(place * tile_columns, min((place + 1) * tile_columns, columns))
                row_sum, counts, selected, changed = _row_sums(before[span], g[i, span], direction[i, span])
                for polarity in range(2):
                    tile = sums[polarity, :, band * across + place]
                    tile[0] += selected[polarity]
                    tile[4] += changed[polarity]
                    if by_column:
                        tile[1] += counts[polarity] * row_sum
                    elif counts[polarity] > 0:
                        tile[2] += row_sum
                        tile[5] += 1.0
        for place in range(across):
            span = slice(place * tile_columns, min((place + 1) * tile_columns, columns))
            for polarity in range(2):
                tile = sums[polarity, :, band * across + place]
                for j in range(span.start, span.stop):
                    if not by_column:
                        tile[1] += column_count[polarity, j] * column_sum[j]
                    elif column_count[polarity, j] > 0:
                        tile[2] += column_sum[j]
                        tile[5] += 1.0
                tile[3] = tile[5] * column_sum[span].sum()
    return sums


# One row at a time, without branches, so that the compiler can treat several devices at once.


@numba.njit(cache=True, forceinline=True)
def _choose(before, direction, edge, step_set, step_reset, step):
    """Take the step of the next bin for the devices that are in it or above."""
    for j in range(before.size):
        up, down, lower = step_set[j], step_reset[j], step[j]
        here = up if direction[j] > 0 else down
        step[j] = here if before[j] >= edge else lower


@numba.njit(cache=True, forceinline=True)
def _scatter(step, std, draws):
    """Add to every step its part that differs from cycle to cycle."""
    for j in range(step.size):
        step[j] += std[j] * draws[j]


@numba.njit(cache=True, forceinline=True)
def _move(before, direction, step, g_min, g_max, after):
    """Conductances after the pulses; one already outside the window neither leaves further nor jumps back."""
    for j in range(before.size):
        taken = step[j]
        taken = taken if direction[j] != 0 else np.float32(0)
        after[j] = min(max(before[j] + taken, min(before[j], g_min)), max(before[j], g_max))


@numba.njit(cache=True, forceinline=True, fastmath={"reassoc"})
def _row_sums(before, after, direction):
    """Sum of a row; by polarity: number of pulsed devices, their sum, and the sum of those that changed."""
    total = selected_set = selected_reset = changed_set = changed_reset = 0.0
    count_set = count_reset = 0
    for j in range(before.size):
        x = np.float64(before[j])
        pulsed_set = x if direction[j] > 0 else 0.0
        pulsed_reset = x if direction[j] < 0 else 0.0
        total += x
        count_set += direction[j] > 0
        count_reset += direction[j] < 0
        selected_set += pulsed_set
        selected_reset += pulsed_reset
        changed_set += pulsed_set if after[j] != before[j] else 0.0
        changed_reset += pulsed_reset if after[j] != before[j] else 0.0
    return total, (count_set, count_reset), (selected_set, selected_reset), (changed_set, changed_reset)


@numba.njit(cache=True, forceinline=True)
def _add(target, source):
    for j in range(target.size):
        target[j] += source[j]


@numba.njit(cache=True, forceinline=True)
def _count(count, direction, sign):
    for j in range(count.size):
        count[j] += 1.0 if direction[j] * sign > 0 else 0.0
