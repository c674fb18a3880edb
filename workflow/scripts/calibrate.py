"""Fit the device model to the measurements of a device, whatever their kind."""

from rramgan.calibration.kinds import measurements_of
from rramgan.jobs import job, made_by

with job(snakemake):
    model = measurements_of(snakemake.params.device).fit(dict(snakemake.input.items()))
    model.save(snakemake.output.model, made_by(snakemake))
