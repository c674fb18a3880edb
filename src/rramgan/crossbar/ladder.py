"""Resistive ladders: a tile's bitlines folded up one by one, its wordlines walked towards their drivers.

Each bitline is reduced to the conductances it puts between the wordline nodes of its column, by the continued fraction
of a resistive ladder seen from both ends. The wordlines are then walked from the far side to the drivers, carrying the
equivalent network of everything beyond: conductances c between the wordlines, and from them to the biases. A column
adds its bitline's. Looking through a segment of r ohm on wordline p, with y the sum of its conductances, multiplies
them by 1 / (1 + r y) and adds c_pi c_pk r / (1 + r y) between its neighbours i and k (star-mesh transformation;
A. Rosen, J. IEE 62, 916, 1924). Nothing is ever subtracted, so every conductance is accurate to rounding whatever the
resistances: ideal wires, broken ones, missing and shorted devices are no special cases.

All functions take the device conductances (R, C) and the resistances of all wordline segments (R, C + 1) and bitline
segments (R + 1, C) as `wires` numbers and prepares them: positive, infinite only at the far ends.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def transfer(g_S, wordline_ohm, bitline_ohm):
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
def voltages(g_S, wordline_ohm, bitline_ohm, wordline_V, bitline_V):
    """Voltages (R, C, n) across the devices under n sets of biases (R, n) and (C, n)."""
    rows, columns = g_S.shape
    biases = wordline_V.shape[1]
    first = rows + 1
    beyond = np.zeros((rows, first + biases))  # as in `transfer`, but with the currents that n sets of biases drive
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
