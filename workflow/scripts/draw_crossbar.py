"""Draw the conductance maps of one seed's arrays."""

from rramgan.figures.crossbar import conductance_maps
from rramgan.figures.style import save
from rramgan.jobs import job
from rramgan.learning.chip import Chip

with job(snakemake):
    array = snakemake.params.array
    populations = Chip.load(snakemake.input.devices).populations
    figure = conductance_maps(populations, array["tile_rows"], array["tile_columns"])
    save(figure, snakemake.output.crossbar, snakemake.output.crossbar_svg)
