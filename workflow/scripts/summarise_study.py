"""Gather the metrics of all trainings, their means by condition and judge, what variation changes, what is broken."""

import pandas as pd

from rramgan.conditions import CONDITION, condition_of
from rramgan.energy import DISSIPATED
from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.evaluation.statistics import (
    QUALITY,
    energy_steps,
    noise_merits,
    rank_agreement,
    summarise,
    variation_effects,
)
from rramgan.jobs import job
from rramgan.study import read_made_table
from rramgan.tables import read_table, write_table

UNMEASURED = {*CONDITION, "seed", "judge", "steps", "compared", "rramgan_version", "config_sha256"}
EFFECTS = ["total_J", "accuracy", "frechet_distance", "recall", "coverage"]

with job(snakemake):
    files, out, params = snakemake.input, snakemake.output, snakemake.params
    metrics = pd.concat([read_made_table(path) for path in files.metrics], ignore_index=True)
    summary = metrics[metrics["judge"] == MAIN_JUDGE].drop(columns="judge")
    summary = summary.loc[:, ~summary.columns.str.endswith("_sd")]
    write_table(out.summary, summary)
    write_table(out.by_condition, summarise(summary, CONDITION, [c for c in summary if c not in UNMEASURED]))
    write_table(out.effects, variation_effects(summary, EFFECTS))

    write_table(out.anchors, pd.concat([read_made_table(path) for path in files.anchors]))
    judges = metrics.groupby(["judge", *CONDITION], sort=False)[QUALITY].mean().reset_index()
    write_table(out.judges, judges)
    write_table(out.agreement, pd.concat([rank_agreement(judges, metric, CONDITION) for metric in QUALITY]))

    write_table(out.classes, pd.concat([read_made_table(path) for path in files.classes]))

    ledgers = pd.concat([read_made_table(path).assign(**condition_of(path)) for path in files.ledgers])
    layers = ledgers.assign(energy_J=ledgers[[f"{name}_J" for name in DISSIPATED]].sum(axis=1))
    write_table(out.by_layer, layers[[*CONDITION, "seed", "layer", "energy_J"]])
    steps = [energy_steps(ledgers, chain, CONDITION).assign(chain=name) for name, chain in params.chains.items()]
    write_table(out.steps, pd.concat(steps) if steps else pd.DataFrame(columns=["chain", "from", "to"]))

    merits = read_table(files.moments).merge(read_table(files.entropy), on="noise")
    write_table(out.merits, noise_merits(summary, merits, CONDITION))

    hardware = [read_made_table(path).assign(**condition_of(path)) for path in files.hardware]
    states = pd.concat(hardware) if hardware else pd.DataFrame(columns=[*CONDITION, "seed", "layer"])
    write_table(out.hardware, states)
