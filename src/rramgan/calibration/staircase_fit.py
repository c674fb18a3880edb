"""Fit of the step law to staircases: potentiation and depression by one fixed pulse of each polarity.

Mean and spread are linear between knots in the mixed fit, then made monotone (isotonic regression) and smooth
(monotone cubic interpolation, Fritsch & Carlson, SIAM J. Numer. Anal. 17, 238, 1980).
"""

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.optimize import least_squares
from sklearn.isotonic import IsotonicRegression

from rramgan.calibration.digits_of_information import significant
from rramgan.calibration.mixed.fit import Block, fit_mixed
from rramgan.calibration.read_noise import quantum
from rramgan.device.kinetics import POLARITIES
from rramgan.device.pulses import PulsePair
from rramgan.device.staircase import BINS, StaircaseKinetics
from rramgan.errors import InputError
from rramgan.units import MICRO

MEAN_KNOTS, SPREAD_KNOTS = 12, 4
"""Knots over the range of states: steps bend more than their relative spread does."""

MIN_STEPS = 50
"""Fewer steps of a polarity than this give no step law."""

MIN_SHARED = 20
"""So do fewer in the states that both polarities visit."""

MIN_DEVICES = 3
"""Fewer devices than this tell nothing about the spread between devices."""

REJECTION = 7.0
"""Residuals beyond this many median residuals (4.7 standard deviations) are outliers of a lone device."""

STRAY = 0.005
"""Share of a device's readings, at either end, that do not count for its range of states."""

QUARTER = 0.25
"""Share of the devices that must have visited a state: more than may be outliers."""

PASSES = 4
"""Fits in turn, each with the states as the last one estimates them."""

BENT = 3.0
"""Standard errors by which a monotone law may differ from the values at its knots."""

LOUD = 0.5
"""Noise of a reading relative to the median step from which on the law is doubtful."""

SIGNIFICANCE = 2.0
"""Reading noise counts as seen from this many standard errors on."""

RESOLUTION = 1e-6
"""Least reading noise relative to the largest state; keeps weights finite for noise-free data."""


def fit_staircase(staircase: pd.DataFrame, pulses: PulsePair) -> tuple[StaircaseKinetics, dict]:
    """Fit the step law to a staircase in the long format of `measurements.py`; returns the model and a report.

    The range of states is the one that both polarities have visited in a quarter of the devices. Cycle-to-cycle noise
    is what is left of a device's steps at one state, less the noise of two readings, which shows in neighbouring steps
    being anticorrelated. With fewer than three devices the spread between devices is unknown and set to zero. The
    report's `remark` says where the law must not be believed. Raises InputError for too few steps.
    """
    steps = {polarity: steps_of(staircase, polarity) for polarity in POLARITIES}
    quantum_S = quantum(staircase["conductance_S"])
    reaches_S = np.array([_reach_S(table) for table in steps.values()])
    low_S, high_S = reaches_S[:, 0].max(), reaches_S[:, 1].min()
    if not low_S < high_S:
        raise InputError("staircase: SET and RESET share no range of states; expected them to run over the same window")
    grid_S = np.linspace(low_S, high_S, BINS + 1)
    laws = {
        name: _fit_polarity(table, low_S, high_S, grid_S, POLARITIES[name], quantum_S) for name, table in steps.items()
    }
    reading_noise_S = float(np.sqrt(np.mean([law["reading_variance"] for law in laws.values()])))
    model = StaircaseKinetics(
        pulses,
        grid_S,
        *({polarity: law[name] for polarity, law in laws.items()} for name in ("mean_S", "spread", "cycle_spread")),
        reading_noise_S,
    )
    return model, {polarity: law["report"] for polarity, law in laws.items()}


def _reach_S(steps):
    """Lowest and highest state (S) that a quarter of the devices have visited, without their most distant readings."""
    by_device = steps.groupby("device_id")["before_S"]
    lowest_S = by_device.quantile(STRAY, interpolation="lower")
    highest_S = by_device.quantile(1 - STRAY, interpolation="higher")
    return lowest_S.quantile(QUARTER), highest_S.quantile(1 - QUARTER)


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


def _fit_polarity(steps, low_S, high_S, grid_S, sign, quantum_S):
    """Laws on the grid, the variance of a reading, and a report.

    A reading that is too high makes the state before a step seem higher and the step smaller, which bends the law. So
    the state is estimated from both readings, weighted such that its error is uncorrelated with that of the step:
    before + w (step - expected step), w = reading variance / (2 reading variance + cycle-to-cycle variance).
    """
    state_S = steps["before_S"].to_numpy()
    for _ in range(PASSES):
        inside = np.flatnonzero((state_S >= low_S) & (state_S <= high_S))
        if len(inside) < MIN_SHARED:
            raise InputError(
                f"staircase: {len(inside)} {'SET' if sign > 0 else 'RESET'} steps in the states that both polarities "
                f"visit; expected at least {MIN_SHARED}"
            )
        fit = _fit_at(state_S[inside], steps.iloc[inside], quantum_S)
        if fit["reading_variance"] == 0:
            break
        weight = fit["reading_variance"] / (2 * fit["reading_variance"] + fit["cycle_variance"])
        state_S = steps["before_S"].to_numpy().copy()
        state_S[inside] += weight * np.where(fit["accepted"], fit["residual_S"], 0.0)
    report = fit["report"]
    law = law_of_knots(report, np.array(report["mean_S"]), np.array(report["spread"]), grid_S, sign)
    cycle_spread = _smooth(report["spread_knots_S"], fit["cycle_knots"], np.ones(len(fit["cycle_knots"])), grid_S)
    remarks = list(_remarks(fit, law, grid_S, sign, quantum_S))
    elsewhere = np.setdiff1d(steps["device_id"], steps["device_id"].iloc[inside])
    if len(elsewhere):
        remarks.append(f"devices never in these states: {', '.join(map(str, elsewhere))}")
    if remarks:
        report["remark"] = "; ".join(remarks)
    return {**law, "cycle_spread": cycle_spread, "reading_variance": fit["reading_variance"], "report": report}


def _fit_at(state_S, steps, quantum_S):
    """Values at the knots, residuals, noise variances and a report, of steps from the states given."""
    step_S = steps["step_S"].to_numpy()
    ids, device = np.unique(steps["device_id"], return_inverse=True)
    knots_S, coarse_S = (np.unique(np.quantile(state_S, np.linspace(0, 1, n))) for n in (MEAN_KNOTS, SPREAD_KNOTS))
    hats, coarse_hats = _hats(state_S, knots_S), _hats(state_S, coarse_S)
    mean_knots_S, spread_knots = _robust_mean(hats, step_S, quantum_S), np.zeros(len(coarse_S))
    errors, deviate = [np.zeros(len(knots_S)), np.zeros(len(coarse_S))], np.zeros(len(ids))
    report = {"steps": len(step_S), "devices": len(ids)}
    if len(ids) >= MIN_DEVICES:
        block = _block(device, step_S, hats, coarse_hats, mean_knots_S, knots_S[-1], quantum_S)
        fit = fit_mixed([block], len(ids), flexible=True)
        mean_knots_S, spread_knots, accepted, deviate = fit.theta[0], fit.spread[0], fit.accepted[0], fit.deviate
        errors = [np.sqrt(np.diag(covariance)) for covariance in fit.covariance_of(0)]
        report |= {
            "device_variable": dict(zip(map(str, ids.tolist()), significant(deviate), strict=True)),
            "outlier_devices": ids[fit.outlier].tolist(),
            "steps_rejected": fit.rejected[0],
            "covariance": significant(fit.covariance, 12),
            "converged": fit.converged,
        }
    mean_S = hats @ mean_knots_S
    residual_S = step_S - mean_S - deviate[device] * (coarse_hats @ spread_knots) * mean_S
    if len(ids) < MIN_DEVICES:
        accepted = np.abs(residual_S) <= REJECTION * np.median(np.abs(residual_S))
    reading_variance = _reading_variance(residual_S, mean_S, accepted, steps.index.to_numpy())
    excess = coarse_hats[accepted].T @ (residual_S[accepted] ** 2 - 2 * reading_variance)
    power = np.maximum(coarse_hats[accepted].T @ mean_S[accepted] ** 2, np.finfo(float).tiny)
    cycle_knots = np.sqrt(np.clip(excess / power, 0, None))
    report |= {
        "knots_S": knots_S.tolist(),
        "mean_S": mean_knots_S.tolist(),
        "mean_standard_error_S": significant(errors[0]),
        "spread_knots_S": coarse_S.tolist(),
        "spread": spread_knots.tolist(),
        "spread_standard_error": significant(errors[1]),
    }
    return {
        "state_S": state_S,
        "device": device,
        "mean_S": mean_S,
        "residual_S": residual_S,
        "accepted": accepted,
        "reading_variance": reading_variance,
        "cycle_variance": ((coarse_hats @ cycle_knots) * mean_S) ** 2,
        "cycle_knots": cycle_knots,
        "report": report,
    }


def _remarks(fit, law, grid_S, sign, quantum_S):
    """Where and why the law of a fit must not be believed."""
    report = fit["report"]
    knots_S, knots, error_S = (np.array(report[name]) for name in ("knots_S", "mean_S", "mean_standard_error_S"))
    if report["devices"] < MIN_DEVICES:
        yield f"{report['devices']} device(s): spread between devices unknown, set to zero"
    else:
        between = np.digitize(fit["state_S"], knots_S[1:-1])
        visitors = [len(np.unique(fit["device"][between == k])) for k in range(len(knots_S) - 1)]
        yield from _stretch("fewer than three devices", knots_S, np.array(visitors) < MIN_DEVICES)
    pooled = np.abs(np.interp(knots_S, grid_S, law["mean_S"]) - knots) > BENT * error_S
    if np.any(error_S > 0):
        yield from _stretch("steps that are not monotone over the state", knots_S, pooled & (error_S > 0))
    yield from _stretch("steps that do not stand out from zero", knots_S, sign * knots <= 0)
    typical_S = np.median(np.abs(fit["mean_S"]))
    if quantum_S > typical_S:
        yield f"readings in steps of {quantum_S / MICRO:.3g} uS, coarser than those of the pulses"
    noise = np.sqrt(fit["reading_variance"]) / typical_S
    if noise > LOUD:
        yield f"readings scatter by {noise:.0%} of a step: average several to tell the law"


def _stretch(what, knots_S, doubtful):
    """One remark for the range of knots, or of intervals between them, that are doubtful; none if none is."""
    if doubtful.any():
        low, high = np.flatnonzero(doubtful)[[0, -1]]
        high += len(doubtful) < len(knots_S)
        yield f"{what} between {knots_S[low] / MICRO:.3g} and {knots_S[high] / MICRO:.3g} uS"


def law_of_knots(report, mean_knots_S, spread_knots, grid_S, sign) -> dict[str, np.ndarray]:
    """Mean step `mean_S` and `spread` on the grid, monotone and smooth, from their values at the knots of a `report`.

    Steps go in the direction `sign` of their pulse or not at all. Only the relative sign of the spread between states
    has a meaning: it is positive on average.
    """
    error_S = report["mean_standard_error_S"]
    turned = spread_knots * (np.sign(np.sum(spread_knots)) or 1.0)
    return {
        "mean_S": sign * np.clip(sign * _smooth(report["knots_S"], mean_knots_S, error_S, grid_S), 0, None),
        "spread": _smooth(report["spread_knots_S"], turned, report["spread_standard_error"], grid_S),
    }


def _robust_mean(hats, step_S, quantum_S):
    """Heights of the mean step at the knots, by least squares that outliers do not pull."""
    typical_S = np.mean(np.abs(step_S))
    if typical_S == 0:
        raise InputError("staircase: no pulse changes the conductance; expected steps")
    return least_squares(
        lambda heights: (hats @ heights - step_S) / typical_S,
        np.full(hats.shape[1], np.median(step_S)),
        lambda _: hats / typical_S,
        loss="soft_l1",
        f_scale=max(0.3, quantum_S / typical_S),
    ).x


def _reading_variance(residual_S, mean_S, accepted, place):
    """Variance (S^2) of one reading, from the anticorrelation of neighbouring steps; 0 if it does not stand out.

    An error of one reading lengthens the step before it and shortens the one after: the covariance of neighbours is
    minus the variance. Pairs are weighted against their cycle-to-cycle noise; neighbours have consecutive `place`.
    """
    power = mean_S**2 + np.median(mean_S**2) / 100
    pairs = accepted[:-1] & accepted[1:] & (np.diff(place) == 1)
    if not pairs.any():
        return 0.0
    weight = pairs / (power[:-1] * power[1:])
    products = -residual_S[:-1] * residual_S[1:]
    estimate = np.sum(weight * products) / np.sum(weight)
    error = np.sqrt(np.sum(weight**2 * (products - estimate) ** 2)) / np.sum(weight)
    return float(estimate) if estimate > SIGNIFICANCE * error else 0.0


def _block(device, step_S, hats, coarse_hats, start, high_S, quantum_S):
    return Block(
        device=device,
        response=step_S,
        mean=lambda knots: (hats @ knots, hats),
        terms=coarse_hats,
        relative=True,
        # A step below the converter's shows as none, or now and then as a whole one: a variance of up to a fourth.
        noise_variance=np.full(len(step_S), (RESOLUTION * high_S) ** 2 + quantum_S**2 / 4),
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
