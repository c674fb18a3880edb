"""Fit of the step law to staircases: potentiation and depression by one fixed pulse of each polarity.

Mean and spread are linear between knots in the mixed fit, then made monotone and smooth.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from rramgan.calibration.knots import hats, law_of_knots, smooth
from rramgan.calibration.mixed.equations import Block
from rramgan.calibration.mixed.fit import fit_mixed
from rramgan.calibration.read_noise import quantum
from rramgan.calibration.reports import StepLawReport
from rramgan.calibration.rounding import significant
from rramgan.device.kinetics import POLARITIES
from rramgan.device.pulses import PulsePair
from rramgan.device.staircase import BINS, LAWS, StaircaseKinetics
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

UNCOUNTED_SHARE = 0.005
"""Share of a device's readings, at either end, that do not count for its range of states."""

MIN_VISITED_SHARE = 0.25
"""Share of the devices that must have visited a state: more than may be outliers."""

PASSES = 4
"""Fits in turn, each with the states as the last one estimates them."""

MAX_BEND_ERRORS = 3.0
"""Standard errors by which a monotone law may differ from the values at its knots."""

MAX_READING_NOISE = 0.5
"""Noise of a reading relative to the median step from which on the law is doubtful."""

SIGNIFICANCE = 2.0
"""Reading noise counts as seen from this many standard errors on."""

RESOLUTION = 1e-6
"""Least reading noise relative to the largest state; keeps weights finite for noise-free data."""


def fit_staircase(staircase: pd.DataFrame, pulses: PulsePair) -> tuple[StaircaseKinetics, dict[str, StepLawReport]]:
    """Fit the step law to a staircase in the long format of `measurements.py`; returns the model and its reports.

    The range of states is the one that both polarities have visited in a quarter of the devices. Cycle-to-cycle noise
    is what is left of a device's steps at one state, less the noise of two readings, which shows in neighbouring steps
    being anticorrelated. With fewer than three devices the spread between devices is unknown and set to zero. The
    report's `remark` says where the law must not be believed. Raises InputError for too few steps.
    """
    steps = {polarity: steps_of(staircase, polarity) for polarity in POLARITIES}
    quantum_S = quantum(staircase["conductance_S"])
    ranges_S = np.array([_visited_range_S(table) for table in steps.values()])
    low_S, high_S = ranges_S[:, 0].max(), ranges_S[:, 1].min()
    if not low_S < high_S:
        raise InputError("staircase: SET and RESET share no range of states; expected them to run over the same window")
    grid_S = np.linspace(low_S, high_S, BINS + 1)
    laws = {
        name: _fit_polarity(table, low_S, high_S, grid_S, POLARITIES[name], quantum_S) for name, table in steps.items()
    }
    reading_noise_S = float(np.sqrt(np.mean([law.reading_variance for law in laws.values()])))
    by_name = ({polarity: getattr(law, name) for polarity, law in laws.items()} for name in LAWS)
    model = StaircaseKinetics(pulses, grid_S, *by_name, reading_noise_S)
    return model, {polarity: law.report for polarity, law in laws.items()}


def _visited_range_S(steps):
    """Lowest and highest state (S) that a quarter of the devices have visited, without their most distant readings."""
    by_device = steps.groupby("device_id")["g_before_S"]
    lowest_S = by_device.quantile(UNCOUNTED_SHARE, interpolation="lower")
    highest_S = by_device.quantile(1 - UNCOUNTED_SHARE, interpolation="higher")
    return lowest_S.quantile(MIN_VISITED_SHARE), highest_S.quantile(1 - MIN_VISITED_SHARE)


def steps_of(staircase, polarity):
    """Device, state before each step (S) and the step (S); steps that follow each other have consecutive indices."""
    rows = staircase[staircase["direction"] == polarity].reset_index(drop=True)
    train = rows.groupby(["device_id", "cycle"], sort=False)
    g_before_S = train["conductance_S"].shift()
    step = pd.DataFrame(
        {
            "device_id": rows["device_id"].to_numpy(),
            "g_before_S": g_before_S.to_numpy(),
            "step_S": (rows["conductance_S"] - g_before_S).to_numpy(),
        }
    )[train["pulse_index"].diff().eq(1).to_numpy()]
    if len(step) < MIN_STEPS:
        raise InputError(f"staircase: {len(step)} {polarity.upper()} steps; expected at least {MIN_STEPS}")
    return step


@dataclass(frozen=True)
class _Law:
    """Laws of one polarity on the grid, the variance (S^2) of a reading, and the report."""

    mean_S: np.ndarray
    relative_spread: np.ndarray
    cycle_spread: np.ndarray
    reading_variance: float
    report: StepLawReport


@dataclass(frozen=True)
class _Fit:
    """One fit from states as estimated so far; arrays have one entry per step, `cycle_knots` one per knot."""

    g0_S: np.ndarray
    device: np.ndarray
    mean_S: np.ndarray
    residual_S: np.ndarray
    accepted: np.ndarray
    reading_variance: float
    cycle_variance: np.ndarray
    cycle_knots: np.ndarray
    report: StepLawReport


def _fit_polarity(steps, low_S, high_S, grid_S, sign, quantum_S) -> _Law:
    """The laws of one polarity.

    A reading that is too high makes the state before a step seem higher and the step smaller, which bends the law. So
    the state is estimated from both readings, weighted such that its error is uncorrelated with that of the step:
    before + w (step - expected step), w = reading variance / (2 reading variance + cycle-to-cycle variance).
    """
    g0_S = steps["g_before_S"].to_numpy()
    for _ in range(PASSES):
        inside = np.flatnonzero((g0_S >= low_S) & (g0_S <= high_S))
        if len(inside) < MIN_SHARED:
            raise InputError(
                f"staircase: {len(inside)} {'SET' if sign > 0 else 'RESET'} steps in the states that both polarities "
                f"visit; expected at least {MIN_SHARED}"
            )
        fit = _fit_at(g0_S[inside], steps.iloc[inside], quantum_S)
        if fit.reading_variance == 0:
            break
        weight = fit.reading_variance / (2 * fit.reading_variance + fit.cycle_variance)
        g0_S = steps["g_before_S"].to_numpy().copy()
        g0_S[inside] += weight * np.where(fit.accepted, fit.residual_S, 0.0)
    report = fit.report
    law = law_of_knots(report, np.array(report.mean_S), np.array(report.spread), grid_S, sign)
    cycle_spread = smooth(report.spread_knots_S, fit.cycle_knots, np.ones(len(fit.cycle_knots)), grid_S)
    remarks = list(_remarks(fit, law, grid_S, sign, quantum_S))
    elsewhere = np.setdiff1d(steps["device_id"], steps["device_id"].iloc[inside])
    if len(elsewhere):
        remarks.append(f"devices never in these states: {', '.join(map(str, elsewhere))}")
    if remarks:
        report = replace(report, remark="; ".join(remarks))
    return _Law(**law, cycle_spread=cycle_spread, reading_variance=fit.reading_variance, report=report)


def _fit_at(g0_S, steps, quantum_S) -> _Fit:
    """Values at the knots, residuals and noise variances of steps from the states `g0_S`."""
    step_S = steps["step_S"].to_numpy()
    ids, device = np.unique(steps["device_id"], return_inverse=True)
    knots_S, coarse_S = (np.unique(np.quantile(g0_S, np.linspace(0, 1, n))) for n in (MEAN_KNOTS, SPREAD_KNOTS))
    basis, coarse_basis = hats(g0_S, knots_S), hats(g0_S, coarse_S)
    mean_knots_S, spread_knots = _robust_mean(basis, step_S, quantum_S), np.zeros(len(coarse_S))
    errors, deviate, population = [np.zeros(len(knots_S)), np.zeros(len(coarse_S))], np.zeros(len(ids)), {}
    if len(ids) >= MIN_DEVICES:
        block = _block(device, step_S, basis, coarse_basis, mean_knots_S, knots_S[-1], quantum_S)
        fit = fit_mixed([block], len(ids), flexible=True)
        mean_knots_S, spread_knots, accepted, deviate = fit.theta[0], fit.spread[0], fit.accepted[0], fit.deviate
        errors = [np.sqrt(np.diag(covariance)) for covariance in fit.covariance_of(0)]
        population = _population(fit, ids)
    mean_S = basis @ mean_knots_S
    residual_S = step_S - mean_S - deviate[device] * (coarse_basis @ spread_knots) * mean_S
    if len(ids) < MIN_DEVICES:
        accepted = np.abs(residual_S) <= REJECTION * np.median(np.abs(residual_S))
    reading_variance = _reading_variance(residual_S, mean_S, accepted, steps.index.to_numpy())
    excess = coarse_basis[accepted].T @ (residual_S[accepted] ** 2 - 2 * reading_variance)
    power = np.maximum(coarse_basis[accepted].T @ mean_S[accepted] ** 2, np.finfo(float).tiny)
    cycle_knots = np.sqrt(np.clip(excess / power, 0, None))
    report = StepLawReport(
        steps=len(step_S),
        devices=len(ids),
        knots_S=knots_S.tolist(),
        mean_S=mean_knots_S.tolist(),
        mean_standard_error_S=significant(errors[0]),
        spread_knots_S=coarse_S.tolist(),
        spread=spread_knots.tolist(),
        spread_standard_error=significant(errors[1]),
        **population,
    )
    cycle_variance = ((coarse_basis @ cycle_knots) * mean_S) ** 2
    return _Fit(g0_S, device, mean_S, residual_S, accepted, reading_variance, cycle_variance, cycle_knots, report)


def _population(fit, ids) -> dict:
    """What the report says of a population of devices."""
    return {
        "variables": dict(zip(ids.tolist(), significant(fit.deviate), strict=True)),
        "outlier_devices": ids[fit.outlier].tolist(),
        "steps_rejected": fit.rejected[0],
        "covariance": significant(fit.covariance, 12),
        "converged": fit.converged,
    }


def _remarks(fit, law, grid_S, sign, quantum_S):
    """Where and why the law of a fit must not be believed."""
    report = fit.report
    knots_S, knots, error_S = map(np.array, (report.knots_S, report.mean_S, report.mean_standard_error_S))
    if report.devices < MIN_DEVICES:
        yield f"{report.devices} device(s): spread between devices unknown, set to zero"
    else:
        between = np.digitize(fit.g0_S, knots_S[1:-1])
        visitors = [len(np.unique(fit.device[between == k])) for k in range(len(knots_S) - 1)]
        yield from _stretch("fewer than three devices", knots_S, np.array(visitors) < MIN_DEVICES)
    pooled = np.abs(np.interp(knots_S, grid_S, law["mean_S"]) - knots) > MAX_BEND_ERRORS * error_S
    if np.any(error_S > 0):
        yield from _stretch("steps that are not monotone over the state", knots_S, pooled & (error_S > 0))
    yield from _stretch("steps that do not stand out from zero", knots_S, sign * knots <= 0)
    typical_S = np.median(np.abs(fit.mean_S))
    if quantum_S > typical_S:
        yield f"readings in steps of {quantum_S / MICRO:.3g} uS, coarser than those of the pulses"
    noise = np.sqrt(fit.reading_variance) / typical_S
    if noise > MAX_READING_NOISE:
        yield f"readings scatter by {noise:.0%} of a step: average several to tell the law"


def _stretch(what, knots_S, doubtful):
    """One remark for the range of knots, or of intervals between them, that are doubtful; none if none is."""
    if doubtful.any():
        low, high = np.flatnonzero(doubtful)[[0, -1]]
        high += len(doubtful) < len(knots_S)
        yield f"{what} between {knots_S[low] / MICRO:.3g} and {knots_S[high] / MICRO:.3g} uS"


def _robust_mean(basis, step_S, quantum_S):
    """Heights of the mean step at the knots, by least squares that outliers hardly move."""
    typical_S = np.mean(np.abs(step_S))
    if typical_S == 0:
        raise InputError("staircase: no pulse changes the conductance; expected steps")
    return least_squares(
        lambda heights: (basis @ heights - step_S) / typical_S,
        np.full(basis.shape[1], np.median(step_S)),
        lambda _: basis / typical_S,
        loss="soft_l1",
        f_scale=max(0.3, quantum_S / typical_S),
    ).x


def _reading_variance(residual_S, mean_S, accepted, order):
    """Variance (S^2) of one reading, from the anticorrelation of neighbouring steps; 0 if it does not stand out.

    An error of one reading lengthens the step before it and shortens the one after: the covariance of neighbours is
    minus the variance. Pairs are weighted against their cycle-to-cycle noise; neighbours are consecutive in `order`.
    """
    power = mean_S**2 + np.median(mean_S**2) / 100
    pairs = accepted[:-1] & accepted[1:] & (np.diff(order) == 1)
    if not pairs.any():
        return 0.0
    weight = pairs / (power[:-1] * power[1:])
    products = -residual_S[:-1] * residual_S[1:]
    estimate = np.sum(weight * products) / np.sum(weight)
    error = np.sqrt(np.sum(weight**2 * (products - estimate) ** 2)) / np.sum(weight)
    return float(estimate) if estimate > SIGNIFICANCE * error else 0.0


def _block(device, step_S, basis, coarse_basis, start, high_S, quantum_S):
    return Block(
        device=device,
        response=step_S,
        mean=lambda knots: (basis @ knots, basis),
        terms=coarse_basis,
        relative=True,
        # A step below the converter's shows as none, or now and then as a whole one: a variance of up to a fourth.
        noise_variance=np.full(len(step_S), (RESOLUTION * high_S) ** 2 + quantum_S**2 / 4),
        theta=start,
        prior_precision=np.zeros(len(start)),
    )
