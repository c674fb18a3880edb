"""The whole bill of every condition on arrays, beside that of the same training in digital logic alone."""

from rramgan.bills import bills
from rramgan.jobs import job
from rramgan.tables import read_table, write_table

with job(snakemake):
    write_table(snakemake.output.bill, bills(read_table(snakemake.input.summary), snakemake.params.settings))
