"""What a fit of staircases has determined, and how well it meets the steps it came from, for people."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from rramgan.calibration.fit_tables import (
    QUALITY_OF_POPULATION,
    QUALITY_OF_ROW,
    coefficient_row,
    medians,
    microsiemens,
    miss_rows,
    said,
    static_coefficients,
    static_quality,
)
from rramgan.calibration.paths.posterior_check import compared
from rramgan.calibration.paths.ramps import steps_of
from rramgan.calibration.reports import CYCLE_SPREAD, StaircaseReport
from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.staircase import LAWS, StaircaseKinetics

STATE_GROUPS = 24
"""Groups of neighbouring states in which the steps of a staircase are compared with the model."""

FittedModel = DeviceModel[StaircaseKinetics, StaircaseReport]
"""A model fitted to staircases."""


def coefficients(model: FittedModel) -> pd.DataFrame:
    """Every number of the fit, in the columns of `coefficient_row`."""
    rows = [row for polarity, report in model.fit.kinetics.items() for row in _knot_rows(polarity, report)]
    interval_S = np.mean([report.reading_noise_interval_95_S for report in model.fit.kinetics.values()], axis=0)
    rows.append(coefficient_row("reading", None, "noise", "S", model.kinetics.reading_noise_S, interval_S))
    return pd.DataFrame([*rows, *static_coefficients(model.static, model.fit.static)])


def quality(model: FittedModel) -> pd.DataFrame:
    """What entered the fit and what did not, and how well the law meets the staircases it came from.

    A row per polarity, and one for the I-V sweeps, with the columns of `parametric_tables.quality`, of steps in place
    of pulses; nothing is cut off. Then a row per polarity and `device_id` with its `miss`: rms of the law, integrated
    from the measured start, against the measured staircase, as a share of the range of states.
    """
    low_uS, high_uS = map(microsiemens, model.kinetics.state_range_S)
    reports = model.fit.kinetics
    rows = [
        {
            "part": polarity,
            "g_low_uS": low_uS,
            "g_high_uS": high_uS,
            "measured": report.steps,
            "cut_off": None,
            "rejected": report.readings_rejected,
            "jump_decades": None,
        }
        | said(report, QUALITY_OF_ROW)
        | said(report, QUALITY_OF_POPULATION)
        for polarity, report in reports.items()
    ]
    misses = miss_rows({polarity: report.staircase_miss for polarity, report in reports.items()})
    return pd.DataFrame(rows + static_quality(model.fit.static) + misses).astype({"device_id": "Int64"})


def staircases(model: FittedModel, staircase: pd.DataFrame) -> pd.DataFrame:
    """The `staircase` measured and as the law makes it, in the columns of `posterior_check.compared`."""
    return compared(staircase, model.fit.kinetics)


def measured_steps(staircase: pd.DataFrame) -> pd.DataFrame:
    """Steps as measured over the state, in groups of neighbouring states.

    `staircase` in the long format of `measurements.py`. Columns: `polarity`, `g0_S`, `pulses`, `step_S` (medians),
    `low_S`, `high_S` (quartiles).
    """
    tables = []
    for polarity in POLARITIES:
        steps = steps_of(staircase, polarity)
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


def _knot_rows(polarity, report) -> Iterable[dict]:
    """Mean step, spread between devices and from cycle to cycle at the knots."""
    unknown = [(None, None)] * len(report.knots_S)
    for name, unit, values, intervals in (
        ("mean step", "S", report.mean_S, report.mean_interval_95_S),
        ("spread", "1", report.relative_spread, report.spread_interval_95),
        (CYCLE_SPREAD, "1", report.cycle_spread, report.cycle_spread_interval_95),
    ):
        known = intervals is not None
        for knot_S, value, interval in zip(report.knots_S, values, intervals or unknown, strict=True):
            yield coefficient_row(polarity, (knot_S, knot_S), name, unit, value, interval, known, report.remark)
