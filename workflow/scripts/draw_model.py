"""Draw the device model of one seed from the covariance of its fit."""

from rramgan.calibration.kinds import measurements_of
from rramgan.device.model import DeviceModel
from rramgan.jobs import job, made_by

with job(snakemake):
    measurements, seed = measurements_of(snakemake.params.device), int(snakemake.wildcards.seed)
    model = measurements.draw(DeviceModel.load(snakemake.input.model, measurements.report), seed)
    model.save(snakemake.output.model, made_by(snakemake, seed))
