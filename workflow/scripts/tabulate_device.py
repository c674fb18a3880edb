"""Evaluate the device model on the grids of its figures, beside published tables and points where there are."""

from rramgan.calibration.kinds import measurements_of
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.jobs import job
from rramgan.tables import write_tables

with job(snakemake):
    model, pulses = DeviceModel.load(snakemake.input.model), PulsePair.load(snakemake.input.chosen_pulses)
    measurements = measurements_of(snakemake.params.device)
    write_tables(snakemake.output, measurements.tabulate(model, pulses, dict(snakemake.input.items())))
