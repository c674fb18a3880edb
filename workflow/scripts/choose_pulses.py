"""Settle the programming pulses: those of the device's description, or the best balanced for a target step."""

from rramgan.calibration.pulse_choice import choose_pulses, pulse_map
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.errors import InputError
from rramgan.jobs import logged_to, provenance
from rramgan.tables import write_json, write_table
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    pulses, window = snakemake.params.device["pulses"], snakemake.params.device["window"]
    window_S = window["g_min_uS"] * MICRO, window["g_max_uS"] * MICRO
    model = DeviceModel.load(snakemake.input.model)
    kinetics = model.kinetics
    try:
        model.check_window(*window_S)
        if snakemake.output.get("map"):
            table = pulse_map(kinetics, window_S)
            write_table(snakemake.output.map, table)
        if "target_step_uS" in pulses:
            pair = choose_pulses(table, pulses["target_step_uS"] * MICRO)
        else:
            pair = PulsePair.of(pulses)
        for pulse in (pair.set, pair.reset):
            kinetics.step_table(pulse)
    except ValueError as error:
        raise InputError(f"device.yaml: {error}") from None
    made_by = provenance(snakemake.config["fingerprint"])
    write_json(snakemake.output.pulses, {**pair.description(), "made_by": made_by})
