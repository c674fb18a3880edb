"""Cycle-to-cycle noise of single pulses: what is left of the steps of one device by like pulses."""

import numpy as np

from rramgan.calibration.mixed.noise import MEDIAN_CHI2, NOISE_FLOOR
from rramgan.calibration.mixed.variance_components import variance_components
from rramgan.calibration.pulse_axes import mean_step_of
from rramgan.device.parametric import spread_regressors

NEGLIGIBLE_QUANTA = 4
"""Steps by pulses that move the mean device by fewer steps of the converter are mostly made by rounding."""

MIN_STEPS = 50
"""Fewer steps beyond that tell nothing about their noise."""

SIGNIFICANCE = 3.0
"""Cycle-to-cycle spread counts as seen from this many standard errors of its square on."""


def cycle_noise(rows, block: int, fit, axes) -> tuple[float, bool, float]:
    """Relative standard deviation of one device's steps by like pulses, and two things beside it.

    These are whether it stands apart from noise of readings, and the slope d ln(step) / d ln(G0) within the bin, which
    is none of it. `rows`: the pulses of one bin, arrays by name; `block`: its index in the MixedFit `fit`; `axes`:
    their PulseAxes. If all steps are alike nothing tells noises apart, and all counts as cycle to cycle. Zero if it
    does not stand out, or lies below what any formula is trusted to.
    """
    rows = {name: values[fit.accepted[block]] for name, values in rows.items()}
    mean_S = mean_step_of(fit.theta[block], *axes.scale(rows["amplitude_V"], rows["width_s"]), axes.sign)[0]
    spread = spread_regressors(rows["amplitude_V"], rows["width_s"]) @ fit.spread[block]
    residual_S = rows["step_S"] - mean_S * (1 + fit.deviate[rows["device"]] * spread)
    residual_S, slope = _without_slope(residual_S, mean_S, rows, fit.noise[block])
    # Fitted along with these rows: the coefficients of the bin, and its share of the devices' variables.
    fitted = len(fit.theta[block]) + len(fit.spread[block]) + len(fit.deviate) / len(fit.theta)
    freedom = max(1.0, len(residual_S) - fitted - 1)
    square = residual_S**2 * len(residual_S) / freedom
    seen = np.abs(mean_S) > NEGLIGIBLE_QUANTA * rows["quantum_S"]
    if seen.sum() < MIN_STEPS:
        return 0.0, False, slope
    square, mean_S, least_variance = square[seen], mean_S[seen], rows["least_variance"][seen]
    (_, excess), (_, error) = variance_components(square, 1, np.stack([least_variance, mean_S**2], axis=1))
    most = np.median(square / mean_S**2) / MEDIAN_CHI2
    separate = SIGNIFICANCE * error < most
    if not separate:
        excess, error = most, 0.0
    return (np.sqrt(excess) if excess > max(SIGNIFICANCE * error, NOISE_FLOOR**2) else 0.0), separate, slope


def _without_slope(residual_S, mean_S, rows, noise):
    """Residuals less the change of the step within the bin, which is not noise, and its slope d ln(step) / d ln(G0).

    The formula has one step for all states of a bin.
    """
    log_state = np.log(rows["g_before_S"])
    lever_S = mean_S * (log_state - log_state.mean())
    weight = 1 / (rows["least_variance"] + (noise * mean_S) ** 2)
    slope = np.sum(weight * lever_S * residual_S) / max(np.sum(weight * lever_S**2), np.finfo(float).tiny)
    return residual_S - slope * lever_S, slope
