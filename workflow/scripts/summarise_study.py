"""Gather the metrics of all trainings, one row each, and their means with 95 % intervals by condition."""

import pandas as pd

from rramgan.conditions import CONDITION
from rramgan.evaluation.statistics import summarise
from rramgan.jobs import logged_to
from rramgan.tables import read_json, write_table

with logged_to(snakemake.log[0]):
    rows = []
    for path in snakemake.input.metrics:
        metrics = read_json(path)
        rows.append(metrics | metrics.pop("made_by"))
    summary = pd.DataFrame(rows)
    measured = [
        name for name in summary.columns[summary.columns.get_loc("accuracy_running") :] if "_sha256" not in name
    ]
    measured = [name for name in measured if name not in ("rramgan_version", "seed")]
    write_table(snakemake.output.summary, summary)
    write_table(snakemake.output.by_condition, summarise(summary, CONDITION, measured))
