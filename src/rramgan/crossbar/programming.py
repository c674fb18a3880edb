"""Programming a passive tile: which device moves, what every device dissipates meanwhile, and how long it takes.

Row by row (or column by column), one line of a tile is addressed at a time, in a SET phase for the devices to be
potentiated and a RESET phase for those to be depressed; a phase that pulses nothing is skipped. Updates that are an
outer product of signs need four phases for the whole tile, whatever its size (Zamanidoost et al. 2015). Tiles are
programmed in parallel. The unselected devices see the fraction of the pulse that the biasing scheme leaves them.
"""

from itertools import product

import numpy as np

from rramgan.crossbar.design import ArrayDesign
from rramgan.crossbar.kernels import TIME_S, UNSELECTED_J, Devices, Steps, program_pairs
from rramgan.crossbar.normals import Normals
from rramgan.crossbar.reading import Reader
from rramgan.crossbar.response import Response
from rramgan.crossbar.tiles import TileGrid
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.device.window import Window
from rramgan.errors import InputError


def pulse_steps(responses: dict[str, Response], window: Window, magnitude_V, deviates, noisy: bool) -> Steps:
    """Steps of devices that see pulses of `magnitude_V` (sides, lines, columns), by polarity, when selected.

    One side stands for both and one line for all. `deviates`: device-to-device variables by polarity, shaped as
    `magnitude_V`, for devices that see different pulses: each gets a mean step of its own, and no spread is left. None
    where pulses are alike. `noisy` says whether steps differ from cycle to cycle. Memory and time grow with the number
    of bins of G0 inside the window. Raises ValueError if the polarities have different bins.
    """
    edges_S = responses["set"].edges_S
    if not np.array_equal(edges_S, responses["reset"].edges_S):
        raise ValueError("array: SET and RESET steps are tabulated in different bins of G0; expected the same edges")
    low, high = bin_index(np.array([window.g_min_S, window.g_max_S]), edges_S)
    sides, lines, columns = np.shape(magnitude_V["set"])
    shape, none = (sides, 2, high - low + 1, lines, columns), np.empty((0,) * 5, dtype=np.float32)
    noisy = noisy and any(np.any(response.cycle_spread) for response in responses.values())
    mean_S = np.empty(shape, dtype=np.float32)
    spread_S = np.empty_like(mean_S) if deviates is None else none
    cycle_S = np.empty_like(mean_S) if noisy else none
    for p, polarity in enumerate(POLARITIES):
        for place, level in enumerate(range(low, high + 1)):
            here = (slice(None), p, place)
            step_S, spread, cycle_spread = responses[polarity].at(magnitude_V[polarity], level)
            mean_S[here] = step_S if deviates is None else step_S * (1.0 + deviates[polarity] * spread)
            if deviates is None:
                spread_S[here] = step_S * spread
            if noisy:
                cycle_S[here] = np.abs(step_S) * cycle_spread
    return Steps(edges_S[low + 1 : high + 1].astype(np.float32), mean_S, spread_S, cycle_S)


def program(
    devices: Devices, signs, steps: Steps, design: ArrayDesign, reader: Reader, normals: Normals | None
) -> np.ndarray:
    """Apply one round of pulses to pairs of devices in place, line by line, and renew `reader`; return what it costs.

    That is, by side of the pairs and tile (sides, 4, tiles), without wires: SELECTED_J in the pulsed devices, V^2 G t;
    UNSELECTED_J in all others, at the fractions of the amplitude that the scheme leaves them; CHANGED_J in those pulsed
    devices that were neither stuck nor saturated; TIME_S of all phases. Conductances count as they are before the
    round, which a step changes by less than one percent with the pulses of the shipped nili2020, by a few with those of
    the staircase example.

    `signs` (rows, columns) int8: +1 is SET on G+ and RESET on G-, -1 the reverse, 0 no pulse; G- of one-sided pairs
    gets none. A device saturates at the ends of the window. `normals` draw the cycle-to-cycle part of each step, if the
    steps have one. Raises InputError for directions of another kind, as a learning rule may hand over.
    """
    if signs.dtype != np.int8 or signs.min(initial=0) < -1 or signs.max(initial=0) > 1:
        span = f"from {signs.min():g} to {signs.max():g}"
        raise InputError(
            f"array: the directions of an update are {signs.dtype} {span}; expected int8 of -1, 0 and +1 from the rule"
        )
    window, scheme, sides = design.window, design.scheme, 1 if design.window.one_sided else 2
    if normals is None or not steps.cycle_S.size:
        draws, steps = np.empty((0, 0, 0), dtype=np.float32), steps._replace(cycle_S=steps.cycle_S[:0])
    else:
        draws = normals.draw((sides, *signs.shape))
        if steps.cycle_S.shape[-1] < signs.shape[1]:
            steps = steps._replace(cycle_S=np.repeat(steps.cycle_S, signs.shape[1], axis=-1))
    costs = np.empty((sides, 4, *TileGrid.of(signs.shape, design.tile_shape).shape))
    biases = (np.float32(window.g_min_S), np.float32(window.g_max_S)), _square_times(design), _squares(scheme)
    by_column, reads = scheme.addresses == "bitline", (reader.quadratics, reader.coefficients)
    program_pairs(devices, signs, steps, draws, *biases, design.tile_shape, by_column, *reads, costs)
    return costs.reshape(sides, 4, -1)


def program_outer(
    devices: Devices, signs, steps: Steps, design: ArrayDesign, reader: Reader, normals: Normals | None
) -> np.ndarray:
    """Apply in place an update whose directions are the outer product of two vectors of signs; as `program`.

    `signs` are (rows,) and (columns,) int8 of -1, 0 and +1. All rows of one sign are addressed and all columns of one
    sign selected at a time: four phases at most (Zamanidoost et al. 2015), and the result of `program`. The scheme says
    the biases; rows are addressed whatever its orientation.
    """
    row_signs, column_signs = signs
    before_S, pulses, (along, across, elsewhere) = (
        devices.g_S.astype(float),
        _square_times(design),
        _squares(design.scheme),
    )
    both = np.multiply.outer(row_signs, column_signs)
    costs = program(devices, both, steps, design, reader, normals)
    costs[:, [UNSELECTED_J, TIME_S]] = 0.0
    for place, (rows, columns) in enumerate(TileGrid.of(both.shape, design.tile_shape).tiles()):
        for side, row, column in product(range(len(costs)), (1, -1), (1, -1)):
            addressed, selected = row_signs[rows] == row, column_signs[columns] == column
            if addressed.any() and selected.any():
                square_time, width_s = pulses[int(row * column * (1 - 2 * side) < 0)]
                fractions = np.where(
                    addressed[:, None], np.where(selected, 0.0, along), np.where(selected, across, elsewhere)
                )
                costs[side, UNSELECTED_J, place] += square_time * np.sum(fractions * before_S[side, rows, columns])
                costs[side, TIME_S, place] += width_s
    return costs


def _square_times(design) -> np.ndarray:
    """V^2 t and t of SET and RESET (2, 2)."""
    pulses = [design.pulses[polarity] for polarity in POLARITIES]
    return np.array([[pulse.amplitude_V**2 * pulse.width_s, pulse.width_s] for pulse in pulses])


def _squares(scheme) -> np.ndarray:
    """Squared fractions of the amplitude along, across and elsewhere (3,)."""
    return np.square([scheme.along, scheme.across, scheme.elsewhere])
