"""Evaluate the device model on the grids of its figures, beside published tables and points where there are."""

import numpy as np

from rramgan.device.curves import (
    CV_STATE_S,
    cv,
    iv_curves,
    measured_trains,
    operating_trains,
    steps,
    trajectories,
)
from rramgan.device.dynamic import CLOCKS
from rramgan.device.model import DeviceModel, published_model
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

    published = {}
    if files.get("static_table"):
        tables = files.static_table, files.dynamic_table
        published = {clock: published_model(*tables, clock).dynamic for clock in CLOCKS}
    points = {name: read_table(files[name]) if files.get(name) else None for name in ("trajectories", "cv")}
    trains = operating_trains(pulses, *window_uS)
    if points["trajectories"] is not None:
        trains = measured_trains(points["trajectories"])
    state_S = np.sqrt(np.prod(window_uS)) * MICRO if points["cv"] is None else CV_STATE_S

    write_table(snakemake.output.steps, steps(model.dynamic, pulses))
    write_table(snakemake.output.iv_curves, iv_curves(model.static, model.dynamic.edges_S, temperatures_C))
    write_table(snakemake.output.trajectories, trajectories(model.dynamic, published, points["trajectories"], trains))
    write_table(snakemake.output.cv, cv(model.dynamic, published.get("log10_s"), points["cv"], state_S))
