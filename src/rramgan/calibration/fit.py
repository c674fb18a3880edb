"""From measurements to a device model."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rramgan.calibration.parametric_fit import fit_parametric
from rramgan.calibration.paths.fit import fit_staircase
from rramgan.calibration.reports import ParametricReport, StaircaseReport
from rramgan.calibration.rounding import significant
from rramgan.calibration.static_fit import fit_static_or_ohmic
from rramgan.calibration.trains import integrated_trains, train_misses
from rramgan.device.kinetics import centres
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.pulses import PulsePair
from rramgan.device.staircase import StaircaseKinetics
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
) -> DeviceModel[ParametricKinetics, ParametricReport]:
    """Fit the device model to I-V samples and pulses in the format of `measurements.py`.

    Without I-V samples every device is taken as ohmic, and the report says so. `edges_S` (S, ascending) are the bins of
    G0, their ends the limits of the conductance window; None for eight quantiles of the states. `tied` gives all bins
    the coefficients in common that the published table has so; `continuous` joins the bins (see `ParametricKinetics`),
    and the report tells how far the steps jump otherwise; `fifty_percent_rule` is for I-V sweeps (see `fit_static`).
    Coefficients are rounded to the information they carry. Raises InputError if the measurements do not suffice.
    """
    static, static_report = fit_static_or_ohmic(iv, fifty_percent_rule)
    edges_S = quantile_edges(pulses["g_before_S"]) if edges_S is None else edges_S
    kinetics, reports = fit_parametric(pulses, edges_S, tied)
    reports = {
        polarity: replace(report, edge_jumps_decades=significant(edge_jumps_decades(kinetics, polarity)))
        for polarity, report in reports.items()
    }
    kinetics = replace(kinetics, continuous=continuous)
    missed = train_misses(integrated_trains(pulses, kinetics, reports), np.ptp(pulses["g_before_S"]))
    for polarity, report in reports.items():
        own = missed[missed["polarity"] == polarity]
        misses_by_device = dict(zip(own["device_id"].tolist(), significant(own["miss"]), strict=True))
        reports[polarity] = replace(report, train_miss=misses_by_device)
    return DeviceModel(name, source, static, kinetics, ParametricReport(static_report, reports))


def calibrate_staircase(
    staircase: pd.DataFrame,
    pulses: PulsePair,
    name: str,
    source: str,
    iv: pd.DataFrame | None = None,
    window_S: tuple[float, float] | None = None,
) -> DeviceModel[StaircaseKinetics, StaircaseReport]:
    """Fit the device model to potentiation and depression by one pulse pair, in the format of `measurements.py`.

    The model knows these two pulses only. Without I-V samples every device is taken as ohmic, and the report says so.
    `window_S`, if given, are the states that will be used: a gap elsewhere is then no harm. Raises InputError if the
    measurements do not suffice, or contradict the law.
    """
    kinetics, reports = fit_staircase(staircase, pulses, window_S)
    static, static_report = fit_static_or_ohmic(iv)
    return DeviceModel(name, source, static, kinetics, StaircaseReport(static_report, reports))


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
    jumps = np.abs(np.diff(sizes, axis=0))
    return np.median(jumps.reshape(len(jumps), sizes[0].size), axis=1)
