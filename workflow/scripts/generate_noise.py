"""Record the trace of one noise source for one seed."""

from rramgan.device.model import DeviceModel
from rramgan.device.window import Window
from rramgan.jobs import logged_to, provenance
from rramgan.noise.sources import SOURCES, NoiseDesign, TelegraphNoise
from rramgan.streams import stream
from rramgan.tables import write_arrays
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    params, noise, seed = snakemake.params, snakemake.params.noise, int(snakemake.wildcards.seed)
    design = NoiseDesign(
        static=DeviceModel.load(snakemake.input.model).static,
        window=Window(params.device["window"]["g_min_uS"] * MICRO, params.device["window"]["g_max_uS"] * MICRO),
        read_voltage_V=params.device["read"]["voltage_V"],
        sample_interval_s=noise["sample_interval_s"],
        temperature_C=params.device["temperature_C"],
        std=noise["std"],
        telegraph=TelegraphNoise(**{name: tuple(limits) for name, limits in noise["telegraph"].items()}),
    )
    source = snakemake.wildcards.noise
    trace = SOURCES[source](design, noise["trace_rows"], params.inputs, stream(seed, "noise", source))
    write_arrays(
        snakemake.output.trace,
        vars(trace),
        provenance(snakemake.config["fingerprint"], seed),
    )
