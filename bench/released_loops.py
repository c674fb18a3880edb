"""One training step in the manner of the released code: a Python loop over every device of every pair.

The same physics as an array's: the published step formula in the bin of G0, the device's own spread, the ends of the
window, V^2 G t of every pulse. Only the loops differ.
"""

import math

import numpy as np

LOG_WIDTH_S, LOG_WIDTH_NS = math.log10(1e-7), math.log10(100)


def update(g_S, deviates, signs, kinetics, pulses, window) -> float:
    """Pulse the pairs `g_S` (2, rows, columns) in place, device by device; return the energy (J) of the pulses."""
    energy_J = 0.0
    rows, columns = signs.shape
    for side in range(2):
        for i in range(rows):
            for j in range(columns):
                sign = signs[i, j] if side == 0 else -signs[i, j]
                if sign == 0:
                    continue
                polarity = "set" if sign > 0 else "reset"
                g0, volts = g_S[side, i, j], pulses[polarity].amplitude_V
                energy_J += volts**2 * g0 * pulses[polarity].width_s
                step = _step_S(g0, volts, sign, kinetics, polarity, deviates[polarity][side, i, j])
                g_S[side, i, j] = min(max(g0 + step, window.g_min_S), window.g_max_S)
    return energy_J


def _step_S(g0, volts, sign, kinetics, polarity, deviate):
    level = 0
    for edge in kinetics.edges_S[1:-1]:
        if g0 >= edge:
            level += 1
    c0, c1, c2, c3, c4 = kinetics.step_coefficients[polarity][level]
    d0, d1, d2, d3, d4 = kinetics.spread_coefficients[polarity][level]
    mean = c0 * (sign - math.tanh(c1 * (LOG_WIDTH_S - c2))) * (math.tanh(c3 * volts - c4) + sign)
    spread = d0 + LOG_WIDTH_NS * (d1 * LOG_WIDTH_NS + d2 * volts + d3 * volts**2) + d4 * volts**3
    return mean * (1 + deviate * spread)


def signs_of(gradient) -> np.ndarray:
    """Directions (rows, columns) int8 against the gradient, weight by weight."""
    signs = np.zeros(gradient.shape, dtype=np.int8)
    for i in range(gradient.shape[0]):
        for j in range(gradient.shape[1]):
            signs[i, j] = -1 if gradient[i, j] > 0 else 1 if gradient[i, j] < 0 else 0
    return signs
