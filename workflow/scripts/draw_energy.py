"""Draw what energy is spent on and what it buys."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.figures.energy import breakdown, by_layer
from rramgan.figures.style import save
from rramgan.figures.tradeoff import accuracy_against_energy, variation_effect
from rramgan.jobs import job
from rramgan.tables import read_table

with job(snakemake):
    summary = read_table(snakemake.input.summary)
    ledgers = pd.concat([read_table(path).assign(**condition_of(path)) for path in snakemake.input.ledgers])
    figures = {
        "accuracy_energy": accuracy_against_energy(summary),
        "variation_effect": variation_effect(summary),
        "energy_breakdown": breakdown(summary),
        "energy_by_layer": by_layer(ledgers),
    }
    for name, figure in figures.items():
        save(figure, snakemake.output[name], snakemake.output[f"{name}_svg"])
