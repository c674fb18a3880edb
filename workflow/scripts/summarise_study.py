"""Gather the metrics of all trainings, their means by condition, and what variation changes."""

import pandas as pd

from rramgan.conditions import CONDITION
from rramgan.evaluation.statistics import summarise, variation_effects
from rramgan.jobs import logged_to
from rramgan.tables import read_table, write_table

UNMEASURED = {*CONDITION, "seed", "steps", "rramgan_version", "parameters_sha256"}
EFFECTS = ["total_J", "accuracy", "coverage", "frechet_distance"]

with logged_to(snakemake.log[0]):
    summary = pd.concat([read_table(path) for path in snakemake.input.metrics], ignore_index=True)
    measured = [name for name in summary.columns if name not in UNMEASURED]
    write_table(snakemake.output.summary, summary)
    write_table(snakemake.output.by_condition, summarise(summary, CONDITION, measured))
    write_table(snakemake.output.effects, variation_effects(summary, EFFECTS))
