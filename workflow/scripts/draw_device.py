"""Draw the calibrated device beside the published tables and points."""

import pandas as pd

from rramgan.device.pulses import PulsePair
from rramgan.figures.device import iv_curves, step_surfaces, trajectories, variation_coefficients
from rramgan.figures.goodness import fit_quality
from rramgan.figures.pulses import pulse_map
from rramgan.figures.style import save
from rramgan.jobs import logged_to
from rramgan.tables import read_json, read_table
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    files, device = snakemake.input, snakemake.params.device
    pair = PulsePair.of(read_json(files.pulses)).description()
    pulses = pd.DataFrame([{"polarity": polarity, **pulse} for polarity, pulse in pair.items()])
    window_S = device["window"]["g_min_uS"] * MICRO, device["window"]["g_max_uS"] * MICRO
    figures = {
        "steps": step_surfaces(read_table(files.steps), pulses, window_S),
        "pulse_map": pulse_map(read_table(files.map), pulses),
        "iv_curves": iv_curves(read_table(files.iv_curves), device["temperature_C"]),
        "trajectories": trajectories(read_table(files.trajectories)),
        "cv": variation_coefficients(read_table(files.cv)),
    }
    if files.get("measured"):
        figures["fit"] = fit_quality(read_table(files.measured), read_table(files.devices))
    for name, figure in figures.items():
        save(figure, snakemake.output[name], snakemake.output[f"{name}_svg"])
