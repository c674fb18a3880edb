"""How well a calibrated model recovers the known one behind a synthetic campaign."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rramgan.calibration.parametric_fit import negligible_step_S
from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.static import MAX_READ_VOLTAGE_V
from rramgan.streams import stream
from rramgan.units import MICRO


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
    return pd.DataFrame([*rows, _iv_recovery(model.static, truth.static, np.array(truth.kinetics.state_range_S))])


def as_drawn(model: DeviceModel, devices: int, seed: int) -> DeviceModel:
    """The model with the spread that the `devices` devices of the campaign of this `seed` happen to have.

    Their variables are drawn from a population of unit variance: 324 of them scatter by one within 4 % (one standard
    error). What a fit can find is the spread of the devices measured; the rest of its error is that of the draw.
    """
    draws = stream(seed, "campaign", "pulses", "deviate")
    size = {name: np.sqrt(np.mean(draws.standard_normal(devices) ** 2)) for name in POLARITIES}
    of_iv = np.sqrt(np.mean(stream(seed, "campaign", "iv", "deviate").standard_normal(devices) ** 2))
    spread = {name: model.kinetics.spread_coefficients[name] * size[name] for name in POLARITIES}
    rows = {name: tuple(of_iv * np.array(getattr(model.static, name))) for name in ("spread_a1", "spread_a3")}
    kinetics = replace(model.kinetics, spread_coefficients=spread)
    return replace(model, static=replace(model.static, **rows), kinetics=kinetics)


def _step_recovery(model, truth, polarity, k):
    low_S, high_S = truth.edges_S[k : k + 2]
    width_s = np.geomspace(*truth.width_s, 25)[:, None]
    pulse = (np.sqrt(low_S * high_S), np.linspace(*truth.amplitude_V[polarity], 15), width_s, polarity)
    true_S = truth.mean_step(*pulse)
    errors = _errors(model.mean_step(*pulse), true_S, model.relative_spread(*pulse), truth.relative_spread(*pulse))
    negligible = bool(np.max(np.abs(true_S)) < negligible_step_S(truth.edges_S))
    return {"part": polarity, "g_min_uS": low_S / MICRO, "g_max_uS": high_S / MICRO, **errors, "negligible": negligible}


def _iv_recovery(model, truth, window_S):
    g0_S, temperature_C, voltage_V = np.meshgrid(
        np.geomspace(*window_S, 20), [25.0, 50.0, 75.0, 100.0], np.linspace(0.05, MAX_READ_VOLTAGE_V, 8)
    )
    arguments = (voltage_V, g0_S, temperature_C)
    mean_A, true_A = model.current(*arguments), truth.current(*arguments)
    spread, true_spread = model.current(*arguments, 1.0) / mean_A - 1, truth.current(*arguments, 1.0) / true_A - 1
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
