"""Gather the metrics of all trainings, their means by condition and judge, what variation changes, what is broken."""

from dataclasses import replace

import pandas as pd

from rramgan.conditions import CONDITION, condition_of
from rramgan.digits import DIGITS
from rramgan.energy import DISSIPATED
from rramgan.evaluation.components import components_of_study
from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.evaluation.statistics import (
    QUALITY,
    agreement_by_protocol,
    energy_steps,
    noise_merits,
    summarise,
    variation_effects,
)
from rramgan.evaluation.worth import noise_worth
from rramgan.jobs import job
from rramgan.study import read_made_table
from rramgan.tables import read_table, write_joined, write_table

UNMEASURED = {*CONDITION, "seed", "judge", "steps", "compared", "rramgan_version", "config_sha256"}
EFFECTS = ["total_J", "accuracy", "frechet_distance", "recall", "coverage"]


def read_of_training(path) -> pd.DataFrame:
    """A table of one training, with its condition and seed."""
    return read_made_table(path).assign(**condition_of(path))


def energy_of_layers(ledger: pd.DataFrame) -> pd.DataFrame:
    """The joules of every layer of one training."""
    energy_J = ledger[[f"{name}_J" for name in DISSIPATED]].sum(axis=1)
    return ledger.assign(energy_J=energy_J)[[*CONDITION, "seed", "layer", "energy_J"]]


def deals(digits: dict) -> dict[str, str]:
    """What every set of digits is a deal of: the first that differs from it in nothing else."""
    designs = {name: replace(DIGITS.build(name, values), deal=0) for name, values in digits.items()}
    return {name: next(first for first in designs if designs[first] == design) for name, design in designs.items()}


with job(snakemake):
    files, out, params = snakemake.input, snakemake.output, snakemake.params
    metrics = pd.concat([read_made_table(path) for path in files.metrics], ignore_index=True)
    summary = metrics[metrics["judge"] == MAIN_JUDGE].drop(columns="judge")
    summary = summary.loc[:, ~summary.columns.str.endswith("_sd")]
    write_table(out.summary, summary)
    write_table(out.by_condition, summarise(summary, CONDITION, [c for c in summary if c not in UNMEASURED]))
    write_table(out.effects, variation_effects(summary, EFFECTS))
    write_table(out.components, components_of_study(summary, deals(params.digits), EFFECTS))

    write_table(out.anchors, pd.concat([read_made_table(path) for path in files.anchors]))
    judges = metrics.groupby(["judge", *CONDITION], sort=False)[QUALITY].mean().reset_index()
    write_table(out.judges, judges)
    write_table(out.agreement, agreement_by_protocol(judges, QUALITY, CONDITION))

    write_joined(out.classes, map(read_made_table, files.classes))

    write_joined(out.by_layer, (energy_of_layers(read_of_training(path)) for path in files.ledgers))
    chained = {noise for chain in params.chains.values() for noise in chain}
    ledgers = [path for path in files.ledgers if condition_of(path)["noise"] in chained]
    ledgers = pd.concat(map(read_of_training, ledgers)) if ledgers else pd.DataFrame(columns=CONDITION)
    steps = [energy_steps(ledgers, chain, CONDITION).assign(chain=name) for name, chain in params.chains.items()]
    write_table(out.steps, pd.concat(steps) if steps else pd.DataFrame(columns=["chain", "from", "to"]))

    moments = read_table(files.moments)
    merits = moments.merge(read_table(files.entropy), on="noise")
    write_table(out.merits, noise_merits(summary, merits, CONDITION))
    write_table(out.worth, noise_worth(summary, moments, CONDITION))

    none = [pd.DataFrame(columns=[*CONDITION, "seed", "layer"])]
    write_joined(out.hardware, map(read_of_training, files.hardware) if files.hardware else none)
