"""Laws given at a few knots of the state: a linear basis to fit them with, and their monotone and smooth course.

Monotone by isotonic regression, smooth by monotone cubic interpolation (Fritsch & Carlson, SIAM J. Numer. Anal. 17,
238, 1980).
"""

import numpy as np
from scipy.interpolate import PchipInterpolator
from sklearn.isotonic import IsotonicRegression

from rramgan.calibration.reports import StepLawReport


def law_of_knots(report: StepLawReport, mean_knots_S, spread_knots, grid_S, sign) -> dict[str, np.ndarray]:
    """Mean step `mean_S` (S) and `relative_spread` on the grid, monotone and smooth, from values at a report's knots.

    Steps go in the direction `sign` of their pulse or not at all. Only the relative sign of the spread between states
    has a meaning: it is positive on average.
    """
    error_S = report.mean_standard_error_S
    turned = spread_knots * (np.sign(np.sum(spread_knots)) or 1.0)
    return {
        "mean_S": sign * np.clip(sign * smooth(report.knots_S, mean_knots_S, error_S, grid_S), 0, None),
        "relative_spread": smooth(report.spread_knots_S, turned, report.spread_standard_error, grid_S),
    }


def hats(g0_S, knots_S):
    """Piecewise-linear basis: each function is one at its knot and zero at all others; shape (states, knots)."""
    return np.stack([np.interp(g0_S, knots_S, unit) for unit in np.eye(len(knots_S))], axis=1)


def smooth(knots_S, values, errors, grid_S):
    """Monotone values at the knots, rising or falling as the data do, joined by a monotone cubic."""
    knots_S, errors = np.asarray(knots_S), np.asarray(errors)
    weights = np.where(errors > 0, errors, 1.0) ** -2.0
    rising = np.polyfit(knots_S / knots_S[-1], values, 1)[0] >= 0
    monotone = IsotonicRegression(increasing=bool(rising)).fit_transform(knots_S, values, sample_weight=weights)
    return PchipInterpolator(knots_S, monotone)(np.clip(grid_S, knots_S[0], knots_S[-1]))
