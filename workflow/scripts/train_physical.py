"""Train one GAN in place on arrays."""

from rramgan.crossbar.design import ArrayDesign, Converters
from rramgan.crossbar.faults import Break
from rramgan.crossbar.programming import SCHEMES
from rramgan.crossbar.wires import Wires
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.device.window import Window
from rramgan.jobs import logged_to, provenance
from rramgan.learning.physical import train_physical
from rramgan.learning.task import VARIATIONS
from rramgan.study import load_populations, load_task, save_training
from rramgan.tables import read_json, write_table
from rramgan.units import MICRO, PICO

with logged_to(snakemake.log[0]):
    params, array, device = snakemake.params, snakemake.params.array, snakemake.params.device
    model = DeviceModel.load(snakemake.input.model)
    segment_ohm, terminal_ohm = array["segment_ohm"], array["terminal_ohm"]
    wires = Wires(segment_ohm, segment_ohm, terminal_ohm, terminal_ohm, array["both_sides"])
    design = ArrayDesign(
        static=model.static,
        kinetics=model.kinetics,
        window=Window(device["window"]["g_min_uS"] * MICRO, device["window"]["g_max_uS"] * MICRO, array["one_sided"]),
        pulses=PulsePair.of(read_json(snakemake.input.pulses)),
        scheme=SCHEMES[array["scheme"]],
        tile_shape=(array["tile_rows"], array["tile_columns"]),
        read_voltage_V=device["read"]["voltage_V"],
        read_width_s=device["read"]["width_s"],
        temperature_C=device["temperature_C"],
        nonlinear=array["nonlinear_read"],
        converters=Converters(array["dac_pJ"] * PICO, array["adc_pJ"] * PICO),
        wires=wires if segment_ohm + terminal_ohm > 0 else None,
        refresh_every=array["refresh_every"],
        compensate=array["compensate"],
        extrapolate=array["extrapolate"],
    )
    breaks = [Break(line, **place) for line in ("wordline", "bitline") for place in array[f"open_{line}s"]]
    task = load_task(snakemake.input, params, int(snakemake.wildcards.seed))
    populations = load_populations(snakemake.input.devices)
    variation = VARIATIONS[snakemake.wildcards.variation]
    training, hardware = train_physical(task, populations, params.weight_limit, design, variation, breaks)
    save_training(training, provenance(snakemake.config["fingerprint"], task.seed), snakemake.output)
    write_table(snakemake.output.hardware, hardware)
