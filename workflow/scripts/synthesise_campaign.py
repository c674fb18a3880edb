"""Synthesise a measurement campaign from the published table."""

from rramgan.calibration.campaign import simulate_campaign
from rramgan.device.published import published_model
from rramgan.jobs import job
from rramgan.tables import write_tables

with job(snakemake):
    truth = published_model(snakemake.input.static_table, snakemake.input.dynamic_table)
    write_tables(snakemake.output, simulate_campaign(truth, **snakemake.params.campaign, seed=0))
