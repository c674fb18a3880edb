"""Tell the window and the pulses of every array, and refuse those that the device's model does not know."""

import pandas as pd

from rramgan.calibration.pulse_choice import check_pulses
from rramgan.crossbar.passive import ARRAYS
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.errors import about
from rramgan.jobs import job
from rramgan.tables import write_table
from rramgan.units import MICRO

with job(snakemake):
    files, params, rows = snakemake.input, snakemake.params, []
    model, device_pulses = DeviceModel.load(files.model), PulsePair.load(files.pulses)
    for name, design in params.arrays.items():
        array, place = ARRAYS.build(name, design), f"configuration: arrays.{name}"
        with about(place, "array"):
            window = array.window(params.device["window"])
        pulses = check_pulses(model, window, array.pulses(device_pulses), place)
        told = {"array": name, "g_min_uS": window.g_min_S / MICRO, "g_max_uS": window.g_max_S / MICRO}
        for polarity in ("set", "reset"):
            told |= {f"{polarity}_V": pulses[polarity].amplitude_V, f"{polarity}_width_s": pulses[polarity].width_s}
        rows.append(told)
    columns = ["array", "g_min_uS", "g_max_uS", "set_V", "set_width_s", "reset_V", "reset_width_s"]
    write_table(snakemake.output.table, pd.DataFrame(rows, columns=columns))
