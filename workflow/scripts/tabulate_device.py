"""Evaluate the device model on the grids of its figures, beside published tables and points where there are."""

import numpy as np

from rramgan.calibration.curves import cv, iv_curves, measured_trains, operating_trains, steps, trajectories
from rramgan.calibration.log_width_evidence import CV_STATE_S, cv_refits, trajectory_deviations
from rramgan.calibration.trajectory_fit import recalibrate
from rramgan.device.model import DeviceModel, published_model
from rramgan.device.parametric import LOG_WIDTHS
from rramgan.device.pulses import PulsePair
from rramgan.jobs import logged_to
from rramgan.tables import read_json, read_table, write_table
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    files, device = snakemake.input, snakemake.params.device
    model = DeviceModel.load(files.model)
    pulses = PulsePair.of(read_json(files.pulses))
    window_uS = device["window"]["g_min_uS"], device["window"]["g_max_uS"]
    measured_C = read_table(files.iv, ["temperature_C"])["temperature_C"] if files.get("iv") else []
    temperatures_C = np.union1d(measured_C, device["temperature_C"])

    models, published, points = {"fitted": model.kinetics}, None, {"trajectories": None, "cv": None}
    if files.get("static_table"):
        tables = files.static_table, files.dynamic_table
        published = published_model(*tables)
        models |= {f"published {log_width}": published_model(*tables, log_width).kinetics for log_width in LOG_WIDTHS}
    for name in points:
        points[name] = read_table(files[name]) if files.get(name) else None
    trains = operating_trains(pulses, *window_uS)
    if points["trajectories"] is not None:
        trains = measured_trains(points["trajectories"])
        if published is not None:
            models["recalibrated"] = recalibrate(published, points["trajectories"], "recalibrated").kinetics
        if snakemake.output.get("trajectory_evidence"):
            write_table(snakemake.output.trajectory_evidence, trajectory_deviations(models, points["trajectories"]))
    state_S = np.sqrt(np.prod(window_uS)) * MICRO if points["cv"] is None else CV_STATE_S
    if snakemake.output.get("cv_evidence"):
        write_table(snakemake.output.cv_evidence, cv_refits(points["cv"], published.kinetics))

    write_table(snakemake.output.steps, steps(model.kinetics, pulses))
    write_table(snakemake.output.iv_curves, iv_curves(model.static, model.kinetics.edges_S, temperatures_C))
    write_table(snakemake.output.trajectories, trajectories(models, points["trajectories"], trains))
    write_table(snakemake.output.cv, cv(model.kinetics, published and published.kinetics, points["cv"], state_S))
