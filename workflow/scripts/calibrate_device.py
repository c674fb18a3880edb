"""Fit the device model to measurements."""

from dataclasses import replace

import numpy as np

from rramgan.device.calibration import calibrate, quantile_edges
from rramgan.device.measurements import read_iv, read_pulses
from rramgan.errors import InputError
from rramgan.jobs import logged_to, provenance
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    device = snakemake.params.device
    iv, pulses = read_iv(snakemake.input.iv), read_pulses(snakemake.input.pulses)
    bins_uS = device["bins_uS"]
    edges_S = quantile_edges(pulses["g_before_S"]) if bins_uS == "quantile" else np.array(bins_uS) * MICRO
    if not iv["temperature_C"].min() - 1 <= device["temperature_C"] <= iv["temperature_C"].max() + 1:
        raise InputError(
            f"{snakemake.input.iv}: column 'temperature_C' runs from {iv['temperature_C'].min():g} to "
            f"{iv['temperature_C'].max():g} degC; expected sweeps that span the operating temperature_C of "
            f"device.yaml, {device['temperature_C']:g} degC"
        )
    model = calibrate(iv, pulses, device["name"], device["source"], edges_S, **device["fit"])
    model = replace(model, fit={**model.fit, "made_by": provenance(snakemake.config["fingerprint"])})
    model.save(snakemake.output.model)
