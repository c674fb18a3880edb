"""What a fit of paths has determined: mean step and spreads at knots, with intervals and the covariance draws need."""

import numpy as np
from scipy.stats import chi2
from scipy.stats import t as student_t

from rramgan.calibration.misses import misses
from rramgan.calibration.paths.evidence import remarks_of
from rramgan.calibration.paths.population import (
    MIN_DEVICES,
    cycle_spread_of,
    log_mean_covariance,
    reading_noise_of,
    spread_of,
)
from rramgan.calibration.paths.posterior_check import staircases
from rramgan.calibration.reports import StepLawReport
from rramgan.calibration.rounding import significant

KNOTS = 9
"""States at which the report tells mean and spreads with their errors."""


def report_of(part, grid_S, left_out: dict, rails, quantum_S) -> StepLawReport:
    """Report of one fitted polarity; `left_out` names devices by what is wrong with them."""
    law, fit = part.law, part.fit
    knots_S = np.linspace(*grid_S[[0, -1]], KNOTS)
    mean_S = law.mean_S(knots_S)
    covariance, freedom = log_mean_covariance(part, knots_S)
    error = np.sqrt(np.diag(covariance))
    reach = student_t.ppf(0.975, freedom) * error
    spread, spread_covariance = spread_of(part, knots_S)
    outliers = sorted({*(name for names in left_out.values() for name in names), *part.apart})
    cycle, cycle_interval = cycle_spread_of(part, knots_S)
    noise_S, noise_interval_S = reading_noise_of(part)
    population = len(law.device_ids) >= MIN_DEVICES
    joint = np.block([[covariance, np.zeros((KNOTS, KNOTS))], [np.zeros((KNOTS, KNOTS)), spread_covariance]])
    table = misses(staircases(law, part.ramps), np.ptp(grid_S))
    return StepLawReport(
        steps=int(part.ramps.gap.sum()),
        devices=len(law.device_ids) + len(outliers),
        outlier_devices=outliers,
        readings_rejected=part.glitches,
        knots_S=knots_S.tolist(),
        mean_S=significant(mean_S, 12),
        mean_standard_error_S=significant(np.abs(mean_S) * error),
        mean_interval_95_S=significant(np.sort(mean_S * np.exp([-reach, reach]), axis=0).T, 4),
        relative_spread=significant(spread, 12),
        spread_interval_95=significant(_spread_interval(part, spread), 4) if population else None,
        cycle_spread=significant(cycle, 4),
        cycle_spread_interval_95=significant(cycle_interval, 4),
        reading_noise_S=significant(noise_S, 4),
        reading_noise_interval_95_S=significant(noise_interval_S, 4),
        rails_S=rails,
        law=law.reported(),
        variables=_by_device(law.device_ids, (fit.factors[:, 0] - 1) / fit.tau[0]),
        staircase_miss=_by_device(table["device_id"], table["miss"]),
        covariance=significant(joint, 12) if population else None,
        remark="; ".join(remarks_of(part, grid_S, left_out, rails, quantum_S)) or None,
    )


def _by_device(device_ids, values) -> dict[int, float]:
    """Values by the names of their devices."""
    return dict(zip(device_ids.tolist(), significant(values), strict=True))


def _spread_interval(part, spread):
    """95 % interval (n, 2) of a standard deviation known from so many devices."""
    freedom = max(part.fit.freedom, 1.0)
    return spread[:, None] * np.sqrt(freedom / chi2.ppf([0.975, 0.025], freedom))
