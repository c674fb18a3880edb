"""The measurement files beside the checkout, and what they were made from."""

import numpy as np
import pytest

from support.devices import ROOT

SHARED = ROOT.parent / "shared" / "measurements"
beside = pytest.mark.skipif(not SHARED.is_dir(), reason="the files are not beside the checkout")

DIALECTS = ["comment-lines", "spaced-header", "trailing-empty-rows", "utf16", "semicolon-comma"]
"""One table, written as spreadsheets and instruments do."""
STAIRCASES = {
    **dict.fromkeys([*DIALECTS, "one-stuck-of-eight", "clipped"], (1.2e-6, 1.5)),
    **dict.fromkeys(["wide-microsiemens", "one-column-up-down", "wide-ramps"], (1.2e-6, 1.5)),
    **dict.fromkeys(["every-tenth-read", "log-spaced-reads"], (0.12e-6, 1.5)),
    "run-on-after-saturation": (1.0e-6, 0.0),
    "noise-beyond-steps": (22e-9, 0.0),
}
"""Size (S) and bend of the exponential step laws of staircases."""
RECORDED = ["one-pulse-pair", "one-amplitude", "one-width", "unsigned-amplitudes"]
"""Six devices with steps of 1 uS."""
METER = {1: 1 / 0.985 - 1, -1: 1 / 1.015 - 1}
"""Relative steps of the log of a source meter, by sign."""


def step_S(name: str, sign: int, g_S: np.ndarray) -> np.ndarray:
    """The mean step (S) in states `g_S` (S) that a folder was made from; `sign` is 1 of SET and -1 of RESET."""
    if name == "source-meter-log":
        return METER[sign] * g_S
    if name in RECORDED:
        return np.full_like(g_S, sign * 1e-6)
    size_S, bend = STAIRCASES[name]
    x = (g_S - 10e-6) / 35e-6
    return sign * size_S * np.exp(-bend * (x if sign > 0 else 1 - x))
