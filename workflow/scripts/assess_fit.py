"""Tabulate what the fit has determined, and the measurements beside it."""

import pandas as pd

from rramgan.calibration.fit_tables import (
    coefficients,
    device_variables,
    measured_pulses,
    measured_staircase,
    operating_points,
    quality,
)
from rramgan.calibration.measurements import read_pulses, read_staircase
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.jobs import logged_to
from rramgan.tables import write_table

with logged_to(snakemake.log[0]) as log:
    files, out = snakemake.input, snakemake.output
    model = DeviceModel.load(files.model)
    table = coefficients(model)
    if "set" in snakemake.params.pulses:
        table = pd.concat([operating_points(model, PulsePair.of(snakemake.params.pulses)), table])
    write_table(out.coefficients, table)
    doubtful = table[~table["determined"]]
    for (part, low_uS, high_uS), rows in doubtful.groupby(["part", "g_low_uS", "g_high_uS"], dropna=False):
        log.warning("%s %.4g-%.4g uS: not determined: %s", part, low_uS, high_uS, ", ".join(rows["quantity"]))
    if out.get("quality"):
        write_table(out.quality, quality(model))
        write_table(out.devices, device_variables(model))
    if files.get("pulses"):
        write_table(out.measured, measured_pulses(read_pulses(files.pulses), model.kinetics))
    elif files.get("staircase"):
        write_table(out.measured, measured_staircase(read_staircase(files.staircase)))
