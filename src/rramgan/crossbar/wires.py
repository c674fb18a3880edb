"""Line resistance of a passive tile: what its wires make of the currents and voltages of an ideal one.

The network. Every cell (i, j) of an R x C tile joins a node of wordline i to a node of bitline j through its device. A
wordline has C + 1 segments: segment 0 leads from the driver to the node of column 0, segment j from column j - 1 to
column j, segment C from the last column to the driver at the far side. A bitline has R + 1 segments: segment 0 leads
from the far side to the node of row 0, segment i from row i - 1 to row i, segment R from the last row to the sense
amplifier. Driver and sense resistances are in series with the first and last segments. Driven from one side, the far
segments (wordline segment C, bitline segment 0) do not exist; driven from both, the two ends of a line share one bias.
With ideal drivers and sense amplifiers on one side this is the geometry of badcrossbar (D. Joksas, A. Mehonic,
SoftwareX 12, 100617, 2020).

Reads and write biases are solved by `ladder`; the tests have a solver of all currents and powers of the same network.
"""

from dataclasses import dataclass

import numpy as np

from rramgan.crossbar import ladder
from rramgan.errors import InputError

SHORT_OHM = 1e-20
"""A wire or a device without resistance counts as this: exact to rounding beside any real one."""

OPEN_OHM = 1e15
"""A broken wire counts as this: it leaks 1e-11 of the current of a 100 uS device, and no node floats."""

SHORT_CIRCUIT_S = 1e12
"""A line that conducts more than this to another one is joined to it by a path without resistance."""


@dataclass(frozen=True, eq=False)
class Wires:
    """Resistances (ohm) of a tile's lines; all may be 0, and a segment of infinite resistance is a broken wire.

    `wordline_ohm` and `bitline_ohm` are per segment: one number, or an array that broadcasts to (R, C + 1) segments of
    the wordlines or (R + 1, C) of the bitlines (the module docstring numbers them). `source_ohm` is in series with
    each driver, `sense_ohm` with each sense amplifier (or bitline driver). `both_sides` connects both ends of every
    line.
    """

    wordline_ohm: float | np.ndarray
    bitline_ohm: float | np.ndarray
    source_ohm: float | np.ndarray = 0.0
    sense_ohm: float | np.ndarray = 0.0
    both_sides: bool = False


def effective_conductance(g_S: np.ndarray, wires: Wires) -> np.ndarray:
    """Transfer matrix (R, C) in siemens of a tile with wires: I_out = V_in @ G_eff, bitlines at virtual ground.

    `g_S` (R, C) holds the device conductances, from 0 (no device) to infinity (shorted device). A resistive network is
    reciprocal, so G_eff.T is the transfer matrix of the transposed read, wordlines at virtual ground. Every entry is
    accurate to about 1e-12 of itself. Costs about C R^2 (R + C) / 2 multiplications, twice that with both sides.
    Raises InputError for malformed conductances or resistances and where a path without resistance joins two lines.
    """
    conductance_S = checked_conductance(g_S)
    wordline_ohm, bitline_ohm = segment_resistances(wires, conductance_S.shape)
    transfer_S = ladder.transfer(conductance_S, wordline_ohm, bitline_ohm)
    if wires.both_sides:  # each sweep gives the share of the drivers it ends at; the mirrored one, of the far drivers
        mirror = tuple(np.ascontiguousarray(a[:, ::-1]) for a in (conductance_S, wordline_ohm, bitline_ohm))
        transfer_S = transfer_S + ladder.transfer(*mirror)[:, ::-1]
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
    volts = ladder.voltages(conductance_S, wordline_ohm, bitline_ohm, wordline_V, bitline_V)
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

    `a1_S` and `a3_S_per_V2` (R, C) are the devices' static coefficients; the other arguments are those of
    `device_voltages`. The output current of a bitline is the sum of its devices' currents. Fixed point of the secant
    conductance a1 + a3 V^2, from a1, one linear solution per bias vector and sweep, until no device voltage moves by
    more than `tolerance` times the largest bias; the less voltage the wires take, the fewer sweeps (5 to 10 for 16 x 16
    cells of 150-300 uS). Raises InputError for malformed arguments and where a secant conductance is negative,
    ArithmeticError if `max_sweeps` do not suffice.
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
    """Device conductances as a contiguous float (R, C) array, at most 1 / SHORT_OHM; InputError if malformed."""
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
