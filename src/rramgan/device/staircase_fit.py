"""Fit of the step law to staircases: potentiation and depression by one fixed pulse of each polarity.

Mean and spread are linear between knots in the mixed fit, then made monotone (isotonic regression) and smooth
(monotone cubic interpolation, Fritsch & Carlson, SIAM J. Numer. Anal. 17, 238, 1980).
"""

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.optimize import least_squares
from sklearn.isotonic import IsotonicRegression

from ..errors import InputError
from .dynamic import POLARITIES
from .earned_digits import significant
from .mixed import Block, fit_mixed
from .pulses import PulsePair
from .staircase import BINS, StaircaseModel

MEAN_KNOTS, SPREAD_KNOTS = 12, 4
"""Knots over the range of states: steps bend more than their relative spread does."""

MIN_STEPS = 50
"""Fewer steps of a polarity than this give no step law."""

MIN_DEVICES = 3
"""Fewer devices than this tell nothing about the spread between devices."""

REJECTION = 7.0
"""Residuals beyond this many median residuals (4.7 standard deviations) are outliers of a lone device."""

SIGNIFICANCE = 2.0
"""Reading noise counts as seen from this many standard errors on."""

RESOLUTION = 1e-6
"""Least reading noise relative to the largest state; keeps weights finite for noise-free data."""


def fit_staircase(staircase: pd.DataFrame, pulses: PulsePair) -> tuple[StaircaseModel, dict]:
    """Fit the step law to a staircase in the long format of `measurements.py`; returns the model and a report.

    The range of states is the one both polarities have visited. Cycle-to-cycle noise is what is left of a device's
    steps at one state, less the noise of two readings, which shows in neighbouring steps being anticorrelated. With
    fewer than three devices the spread between devices is unknown and set to zero. Raises InputError for too few steps.
    """
    steps = {polarity: steps_of(staircase, polarity) for polarity in POLARITIES}
    low_S = max(table["before_S"].min() for table in steps.values())
    high_S = min(table["before_S"].max() for table in steps.values())
    if not low_S < high_S:
        raise InputError("staircase: SET and RESET share no range of states; expected them to run over the same window")
    grid_S = np.linspace(low_S, high_S, BINS + 1)
    laws = {polarity: _fit_polarity(table, low_S, high_S, grid_S) for polarity, table in steps.items()}
    reading_noise_S = float(np.sqrt(np.mean([law["reading_variance"] for law in laws.values()])))
    model = StaircaseModel(
        pulses,
        grid_S,
        *({polarity: law[name] for polarity, law in laws.items()} for name in ("mean_S", "spread", "cycle_spread")),
        reading_noise_S,
    )
    return model, {polarity: law["report"] for polarity, law in laws.items()}


def steps_of(staircase, polarity):
    """Device, state before each step (S) and the step (S); steps that follow each other have consecutive indices."""
    rows = staircase[staircase["direction"] == polarity].reset_index(drop=True)
    train = rows.groupby(["device_id", "cycle"], sort=False)
    before_S = train["conductance_S"].shift()
    step = pd.DataFrame(
        {
            "device_id": rows["device_id"].to_numpy(),
            "before_S": before_S.to_numpy(),
            "step_S": (rows["conductance_S"] - before_S).to_numpy(),
        }
    )[train["pulse_index"].diff().eq(1).to_numpy()]
    if len(step) < MIN_STEPS:
        raise InputError(f"staircase: {len(step)} {polarity.upper()} steps; expected at least {MIN_STEPS}")
    return step


def _fit_polarity(steps, low_S, high_S, grid_S):
    """Mean, spread and cycle-to-cycle spread on the grid, the variance of a reading, and a report."""
    inside = steps[steps["before_S"].between(low_S, high_S)]
    state_S, step_S = inside["before_S"].to_numpy(), inside["step_S"].to_numpy()
    ids, device = np.unique(inside["device_id"], return_inverse=True)
    knots_S, coarse_S = (np.unique(np.quantile(state_S, np.linspace(0, 1, n))) for n in (MEAN_KNOTS, SPREAD_KNOTS))
    hats, coarse_hats = _hats(state_S, knots_S), _hats(state_S, coarse_S)
    start = _robust_mean(hats, step_S)
    report = {"steps": len(inside), "devices": len(ids)}
    if report["devices"] >= MIN_DEVICES:
        fit = fit_mixed([_block(device, step_S, hats, coarse_hats, start, high_S)], len(ids))
        mean_knots_S, spread_knots, accepted = fit.theta[0], fit.spread[0], fit.accepted[0]
        errors = [np.sqrt(np.diag(covariance)) for covariance in fit.covariance_of(0)]
        mean_S = hats @ mean_knots_S
        residual_S = step_S - mean_S - fit.deviate[device] * (coarse_hats @ spread_knots) * mean_S
        report |= {
            "device_variable": dict(zip(map(str, ids.tolist()), significant(fit.deviate), strict=True)),
            "outlier_devices": ids[fit.outlier].tolist(),
            "covariance": significant(fit.covariance, 12),
            "converged": fit.converged,
        }
    else:
        mean_knots_S, spread_knots, errors = (
            start,
            np.zeros(len(coarse_S)),
            [np.zeros(len(start)), np.zeros(len(coarse_S))],
        )
        mean_S = hats @ mean_knots_S
        residual_S = step_S - mean_S
        relative = np.abs(residual_S / mean_S)
        accepted = relative < REJECTION * np.median(relative)
        report["remark"] = f"{report['devices']} device(s): spread between devices unknown, set to zero"
    report |= {
        "knots_S": knots_S.tolist(),
        "mean_S": mean_knots_S.tolist(),
        "mean_standard_error_S": significant(errors[0]),
        "spread_knots_S": coarse_S.tolist(),
        "spread": spread_knots.tolist(),
        "spread_standard_error": significant(errors[1]),
    }
    reading_variance = _reading_variance(residual_S, mean_S, accepted, inside.index.to_numpy())
    excess = coarse_hats[accepted].T @ (residual_S[accepted] ** 2 - 2 * reading_variance)
    cycle_knots = np.sqrt(np.clip(excess / (coarse_hats[accepted].T @ mean_S[accepted] ** 2), 0, None))
    return {
        **law_of_knots(report, mean_knots_S, spread_knots, grid_S),
        "cycle_spread": _smooth(coarse_S, cycle_knots, np.ones(len(coarse_S)), grid_S),
        "reading_variance": reading_variance,
        "report": report,
    }


def law_of_knots(report, mean_knots_S, spread_knots, grid_S) -> dict[str, np.ndarray]:
    """Mean step `mean_S` and `spread` on the grid, monotone and smooth, from their values at the knots of a `report`.

    Only the relative sign of the spread between states has a meaning: it is positive on average.
    """
    turned = spread_knots * (np.sign(np.sum(spread_knots)) or 1.0)
    return {
        "mean_S": _smooth(report["knots_S"], mean_knots_S, report["mean_standard_error_S"], grid_S),
        "spread": _smooth(report["spread_knots_S"], turned, report["spread_standard_error"], grid_S),
    }


def _robust_mean(hats, step_S):
    """Heights of the mean step at the knots, by least squares that outliers do not pull."""
    typical_S = np.median(np.abs(step_S))
    return least_squares(
        lambda heights: (hats @ heights - step_S) / typical_S,
        np.full(hats.shape[1], np.median(step_S)),
        lambda _: hats / typical_S,
        loss="soft_l1",
        f_scale=0.3,
    ).x


def _reading_variance(residual_S, mean_S, accepted, place):
    """Variance (S^2) of one reading, from the anticorrelation of neighbouring steps; 0 if it does not stand out.

    An error of one reading lengthens the step before it and shortens the one after: the covariance of neighbours is
    minus the variance. Pairs are weighted against their cycle-to-cycle noise; neighbours have consecutive `place`.
    """
    power = mean_S**2 + np.median(mean_S**2) / 100
    pairs = accepted[:-1] & accepted[1:] & (np.diff(place) == 1)
    weight = pairs / (power[:-1] * power[1:])
    products = -residual_S[:-1] * residual_S[1:]
    estimate = np.sum(weight * products) / np.sum(weight)
    error = np.sqrt(np.sum(weight**2 * (products - estimate) ** 2)) / np.sum(weight)
    return float(estimate) if estimate > SIGNIFICANCE * error else 0.0


def _block(device, step_S, hats, coarse_hats, start, high_S):
    return Block(
        device=device,
        response=step_S,
        mean=lambda knots: (hats @ knots, hats),
        terms=coarse_hats,
        relative=True,
        noise_variance=np.full(len(step_S), (RESOLUTION * high_S) ** 2),
        theta=start,
        prior_precision=np.zeros(len(start)),
    )


def _hats(state_S, knots_S):
    """Piecewise-linear basis: each function is one at its knot and zero at all others; shape (states, knots)."""
    return np.stack([np.interp(state_S, knots_S, unit) for unit in np.eye(len(knots_S))], axis=1)


def _smooth(knots_S, values, errors, grid_S):
    """Monotone values at the knots, rising or falling as the data do, joined by a monotone cubic."""
    knots_S, errors = np.asarray(knots_S), np.asarray(errors)
    weights = np.where(errors > 0, errors, 1.0) ** -2.0
    rising = np.polyfit(knots_S / knots_S[-1], values, 1)[0] >= 0
    monotone = IsotonicRegression(increasing=bool(rising)).fit_transform(knots_S, values, sample_weight=weights)
    return PchipInterpolator(knots_S, monotone)(np.clip(grid_S, knots_S[0], knots_S[-1]))
