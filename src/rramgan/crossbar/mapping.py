"""Signed weights as differential pairs of conductances: W = w_max / (range of G+ - G-) (G+ - G-)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """The conductance window (S) in which training keeps a device, and whether both devices of a pair move in it.

    One-sided pairs hold G- in mid-window and move G+ alone: G+ - G- spans half as much, so each unit of it stands for
    twice the weight. A pulse then changes a weight as much as two pulses do in two-sided pairs, for half the write
    energy, but the read noise weighs twice as much. (Held at g_min instead, G- would leave positive weights only.)
    Raises ValueError unless 0 < g_min < g_max.
    """

    g_min_S: float
    g_max_S: float
    one_sided: bool = False

    def __post_init__(self):
        """Raise ValueError for an empty or negative window."""
        if not 0 < self.g_min_S < self.g_max_S:
            raise ValueError(f"conductance window {self.g_min_S}..{self.g_max_S} S: needs 0 < g_min < g_max")

    @property
    def full_scale_S(self) -> float:
        """The difference G+ - G- (S) that stands for the largest weight."""
        span_S = self.g_max_S - self.g_min_S
        return span_S / 2 if self.one_sided else span_S


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
