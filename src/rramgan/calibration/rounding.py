"""Coefficients rounded to the digits that the data support."""

import numpy as np

GUARD_DIGITS = 2
"""Digits of its standard error that a coefficient keeps; also the fewest significant digits of its own."""

MOST_DIGITS = 12
"""Significant digits beyond which doubles stop being decimal."""

INDEPENDENT = 1e-6
"""Part of a unit column that must lie outside the span of others for it to count as independent of them."""


def round_to_information(values, covariance, first=()) -> np.ndarray:
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
        shift = in_digits_of(values[k], error[k]) - values[k]
        values[k] += shift
        if covariance[k, k] > 0:
            slope = covariance[left, k] / covariance[k, k]
            values[left] += slope * shift
            covariance[np.ix_(left, left)] -= np.outer(slope, covariance[k, left])
    return np.array([in_digits_of(value, 0.0) for value in values])


def independent_columns(design) -> np.ndarray:
    """Indices of the columns of `design` (rows, columns) that are no linear combination of columns before them.

    The coefficient of any other column cannot be told from theirs: one temperature says nothing about its effect.
    """
    scale = np.linalg.norm(design, axis=0)
    corner = np.linalg.qr(design / np.where(scale > 0, scale, 1.0), mode="r")
    chosen: list[int] = []
    for column in range(design.shape[1]):
        if np.linalg.matrix_rank(corner[:, [*chosen, column]], tol=INDEPENDENT) > len(chosen):
            chosen.append(column)
    return np.array(chosen, dtype=int)


def significant(values, digits: int = 3):
    """Nested lists of `values` with so many significant digits, for numbers that describe a precision themselves."""
    return np.vectorize(lambda value: float(f"{value:.{digits - 1}e}"), otypes=[float])(values).tolist()


def in_digits_of(value, error) -> float:
    """`value` to two digits of `error`, as a decimal number of two digits at least."""
    if value == 0:
        return 0.0
    digits = MOST_DIGITS
    if error > 0:
        digits = int(np.floor(np.log10(abs(value)))) - int(np.floor(np.log10(error))) + GUARD_DIGITS
    return float(f"{value:.{int(np.clip(digits, GUARD_DIGITS, MOST_DIGITS)) - 1}e}")
