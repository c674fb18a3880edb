"""Synthesise a measurement campaign from the published table."""

from rramgan.calibration.campaign import simulate_campaign
from rramgan.device.published import published_model
from rramgan.jobs import logged_to
from rramgan.tables import write_tables

with logged_to(snakemake.log[0]):
    truth = published_model(snakemake.input.static_table, snakemake.input.dynamic_table)
    write_tables(snakemake.output, simulate_campaign(truth, **snakemake.params.campaign, seed=0))
