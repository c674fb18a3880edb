"""Gather the metrics of all trainings, their means by condition, what variation changes, and what is broken."""

import pandas as pd

from rramgan.conditions import CONDITION, condition_of
from rramgan.evaluation.statistics import summarise, variation_effects
from rramgan.jobs import job
from rramgan.tables import read_table, write_table

UNMEASURED = {*CONDITION, "seed", "steps", "rramgan_version", "config_sha256"}
EFFECTS = ["total_J", "accuracy", "coverage", "frechet_distance"]

with job(snakemake):
    summary = pd.concat([read_table(path) for path in snakemake.input.metrics], ignore_index=True)
    measured = [name for name in summary.columns if name not in UNMEASURED]
    write_table(snakemake.output.summary, summary)
    write_table(snakemake.output.by_condition, summarise(summary, CONDITION, measured))
    write_table(snakemake.output.effects, variation_effects(summary, EFFECTS))
    hardware = [read_table(path).assign(**condition_of(path)) for path in snakemake.input.hardware]
    layers = pd.concat(hardware) if hardware else pd.DataFrame(columns=[*CONDITION, "seed", "layer"])
    write_table(snakemake.output.hardware, layers)
