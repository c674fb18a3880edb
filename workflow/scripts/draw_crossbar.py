"""Draw the conductance maps of one seed's arrays."""

from rramgan.crossbar.population import unpack
from rramgan.figures.crossbar import conductance_maps
from rramgan.figures.style import save
from rramgan.jobs import logged_to
from rramgan.tables import read_arrays

with logged_to(snakemake.log[0]):
    arrays, tile = read_arrays(snakemake.input.devices), snakemake.params.tile
    layers = [name.removesuffix(".g_S") for name in arrays if name.endswith(".g_S")]
    figure = conductance_maps({layer: unpack(arrays, layer) for layer in layers}, tile["rows"], tile["columns"])
    save(figure, snakemake.output.crossbar, snakemake.output.crossbar_svg)
