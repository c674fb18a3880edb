"""What a read needs of a layer's devices: the coefficients of every pair, and those of every line."""

from dataclasses import dataclass

import numba
import numpy as np


@dataclass(frozen=True)
class ReadCoefficients:
    """Currents of a layer as sums of A1 V + A3 V^3, as they arrive at the sensed lines.

    `a1`, `a3` (rows, columns) float32: difference of each pair. `wordlines` (2, 2, rows) and `bitlines` (2, 2,
    columns): sums over both devices of all pairs on a line; first index A1 and A3, second what the drivers deliver
    and what the devices dissipate of it, the rest being lost in the wires.
    """

    a1: np.ndarray
    a3: np.ndarray
    wordlines: np.ndarray
    bitlines: np.ndarray


def read_coefficients(g_S, static, arrival, quadratics, wired: bool) -> ReadCoefficients:
    """Coefficients of devices in states `g_S` (2, rows, columns) float32, G+ and G-.

    `static`: device-to-device variables of the I-V curve; `arrival`: fraction rho of each device's current that
    arrives (`delivery` says why rho^4 of the cubic part does); `quadratics`: `StaticModel.quadratics`; `wired` says
    whether there are fractions other than 0 and 1.
    """
    return ReadCoefficients(*_read_coefficients(g_S, static, arrival, quadratics, wired))


@numba.njit(cache=True)
def _read_coefficients(g, static, arrival, quadratics, wired):
    _, rows, columns = g.shape
    pairs = np.empty((2, rows, columns), dtype=np.float32)
    wordlines, bitlines = np.zeros((2, 2, rows)), np.zeros((2, 2, columns))
    plus, minus = np.empty(columns), np.empty(columns)
    for i in range(rows):
        for order in range(2):
            mean, spread = quadratics[2 * order], quadratics[2 * order + 1]
            _evaluate(g[0, i], static[0, i], mean, spread, plus)
            _evaluate(g[1, i], static[1, i], mean, spread, minus)
            for _ in range(1 + 3 * order):
                _scale(plus, arrival[0, i])
                _scale(minus, arrival[1, i])
            _subtract(plus, minus, pairs[order, i])
            wordlines[order, 0, i] = _add_up(plus, minus, bitlines[order, 0])
            if wired:
                _scale(plus, arrival[0, i])
                _scale(minus, arrival[1, i])
                wordlines[order, 1, i] = _add_up(plus, minus, bitlines[order, 1])
    if not wired:
        wordlines[:, 1], bitlines[:, 1] = wordlines[:, 0], bitlines[:, 0]
    return pairs[0], pairs[1], wordlines, bitlines


# One row at a time, without branches, so that the compiler can treat several devices at once.


@numba.njit(cache=True, forceinline=True)
def _evaluate(g, n, mean, spread, out):
    """Quadratic in G0 of each device: mean plus its variable times the spread."""
    m0, m1, m2 = mean
    s0, s1, s2 = spread
    for j in range(g.size):
        x = np.float64(g[j])
        out[j] = m0 + x * (m1 + x * m2) + np.float64(n[j]) * (s0 + x * (s1 + x * s2))


@numba.njit(cache=True, forceinline=True)
def _scale(values, factor):
    for j in range(values.size):
        values[j] *= factor[j]


@numba.njit(cache=True, forceinline=True)
def _subtract(plus, minus, difference):
    for j in range(plus.size):
        difference[j] = plus[j] - minus[j]


@numba.njit(cache=True, forceinline=True, fastmath={"reassoc"})
def _add_up(plus, minus, bitlines):
    """Add the sums of pairs to their bitlines and return that of the wordline."""
    wordline = 0.0
    for j in range(plus.size):
        both = plus[j] + minus[j]
        bitlines[j] += both
        wordline += both
    return wordline
