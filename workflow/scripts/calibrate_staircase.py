"""Fit the step law of a fixed-pulse device to its staircases."""

from dataclasses import replace

from rramgan.calibration.fit import calibrate_staircase
from rramgan.calibration.measurements import check_temperature, read_iv, read_staircase
from rramgan.device.pulses import PulsePair
from rramgan.jobs import logged_to, provenance

with logged_to(snakemake.log[0]):
    files, device = snakemake.input, snakemake.params.device
    iv = read_iv(files.iv) if files.get("iv") else None
    if iv is not None:
        check_temperature(files.iv, iv, device["temperature_C"])
    pulses = PulsePair.of(device["pulses"])
    model = calibrate_staircase(read_staircase(files.staircase), pulses, device["name"], device["source"], iv)
    replace(model, fit={**model.fit, "made_by": provenance(snakemake.config["fingerprint"])}).save(
        snakemake.output.model
    )
