"""The population behind fitted devices: errors of its mean law, spread between devices and from cycle to cycle."""

import numpy as np
from scipy.stats import t as student_t

from rramgan.calibration.cycle_noise import NORMAL_95
from rramgan.calibration.paths.filter import spline_design

MIN_DEVICES = 3
"""Fewer devices than this tell nothing about the spread between devices."""

UNSEEN = 0.5
"""Standard error of its logarithm from which on a noise is not told from none."""

FAINT = 0.2
"""Noise of readings as a share of the cycle-to-cycle noise of a step below which it is not told from none either."""


def log_mean_covariance(part, g_S, of_population: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Covariance (n, n) of the log of the mean step at the states, and the degrees of freedom (n,) of its diagonal.

    Of the population that the devices come from, or of these devices only. Degrees of freedom by Satterthwaite
    (Biometrics 2, 110, 1946): the part that comes from the scatter of a few devices is known as badly as that scatter.
    """
    law, covariance, knots = part.law, part.fit.covariance, len(part.law.a)
    design = spline_design(law.scaled(g_S), knots)
    shape = knots + len(law.noise)
    slopes = np.zeros((len(design), len(covariance)))
    slopes[:, :knots] = design
    each = 1 / (len(law.device_ids) * law.factor(g_S).mean(axis=0))
    slopes[:, shape::2] = each[:, None]
    slopes[:, shape + 1 :: 2] = (each * (2 * law.scaled(g_S) - 1))[:, None]
    of_devices = slopes @ covariance @ slopes.T
    if not of_population:
        return of_devices, np.full(len(design), np.inf)
    # The devices at hand scatter about their population.
    own = law.factor(g_S) / law.factor(g_S).mean(axis=0)
    between = np.zeros_like(of_devices)
    if len(law.device_ids) > 1:
        spread, _ = _factor_covariance(part, g_S)
        between = spread / len(own)
    total = of_devices + between
    share = np.clip(np.diag(between) / np.diag(total), 1e-6, 1)
    freedom = max(len(law.device_ids) - 1, 1) / share**2
    return total, freedom


def spread_of(part, g_S) -> tuple[np.ndarray, np.ndarray]:
    """Relative standard deviation of the step between devices at the states, and its covariance.

    Zero for fewer than three devices, of which nothing is known.
    """
    if len(part.law.device_ids) < MIN_DEVICES:
        return np.zeros(len(g_S)), np.zeros((len(g_S), len(g_S)))
    between, freedom = _factor_covariance(part, g_S)
    spread = np.sqrt(np.diag(between))
    return spread, between**2 / (2 * freedom * np.maximum(np.outer(spread, spread), 1e-300))


def _factor_covariance(part, g_S):
    """Covariance (n, n) between devices of their relative steps at the states, and its degrees of freedom.

    Scatter of the devices' factors plus what is not known of each, as in the expectation of their variance.
    """
    law, shape = part.law, len(part.law.a) + len(part.law.noise)
    tilt = 2 * law.scaled(g_S) - 1
    basis = np.stack([np.ones(len(tilt)), tilt])
    factors = law.factors - law.factors.mean(axis=0)
    count = len(factors)
    covariance = part.fit.covariance[shape:, shape:].reshape(count, 2, count, 2)
    centring = np.eye(count) - 1 / count
    unknown = np.einsum("de,eifj,fd->ij", centring, covariance, centring)
    pooled = (factors.T @ factors + unknown) / (count - 1)
    mean = law.factor(g_S).mean(axis=0)
    return basis.T @ pooled @ basis / np.outer(mean, mean), max(part.fit.freedom, 1.0)


def cycle_spread_of(part, g_S) -> tuple[np.ndarray, np.ndarray]:
    """Relative cycle-to-cycle standard deviation (n,) of steps at the states, and its 95 % interval (n, 2).

    Zero, with an upper bound, where the paths do not tell it from none.
    """
    knots, tilt = len(part.law.a), 2 * part.law.scaled(g_S) - 1
    design = np.stack([np.ones(len(tilt)), tilt], axis=1)
    covariance = part.fit.covariance[knots : knots + 2, knots : knots + 2]
    of_noise = np.einsum("ij,jk,ik->i", design, covariance, design)
    # Noise is relative to the population's mean step, which is known as badly as its devices are few.
    of_mean, freedom = log_mean_covariance(part, g_S)
    of_devices, _ = log_mean_covariance(part, g_S, of_population=False)
    reach = np.hypot(
        NORMAL_95 * np.sqrt(of_noise), student_t.ppf(0.975, freedom) * np.sqrt(np.diag(of_mean - of_devices))
    )
    value = part.law.cycle_spread(g_S)
    seen = np.sqrt(of_noise) < UNSEEN
    interval = value[:, None] * np.exp(np.outer(reach, [-1, 1]))
    return np.where(seen, value, 0.0), interval * np.stack([seen, np.ones(len(seen))], axis=1)


def reading_noise_of(part) -> tuple[float, np.ndarray]:
    """Standard deviation (S) of one reading and its 95 % interval (2,), from zero where it is not told from none.

    So it is where steps scatter far more from cycle to cycle: what is left for the readings then depends on the model.
    """
    law, place = part.law, len(part.law.a) + 2
    g_S = np.linspace(law.low_S, law.high_S, 9)
    faint = law.reading_noise_S < FAINT * np.median(np.abs(law.mean_S(g_S)) * law.cycle_spread(g_S))
    error = np.sqrt(part.fit.covariance[place, place])
    ends = np.exp(2 * (law.noise[2] + NORMAL_95 * error * np.array([-1, 1]))) + law.least_variance
    seen = error < UNSEEN and not faint
    return law.reading_noise_S, law.width_S * np.sqrt(ends) * np.array([seen, 1])
