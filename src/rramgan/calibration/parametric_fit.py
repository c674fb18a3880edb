"""Fit of parametric kinetics to single pulses: mean step and device-to-device spread per bin of G0 and polarity."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rramgan.calibration.cycle_noise import NEGLIGIBLE_QUANTA, CycleNoise, cycle_noises
from rramgan.calibration.handful import apart_of_handful
from rramgan.calibration.mixed.equations import Block
from rramgan.calibration.mixed.fit import few_devices, fit_mixed
from rramgan.calibration.parametric_start import multi_start, reading_noise_factor
from rramgan.calibration.pulse_axes import COEFFICIENTS, LOG_WIDTH, THETA, PulseAxes, mean_step_of
from rramgan.calibration.read_noise import quantum
from rramgan.calibration.reports import CYCLE_SPREAD, BinReport, PolarityReport
from rramgan.calibration.rounding import in_digits_of, round_to_information, significant
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.device.parametric import ParametricKinetics, spread_regressors
from rramgan.errors import InputError
from rramgan.streams import stream
from rramgan.units import MICRO

NEGLIGIBLE_SHARE = 1.6e-4
"""Bins in which no pulse seen moves the mean device by this share of the window are called negligible (0.05 uS of the
published 3 to 316 uS), and so are those in which none moves it by NEGLIGIBLE_QUANTA steps of the converter."""

MOST_SCATTER = 3.0
"""Residual scatter relative to the mean step from which on a bin does not follow the formula."""

LOOSE_SPREAD = 0.5
"""Standard error of the relative spread from which on it is undetermined."""

MIN_PULSES, MIN_DEVICES = 50, 5
"""A bin with fewer pulses or devices, if there are so many, takes the coefficients of the nearest fitted bin."""

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

BOOTSTRAP_DRAWS = 2000
"""Draws of theta behind the intervals of the coefficients."""


@dataclass(frozen=True)
class _Bin:
    """One bin of one polarity: what the kinetics take of it, and its report."""

    step: np.ndarray
    spread: np.ndarray
    cycle_spread: float
    report: BinReport


def fit_parametric(
    pulses: pd.DataFrame, edges_S: np.ndarray, tied: bool = False
) -> tuple[ParametricKinetics, dict[str, PolarityReport]]:
    """Fit the kinetics in the bins `edges_S` (S, ascending); the outermost edges are the limits of the window.

    Pulses predicted to end beyond the window are left out, because their recorded step is cut off. `tied` gives all
    bins the same c0 and c1 (SET), c0 and c3 (RESET), as the published table has them. What is left of the steps of one
    device by like pulses counts as cycle-to-cycle spread if it exceeds 1 %. Returns the model, valid over the pulses
    seen, and a report per polarity; coefficients that the data leave open are named there. Raises InputError if the
    states lie outside the bins, or a polarity has no bin with enough pulses.
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
    bins, amplitude_V, reports = {}, {}, {}
    for polarity, sign in POLARITIES.items():
        part = {name: values[np.sign(table["amplitude_V"]) == sign] for name, values in table.items()}
        if not len(part["step_S"]):
            raise InputError(f"pulse measurements: no {polarity.upper()} pulse among them; expected both polarities")
        bins[polarity], reports[polarity] = _fit_alike(part, ids, edges_S, polarity, tied)
        amplitude_V[polarity] = _range_seen(part["amplitude_V"], 0.01, 0.01)
    step, spread, cycle_spread = (
        {polarity: np.array([getattr(one, name) for one in row]) for polarity, row in bins.items()}
        for name in ("step", "spread", "cycle_spread")
    )
    width_s = _range_seen(table["width_s"], *_decade(table["width_s"]))
    model = ParametricKinetics(edges_S, step, spread, amplitude_V, width_s, LOG_WIDTH, cycle_spread=cycle_spread)
    return model, reports


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
    low = np.floor(np.round(values.min() / low_unit, 6)) * low_unit
    high = np.ceil(np.round(values.max() / high_unit, 6)) * high_unit
    return float(f"{low:.12g}"), float(f"{high:.12g}")


def _decade(widths_s):
    """Unit of the second significant digit of the shortest and of the longest pulse."""
    return [10.0 ** (np.floor(np.log10(value)) - 1) for value in (widths_s.min(), widths_s.max())]


def _fit_alike(pulses, ids, edges_S, polarity, tied):
    """All bins of one polarity, and its report: of a handful of devices without those that behave apart."""
    apart = apart_of_handful(pulses, ids, edges_S, polarity)
    names = ids[apart].tolist()
    gone = f"devices that behave apart, left out: {', '.join(map(str, names))}" if names else None
    rows = ~apart[pulses["device"]]
    pulses = {name: values[rows] for name, values in pulses.items()}
    pulses["device"] = (np.cumsum(~apart) - 1)[pulses["device"]]
    bins, report = _fit_polarity(pulses, ids[~apart], edges_S, polarity, tied)
    return bins, replace(
        report,
        devices=len(ids),
        outlier_devices=sorted(names + report.outlier_devices),
        remark="; ".join(filter(None, [gone, few_devices(len(ids) - len(names))])) or None,
    )


def _fit_polarity(pulses, ids, edges_S, polarity, tied):
    """All bins of one polarity, and its report."""
    sign = POLARITIES[polarity]
    axes = PulseAxes.of(pulses["amplitude_V"], pulses["width_s"], sign)
    index = bin_index(pulses["g_before_S"], edges_S)
    bins = [{name: values[index == k] for name, values in pulses.items()} for k in range(len(edges_S) - 1)]
    least = min(MIN_DEVICES, len(ids))
    enough = [k for k, rows in enumerate(bins) if _is_enough(rows, least)]
    if not enough:
        raise InputError(
            f"pulse measurements: no bin of G0 has {MIN_PULSES} {polarity.upper()} pulses of {least} device(s); "
            "expected more pulses or wider bins"
        )
    factor = min(reading_noise_factor(bins[k], axes) for k in enough)
    starts = {k: multi_start(bins[k], axes, factor, edges_S) for k in enough}
    least_S = max(negligible_step_S(edges_S), NEGLIGIBLE_QUANTA * pulses["quantum_S"][0])
    fitted = [k for k in enough if _largest_step(bins[k], starts[k], axes) >= least_S]
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
    cycles = cycle_noises({fitted.index(k): bins[k] for k in usable}, fit, axes)
    rows = {k: _fitted_bin(bins[k], fitted.index(k), fit, axes, common, cycles[fitted.index(k)]) for k in usable}
    rows |= {k: _negligible_bin(bins[k], starts[k], axes) for k in enough if k not in fitted}
    for k in sorted(set(range(len(bins))) - set(rows)):
        source = min(usable, key=lambda other: abs(other - k))
        rows[k] = _borrowed_bin(bins[k], source, rows[source], edges_S)
    report = PolarityReport(
        tied=[THETA[k] for k in shared],
        bins=[rows[k].report for k in range(len(bins))],
        axes=axes,
        fitted_bins=fitted,
        covariance=significant(fit.covariance, 12),
        devices=len(ids),
        variables=dict(zip(ids.tolist(), significant(fit.deviate), strict=True)),
        outlier_devices=ids[fit.outlier].tolist(),
        mean_of=fit.mean_of,
        converged=fit.converged,
    )
    return [rows[k] for k in range(len(bins))], report


def _fitted_bin(rows, block, fit, axes, common, cycle: CycleNoise) -> _Bin:
    """A fitted bin; coefficients at `common` are the same in all bins."""
    theta, (theta_covariance, spread_covariance) = fit.theta[block], fit.covariance_of(block)
    step, slopes = axes.coefficients(theta), axes.coefficient_slopes(theta)
    step_covariance = slopes @ theta_covariance @ slopes.T
    theta_error, spread_error = (np.sqrt(np.diag(part)) for part in (theta_covariance, spread_covariance))
    undetermined = [name for name, of in COEFFICIENTS.items() if np.any(theta_error[list(of)] >= OPEN_ERROR)]
    undetermined += _undetermined_spread(rows, fit.accepted[block], spread_covariance)
    if not cycle.separate:
        undetermined.append(CYCLE_SPREAD)
    scattered = "steps scatter by several times their mean: they do not follow the formula"
    report = BinReport(
        pulses=len(rows["step_S"]),
        pulses_used=int(fit.accepted[block].sum()),
        pulses_cut_off=fit.cut_off[block],
        pulses_rejected=fit.rejected[block],
        relative_residual=significant(fit.noise[block]),
        step_standard_error=significant(np.sqrt(np.diag(step_covariance))),
        step_interval_95=_interval(theta, theta_covariance, axes),
        spread_standard_error=significant(spread_error),
        undetermined=undetermined,
        cycle_spread_interval_95=[None if end is None else significant(end) for end in cycle.interval_95],
        log_slope=significant(cycle.log_slope),
        remark=scattered if fit.noise[block] > MOST_SCATTER else None,
    )
    step = round_to_information(step, step_covariance, first=common)
    return _Bin(
        step, round_to_information(fit.spread[block], spread_covariance), significant(cycle.relative_std), report
    )


def _undetermined_spread(rows, accepted, covariance):
    """Coefficients of the spread that the pulses of a bin leave open: single ones, or all of them."""
    terms = spread_regressors(rows["amplitude_V"], rows["width_s"])[accepted]
    error = np.sqrt(np.einsum("pi,ij,pj->p", terms, covariance, terms).clip(0))
    loose = np.median(error) > LOOSE_SPREAD
    return [f"d{k}" for k, own in enumerate(np.diag(covariance)) if loose or own == 0]


def _negligible_bin(rows, start, axes) -> _Bin:
    """A bin in which no pulse moves a device to speak of."""
    remark = "negligible steps: the coefficients say no more than that, the spread is set to zero"
    report = BinReport(len(rows["step_S"]), undetermined=list(COEFFICIENTS), remark=remark)
    return _Bin(np.array(significant(axes.coefficients(start))), np.zeros(5), 0.0, report)


def _borrowed_bin(rows, source, of_source, edges_S) -> _Bin:
    """A bin without enough pulses of its own, with the numbers `of_source` of bin `source`."""
    low_uS, high_uS = edges_S[source : source + 2] / MICRO
    remark = f"too few pulses: coefficients of {low_uS:.3g} to {high_uS:.3g} uS"
    return replace(of_source, report=BinReport(len(rows["step_S"]), remark=remark, source_bin=source))


def _interval(theta, covariance, axes):
    """95 % intervals of c0..c4, shape (5, 2), by parametric bootstrap: they are far from linear in theta."""
    draws = stream(0, "calibration", "interval").standard_normal((BOOTSTRAP_DRAWS, len(theta)))
    values, vectors = np.linalg.eigh(covariance)
    sample = axes.coefficients(theta + draws * np.sqrt(np.clip(values, 0, None)) @ vectors.T)
    intervals = np.quantile(sample, [0.025, 0.975], axis=0).T
    return [[in_digits_of(low, high - low), in_digits_of(high, high - low)] for low, high in intervals]


def negligible_step_S(edges_S) -> float:
    """Mean step (S) below which steps count as negligible between the outermost `edges_S`."""
    return NEGLIGIBLE_SHARE * (edges_S[-1] - edges_S[0])


def _is_enough(rows, devices):
    return len(rows["step_S"]) >= MIN_PULSES and len(np.unique(rows["device"])) >= devices


def _largest_step(rows, theta, axes: PulseAxes):
    """Largest mean step (S) of the pulses given."""
    return np.max(np.abs(mean_step_of(theta, *axes.scale(rows["amplitude_V"], rows["width_s"]), axes.sign)[0]))


def _block(rows, theta, axes, edges_S):
    """Block of the mixed fit for one bin."""
    x, y = axes.scale(rows["amplitude_V"], rows["width_s"])
    return Block(
        device=rows["device"],
        response=rows["step_S"],
        mean=lambda theta: mean_step_of(theta, x, y, axes.sign),
        terms=spread_regressors(rows["amplitude_V"], rows["width_s"]),
        relative=True,
        noise_variance=rows["least_variance"],
        theta=theta,
        prior_precision=np.full(5, PRIOR_STD**-2.0),
        lowest=edges_S[0] - rows["g_before_S"],
        highest=edges_S[-1] - rows["g_before_S"],
    )
