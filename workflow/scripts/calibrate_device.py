"""Fit the device model to measurements."""

from dataclasses import replace

import numpy as np

from rramgan.calibration.fit import calibrate, quantile_edges
from rramgan.calibration.measurements import check_temperature, read_iv, read_pulses
from rramgan.jobs import logged_to, provenance
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    files, device = snakemake.input, snakemake.params.device
    iv, pulses = read_iv(files.iv) if files.get("iv") else None, read_pulses(files.pulses)
    if iv is not None:
        check_temperature(files.iv, iv, device["temperature_C"])
    bins_uS = device["bins_uS"]
    edges_S = quantile_edges(pulses["g_before_S"]) if bins_uS == "quantile" else np.array(bins_uS) * MICRO
    model = calibrate(iv, pulses, device["name"], device["source"], edges_S, **device["fit"])
    model = replace(model, fit={**model.fit, "made_by": provenance(snakemake.config["fingerprint"])})
    model.save(snakemake.output.model)
