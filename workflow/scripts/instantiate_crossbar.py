"""Draw initial weights and the devices of all layers for one seed."""

from rramgan.crossbar.population import draw_population, pack
from rramgan.device.window import Window
from rramgan.jobs import logged_to, provenance
from rramgan.learning.architecture import initial_weights, layer_shapes, weight_limit
from rramgan.streams import stream
from rramgan.tables import write_arrays
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    params, seed = snakemake.params, int(snakemake.wildcards.seed)
    window = Window(params.window["g_min_uS"] * MICRO, params.window["g_max_uS"] * MICRO)
    shapes = layer_shapes(params.network["noise_inputs"], params.network["hidden_units"])
    weights = {name: initial_weights(shape, stream(seed, "weights", name)) for name, shape in shapes.items()}
    limits, stuck_fraction = params.crossbar["weight_limit"], params.crossbar["stuck_fraction"]
    populations = {
        name: draw_population(matrix, weight_limit(name, limits), window, stuck_fraction, seed, name)
        for name, matrix in weights.items()
    }
    made_by = provenance(snakemake.config["fingerprint"], seed)
    arrays = {f"{name}.weights": matrix for name, matrix in weights.items()} | pack(populations)
    write_arrays(snakemake.output.devices, arrays, made_by)
