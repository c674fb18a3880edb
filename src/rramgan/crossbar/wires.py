"""Line resistance of a passive tile: what its wires make of the currents and voltages of an ideal one.

The network. Every cell (i, j) of an R x C tile joins a node of wordline i to a node of bitline j through its device. A
wordline has C + 1 segments: segment 0 leads from the driver to the node of column 0, segment j from column j - 1 to
column j, segment C from the last column to the driver at the far side. A bitline has R + 1 segments: segment 0 leads
from the far side to the node of row 0, segment i from row i - 1 to row i, segment R from the last row to the sense
amplifier. Driver and sense resistances are in series with the first and last segments. Driven from one side, the far
segments (wordline segment C, bitline segment 0) do not exist; driven from both, the two ends of a line share one bias.
With ideal drivers and sense amplifiers on one side this is the geometry of badcrossbar (D. Joksas, A. Mehonic, SoftwareX 12,
100617, 2020).

The method. Each bitline is reduced to the conductances it puts between the wordline nodes of its column, by the
continued fraction of a resistive ladder seen from both ends. The wordlines are then walked from the far side to the
drivers, carrying the equivalent network of everything beyond: conductances c between the wordlines and from them to the
biases. A column adds its bitline's; looking through a segment of r ohm on wordline p, with y the sum of its
conductances, multiplies them by 1 / (1 + r y) and adds c_pi c_pk r / (1 + r y) between its neighbours i and k (the
star-mesh transformation; A. Rosen, J. IEE 62, 916, 1924). Nothing is ever subtracted, so every conductance is accurate to
rounding whatever the resistances: ideal wires, broken ones, missing and shorted devices are no special cases.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from rramgan.errors import InputError

SHORT_OHM = 1e-20
"""What a wire or a device without resistance has: 1 + SHORT_OHM * g rounds to 1 for any device."""

OPEN_OHM = 1e15
"""What a broken wire has: it leaks 1e-11 of the current of a 100 uS device, and nothing floats."""

SHORT_CIRCUIT_S = 1e12
"""A line that conducts more than this to another one is joined to it by a path without resistance."""


@dataclass(frozen=True, eq=False)
class Wires:
    """Resistances (ohm) of a tile's lines; all may be 0, and a segment of infinite resistance is a broken wire.

    `wordline_ohm` and `bitline_ohm` are per segment: one number, or an array that broadcasts to (R, C + 1) segments of
    the wordlines or (R + 1, C) of the bitlines (the module docstring numbers them). `source_ohm` is in series with
    each driver, `sense_ohm` with each sense amplifier (or bitline driver). `both_sides` connects both ends of all lines.
    """

    wordline_ohm: float | np.ndarray
    bitline_ohm: float | np.ndarray
    source_ohm: float | np.ndarray = 0.0
    sense_ohm: float | np.ndarray = 0.0
    both_sides: bool = False


def effective_conductance(g_S: np.ndarray, wires: Wires) -> np.ndarray:
    """Transfer matrix (R, C) in siemens of a tile with wires: I_out = V_in @ G_eff, bitlines at virtual ground.

    `g_S` (R, C) holds the device conductances, from 0 (no device) to infinity (shorted device). A resistive network is
    reciprocal, so G_eff.T is the transfer matrix of the transposed read, wordlines at virtual ground. Agrees with
    `kirchhoff.solve` to 1e-9 of each entry; costs about C R^2 (R + C) multiplications, twice that with both sides. Raises
    InputError for malformed conductances or resistances and where a path without resistance joins two lines.
    """
    conductance_S = checked_conductance(g_S)
    wordline_ohm, bitline_ohm = segment_resistances(wires, conductance_S.shape)
    transfer_S = _transfer(conductance_S, wordline_ohm, bitline_ohm)
    if wires.both_sides:  # each sweep gives the share of the drivers it ends at; the mirrored one, of the far drivers
        mirror = tuple(np.ascontiguousarray(a[:, ::-1]) for a in (conductance_S, wordline_ohm, bitline_ohm))
        transfer_S = transfer_S + _transfer(*mirror)[:, ::-1]
    if transfer_S.max() > SHORT_CIRCUIT_S:
        raise InputError("A shorted device and wires without resistance join a wordline to a bitline.")
    return transfer_S


def device_voltages(
    g_S: np.ndarray, wires: Wires, wordline_V: np.ndarray, bitline_V: np.ndarray | float = 0.0
) -> np.ndarray:
    """Voltage (..., R, C) from wordline to bitline across every device when the lines are biased.

    `g_S` is as in `effective_conductance`; `wordline_V` (..., R) and `bitline_V` (..., C) are the biases behind source
    and sense resistances, their leading axes broadcast. Write biases (V/2, V/3) and reads are the same problem.
    Accurate to about 1e-12 of the largest bias. Raises InputError for malformed arguments.
    """
    conductance_S = checked_conductance(g_S)
    rows, columns = conductance_S.shape
    wordline_ohm, bitline_ohm = segment_resistances(wires, conductance_S.shape)
    batch, wordline_V, bitline_V = line_biases(conductance_S.shape, wordline_V, bitline_V)
    volts = _voltages(conductance_S, wordline_ohm, bitline_ohm, wordline_V, bitline_V)
    return np.moveaxis(volts, 2, 0).reshape(*batch, rows, columns)


def cubic_device_voltages(
    a1_S: np.ndarray,
    a3_S_per_V2: np.ndarray,
    wires: Wires,
    wordline_V: np.ndarray,
    bitline_V: np.ndarray | float = 0.0,
    tolerance: float = 1e-9,
    max_sweeps: int = 100,
) -> np.ndarray:
    """Voltage (..., R, C) across devices that carry I = a1 V + a3 V^3 (Nili et al. 2020), wires included.

    `a1_S` and `a3_S_per_V2` (R, C) are the devices' static coefficients; the other arguments are those of `device_voltages`. The
    output current of a bitline is the sum of its devices' currents. Fixed point of the secant conductance a1 + a3 V^2,
    from a1, one linear solution per bias vector and sweep, until no device voltage moves by more than `tolerance` times
    the largest bias. A sweep shrinks the error at least by the factor 2 a3 V^2 / (a1 + a3 V^2) x the share of the bias lost in the
    wires, so useful tiles need a few sweeps. Raises InputError where a secant conductance is negative, ArithmeticError
    if `max_sweeps` do not suffice.
    """
    a1_S, a3_S_per_V2 = np.broadcast_arrays(np.asarray(a1_S, float), np.asarray(a3_S_per_V2, float))
    batch, wordline_V, bitline_V = line_biases(checked_conductance(a1_S).shape, wordline_V, bitline_V)
    volts = [
        _cubic_fixed_point(a1_S, a3_S_per_V2, wires, rows_V, columns_V, tolerance, max_sweeps)
        for rows_V, columns_V in zip(wordline_V.T, bitline_V.T, strict=True)
    ]
    return np.reshape(volts, (*batch, *a1_S.shape))


def _cubic_fixed_point(a1_S, a3_S_per_V2, wires, wordline_V, bitline_V, tolerance, max_sweeps):
    largest_V = max(np.abs(wordline_V).max(), np.abs(bitline_V).max())
    volts = device_voltages(a1_S, wires, wordline_V, bitline_V)
    for _ in range(max_sweeps):
        previous, volts = volts, device_voltages(a1_S + a3_S_per_V2 * volts**2, wires, wordline_V, bitline_V)
        if np.abs(volts - previous).max() <= tolerance * largest_V:
            return volts
    raise ArithmeticError(f"Nonlinear tile: voltages still move after {max_sweeps} sweeps; the wires lose too much.")


def checked_conductance(g_S: np.ndarray) -> np.ndarray:
    """Device conductances as a contiguous float (R, C) array, shorts at 1 / SHORT_OHM; raises InputError if malformed."""
    conductance_S = np.ascontiguousarray(g_S, dtype=float)
    if conductance_S.ndim != 2 or conductance_S.size == 0:
        raise InputError(f"Conductances of a tile: expected a non-empty matrix, got shape {conductance_S.shape}.")
    if not (conductance_S >= 0).all():
        raise InputError("Conductances of a tile: expected numbers from 0 to infinity, got a negative one or NaN.")
    return np.minimum(conductance_S, 1 / SHORT_OHM)


def segment_resistances(wires: Wires, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Resistance (ohm) of every wordline segment (R, C + 1) and bitline segment (R + 1, C), ends included.

    Between SHORT_OHM and OPEN_OHM, but infinite for the far segments if the lines are driven from one side. Raises
    InputError for a negative or undefined resistance or an array that does not fit the tile of `shape` (R, C).
    """
    rows, columns = shape
    wordline_ohm = _line_resistances("wordline_ohm", wires.wordline_ohm, (rows, columns + 1))
    bitline_ohm = _line_resistances("bitline_ohm", wires.bitline_ohm, (rows + 1, columns))
    source_ohm = _line_resistances("source_ohm", wires.source_ohm, (rows,))
    sense_ohm = _line_resistances("sense_ohm", wires.sense_ohm, (columns,))
    wordline_ohm[:, 0] += source_ohm
    wordline_ohm[:, -1] += source_ohm if wires.both_sides else np.inf
    bitline_ohm[-1] += sense_ohm
    bitline_ohm[0] += sense_ohm if wires.both_sides else np.inf
    return wordline_ohm, bitline_ohm


def _line_resistances(name, value, shape):
    ohm = np.asarray(value, dtype=float)
    if not (ohm >= 0).all():
        raise InputError(f"Wires: {name} must be from 0 to infinity, got a negative number or NaN.")
    try:
        return np.clip(np.broadcast_to(ohm, shape), SHORT_OHM, OPEN_OHM)
    except ValueError:
        raise InputError(f"Wires: {name} has shape {ohm.shape}, which does not broadcast to {shape}.") from None


def line_biases(
    shape: tuple[int, int], wordline_V: np.ndarray, bitline_V: np.ndarray | float
) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    """Leading axes of the biases of a tile of `shape` (R, C), and the biases as (R, n) and (C, n).

    Raises InputError where the last axes are not R and C long.
    """
    rows, columns = shape
    wordline_V, bitline_V = np.asarray(wordline_V, float), np.asarray(bitline_V, float)
    try:
        batch = np.broadcast_shapes(wordline_V.shape[:-1], bitline_V.shape[:-1])
        wordline_V = np.broadcast_to(wordline_V, (*batch, rows)).reshape(-1, rows)
        bitline_V = np.broadcast_to(bitline_V, (*batch, columns)).reshape(-1, columns)
    except ValueError:
        raise InputError(
            f"Biases of shape {wordline_V.shape} (wordlines) and {bitline_V.shape} (bitlines) do not fit "
            f"a tile of {rows} x {columns}."
        ) from None
    return batch, np.ascontiguousarray(wordline_V.T), np.ascontiguousarray(bitline_V.T)


@njit(cache=True)
def _transfer(g_S, wordline_ohm, bitline_ohm):
    """Currents into the near wordline drivers per volt on each bitline: by reciprocity, the transfer matrix."""
    rows, columns = g_S.shape
    # Columns: conductances c to the other wordlines (upper triangle only), to all biases together, to each bitline
    # from the last one to the first.
    beyond = np.zeros((rows, rows + 1 + columns))
    beyond[:, rows] = 1 / wordline_ohm[:, columns]
    weights = np.empty((rows, rows + 1 + columns))
    for j in range(columns - 1, -1, -1):
        width = rows + 1 + columns - j
        beyond[:, width - 1] = _add_bitline(beyond, g_S[:, j], bitline_ohm[:, j])
        beyond[:, rows] += beyond[:, width - 1]
        _look_through_segments(beyond, width, wordline_ohm[:, j], weights)
    return beyond[:, rows + 1 :][:, ::-1].copy()


@njit(cache=True)
def _voltages(g_S, wordline_ohm, bitline_ohm, wordline_V, bitline_V):
    """Voltages (R, C, n) across the devices under n sets of biases (R, n) and (C, n)."""
    rows, columns = g_S.shape
    biases = wordline_V.shape[1]
    first = rows + 1
    beyond = np.zeros((rows, first + biases))  # as in `_transfer`, but with the currents that n sets of biases drive
    weights = np.empty((columns, rows, first + biases))
    beyond[:, rows] = 1 / wordline_ohm[:, columns]
    for i in range(rows):
        beyond[i, first:] = wordline_V[i] * beyond[i, rows]
    for j in range(columns - 1, -1, -1):
        reach_S = _add_bitline(beyond, g_S[:, j], bitline_ohm[:, j])
        beyond[:, rows] += reach_S
        for i in range(rows):
            beyond[i, first:] += reach_S[i] * bitline_V[j]
        _look_through_segments(beyond, first + biases, wordline_ohm[:, j], weights[j])

    volts = np.empty((rows, columns, biases))
    wordline_node_V = wordline_V.copy()
    average_V = np.empty(biases)
    for j in range(columns):
        for p in range(rows - 1, -1, -1):  # back through the segments, the last one first
            for n in range(biases):
                average_V[n] = weights[j, p, first + n]
            for k in range(rows):
                for n in range(biases):
                    average_V[n] += weights[j, p, k] * wordline_node_V[k, n]
            wordline_node_V[p] = average_V
        volts[:, j] = wordline_node_V
        _subtract_bitline(volts[:, j], g_S[:, j], bitline_ohm[:, j], bitline_V[j])
    return volts


@njit(cache=True)
def _look_through_segments(beyond, width, ohm, weights):
    """Put one more segment on each wordline before what is `beyond`, the first `width` columns of it.

    `weights[p]` says what the far end of wordline p's segment averages: the voltages of the other wordlines, its near
    end (at p), and, in the columns of currents, the biases.
    """
    rows = ohm.size
    row = np.empty(width)
    for p in range(rows):
        for k in range(p):
            row[k] = beyond[k, p]
        for k in range(p, width):
            row[k] = beyond[p, k]
        row[p] = 0.0
        share = 1 / (1 + ohm[p] * row[: rows + 1].sum())
        for k in range(width):
            weights[p, k] = ohm[p] * share * row[k]
        weights[p, p] = share
        for i in range(rows):
            weight, target, source = weights[p, i], beyond[i, i:width], row[i:width]
            for k in range(width - i):
                target[k] += weight * source[k]
        for k in range(p):
            beyond[k, p] = share * row[k]
        for k in range(p, width):
            beyond[p, k] = share * row[k]


@njit(cache=True)
def _add_bitline(beyond, g_S, ohm):
    """Add a bitline's conductances between wordline nodes (upper triangle); return those to its bias."""
    rows = g_S.size
    above_S, below_S = np.empty(rows), np.empty(rows)  # the line above and below each node, seen from it
    fall_up, fall_down = np.empty(rows), np.empty(rows)  # how much of a node's voltage is left at the next one
    above_S[0] = 1 / ohm[0]
    for i in range(1, rows):
        node_S = above_S[i - 1] + g_S[i - 1]
        fall_up[i] = 1 / (1 + ohm[i] * node_S)
        above_S[i] = node_S * fall_up[i]
    below_S[-1] = 1 / ohm[rows]
    for i in range(rows - 2, -1, -1):
        node_S = below_S[i + 1] + g_S[i + 1]
        fall_down[i] = 1 / (1 + ohm[i + 1] * node_S)
        below_S[i] = node_S * fall_down[i]

    node_V = np.empty(rows)  # of the node being visited, per volt on wordline k >= i
    for i in range(rows - 1, -1, -1):
        for k in range(i + 1, rows):
            node_V[k] *= fall_up[i + 1]
            beyond[i, k] += g_S[i] * node_V[k]
        node_V[i] = g_S[i] / (above_S[i] + g_S[i] + below_S[i])

    reach_S = np.zeros(rows)
    near_V = below_S[-1] / (above_S[-1] + g_S[-1] + below_S[-1])
    far_V = above_S[0] / (above_S[0] + g_S[0] + below_S[0])
    for i in range(rows):
        reach_S[rows - 1 - i] += g_S[rows - 1 - i] * near_V
        reach_S[i] += g_S[i] * far_V
        if i < rows - 1:
            near_V *= fall_up[rows - 1 - i]
            far_V *= fall_down[i]
    return reach_S


@njit(cache=True)
def _subtract_bitline(node_V, g_S, ohm, bitline_V):
    """Turn wordline node voltages (R, n) of a column into device voltages, given its bitline's bias (n,)."""
    rows, biases = node_V.shape
    norton_S, fall = np.empty(rows), np.empty(rows)  # norton_S, norton_A: a bitline node with all that is above it
    norton_A = np.empty((rows, biases))
    norton_S[0] = 1 / ohm[0] + g_S[0]
    for n in range(biases):
        norton_A[0, n] = bitline_V[n] / ohm[0] + g_S[0] * node_V[0, n]
    for i in range(1, rows):
        fall[i] = 1 / (1 + ohm[i] * norton_S[i - 1])
        norton_S[i] = norton_S[i - 1] * fall[i] + g_S[i]
        for n in range(biases):
            norton_A[i, n] = norton_A[i - 1, n] * fall[i] + g_S[i] * node_V[i, n]
    for n in range(biases):
        bitline_node_V = (norton_A[-1, n] + bitline_V[n] / ohm[rows]) / (norton_S[-1] + 1 / ohm[rows])
        node_V[-1, n] -= bitline_node_V
        for i in range(rows - 1, 0, -1):
            bitline_node_V = (ohm[i] * norton_A[i - 1, n] + bitline_node_V) * fall[i]
            node_V[i - 1, n] -= bitline_node_V
