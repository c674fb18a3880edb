"""Fit the device model to the measurements of a device, whatever their kind."""

from rramgan.calibration.kinds import measurements_of
from rramgan.jobs import logged_to, provenance

with logged_to(snakemake.log[0]):
    model = measurements_of(snakemake.params.device).fit(dict(snakemake.input.items()))
    model.save(snakemake.output.model, provenance(snakemake.config["fingerprint"]))
