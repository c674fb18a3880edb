"""What a fit has determined and how well it meets the measurements it came from, as tables for people."""

import numpy as np
import pandas as pd
from scipy.stats import t as student_t

from rramgan.calibration.parametric_fit import CYCLE, covariance_of_bin
from rramgan.calibration.pulse_axes import PulseAxes, mean_step_of
from rramgan.calibration.staircase_fit import steps_of
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import LOG_WIDTHS, SPREAD_LOG_WIDTH, ParametricKinetics, spread_terms
from rramgan.device.pulses import PulsePair
from rramgan.device.staircase import StaircaseKinetics
from rramgan.units import MICRO

STEP_UNITS = {"c0": "S", "c1": "1", "c2": "1", "c3": "1/V", "c4": "1"}
SPREAD_UNITS = {"d0": "1", "d1": "1", "d2": "1/V", "d3": "1/V^2", "d4": "1/V^3"}
STATIC_UNITS = {
    "mean_a1": ("S", "1", "S/degC"),
    "mean_a3": ("1/V^2", "1/(S V^2)", "degC^1.33 S/V^2"),
    "spread_a1": ("S", "1", "S/degC", "1/S"),
    "spread_a3": ("S/V^2", "1/V^2", "S/(degC V^2)", "1/(S V^2)", "1/(degC V^2)"),
}
"""Units of the coefficients, in the order of the published table (Nili 2020, Table I)."""

GROUPS = 12
"""Groups of like steps in which the pulses of one bin and polarity are compared with the model."""

STATE_GROUPS = 24
"""Groups of neighbouring states in which the steps of a staircase are compared with the model."""

CLEAR = 2.0
"""Pulses after which a device so many standard deviations off the mean would pass the end of the bins are left out."""


def coefficients(model: DeviceModel) -> pd.DataFrame:
    """Every fitted number with its 95 % interval, its unit, and whether the measurements have determined it.

    Columns: `part` ("set", "reset", "reading" or "iv"), `g_low_uS` and `g_high_uS` (the bin; equal for the knot of a
    staircase), `quantity`, `unit`, `value`, `low_95`, `high_95` (NaN where unknown), `determined`, `remark`.
    """
    fit, rows = model.fit, []
    for polarity, report in (fit.get("kinetics") or fit.get("recalibration", {})).items():
        if "shift" in report:
            low, high = report["interval_95"]
            rows.append(_row(polarity, (None, None), "shift of c2", "1", report["shift"], low, high))
        elif isinstance(model.kinetics, StaircaseKinetics):
            rows += _knots(report, polarity, _half_width(report))
            cycle_spread = np.interp(
                report["spread_knots_S"], model.kinetics.grid_S, model.kinetics.cycle_spread[polarity]
            )
            rows += [
                _row(polarity, (knot_S, knot_S), CYCLE, "1", value, None, None)
                for knot_S, value in zip(report["spread_knots_S"], cycle_spread, strict=True)
            ]
        else:
            for k, told in enumerate(report["bins"]):
                rows += _bin(model.kinetics, polarity, k, told, _half_width(report))
    if isinstance(model.kinetics, StaircaseKinetics):
        rows.append(_row("reading", (None, None), "noise", "S", model.kinetics.reading_noise_S, None, None))
    static = fit.get("static", {})
    for name, errors in static.get("standard_error", {}).items():
        parts = zip(getattr(model.static, name), errors, STATIC_UNITS[name], strict=True)
        for k, (value, error, unit) in enumerate(parts):
            interval = _normal_interval(value, error, _half_width(static))
            rows.append(_row("iv", (None, None), f"{name}[{k}]", unit, value, *interval, error > 0))
    return pd.DataFrame(rows)


def operating_points(model: DeviceModel, pulses: PulsePair) -> pd.DataFrame:
    """Mean step (S) and relative spread of a pulse pair in every bin with a fit of its own; columns of `coefficients`.

    Far better determined than the coefficients behind them. Empty for models without bins fitted to pulses.
    """
    rows = []
    for polarity, report in model.fit.get("kinetics", {}).items():
        pulse = pulses[polarity]
        for k in report.get("covariance_of_bins", []):
            if "remark" in report["bins"][k]:
                continue
            axes, (of_mean, of_spread) = PulseAxes(**report["axes"]), covariance_of_bin(report, k)
            theta = axes.theta(model.kinetics.step[polarity][k])
            mean_S, slopes = mean_step_of(theta, *axes.scale(pulse.amplitude_V, pulse.width_s), axes.sign)
            log_error = _half_width(report) * np.sqrt(max(slopes @ of_mean @ slopes, 0)) / abs(mean_S)
            ends_S = sorted(mean_S * np.exp([-log_error, log_error]))
            terms = spread_terms(LOG_WIDTHS[SPREAD_LOG_WIDTH](pulse.width_s), pulse.amplitude_V)
            spread = terms @ model.kinetics.spread[polarity][k]
            error = np.sqrt(max(terms @ of_spread @ terms, 0))
            interval = _normal_interval(abs(spread), error, _half_width(report))
            edges_S = model.kinetics.edges_S[k : k + 2]
            rows.append(_row(polarity, edges_S, "mean step of the pulse in use", "S", mean_S, *ends_S))
            rows.append(_row(polarity, edges_S, "spread of the pulse in use", "1", abs(spread), *interval))
    return pd.DataFrame(rows)


def quality(model: DeviceModel) -> pd.DataFrame:
    """What entered the fit and what did not: a row per polarity and bin, and one for the I-V sweeps.

    Columns: `part`, `g_low_uS`, `g_high_uS`; how many pulses, steps or sweeps were `measured`, `cut_off` by the ends of
    the bins and `rejected` as outliers; `relative_residual`; `jump_decades`, that of the mean step at the upper edge;
    `change_within`, the factor by which steps change from the lower to the upper edge of the bin beside the formula;
    `devices`, `outlier_devices` (ids), `mean_of`, `converged`, `undetermined`, `remark`. Empty where a fit has none.
    """
    rows = []
    for polarity, report in model.fit.get("kinetics", {}).items():
        kinetics = model.kinetics
        edges_S = kinetics.edges_S if isinstance(kinetics, ParametricKinetics) else kinetics.grid_S[[0, -1]]
        jumps = [*report.get("edge_jumps_decades", []), None]
        for k, told in enumerate(report.get("bins", [report])):
            place = {"g_low_uS": _microsiemens(edges_S[k]), "g_high_uS": _microsiemens(edges_S[k + 1])}
            counts = {
                "measured": told.get("pulses", told.get("steps")),
                "cut_off": told.get("pulses_cut_off"),
                "rejected": told.get("pulses_rejected", told.get("steps_rejected")),
            }
            changes = {"jump_decades": jumps[k]}
            if "log_slope" in told:
                changes["change_within"] = (edges_S[k + 1] / edges_S[k]) ** told["log_slope"]
            rows.append({"part": polarity, **place, **counts, **changes, **_told(told), **_told(report)})
    static = model.fit.get("static", {})
    if "sweeps" in static:
        counts = {"measured": static["sweeps"], "rejected": max(static["sweeps_rejected"].values())}
        rows.append({"part": "iv", **counts, **_told(static), "relative_residual": static["relative_residual"]["a1"]})
    return pd.DataFrame(rows)


def device_variables(model: DeviceModel) -> pd.DataFrame:
    """The device-to-device variable of every device measured: `polarity`, `device_id`, `variable`, `outlier`."""
    tables = [
        pd.DataFrame(
            {
                "polarity": polarity,
                "device_id": list(map(int, report["device_variable"])),
                "variable": list(report["device_variable"].values()),
                "outlier": [int(name) in report["outlier_devices"] for name in report["device_variable"]],
            }
        )
        for polarity, report in model.fit["kinetics"].items()
        if "device_variable" in report
    ]
    return pd.concat(tables) if tables else pd.DataFrame(columns=["polarity", "device_id", "variable", "outlier"])


def measured_pulses(pulses: pd.DataFrame, model: ParametricKinetics) -> pd.DataFrame:
    """Steps as measured beside the mean steps of the model, in groups of pulses from which like steps are expected.

    `pulses` as `pulses.csv`; those whose step the ends of the bins may have cut off are left out. Columns: `polarity`,
    `bin_low_S`, `bin_high_S`, `pulses`; `model_S`, `step_S`: medians of the group's mean steps and measured steps, as
    magnitudes in the direction of the polarity; `low_S`, `high_S`: quartiles of the measured ones.
    """
    g_S, v, t = (pulses[name].to_numpy() for name in ("g_before_S", "amplitude_V", "width_s"))
    step_S, index = pulses["g_after_S"].to_numpy() - g_S, bin_index(g_S, model.edges_S)
    tables = []
    for polarity, sign in POLARITIES.items():
        mine = np.sign(v) == sign
        arguments = (g_S[mine], v[mine], t[mine], polarity)
        mean_S = model.mean_step(*arguments)
        farthest_S = arguments[0] + mean_S * (1 + CLEAR * np.abs(model.relative_spread(*arguments)))
        inside = (farthest_S > model.edges_S[0]) & (farthest_S < model.edges_S[-1])
        table = pd.DataFrame({"bin": index[mine], "model_S": sign * mean_S, "step_S": sign * step_S[mine]})[inside]
        table["group"] = np.ceil(table.groupby("bin")["model_S"].rank(pct=True) * GROUPS)
        tables.append(_medians(table.groupby(["bin", "group"]), "model_S").assign(polarity=polarity))
    table = pd.concat(tables).reset_index()
    edges_S = {"bin_low_S": model.edges_S[table["bin"]], "bin_high_S": model.edges_S[table["bin"] + 1]}
    return table.assign(**edges_S)[["polarity", *edges_S, "pulses", "model_S", "step_S", "low_S", "high_S"]]


def measured_staircase(staircase: pd.DataFrame) -> pd.DataFrame:
    """Steps as measured over the state, in groups of neighbouring states.

    `staircase` in the long format of `measurements.py`. Columns: `polarity`, `g0_S`, `pulses`, `step_S` (medians),
    `low_S`, `high_S` (quartiles).
    """
    tables = []
    for polarity in POLARITIES:
        steps = steps_of(staircase, polarity).rename(columns={"before_S": "g0_S"})
        steps["group"] = np.ceil(steps["g0_S"].rank(pct=True) * STATE_GROUPS)
        tables.append(_medians(steps.groupby("group"), "g0_S").assign(polarity=polarity))
    return pd.concat(tables)[["polarity", "g0_S", "pulses", "step_S", "low_S", "high_S"]]


def _medians(groups, place):
    """Median of `place` and of the steps in every group, with the quartiles of the steps."""
    return pd.DataFrame(
        {
            "pulses": groups.size(),
            place: groups[place].median(),
            "step_S": groups["step_S"].median(),
            "low_S": groups["step_S"].quantile(0.25),
            "high_S": groups["step_S"].quantile(0.75),
        }
    )


def _told(report) -> dict:
    """What a report says of a bin or of all devices, lists as text."""
    names = ("relative_residual", "devices", "outlier_devices", "mean_of", "converged", "undetermined", "remark")
    told = {name: report[name] for name in names if name in report}
    return {name: " ".join(map(str, value)) if isinstance(value, list) else value for name, value in told.items()}


def _half_width(report) -> float:
    """Half a 95 % interval in standard errors, for errors that are themselves known from so many devices only."""
    return float(student_t.ppf(0.975, max(report["devices"] - len(report.get("outlier_devices", [])) - 1, 1)))


def _bin(kinetics, polarity, k, told, half_width) -> list[dict]:
    """Rows of one bin: mean step, spread between devices, spread from cycle to cycle."""
    place, remark = kinetics.edges_S[k : k + 2], told.get("remark", "")
    values = [*kinetics.step[polarity][k], *kinetics.spread[polarity][k]]
    values.append(kinetics.relative_cycle_spread(np.sqrt(place[0] * place[1]), polarity))
    intervals = [*told.get("step_interval_95", [(None, None)] * len(STEP_UNITS))]
    errors = told.get("spread_standard_error", [0.0] * len(SPREAD_UNITS))
    intervals += [
        _normal_interval(*pair, half_width) for pair in zip(kinetics.spread[polarity][k], errors, strict=True)
    ]
    units = STEP_UNITS | SPREAD_UNITS | {CYCLE: "1"}
    open_ones = list(units) if remark else told["undetermined"]
    return [
        _row(polarity, place, name, unit, value, *interval, name not in open_ones, remark)
        for (name, unit), value, interval in zip(units.items(), values, [*intervals, (None, None)], strict=True)
    ]


def _knots(report, polarity, half_width) -> list[dict]:
    """Rows of a staircase's fit: mean step and spread between devices at its knots."""
    rows = []
    turned = np.sign(np.sum(report["spread"])) or 1.0  # Only the relative sign between states has a meaning.
    for name, knots, values, errors, unit in (
        ("mean step", "knots_S", np.array(report["mean_S"]), "mean_standard_error_S", "S"),
        ("spread", "spread_knots_S", turned * np.array(report["spread"]), "spread_standard_error", "1"),
    ):
        for knot_S, value, error in zip(report[knots], values, report[errors], strict=True):
            interval = _normal_interval(value, error, half_width)
            rows.append(
                _row(polarity, (knot_S, knot_S), name, unit, value, *interval, error > 0, report.get("remark", ""))
            )
    return rows


def _normal_interval(value, error, half_width):
    """95 % interval of a number with a normal error; none without."""
    return (value - half_width * error, value + half_width * error) if error > 0 else (None, None)


def _microsiemens(g_S) -> float:
    """A conductance for people: microsiemens, six digits."""
    return float(f"{g_S / MICRO:.6g}")


def _row(part, place_S, quantity, unit, value, low, high, determined=True, remark="") -> dict:
    """One number of the model."""
    low_uS, high_uS = (None if edge_S is None else _microsiemens(edge_S) for edge_S in place_S)
    interval = {"low_95": low, "high_95": high, "determined": bool(determined), "remark": remark}
    place = {"part": part, "g_low_uS": low_uS, "g_high_uS": high_uS}
    return {**place, "quantity": quantity, "unit": unit, "value": float(value), **interval}
