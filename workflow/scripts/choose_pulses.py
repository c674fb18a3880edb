"""Settle the programming pulses: those of the device's description, or the best balanced for a target step.

Those of arrays with a window or pulses of their own are checked here, where the report of the fit is at hand.
"""

from rramgan.calibration.kinds import measurements_of
from rramgan.calibration.pulse_choice import check_pulses
from rramgan.crossbar.passive import ARRAYS
from rramgan.device.model import DeviceModel
from rramgan.errors import about
from rramgan.jobs import job, made_by
from rramgan.tables import write_json, write_tables

with job(snakemake):
    measurements = measurements_of(snakemake.params.device)
    model = DeviceModel.load(snakemake.input.model, measurements.report)
    pulses, tables = measurements.choose_pulses(model)
    for name, design in snakemake.params.arrays.items():
        array, place = ARRAYS.build(name, design), f"configuration: arrays.{name}"
        with about(place, "array"):
            window = array.window(snakemake.params.device["window"])
        check_pulses(model, window, array.pulses(pulses), place)
    write_tables(snakemake.output, tables)
    write_json(snakemake.output.pulses, {**pulses.description(), "made_by": made_by(snakemake)})
