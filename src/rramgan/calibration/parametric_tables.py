"""What fits of parametric kinetics have determined, and how well they meet the pulses they came from, for people."""

import numpy as np
import pandas as pd

from rramgan.calibration.fit_tables import (
    QUALITY_OF_POPULATION,
    QUALITY_OF_ROW,
    coefficient_row,
    half_width,
    log_normal_interval,
    medians,
    microsiemens,
    miss_rows,
    normal_interval,
    said,
    static_coefficients,
    static_quality,
)
from rramgan.calibration.pulse_axes import mean_step_of
from rramgan.calibration.reports import CYCLE_SPREAD, ParametricReport, RecalibrationReport
from rramgan.calibration.trains import integrated_trains
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics, spread_regressors
from rramgan.device.pulses import PulsePair

STEP_UNITS = {"c0": "S", "c1": "1", "c2": "1", "c3": "1/V", "c4": "1"}
SPREAD_UNITS = {"d0": "1", "d1": "1", "d2": "1/V", "d3": "1/V^2", "d4": "1/V^3"}
"""Units of the coefficients, in the order of the published table (Nili 2020, Table I)."""

GROUPS = 12
"""Groups of like steps in which the pulses of one bin and polarity are compared with the model."""

CLEAR = 2.0
"""Pulses after which a device so many standard deviations off the mean would pass the end of the bins are left out."""

FittedModel = DeviceModel[ParametricKinetics, ParametricReport]
"""A model fitted to pulses."""


def coefficients(model: FittedModel) -> pd.DataFrame:
    """Every number of a fit to pulses, in the columns of `coefficient_row`."""
    rows = []
    for polarity, report in model.fit.kinetics.items():
        for k in range(len(report.bins)):
            rows += _bin_rows(model.kinetics, polarity, k, report)
    return pd.DataFrame([*rows, *static_coefficients(model.static, model.fit.static)])


def shift_coefficients(model: DeviceModel[ParametricKinetics, RecalibrationReport]) -> pd.DataFrame:
    """Every number of a recalibration to trajectories, in the columns of `coefficient_row`."""
    return pd.DataFrame(
        [
            coefficient_row(polarity, None, "shift of c2", "1", report.shift, report.interval_95)
            for polarity, report in model.fit.shifts.items()
        ]
    )


def operating_points(model: FittedModel, pulses: PulsePair) -> pd.DataFrame:
    """Mean step (S) and relative spread of a pulse pair in every bin with a fit of its own; columns of `coefficients`.

    Far better determined than the coefficients behind them.
    """
    rows = []
    for polarity, report in model.fit.kinetics.items():
        amplitude_V, width_s = pulses[polarity].amplitude_V, pulses[polarity].width_s
        terms = spread_regressors(amplitude_V, width_s)
        for k in report.fitted_bins:
            if report.bins[k].remark:
                continue
            axes, (of_mean, of_spread) = report.axes, report.covariance_of_bin(k)
            theta = axes.theta(model.kinetics.step_coefficients[polarity][k])
            mean_S, slopes = mean_step_of(theta, *axes.scale(amplitude_V, width_s), axes.sign)
            interval_S = log_normal_interval(mean_S, np.sqrt(max(slopes @ of_mean @ slopes, 0)), half_width(report))
            spread = abs(terms @ model.kinetics.spread_coefficients[polarity][k])
            interval = normal_interval(spread, np.sqrt(max(terms @ of_spread @ terms, 0)), half_width(report))
            edges_S = model.kinetics.edges_S[k : k + 2]
            rows.append(coefficient_row(polarity, edges_S, "mean step of the pulse in use", "S", mean_S, interval_S))
            rows.append(coefficient_row(polarity, edges_S, "spread of the pulse in use", "1", spread, interval))
    return pd.DataFrame(rows)


def quality(model: FittedModel) -> pd.DataFrame:
    """What entered the fit and what did not: a row per polarity and bin, and one for the I-V sweeps.

    Columns: `part`, `g_low_uS`, `g_high_uS`; how many pulses or sweeps were `measured`, `cut_off` by the ends of the
    bins and `rejected` as outliers; `relative_residual`; `jump_decades`, that of the mean step at the upper edge;
    `change_within`, the factor by which steps change from the lower to the upper edge of the bin beside the formula;
    `devices`, `outlier_devices` (ids), `mean_of`, `converged`, `undetermined`, `remark`. Then a row
    per polarity and `device_id` with its `miss`: rms of the steps, integrated over its trains from their measured
    starts, against the measured states, as a share of the range of states. Empty where a fit has none.
    """
    rows, edges_S = [], model.kinetics.edges_S
    for polarity, report in model.fit.kinetics.items():
        jumps = [*report.edge_jumps_decades, None]
        for k, own in enumerate(report.bins):
            row = {
                "part": polarity,
                "g_low_uS": microsiemens(edges_S[k]),
                "g_high_uS": microsiemens(edges_S[k + 1]),
                "measured": own.pulses,
                "cut_off": own.pulses_cut_off,
                "rejected": own.pulses_rejected,
                "jump_decades": jumps[k],
                "device_id": None,
                "miss": None,
            }
            if own.log_slope is not None:
                row["change_within"] = (edges_S[k + 1] / edges_S[k]) ** own.log_slope
            rows.append(row | said(own, QUALITY_OF_ROW) | said(report, QUALITY_OF_POPULATION))
        if report.remark:
            rows.append({"part": polarity, "remark": report.remark})
    misses = miss_rows({polarity: report.train_miss for polarity, report in model.fit.kinetics.items()})
    table = pd.DataFrame(rows + static_quality(model.fit.static) + misses)
    return table.astype({"device_id": "Int64", "miss": "float"})


def longest_trains(pulses: pd.DataFrame, model: FittedModel) -> pd.DataFrame:
    """The longest train of every device and polarity, measured and integrated: columns of `integrated_trains`."""
    trains = integrated_trains(pulses, model.kinetics, model.fit.kinetics)
    lengths = trains.groupby(["polarity", "device_id", "train"]).size()
    longest = lengths.groupby(["polarity", "device_id"]).idxmax().tolist()
    kept = pd.MultiIndex.from_frame(trains[["polarity", "device_id", "train"]]).isin(longest)
    return trains[kept]


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
        tables.append(medians(table.groupby(["bin", "group"]), "model_S").assign(polarity=polarity))
    table = pd.concat(tables).reset_index()
    edges_S = {"bin_low_S": model.edges_S[table["bin"]], "bin_high_S": model.edges_S[table["bin"] + 1]}
    return table.assign(**edges_S)[["polarity", *edges_S, "pulses", "model_S", "step_S", "low_S", "high_S"]]


def _bin_rows(kinetics, polarity, k, report) -> list[dict]:
    """Rows of one bin: mean step, spread between devices, spread from cycle to cycle."""
    own, edges_S = report.bins[k], kinetics.edges_S[k : k + 2]
    steps, spreads = kinetics.step_coefficients[polarity][k], kinetics.spread_coefficients[polarity][k]
    cycle_spread = kinetics.relative_cycle_spread(np.sqrt(edges_S[0] * edges_S[1]), polarity)
    errors = own.spread_standard_error or [0.0] * len(spreads)
    intervals = [*(own.step_interval_95 or [(None, None)] * len(steps))]
    intervals += [normal_interval(*pair, half_width(report)) for pair in zip(spreads, errors, strict=True)]
    units = STEP_UNITS | SPREAD_UNITS | {CYCLE_SPREAD: "1"}
    open_ones = list(units) if own.remark else own.undetermined
    rows = zip(units.items(), [*steps, *spreads, cycle_spread], [*intervals, own.cycle_spread_interval_95], strict=True)
    return [
        coefficient_row(polarity, edges_S, name, unit, value, interval, name not in open_ones, own.remark)
        for (name, unit), value, interval in rows
    ]
