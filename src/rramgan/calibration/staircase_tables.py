"""What a fit of staircases has determined, and how well it meets the steps it came from, for people."""

import numpy as np
import pandas as pd

from rramgan.calibration.fit_tables import (
    QUALITY_OF_POPULATION,
    QUALITY_OF_ROW,
    coefficient_row,
    half_width,
    medians,
    microsiemens,
    normal_interval,
    said,
    static_coefficients,
    static_quality,
)
from rramgan.calibration.reports import CYCLE_SPREAD
from rramgan.calibration.staircase_fit import steps_of
from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.staircase import LAWS, StaircaseKinetics

STATE_GROUPS = 24
"""Groups of neighbouring states in which the steps of a staircase are compared with the model."""


def coefficients(model: DeviceModel) -> pd.DataFrame:
    """Every number of the fit, in the columns of `coefficient_row`."""
    kinetics, rows = model.kinetics, []
    for polarity, report in model.fit.kinetics.items():
        rows += _knot_rows(polarity, report)
        cycle_spread = np.interp(report.spread_knots_S, kinetics.grid_S, kinetics.cycle_spread[polarity])
        rows += [
            coefficient_row(polarity, (knot_S, knot_S), CYCLE_SPREAD, "1", value)
            for knot_S, value in zip(report.spread_knots_S, cycle_spread, strict=True)
        ]
    rows.append(coefficient_row("reading", None, "noise", "S", kinetics.reading_noise_S))
    return pd.DataFrame([*rows, *static_coefficients(model.static, model.fit.static)])


def quality(model: DeviceModel) -> pd.DataFrame:
    """What entered the fit and what did not: a row per polarity, and one for the I-V sweeps.

    Columns as those of `parametric_tables.quality`, of steps in place of pulses; nothing is cut off.
    """
    low_S, high_S = model.kinetics.state_range_S
    rows = [
        {
            "part": polarity,
            "g_low_uS": microsiemens(low_S),
            "g_high_uS": microsiemens(high_S),
            "measured": report.steps,
            "cut_off": None,
            "rejected": report.steps_rejected,
            "jump_decades": None,
        }
        | said(report, QUALITY_OF_ROW)
        | said(report, QUALITY_OF_POPULATION)
        for polarity, report in model.fit.kinetics.items()
    ]
    return pd.DataFrame(rows + static_quality(model.fit.static))


def measured_steps(staircase: pd.DataFrame) -> pd.DataFrame:
    """Steps as measured over the state, in groups of neighbouring states.

    `staircase` in the long format of `measurements.py`. Columns: `polarity`, `g0_S`, `pulses`, `step_S` (medians),
    `low_S`, `high_S` (quartiles).
    """
    tables = []
    for polarity in POLARITIES:
        steps = steps_of(staircase, polarity).rename(columns={"g_before_S": "g0_S"})
        steps["group"] = np.ceil(steps["g0_S"].rank(pct=True) * STATE_GROUPS)
        tables.append(medians(steps.groupby("group"), "g0_S").assign(polarity=polarity))
    return pd.concat(tables)[["polarity", "g0_S", "pulses", "step_S", "low_S", "high_S"]]


def step_law(kinetics: StaircaseKinetics) -> pd.DataFrame:
    """The step law on its grid: `polarity`, `g0_S`, `mean_S`, `relative_spread`, `cycle_spread`."""
    return pd.concat(
        pd.DataFrame({"g0_S": kinetics.grid_S, **{name: getattr(kinetics, name)[polarity] for name in LAWS}}).assign(
            polarity=polarity
        )
        for polarity in POLARITIES
    )


def _knot_rows(polarity, report) -> list[dict]:
    """Mean step and spread between devices at the knots."""
    rows = []
    turned = np.sign(np.sum(report.spread)) or 1.0  # Only the relative sign between states has a meaning.
    for name, unit, knots_S, values, errors in (
        ("mean step", "S", report.knots_S, report.mean_S, report.mean_standard_error_S),
        ("spread", "1", report.spread_knots_S, turned * np.array(report.spread), report.spread_standard_error),
    ):
        for knot_S, value, error in zip(knots_S, values, errors, strict=True):
            interval = normal_interval(value, error, half_width(report))
            states_S = (knot_S, knot_S)
            rows.append(coefficient_row(polarity, states_S, name, unit, value, interval, error > 0, report.remark))
    return rows
