"""Recalibrate the time constants of a published model to measured trajectories."""

from dataclasses import replace

from rramgan.calibration.trajectory_fit import recalibrate
from rramgan.device.model import published_model
from rramgan.jobs import logged_to, provenance
from rramgan.tables import read_table

with logged_to(snakemake.log[0]):
    files, device = snakemake.input, snakemake.params.device
    model = recalibrate(
        published_model(files.static_table, files.dynamic_table), read_table(files.trajectories), device["name"]
    )
    replace(model, fit={**model.fit, "made_by": provenance(snakemake.config["fingerprint"])}).save(
        snakemake.output.model
    )
