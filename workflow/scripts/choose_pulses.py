"""Settle the programming pulses: those of the device's description, or the best balanced for a target step."""

from rramgan.calibration.kinds import measurements_of
from rramgan.device.model import DeviceModel
from rramgan.jobs import logged_to, provenance
from rramgan.tables import write_json, write_tables

with logged_to(snakemake.log[0]):
    measurements = measurements_of(snakemake.params.device)
    pulses, tables = measurements.choose_pulses(DeviceModel.load(snakemake.input.model, measurements.report))
    write_tables(snakemake.output, tables)
    made_by = provenance(snakemake.config["fingerprint"])
    write_json(snakemake.output.pulses, {**pulses.description(), "made_by": made_by})
