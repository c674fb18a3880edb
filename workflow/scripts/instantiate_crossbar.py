"""Draw initial weights and the devices of all layers for one seed."""

from rramgan.device.window import Window
from rramgan.jobs import job, made_by
from rramgan.learning.chip import draw_chip

with job(snakemake):
    params, seed, inputs = snakemake.params, int(snakemake.wildcards.seed), int(snakemake.wildcards.inputs)
    limits, stuck_fraction = params.crossbar["weight_limit"], params.crossbar["stuck_fraction"]
    chip = draw_chip(inputs, params.hidden, limits, Window.of(params.window), stuck_fraction, seed)
    chip.save(snakemake.output.devices, made_by(snakemake, seed))
