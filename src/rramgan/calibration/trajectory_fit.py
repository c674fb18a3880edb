"""Recalibration of a device's time constants to measured mean trajectories under trains of equal pulses.

Trains of one pulse width per polarity tell how far a device moves per pulse, but not how this depends on the width:
they determine a common shift of the time constants c2 of each polarity, in units of the model's logarithm, and no more.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar

from rramgan.calibration.reports import RecalibrationReport, ShiftReport
from rramgan.calibration.trajectories import deviations_decades
from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics

LARGEST_SHIFT = 4.0
"""Shifts of c2 that are tried, either way."""

CHI2_95 = 3.84
"""95 % point of chi-squared with one degree of freedom: how much a profile may rise within its interval."""


def recalibrate(model: DeviceModel, points: pd.DataFrame, name: str) -> DeviceModel:
    """`model` with the time constants c2 of each polarity shifted so that it follows measured trajectories best.

    `points` as `trajectories.read_trajectories` returns them; least squares of log G0. Polarities without points stay
    as they are. The spread is not touched.
    """
    kinetics, shifts = model.kinetics, {}
    for polarity, sign in POLARITIES.items():
        chosen = points[np.sign(points["amplitude_V"]) == sign]
        if len(chosen):
            shifts[polarity] = _best_shift(kinetics, chosen, polarity)
            kinetics = shifted(kinetics, polarity, shifts[polarity].shift)
    source = f"{model.source}; time constants recalibrated to mean trajectories"
    return DeviceModel(name, source, model.static, kinetics, RecalibrationReport(shifts))


def shifted(model: ParametricKinetics, polarity: str, shift: float) -> ParametricKinetics:
    """The model with `shift` (units of its logarithm of the pulse width) added to c2 in all bins of one polarity."""
    moved = model.step_coefficients[polarity] + shift * np.eye(5)[2]
    return replace(model, step_coefficients={**model.step_coefficients, polarity: moved})


def _best_shift(model, points, polarity) -> ShiftReport:
    """Shift of least squares, its profile interval, and what it gains."""
    train = points["pulses"] > 0
    count = int(train.sum())

    def squares(shift):
        return float(np.sum(deviations_decades(shifted(model, polarity, shift), points)["deviation_decades"] ** 2))

    coarse = np.linspace(-LARGEST_SHIFT, LARGEST_SHIFT, 33)
    start = coarse[np.argmin([squares(shift) for shift in coarse])]
    step = coarse[1] - coarse[0]
    best = minimize_scalar(squares, bounds=(start - step, start + step), method="bounded", options={"xatol": 1e-4})
    limit = best.fun * (1 + CHI2_95 / max(count - 1, 1))

    def crossing(end):
        far = np.linspace(best.x, end, 65)
        beyond = next((shift for shift in far if squares(shift) > limit), None)
        return (
            None if beyond is None else float(brentq(lambda shift: squares(shift) - limit, best.x, beyond, xtol=1e-3))
        )

    return ShiftReport(
        shift=float(best.x),
        interval_95=[crossing(-LARGEST_SHIFT), crossing(LARGEST_SHIFT)],
        rms_decades_before=float(np.sqrt(squares(0.0) / count)),
        rms_decades=float(np.sqrt(best.fun / count)),
        points=count,
    )
