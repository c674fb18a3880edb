"""Noise of the rows of a mixed fit, of readings and relative to the mean: from medians, which outliers spare."""

import numpy as np

NOISE_FLOOR = 0.01
"""Smallest relative noise assumed of a row: no formula is trusted to better than 1 % of its mean."""

MEDIAN_CHI2 = 0.4549
"""Median of the square of a standard normal variable; turns medians of squares into variances."""

START_NOISE = 0.3
"""Relative noise assumed before the first fit."""

QUIET_SHARE = 0.1
"""Share of a block's rows, those with the smallest means, that show the noise of the instrument."""

MIN_QUIET = 20
"""So many of them are needed for that."""


def block_noise(blocks, rows_of_blocks, deviate, kept) -> tuple[list, list]:
    """Per block the relative noise of its rows, and the variance of readings over the least one given.

    Readings show where means are smallest, the relative noise where they are largest. Where even the smallest means
    exceed the noise of readings, this is taken from the quietest block. `deviate` holds the devices' variables, `kept`
    marks those that count.
    """
    views = [_view(*pair, deviate, kept) for pair in zip(blocks, rows_of_blocks, strict=True)]
    factors, certain = zip(*(_reading_noise(*view[:3]) for view in views), strict=True)
    quietest = max(1.0, min((own for own in factors if np.isfinite(own)), default=1.0))
    factors = [max(1.0, own) if sure else quietest for own, sure in zip(factors, certain, strict=True)]
    return [_relative_noise(*view, factor) for view, factor in zip(views, factors, strict=True)], factors


def _view(block, rows, deviate, kept):
    """Of the usable rows: signal (mean relative to the least noise), squared residual, least variance, mean."""
    chosen = rows.usable & kept[rows.device]
    square = (rows.residual - deviate[rows.device] * rows.spread)[chosen] ** 2
    least, mean = block.noise_variance[chosen], rows.mean[chosen]
    return np.abs(mean) / np.sqrt(least), square, least, mean


def _reading_noise(signal, square, least):
    """Noise variance of the rows with the smallest means over the least, and whether it exceeds these means."""
    quiet = signal <= np.quantile(signal, QUIET_SHARE) if len(signal) else signal > 0
    if quiet.sum() <= MIN_QUIET:
        return np.nan, False
    factor = np.median(square[quiet] / least[quiet]) / MEDIAN_CHI2
    return factor, np.median(signal[quiet] ** 2) < factor


def _relative_noise(signal, square, least, mean, factor):
    """Relative noise of the half of the rows with the largest signal, never below the floor."""
    if not len(signal):
        return START_NOISE
    strong = signal >= np.median(signal)
    excess = np.median((square[strong] - factor * MEDIAN_CHI2 * least[strong]) / mean[strong] ** 2)
    return max(NOISE_FLOOR, np.sqrt(max(0.0, excess) / MEDIAN_CHI2))
