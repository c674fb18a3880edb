"""Train one GAN in place on arrays."""

from rramgan.crossbar.array import ArrayDesign, Converters
from rramgan.crossbar.mapping import Window
from rramgan.crossbar.programming import SCHEMES
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.jobs import logged_to, provenance
from rramgan.learning.protocols import VARIATIONS, train_physical
from rramgan.study import load_populations, load_task, save_training
from rramgan.units import MICRO, PICO

with logged_to(snakemake.log[0]):
    params, array, device = snakemake.params, snakemake.params.array, snakemake.params.device
    model = DeviceModel.load(snakemake.input.model)
    design = ArrayDesign(
        static=model.static,
        kinetics=model.dynamic,
        window=Window(device["window"]["g_min_uS"] * MICRO, device["window"]["g_max_uS"] * MICRO, array["one_sided"]),
        pulses=PulsePair(**{polarity: Pulse(**pulse) for polarity, pulse in device["pulses"].items()}),
        scheme=SCHEMES[array["scheme"]],
        tile_shape=(array["tile_rows"], array["tile_columns"]),
        read_voltage_V=device["read"]["voltage_V"],
        read_width_s=device["read"]["width_s"],
        temperature_C=device["temperature_C"],
        nonlinear=array["nonlinear_read"],
        converters=Converters(array["dac_pJ"] * PICO, array["adc_pJ"] * PICO),
    )
    task = load_task(snakemake.input, params, int(snakemake.wildcards.seed))
    variation = VARIATIONS[snakemake.wildcards.variation]
    populations = load_populations(snakemake.input.devices)
    training = train_physical(task, populations, params.weight_limit, design, variation)
    save_training(training, provenance([dict(params), dict(snakemake.wildcards)], task.seed), snakemake.output)
