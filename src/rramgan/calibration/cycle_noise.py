"""Cycle-to-cycle noise of single pulses, told from the noise of readings by all bins of a polarity together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from rramgan.calibration.mixed.fit import MixedFit
from rramgan.calibration.mixed.noise import MEDIAN_CHI2, NOISE_FLOOR
from rramgan.calibration.mixed.variance_components import variance_components
from rramgan.calibration.pulse_axes import PulseAxes, mean_step_of
from rramgan.device.parametric import spread_regressors

NEGLIGIBLE_QUANTA = 4
"""Steps by pulses that move the mean device by fewer steps of the converter are mostly made by rounding."""

MIN_STEPS = 50
"""Fewer steps beyond that tell nothing about their noise."""

SIGNIFICANCE = 3.0
"""Cycle-to-cycle spread is told from noise of readings if so many standard errors of its square are less than all."""

NORMAL_95 = float(norm.ppf(0.975))


@dataclass(frozen=True)
class CycleNoise:
    """Noise of one device's steps by like pulses, in one bin."""

    relative_std: float
    """Standard deviation relative to the mean step; zero where it does not stand out."""
    interval_95: list[float | None]
    """Its 95 % interval; None for an end that nothing tells."""
    separate: bool
    """Whether it is told from the noise of readings."""
    log_slope: float
    """d ln(step) / d ln(G0) within the bin, which is no noise."""


def cycle_noises(bins: Mapping[int, Mapping], fit: MixedFit, axes: PulseAxes) -> dict[int, CycleNoise]:
    """Cycle-to-cycle noise of the blocks of a fit, by their index; `bins` are the pulses of each, arrays by name.

    The noise of readings is the same instrument's in all bins, in part a constant and in part that of
    `least_variance`, so that all bins together tell it. Zero, with an upper bound, where cycle-to-cycle noise does not
    stand out, or lies below what any formula is trusted to. Intervals know of the error of the mean step it is relative
    to, and that one device may be noisier than another. If all steps are alike nothing tells noises apart, and all
    counts as cycle to cycle.
    """
    parts = {block: _squares(rows, block, fit, axes) for block, rows in bins.items()}
    told = [block for block, part in parts.items() if len(part.square) >= MIN_STEPS]
    found = {block: CycleNoise(0.0, [0.0, None], False, part.log_slope) for block, part in parts.items()}
    if not told:
        return found
    square, mean_S, least, device = (
        np.concatenate([getattr(parts[block], name) for block in told])
        for name in ("square", "mean_S", "least_variance", "device")
    )
    owner = np.repeat(told, [len(parts[block].square) for block in told])
    own_noise = [mean_S**2 * (owner == block) for block in told]
    terms = np.stack([least, np.full(len(least), np.median(least)), *own_noise], axis=1)
    sizes, errors = variance_components(square, 1, terms, device)
    for block, excess, error in zip(told, sizes[2:], errors[2:], strict=True):
        of_ratio = np.hypot(error, 2 * excess * parts[block].mean_error)
        found[block] = _with_interval(excess, of_ratio, parts[block])
    return found


@dataclass(frozen=True)
class _Squares:
    """What the pulses of a bin tell of its noise."""

    square: np.ndarray
    """Squared residuals (S^2)."""
    mean_S: np.ndarray
    """Mean steps (S)."""
    least_variance: np.ndarray
    """Least variances of a reading (S^2)."""
    device: np.ndarray
    """Indices of the devices."""
    mean_error: float
    """Relative standard error of the mean steps of the stronger half of the pulses."""
    log_slope: float
    """d ln(step) / d ln(G0)."""


def _squares(rows, block, fit, axes) -> _Squares:
    """Of the accepted pulses of a bin those that the converter resolves."""
    rows = {name: values[fit.accepted[block]] for name, values in rows.items()}
    x, y = axes.scale(rows["amplitude_V"], rows["width_s"])
    mean_S, slopes_S = mean_step_of(fit.theta[block], x, y, axes.sign)
    spread = spread_regressors(rows["amplitude_V"], rows["width_s"]) @ fit.spread[block]
    residual_S = rows["step_S"] - mean_S * (1 + fit.deviate[rows["device"]] * spread)
    residual_S, slope = _without_slope(residual_S, mean_S, rows, fit.noise[block])
    fitted = len(fit.theta[block]) + len(fit.spread[block]) + fit.taken[block]
    freedom = max(1.0, len(residual_S) - fitted - 1)
    seen = np.abs(mean_S) > NEGLIGIBLE_QUANTA * rows["quantum_S"]
    square = residual_S**2 * len(residual_S) / freedom
    strong = np.abs(mean_S) >= np.median(np.abs(mean_S))
    log_slopes = np.mean(slopes_S[strong] / mean_S[strong, None], axis=0)
    mean_error = float(np.sqrt(log_slopes @ fit.covariance_of(block)[0] @ log_slopes))
    return _Squares(
        square[seen], mean_S[seen], rows["least_variance"][seen], rows["device"][seen], mean_error, float(slope)
    )


def _with_interval(excess, error, part) -> CycleNoise:
    """Noise from its square and the standard error of that."""
    most = np.median(part.square / part.mean_S**2) / MEDIAN_CHI2
    low, high = np.sqrt(np.clip([excess - NORMAL_95 * error, excess + NORMAL_95 * error], 0, None)).tolist()
    if SIGNIFICANCE * error >= most:
        return CycleNoise(float(np.sqrt(most)), [0.0, max(high, float(np.sqrt(most)))], False, part.log_slope)
    seen = excess > max(NORMAL_95 * error, NOISE_FLOOR**2)
    return CycleNoise(float(np.sqrt(excess)) * seen, [low * seen, high], True, part.log_slope)


def _without_slope(residual_S, mean_S, rows, noise):
    """Residuals less the change of the step within the bin, which is not noise, and its slope d ln(step) / d ln(G0).

    The formula has one step for all states of a bin.
    """
    log_state = np.log(rows["g_before_S"])
    lever_S = mean_S * (log_state - log_state.mean())
    weight = 1 / (rows["least_variance"] + (noise * mean_S) ** 2)
    slope = np.sum(weight * lever_S * residual_S) / max(np.sum(weight * lever_S**2), np.finfo(float).tiny)
    return residual_S - slope * lever_S, slope
