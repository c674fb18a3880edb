"""Draw the device model of one seed from the covariance of its fit."""

from dataclasses import replace

from rramgan.calibration.draws import draw_model
from rramgan.device.model import DeviceModel
from rramgan.jobs import logged_to, provenance

with logged_to(snakemake.log[0]):
    seed = int(snakemake.wildcards.seed)
    model = draw_model(DeviceModel.load(snakemake.input.model), seed)
    model = replace(model, fit={**model.fit, "made_by": provenance(snakemake.config["fingerprint"], seed)})
    model.save(snakemake.output.model)
