"""Draw the noise sources of one seed."""

from rramgan.conditions import condition_of
from rramgan.figures.noise import noise_sources
from rramgan.figures.style import save
from rramgan.jobs import job
from rramgan.noise.trace import Trace
from rramgan.tables import read_table

with job(snakemake):
    files = snakemake.input
    figure = noise_sources(
        {condition_of(path)["noise"]: Trace.load(path) for path in files.traces},
        read_table(files.distribution),
        read_table(files.autocorrelation),
        read_table(files.spectrum),
    )
    save(figure, snakemake.output.noise, snakemake.output.noise_svg)
