"""First guess of the step law of one bin, for the mixed fit to start from."""

from itertools import product

import numpy as np
from scipy.optimize import least_squares

from rramgan.calibration.mixed.noise import MEDIAN_CHI2
from rramgan.calibration.pulse_axes import mean_step_of
from rramgan.streams import stream

START_PULSES = 4000
"""Pulses per bin that the multi-start fit looks at."""

MIN_PULSES = 50
"""So many pulses that ended inside the bins suffice for a guess; with fewer all pulses count."""


def reading_noise_factor(rows, axes):
    """Variance of steps by the weakest pulses, which hardly move a device, relative to the least variance.

    `rows`: the pulses of one bin, arrays by name; `axes`: their PulseAxes.
    """
    x, y = axes.scale(rows["amplitude_V"], rows["width_s"])
    weak = x + y <= np.quantile(x + y, 0.1)
    return max(1.0, np.median(rows["step_S"][weak] ** 2 / rows["least_variance"][weak]) / MEDIAN_CHI2)


def multi_start(rows, axes, factor, edges_S):
    """Robust start of theta: best of several fits to asinh(step / reading noise), a log for large steps.

    `factor` is the variance of steps by readings over the least variance, `edges_S` are those of the bins.
    """
    chosen = (rows["g_after_S"] > edges_S[0] * 1.001) & (rows["g_after_S"] < edges_S[-1] * 0.999)
    chosen = np.flatnonzero(chosen if chosen.sum() >= MIN_PULSES else np.ones_like(chosen))
    if len(chosen) > START_PULSES:
        chosen = np.sort(stream(0, "calibration", "start").choice(chosen, START_PULSES, replace=False))
    x, y = axes.scale(rows["amplitude_V"][chosen], rows["width_s"][chosen])
    noise_S = 3 * np.sqrt(factor * rows["least_variance"][chosen])
    seen = np.arcsinh(rows["step_S"][chosen] / noise_S)

    def residual(theta):
        return np.arcsinh(mean_step_of(theta, x, y, axes.sign)[0] / noise_S) - seen

    def jacobian(theta):
        mean, slopes = mean_step_of(theta, x, y, axes.sign)
        return slopes / np.hypot(mean, noise_S)[:, None]

    window_S = edges_S[-1] - edges_S[0]
    size = np.log(max(np.max(np.abs(rows["step_S"][chosen])), np.sqrt(np.min(rows["least_variance"]))))
    low = [np.log(edges_S[-1]) - 20, -30, -3, -30, -3]
    high = [np.log(4 * window_S), 30, 4, 30, 4]
    fits = [
        least_squares(
            residual,
            np.clip([size, a0, 0.5, b0, 0.5], np.add(low, 0.1), np.subtract(high, 0.1)),
            jacobian,
            bounds=(low, high),
            loss="soft_l1",
            f_scale=0.3,
            x_scale=1.0,
            max_nfev=100,
        )
        for a0, b0 in product((-4.0, 0.0), repeat=2)
    ]
    return min(fits, key=lambda fit: fit.cost).x
