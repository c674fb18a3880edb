"""Fit of parametric kinetics to single pulses: mean step and device-to-device spread per bin of G0 and polarity."""

import numpy as np
import pandas as pd

from rramgan.calibration.digits_of_information import in_digits_of, round_to_information, significant
from rramgan.calibration.mixed.fit import AVERAGE_DEVICE, POPULATION, Block, fit_mixed
from rramgan.calibration.mixed.noise import MEDIAN_CHI2, NOISE_FLOOR
from rramgan.calibration.mixed.variance_components import variance_components
from rramgan.calibration.parametric_start import multi_start, reading_noise_factor
from rramgan.calibration.pulse_axes import COEFFICIENTS, LOG_WIDTH, THETA, PulseAxes, mean_step_of
from rramgan.calibration.read_noise import quantum
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.device.parametric import LOG_WIDTHS, SPREAD_LOG_WIDTH, ParametricKinetics, spread_terms
from rramgan.errors import InputError
from rramgan.streams import stream
from rramgan.units import MICRO

NEGLIGIBLE_SHARE = 1.6e-4
"""Bins in which no pulse seen moves the mean device by this share of the window are called negligible (0.05 uS of the
published 3 to 316 uS)."""

NEGLIGIBLE_QUANTA = 4
"""So are bins in which no pulse moves it by this many steps of the converter that took the readings."""

MOST_SCATTER = 3.0
"""Residual scatter relative to the mean step from which on a bin does not follow the formula."""

LOOSE_SPREAD = 0.5
"""Standard error of the relative spread from which on it is undetermined."""

MIN_PULSES, MIN_DEVICES = 50, 5
"""A bin with fewer pulses or devices takes the coefficients of the nearest fitted bin."""

MOST_OUTSIDE = 0.05
"""Share of states outside the bins from which on these are not the bins of this device."""

EDGE_TOLERANCE = 0.05
"""How far beyond the outermost edge, relatively, a state still counts as inside: readings scatter."""

RESOLUTION = 1e-6
"""Least reading noise relative to the window's upper limit; keeps weights finite for noise-free data."""

PRIOR_STD = 5.0
"""Standard deviation of the weak prior on theta around its start, felt only where the data leave theta open."""

TIED = {"set": ("size", "width_slope"), "reset": ("size", "amplitude_slope")}
"""Parameters that the published table has in common for all bins: c0 and c1 for SET, c0 and c3 for RESET."""

OPEN_ERROR = 1.0
"""A parameter whose standard error reaches 1 (a factor e, or a unit of a logistic's argument) is undetermined."""

SIGNIFICANCE = 3.0
"""Cycle-to-cycle spread counts as seen from this many standard errors of its square on."""

CYCLE = "cycle spread"
"""Name of the cycle-to-cycle spread among undetermined coefficients."""

BOOTSTRAP_DRAWS = 2000
"""Draws of theta behind the intervals of the coefficients."""


def fit_parametric(pulses: pd.DataFrame, edges_S: np.ndarray, tied: bool = False) -> tuple[ParametricKinetics, dict]:
    """Fit the kinetics in the bins `edges_S` (S, ascending); the outermost edges are the limits of the window.

    Pulses predicted to end beyond the window are left out, because their recorded step is cut off. `tied` gives all
    bins the same c0 and c1 (SET), c0 and c3 (RESET), as the published table has them. What is left of the steps of one
    device by like pulses counts as cycle-to-cycle spread if it exceeds 1 %. Returns the model, valid over the pulses
    seen, and per polarity and bin its standard errors, goodness of fit and remarks, with the joint covariance of all
    bins; coefficients that the data leave open are named. Raises InputError if the states lie outside the bins, or a
    polarity has no bin with enough pulses.
    """
    edges_S = np.asarray(edges_S, dtype=float)
    _check_range(pulses["g_before_S"].to_numpy(), edges_S)
    ids, device = np.unique(pulses["device_id"], return_inverse=True)
    table = {name: pulses[name].to_numpy() for name in ("g_before_S", "amplitude_V", "width_s", "g_after_S")}
    table |= {"device": device, "step_S": table["g_after_S"] - table["g_before_S"]}
    quantum_S = quantum(np.concatenate([table["g_before_S"], table["g_after_S"]]))
    # A step is the difference of two rounded readings, each with a variance of a twelfth.
    table["quantum_S"] = np.full(len(device), quantum_S)
    table["least_variance"] = RESOLUTION**2 * edges_S[-1] * table["g_before_S"] + quantum_S**2 / 6
    step, spread, cycle_spread, amplitude_V, report = {}, {}, {}, {}, {}
    for polarity, sign in POLARITIES.items():
        part = {name: values[np.sign(table["amplitude_V"]) == sign] for name, values in table.items()}
        if not len(part["step_S"]):
            raise InputError(f"pulse measurements: no {polarity.upper()} pulse among them; expected both polarities")
        *laws, report[polarity] = _fit_polarity(part, ids, edges_S, polarity, tied)
        step[polarity], spread[polarity], cycle_spread[polarity] = laws
        amplitude_V[polarity] = _range_seen(part["amplitude_V"], 0.01, 0.01)
    width_s = _range_seen(table["width_s"], *_decade(table["width_s"]))
    model = ParametricKinetics(edges_S, step, spread, amplitude_V, width_s, LOG_WIDTH, cycle_spread=cycle_spread)
    return model, report


def _check_range(g_S, edges_S):
    """Raise InputError if the bins are not those of this device."""
    low, high = edges_S[0] * (1 - EDGE_TOLERANCE), edges_S[-1] * (1 + EDGE_TOLERANCE)
    outside = np.mean((g_S < low) | (g_S > high))
    if outside > MOST_OUTSIDE:
        raise InputError(
            f"pulse measurements: {outside:.0%} of the states g_before_S lie outside the bins of G0, "
            f"{edges_S[0] / MICRO:.3g} to {edges_S[-1] / MICRO:.3g} uS; expected bins_uS that span the measured "
            f"{g_S.min() / MICRO:.3g} to {g_S.max() / MICRO:.3g} uS, or quantile"
        )


def _range_seen(values, low_unit, high_unit):
    """Range of `values`, its ends rounded outward to whole units: random pulses never meet the limits exactly."""
    low = np.floor(values.min() / low_unit * (1 + 1e-9)) * low_unit
    high = np.ceil(values.max() / high_unit * (1 - 1e-9)) * high_unit
    return float(f"{low:.12g}"), float(f"{high:.12g}")


def _decade(widths_s):
    """Unit of the second significant digit of the shortest and of the longest pulse."""
    return [10.0 ** (np.floor(np.log10(value)) - 1) for value in (widths_s.min(), widths_s.max())]


def _fit_polarity(pulses, ids, edges_S, polarity, tied):
    """Coefficients (bins, 5) of mean step and spread, cycle spread (bins,), and the report, for one polarity."""
    sign = POLARITIES[polarity]
    axes = PulseAxes.of(pulses["amplitude_V"], pulses["width_s"], sign)
    index = bin_index(pulses["g_before_S"], edges_S)
    bins = [{name: values[index == k] for name, values in pulses.items()} for k in range(len(edges_S) - 1)]
    enough = [k for k, rows in enumerate(bins) if _is_enough(rows)]
    if not enough:
        raise InputError(
            f"pulse measurements: no bin of G0 has {MIN_PULSES} {polarity.upper()} pulses of {MIN_DEVICES} devices; "
            "expected more pulses or wider bins"
        )
    factor = min(reading_noise_factor(bins[k], axes) for k in enough)
    starts = {k: multi_start(bins[k], axes, factor, edges_S) for k in enough}
    fitted = [k for k in enough if _largest_step(bins[k], starts[k], axes) >= _negligible_step_S(bins[k], edges_S)]
    if not fitted:
        raise InputError(
            f"pulse measurements: no {polarity.upper()} pulse moves the mean device by more than the noise of readings "
            f"or {negligible_step_S(edges_S):.2g} S; expected states in siemens that pulses change"
        )
    shared = [THETA.index(name) for name in TIED[polarity]] if tied else []
    fit = fit_mixed([_block(bins[k], starts[k], axes, edges_S) for k in fitted], len(ids), shared)
    usable = [k for k, accepted in zip(fitted, fit.accepted, strict=True) if accepted.sum() >= MIN_PULSES]
    if not usable:
        raise InputError(
            f"pulse measurements: no bin of G0 keeps {MIN_PULSES} {polarity.upper()} pulses that follow a common law "
            "and end inside the bins; expected reproducible steps"
        )
    common = [j for j, of in enumerate(COEFFICIENTS.values()) if set(of) <= set(shared)]
    rows = {k: _fitted_bin(bins[k], fitted.index(k), fit, axes, common) for k in usable}
    rows |= {k: _negligible_bin(starts[k], axes) for k in enough if k not in fitted}
    rows |= {k: _borrowed_bin(k, rows, usable, edges_S) for k in range(len(bins)) if k not in rows}
    steps, spreads, cycle_spreads, reports = zip(*(rows[k] for k in range(len(bins))), strict=True)
    report = {
        "tied": [THETA[k] for k in shared],
        "bins": [{"pulses": len(b["step_S"]), **told} for b, told in zip(bins, reports, strict=True)],
        "axes": vars(axes),
        "covariance_of_bins": fitted,
        "covariance": significant(fit.covariance, 12),
        "devices": len(ids),
        "device_variable": dict(zip(map(str, ids.tolist()), significant(fit.deviate), strict=True)),
        "outlier_devices": ids[fit.outlier].tolist(),
        "mean_of": AVERAGE_DEVICE if fit.averaged else POPULATION,
        "converged": fit.converged,
    }
    return np.array(steps), np.array(spreads), np.array(cycle_spreads), report


def _fitted_bin(rows, block, fit, axes, common):
    """Coefficients, cycle spread and report of a fitted bin; coefficients at `common` are the same in all bins."""
    theta, (theta_covariance, spread_covariance) = fit.theta[block], fit.covariance_of(block)
    step, slopes = axes.coefficients(theta), axes.coefficient_slopes(theta)
    step_covariance = slopes @ theta_covariance @ slopes.T
    theta_error, spread_error = (np.sqrt(np.diag(part)) for part in (theta_covariance, spread_covariance))
    undetermined = [name for name, of in COEFFICIENTS.items() if np.any(theta_error[list(of)] >= OPEN_ERROR)]
    report = {
        "pulses_used": int(fit.accepted[block].sum()),
        "pulses_cut_off": fit.cut_off[block],
        "pulses_rejected": fit.rejected[block],
        "relative_residual": significant(fit.noise[block]),
        "step_standard_error": significant(np.sqrt(np.diag(step_covariance))),
        "step_interval_95": _interval(theta, theta_covariance, axes),
        "spread_standard_error": significant(spread_error),
        "undetermined": undetermined + _undetermined_spread(rows, fit.accepted[block], spread_covariance),
    }
    if fit.noise[block] > MOST_SCATTER:
        report["remark"] = "steps scatter by several times their mean: they do not follow the formula"
    step = round_to_information(step, step_covariance, first=common)
    cycle_spread, separate, slope = _cycle_spread(rows, block, fit, axes)
    report["log_slope"] = significant(slope)
    if not separate:
        report["undetermined"].append(CYCLE)
    return step, round_to_information(fit.spread[block], spread_covariance), significant(cycle_spread), report


def _undetermined_spread(rows, accepted, covariance):
    """Coefficients of the spread that the pulses of a bin leave open: single ones, or all of them."""
    terms = _spread_terms(rows)[accepted]
    error = np.sqrt(np.einsum("pi,ij,pj->p", terms, covariance, terms).clip(0))
    loose = np.median(error) > LOOSE_SPREAD
    return [f"d{k}" for k, own in enumerate(np.diag(covariance)) if loose or own == 0]


def _cycle_spread(rows, block, fit, axes):
    """Relative standard deviation of one device's steps by like pulses, whether it is told from noise of readings, and
    the slope d ln(step) / d ln(G0) within the bin, which is none of it.

    If all steps are alike nothing tells noises apart, and all counts as cycle to cycle. Zero if it does not stand out,
    or lies below what any formula is trusted to.
    """
    rows = {name: values[fit.accepted[block]] for name, values in rows.items()}
    mean_S = mean_step_of(fit.theta[block], *axes.scale(rows["amplitude_V"], rows["width_s"]), axes.sign)[0]
    spread = _spread_terms(rows) @ fit.spread[block]
    residual_S = rows["step_S"] - mean_S * (1 + fit.deviate[rows["device"]] * spread)
    # The formula has one step for all states of a bin; a step that changes with the state is not noise.
    place = np.log(rows["g_before_S"])
    lever_S = mean_S * (place - place.mean())
    weight = 1 / (rows["least_variance"] + (fit.noise[block] * mean_S) ** 2)
    slope = np.sum(weight * lever_S * residual_S) / max(np.sum(weight * lever_S**2), np.finfo(float).tiny)
    residual_S = residual_S - slope * lever_S
    # Fitted along with these rows: the coefficients of the bin, and its share of the devices' variables.
    fitted = len(fit.theta[block]) + len(fit.spread[block]) + len(fit.deviate) / len(fit.theta)
    freedom = max(1.0, len(residual_S) - fitted - 1)
    square = residual_S**2 * len(residual_S) / freedom
    # Steps that rounding makes appear as none or as a whole one of the converter do not count.
    seen = np.abs(mean_S) > NEGLIGIBLE_QUANTA * rows["quantum_S"]
    if seen.sum() < MIN_PULSES:
        return 0.0, False, slope
    square, mean_S, least_variance = square[seen], mean_S[seen], rows["least_variance"][seen]
    (_, excess), (_, error) = variance_components(square, 1, np.stack([least_variance, mean_S**2], axis=1))
    most = np.median(square / mean_S**2) / MEDIAN_CHI2
    separate = SIGNIFICANCE * error < most
    if not separate:
        excess, error = most, 0.0
    return (np.sqrt(excess) if excess > max(SIGNIFICANCE * error, NOISE_FLOOR**2) else 0.0), separate, slope


def _spread_terms(rows):
    """Regressors of the relative spread of pulses."""
    return spread_terms(LOG_WIDTHS[SPREAD_LOG_WIDTH](rows["width_s"]), rows["amplitude_V"])


def _negligible_bin(start, axes):
    """The same of a bin in which no pulse moves a device to speak of."""
    remark = "negligible steps: the coefficients say no more than that, the spread is set to zero"
    step = np.array(significant(axes.coefficients(start)))
    return step, np.zeros(5), 0.0, {"remark": remark, "undetermined": list(COEFFICIENTS)}


def _borrowed_bin(k, rows, usable, edges_S):
    """The same of a bin without enough pulses of its own."""
    source = min(usable, key=lambda other: abs(other - k))
    low_uS, high_uS = edges_S[source : source + 2] / MICRO
    remark = f"too few pulses: coefficients of {low_uS:.3g} to {high_uS:.3g} uS"
    return *rows[source][:3], {"remark": remark, "source_bin": source}


def _interval(theta, covariance, axes):
    """95 % intervals of c0..c4, shape (5, 2), by parametric bootstrap: they are far from linear in theta."""
    draws = stream(0, "calibration", "interval").standard_normal((BOOTSTRAP_DRAWS, len(theta)))
    values, vectors = np.linalg.eigh(covariance)
    sample = axes.coefficients(theta + draws * np.sqrt(np.clip(values, 0, None)) @ vectors.T)
    intervals = np.quantile(sample, [0.025, 0.975], axis=0).T
    return [[in_digits_of(low, high - low), in_digits_of(high, high - low)] for low, high in intervals]


def covariance_of_bin(report: dict, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Covariance (5, 5) of theta and of d0..d4 in bin `k`, out of the joint one in the `report` of a polarity.

    Raises ValueError for a bin without a fit of its own.
    """
    count = len(report["covariance_of_bins"])
    joint = np.reshape(report["covariance"], (count, 2, 5, count, 2, 5))
    place = report["covariance_of_bins"].index(k)
    return joint[place, 0, :, place, 0], joint[place, 1, :, place, 1]


def negligible_step_S(edges_S) -> float:
    """Mean step (S) below which steps count as negligible between the outermost `edges_S`."""
    return NEGLIGIBLE_SHARE * (edges_S[-1] - edges_S[0])


def _negligible_step_S(rows, edges_S):
    """The same, or a few steps of the converter if that is more."""
    return max(negligible_step_S(edges_S), NEGLIGIBLE_QUANTA * rows["quantum_S"][0])


def _is_enough(rows):
    return len(rows["step_S"]) >= MIN_PULSES and len(np.unique(rows["device"])) >= MIN_DEVICES


def _largest_step(rows, theta, axes):
    """Largest mean step (S) of the pulses given."""
    return np.max(np.abs(mean_step_of(theta, *axes.scale(rows["amplitude_V"], rows["width_s"]), axes.sign)[0]))


def _block(rows, theta, axes, edges_S):
    """Block of the mixed fit for one bin."""
    x, y = axes.scale(rows["amplitude_V"], rows["width_s"])
    return Block(
        device=rows["device"],
        response=rows["step_S"],
        mean=lambda theta: mean_step_of(theta, x, y, axes.sign),
        terms=_spread_terms(rows),
        relative=True,
        noise_variance=rows["least_variance"],
        theta=theta,
        prior_precision=np.full(5, PRIOR_STD**-2.0),
        lowest=edges_S[0] - rows["g_before_S"],
        highest=edges_S[-1] - rows["g_before_S"],
    )
