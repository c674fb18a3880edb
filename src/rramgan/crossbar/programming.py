"""Row-by-row programming of a passive tile: which device moves, what it dissipates, and what its neighbours do.

One wordline is addressed at a time, in a SET phase and a RESET phase; the bitlines of the devices to be moved are
biased so that these see the full pulse. In a passive array no transistor shields the others: they see a fraction of
the amplitude for the whole pulse, which moves nothing (the fraction lies below the published 0.8 V onset) but
dissipates. Schemes: Nili et al. 2020, doi 10.1109/TNANO.2020.2982128; Merrikh-Bayat et al. 2018,
doi 10.1038/s41467-018-04482-4. Left out here: the voltage lost along the lines.
"""

from dataclasses import dataclass

import numba
import numpy as np

from ..device.dynamic import StepTable
from ..device.pulses import Pulse


@dataclass(frozen=True)
class Scheme:
    """Fractions of the pulse amplitude across the unselected devices of a phase.

    `same_column`: devices on the bitlines of selected devices; `same_row`: the others on the addressed wordline;
    `elsewhere`: all the rest of the tile.
    """

    same_column: float
    same_row: float
    elsewhere: float


SCHEMES = {"half": Scheme(1 / 2, 1 / 2, 0.0), "third": Scheme(1 / 3, 1 / 3, 1 / 3)}
"""V/2 and V/3 biasing by name."""


@dataclass(frozen=True)
class Exposure:
    """Sums of conductance (S) over the phases of one polarity: who sees how much voltage.

    `selected_S`: over the pulsed devices; `columns_S`: over all devices on their bitlines, once per phase; `rows_S`:
    over all devices on the addressed wordlines; `all_S`: over the whole tile, once per phase. All include the selected.
    """

    selected_S: float
    columns_S: float
    rows_S: float
    all_S: float

    def selected_J(self, pulse: Pulse) -> float:
        """Energy in the pulsed devices: V^2 G t with the conductance before the pulse."""
        return pulse.amplitude_V**2 * pulse.width_s * self.selected_S

    def unselected_J(self, pulse: Pulse, scheme: Scheme) -> float:
        """Energy in all other devices of the tile at their fraction of the amplitude."""
        elsewhere_S = self.all_S - self.columns_S - self.rows_S + self.selected_S
        weighted_S = (
            scheme.same_column**2 * (self.columns_S - self.selected_S)
            + scheme.same_row**2 * (self.rows_S - self.selected_S)
            + scheme.elsewhere**2 * elsewhere_S
        )
        return pulse.amplitude_V**2 * pulse.width_s * weighted_S


def program(g_S, direction, steps: dict[str, StepTable], deviates, stuck, window, tile_shape) -> dict[str, Exposure]:
    """Apply one round of pulses to an array in place and return the exposure of its SET and RESET phases.

    `g_S` (rows, columns) float32 conductances, changed in place; `direction` (rows, columns) int8: +1 SET, -1 RESET,
    0 no pulse; `steps` and `deviates` by polarity; `stuck` (rows, columns) bool: pulsed, but does not move; `window`:
    (g_min_S, g_max_S), at which a device saturates. Conductances count as they are before the round: one step
    changes them by less than one percent.
    """
    sums = _program(
        g_S,
        direction,
        steps["set"].edges_S,
        np.stack([steps["set"].mean_S, steps["reset"].mean_S]),
        np.stack([steps["set"].spread, steps["reset"].spread]),
        deviates["set"],
        deviates["reset"],
        stuck,
        *window,
        *tile_shape,
    )
    return {"set": Exposure(*sums[0]), "reset": Exposure(*sums[1])}


@numba.njit(cache=True)
def _program(g, direction, edges, mean, spread, n_set, n_reset, stuck, g_min, g_max, tile_rows, tile_columns):
    """Kernel of `program`: returns (2, 4) sums, SET and RESET by selected, columns, rows, all."""
    rows, columns = g.shape
    bins = edges.size - 1
    sums = np.zeros((2, 4))
    column_sum = np.empty(tile_columns)
    count = np.empty((2, tile_columns))
    for row0 in range(0, rows, tile_rows):
        for column0 in range(0, columns, tile_columns):
            column_sum[:] = 0.0
            count[:] = 0.0
            row_phases = np.zeros(2)
            total = 0.0
            for i in range(row0, min(row0 + tile_rows, rows)):
                row_sum = 0.0
                addressed = np.zeros(2)
                for j in range(column0, min(column0 + tile_columns, columns)):
                    before = g[i, j]
                    row_sum += before
                    column_sum[j - column0] += before
                    if direction[i, j] == 0:
                        continue
                    polarity = 0 if direction[i, j] > 0 else 1
                    sums[polarity, 0] += before
                    count[polarity, j - column0] += 1.0
                    addressed[polarity] = 1.0
                    if stuck[i, j]:
                        continue
                    level = bins - 1
                    while level > 0 and before < edges[level]:
                        level -= 1
                    deviate = n_set[i, j] if polarity == 0 else n_reset[i, j]
                    after = before + mean[polarity, level] * (1.0 + deviate * spread[polarity, level])
                    g[i, j] = min(max(after, g_min), g_max)
                total += row_sum
                for polarity in range(2):
                    sums[polarity, 2] += addressed[polarity] * row_sum
                    row_phases[polarity] += addressed[polarity]
            for polarity in range(2):
                sums[polarity, 1] += (count[polarity] * column_sum).sum()
                sums[polarity, 3] += row_phases[polarity] * total
    return sums
