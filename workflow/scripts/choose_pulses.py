"""Settle the programming pulses: those of the device's description, or the best balanced for a target step."""

from rramgan.calibration.kinds import measurements_of
from rramgan.device.model import DeviceModel
from rramgan.jobs import job, made_by
from rramgan.tables import write_json, write_tables

with job(snakemake):
    pulses, tables = measurements_of(snakemake.params.device).choose_pulses(DeviceModel.load(snakemake.input.model))
    write_tables(snakemake.output, tables)
    write_json(snakemake.output.pulses, {**pulses.description(), "made_by": made_by(snakemake)})
