"""Tabulate distribution, autocorrelation, spectrum and moments of the recorded traces."""

from rramgan.conditions import condition_of
from rramgan.jobs import job
from rramgan.noise.quality import characterise
from rramgan.noise.trace import Trace
from rramgan.tables import write_table

with job(snakemake):
    traces = {condition_of(path)["noise"]: Trace.load(path) for path in snakemake.input.traces}
    for name, table in characterise(traces).items():
        write_table(snakemake.output[name], table)
