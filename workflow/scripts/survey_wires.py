"""Tabulate what line resistance does to tiles of every size, metal and window."""

from rramgan.crossbar.survey import configured_survey
from rramgan.jobs import job
from rramgan.tables import write_table

with job(snakemake):
    write_table(snakemake.output.survey, configured_survey(snakemake.params.survey, seed=0))
