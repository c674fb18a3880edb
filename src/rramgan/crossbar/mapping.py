"""Signed weights as differential pairs of conductances: W = w_max / (g_max - g_min) (G+ - G-)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """The conductance window (S) in which training keeps a device; raises ValueError unless 0 < g_min < g_max."""

    g_min_S: float
    g_max_S: float

    def __post_init__(self):
        """Raise ValueError for an empty or negative window."""
        if not 0 < self.g_min_S < self.g_max_S:
            raise ValueError(f"conductance window {self.g_min_S}..{self.g_max_S} S: needs 0 < g_min < g_max")

    @property
    def span_S(self) -> float:
        """Width of the window (S)."""
        return self.g_max_S - self.g_min_S


def encode(weights, w_max: float, window: Window) -> np.ndarray:
    """Conductances (2, rows, columns) of the pairs (G+, G-) of `weights`, placed symmetrically about mid-window.

    Weights beyond +-`w_max` are clipped: they then use the full window.
    """
    half_difference_S = 0.5 * window.span_S * np.clip(weights / w_max, -1.0, 1.0)
    middle_S = 0.5 * (window.g_min_S + window.g_max_S)
    return np.stack([middle_S + half_difference_S, middle_S - half_difference_S])


def decode(pairs_S, w_max: float, window: Window) -> np.ndarray:
    """Weights (rows, columns) of the conductances `pairs_S` (2, rows, columns); the inverse of `encode`."""
    return w_max / window.span_S * (pairs_S[0] - pairs_S[1])
