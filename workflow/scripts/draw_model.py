"""Draw the device model of one seed from the covariance of its fit."""

from rramgan.calibration.kinds import measurements_of
from rramgan.device.model import DeviceModel
from rramgan.jobs import logged_to, provenance

with logged_to(snakemake.log[0]):
    measurements, seed = measurements_of(snakemake.params.device), int(snakemake.wildcards.seed)
    model = measurements.draw(DeviceModel.load(snakemake.input.model, measurements.report), seed)
    model.save(snakemake.output.model, provenance(snakemake.config["fingerprint"], seed))
