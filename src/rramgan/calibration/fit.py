"""From measurements to a device model, and how well a model recovers a known one."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rramgan.calibration.digits_of_information import significant
from rramgan.calibration.parametric_fit import fit_parametric, negligible_step_S
from rramgan.calibration.staircase_fit import fit_staircase
from rramgan.calibration.static_fit import fit_static
from rramgan.device.kinetics import POLARITIES, centres
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.pulses import PulsePair
from rramgan.device.static import MAX_READ_VOLTAGE_V, OHMIC
from rramgan.errors import InputError
from rramgan.units import MICRO

PUBLISHED_EDGES_S = np.array([3.16, 5.62, 10, 17.8, 31.6, 56.2, 100, 178, 316]) * MICRO
"""Edges of the eight bins of G0 (S) of Nili et al. 2020, Table I: four per decade."""


def calibrate(
    iv: pd.DataFrame | None,
    pulses: pd.DataFrame,
    name: str,
    source: str,
    edges_S=PUBLISHED_EDGES_S,
    tied: bool = False,
    continuous: bool = False,
    fifty_percent_rule: bool = False,
) -> DeviceModel:
    """Fit the device model to I-V samples and pulses in the format of `measurements.py`.

    Without I-V samples every device is taken as ohmic, and `fit` says so.
    `edges_S` (S, ascending) are the bins of G0; its ends are the limits of the conductance window. `tied` gives all
    bins the coefficients in common that the published table has so; `continuous` joins the bins (see
    `ParametricKinetics`), and `fit` tells how far the steps jump otherwise; `fifty_percent_rule` is for I-V sweeps (see
    `fit_static`). `fit` also holds standard errors clustered by device, goodness of fit and
    remarks on bins that must not be believed; coefficients are rounded to the information they carry.
    Raises InputError if the measurements do not suffice.
    """
    static, static_report = _static_of(iv, fifty_percent_rule)
    kinetics, kinetics_report = fit_parametric(pulses, edges_S, tied)
    for polarity, report in kinetics_report.items():
        report["edge_jumps_decades"] = significant(edge_jumps_decades(kinetics, polarity))
    kinetics = replace(kinetics, continuous=continuous)
    return DeviceModel(name, source, static, kinetics, {"static": static_report, "kinetics": kinetics_report})


def quantile_edges(g_before_S, bins: int = 8) -> np.ndarray:
    """Edges (S, ascending) of bins of G0 that hold equally many of the states `g_before_S` (S) pulses started from.

    For devices whose states are not spread over decades. Raises InputError if too few states differ.
    """
    edges_S = np.quantile(g_before_S, np.linspace(0, 1, bins + 1))
    if np.any(np.diff(edges_S) <= 0):
        raise InputError(
            f"pulse measurements: too few states differ for {bins} quantile bins; expected bins_uS as edges"
        )
    return edges_S


def edge_jumps_decades(model: ParametricKinetics, polarity: str) -> np.ndarray:
    """How far the mean step jumps at each inner edge of the bins: median of |log10 ratio| over the model's pulses."""
    width_s = np.geomspace(*model.width_s, 25)[:, None]
    amplitude_V = np.linspace(*model.amplitude_V[polarity], 15)
    steps_S = [model.mean_step(g0_S, amplitude_V, width_s, polarity) for g0_S in centres(model.edges_S)]
    sizes = np.log10(np.maximum(np.abs(steps_S), np.finfo(float).tiny))
    return np.median(np.abs(np.diff(sizes, axis=0)), axis=(1, 2))


def calibrate_staircase(
    staircase: pd.DataFrame, pulses: PulsePair, name: str, source: str, iv: pd.DataFrame | None = None
) -> DeviceModel:
    """Fit the device model to potentiation and depression by one pulse pair, in the format of `measurements.py`.

    The model answers for these two pulses only. Without I-V samples every device is taken as ohmic, and `fit` says so.
    Raises InputError if the measurements do not suffice.
    """
    kinetics, kinetics_report = fit_staircase(staircase, pulses)
    static, static_report = _static_of(iv)
    return DeviceModel(name, source, static, kinetics, {"static": static_report, "kinetics": kinetics_report})


def _static_of(iv, fifty_percent_rule=False):
    """Static model and report; that of an ohmic device where no current was swept."""
    if iv is None:
        return OHMIC, {"remark": "no I-V measurements: taken as ohmic"}
    return fit_static(iv, fifty_percent_rule)


def recovery_table(model: DeviceModel, truth: DeviceModel) -> pd.DataFrame:
    """Errors of `model` against `truth` over the pulses of `truth`'s range, and of I(V), one row per comparison.

    Rows: part "set" and "reset" per bin of G0 (25 log-spaced widths x 15 amplitudes) and part "iv" (20 states x
    0.05..0.4 V at 25, 50, 75, 100 degC). `relative_error_*`: median and worst of |mean / true mean - 1|.
    `spread_error_*`: median and worst of | |CV| - |true CV| |. `negligible`: no true mean step reaches 0.05 uS
    (of the published window; in proportion of others).
    """
    rows = [
        _step_recovery(model.kinetics, truth.kinetics, polarity, k)
        for polarity in POLARITIES
        for k in range(len(truth.kinetics.edges_S) - 1)
    ]
    return pd.DataFrame([*rows, _iv_recovery(model.static, truth.static, truth.kinetics.edges_S[[0, -1]])])


def _step_recovery(model, truth, polarity, k):
    low_S, high_S = truth.edges_S[k : k + 2]
    width_s = np.geomspace(*truth.width_s, 25)[:, None]
    pulse = (np.sqrt(low_S * high_S), np.linspace(*truth.amplitude_V[polarity], 15), width_s, polarity)
    true_S = truth.mean_step(*pulse)
    errors = _errors(model.mean_step(*pulse), true_S, model.relative_spread(*pulse), truth.relative_spread(*pulse))
    negligible = bool(np.max(np.abs(true_S)) < negligible_step_S(truth.edges_S))
    return {"part": polarity, "g_min_uS": low_S / MICRO, "g_max_uS": high_S / MICRO, **errors, "negligible": negligible}


def _iv_recovery(model, truth, window_S):
    state_S, temperature_C, voltage_V = np.meshgrid(
        np.geomspace(*window_S, 20), [25.0, 50.0, 75.0, 100.0], np.linspace(0.05, MAX_READ_VOLTAGE_V, 8)
    )
    place = (voltage_V, state_S, temperature_C)
    mean_A, true_A = model.current(*place), truth.current(*place)
    spread, true_spread = model.current(*place, 1.0) / mean_A - 1, truth.current(*place, 1.0) / true_A - 1
    low_uS, high_uS = window_S / MICRO
    errors = _errors(mean_A, true_A, spread, true_spread)
    return {"part": "iv", "g_min_uS": low_uS, "g_max_uS": high_uS, **errors, "negligible": False}


def _errors(mean, true_mean, spread, true_spread):
    relative = np.abs(mean / true_mean - 1)
    absolute = np.abs(np.abs(spread) - np.abs(true_spread))
    return {
        "relative_error_median": float(np.median(relative)),
        "relative_error_worst": float(np.max(relative)),
        "spread_error_median": float(np.median(absolute)),
        "spread_error_worst": float(np.max(absolute)),
    }
