"""Tabulate what the fit has determined, and the measurements beside it."""

import sys

from rramgan.calibration.fit_tables import remarks, undetermined
from rramgan.calibration.kinds import measurements_of
from rramgan.device.model import DeviceModel
from rramgan.jobs import job
from rramgan.tables import write_tables

with job(snakemake) as log:
    measurements = measurements_of(snakemake.params.device)
    model = DeviceModel.load(snakemake.input.model, measurements.report)
    tables = measurements.assess(model, dict(snakemake.input.items()))
    for sentence in undetermined(tables["coefficients"]):
        log.warning(sentence)
    for sentence in remarks(tables["quality"]) if "quality" in tables else ():
        log.warning(sentence)
        print(sentence, file=sys.stderr)
    write_tables(snakemake.output, tables)
