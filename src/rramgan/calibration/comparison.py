"""A parametric model on the grids of its figures, beside published tables and points where there are any."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rramgan.calibration.curves import cv, iv_curves, measured_trains, operating_trains, steps, trajectories
from rramgan.calibration.log_width_evidence import CV_STATE_S, cv_refits, trajectory_deviations
from rramgan.calibration.trajectories import read_trajectories
from rramgan.calibration.trajectory_fit import recalibrate
from rramgan.device.description import DeviceDescription
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import LOG_WIDTHS, ParametricKinetics
from rramgan.device.published import published_model
from rramgan.device.pulses import PulsePair
from rramgan.tables import read_table


def compare(
    model: DeviceModel[ParametricKinetics, Any], pulses: PulsePair, device: DeviceDescription, files: Mapping
) -> dict[str, pd.DataFrame]:
    """The tables `steps`, `iv_curves`, `trajectories` and `cv`, and what evidence the `files` by name allow.

    `files` may hold `iv` (temperatures of the sweeps), `static_table` and `dynamic_table` (a published model), and the
    published points `trajectories` and `cv`. Published points beside a published table say which logarithm of the pulse
    width it means: `trajectory_evidence`, `cv_evidence`.
    """
    measured_C = read_table(files["iv"], {"temperature_C": float})["temperature_C"] if "iv" in files else np.empty(0)
    published = _published(files)
    train_tables = _trajectories(model, pulses, device, files, published)
    cv_tables = _cv(model, device, files, published)
    temperatures_C = np.union1d(measured_C, device.temperature_C)
    return {
        "steps": steps(model.kinetics, pulses),
        "iv_curves": iv_curves(model.static, model.kinetics.state_range_S, temperatures_C),
        **train_tables,
        **cv_tables,
    }


def _published(files) -> dict[str, DeviceModel[ParametricKinetics, None]]:
    """The published model by logarithm of the pulse width; empty if there is none."""
    if "static_table" not in files:
        return {}
    return {name: published_model(files["static_table"], files["dynamic_table"], name) for name in LOG_WIDTHS}


def _trajectories(model, pulses, device, files, published):
    """Trajectories of all models: those measured, or of the pulses in use."""
    models = {"fitted": model.kinetics} | {f"published {name}": one.kinetics for name, one in published.items()}
    if "trajectories" not in files:
        return {"trajectories": trajectories(models, None, operating_trains(pulses, device.window))}
    points, evidence = read_trajectories(files["trajectories"]), {}
    if published:
        models["recalibrated"] = recalibrate(published["log10_s"], points, "recalibrated").kinetics
        evidence = {"trajectory_evidence": trajectory_deviations(models, points)}
    return {"trajectories": trajectories(models, points, measured_trains(points)), **evidence}


def _cv(model, device, files, published):
    """Coefficients of variation in the bin that points were published of, or in mid-window."""
    table = published["log10_s"].kinetics if published else None
    if "cv" not in files:
        return {"cv": cv(model.kinetics, table, None, np.sqrt(np.prod(device.window.ends_S)))}
    numbers = dict.fromkeys(["pulse_width_s", "pulse_amplitude_V", "cv"], float)
    points = read_table(files["cv"], {"polarity": str, **numbers})
    evidence = {"cv_evidence": cv_refits(points, table)} if table else {}
    return {"cv": cv(model.kinetics, table, points, CV_STATE_S), **evidence}
