"""Coefficients with no more digits than the data have earned."""

import numpy as np

GUARD_DIGITS = 2
"""Digits of its standard error that a coefficient keeps; also the fewest significant digits of its own."""

MOST_DIGITS = 12
"""Significant digits beyond which doubles stop being decimal."""


def earned_digits(values, covariance, first=()) -> np.ndarray:
    """`values` (n,) rounded along their `covariance` (n, n): those at `first`, then the least determined of the rest.

    Each value keeps two digits of its standard error given those already rounded, and the others follow it along
    their regression on it. So a coefficient that only counts together with others loses its meaningless digits, while
    whatever the data do determine moves by a small share of its own standard error.
    """
    values, covariance = np.array(values, dtype=float), np.array(covariance, dtype=float)
    left = list(range(len(values)))
    while left:
        error = np.sqrt(np.clip(np.diag(covariance), 0, None))
        k = max(left, key=lambda j: (j in first, error[j] / max(abs(values[j]), np.finfo(float).tiny)))
        left.remove(k)
        shift = _rounded(values[k], error[k]) - values[k]
        values[k] += shift
        if covariance[k, k] > 0:
            slope = covariance[left, k] / covariance[k, k]
            values[left] += slope * shift
            covariance[np.ix_(left, left)] -= np.outer(slope, covariance[k, left])
    return np.array([_rounded(value, 0.0) for value in values])


def significant(values, digits: int = 3):
    """Nested lists of `values` with so many significant digits, for numbers that describe a precision themselves."""
    return np.vectorize(lambda value: float(f"{value:.{digits - 1}e}"), otypes=[float])(values).tolist()


def _rounded(value, error):
    """`value` to two digits of `error`, as a decimal number."""
    if value == 0:
        return 0.0
    digits = MOST_DIGITS
    if error > 0:
        digits = int(np.floor(np.log10(abs(value)))) - int(np.floor(np.log10(error))) + GUARD_DIGITS
    return float(f"{value:.{int(np.clip(digits, GUARD_DIGITS, MOST_DIGITS)) - 1}e}")
