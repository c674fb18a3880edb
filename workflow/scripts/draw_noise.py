"""Draw the noise sources of one seed."""

from rramgan.conditions import condition_of
from rramgan.figures.noise import noise_sources
from rramgan.figures.style import save
from rramgan.jobs import logged_to
from rramgan.tables import read_arrays, read_table

with logged_to(snakemake.log[0]):
    files = snakemake.input
    figure = noise_sources(
        {condition_of(path)["noise"]: read_arrays(path, ["z"])["z"] for path in files.traces},
        read_table(files.distribution),
        read_table(files.autocorrelation),
        read_table(files.spectrum),
        snakemake.params.sample_interval_s,
    )
    save(figure, snakemake.output.noise, snakemake.output.noise_svg)
