"""Signed weights as differential pairs of conductances: W = w_max / (range of G+ - G-) (G+ - G-)."""

import numpy as np

from rramgan.device.window import Window


def encode(weights, w_max: float, window: Window) -> np.ndarray:
    """Conductances (2, rows, columns) of the pairs (G+, G-) of `weights`: about mid-window, or G- in mid-window.

    Weights beyond +-`w_max` are clipped: they then use the full window.
    """
    difference_S = window.full_scale_S * np.clip(weights / w_max, -1.0, 1.0)
    middle_S = 0.5 * (window.g_min_S + window.g_max_S)
    held_S = middle_S - (0.0 if window.one_sided else 0.5) * difference_S
    return np.stack([held_S + difference_S, held_S])


def decode(pairs_S, w_max: float, window: Window) -> np.ndarray:
    """Weights (rows, columns) of the conductances `pairs_S` (2, rows, columns); the inverse of `encode`."""
    return w_max / window.full_scale_S * (pairs_S[0] - pairs_S[1])
