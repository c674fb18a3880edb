"""Train one GAN in place on arrays."""

from rramgan.calibration.pulse_choice import check_pulses
from rramgan.crossbar.design import ArrayDesign
from rramgan.crossbar.passive import ARRAYS
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.errors import about
from rramgan.jobs import job, made_by
from rramgan.learning.chip import Chip
from rramgan.learning.physical import train_physical
from rramgan.learning.rules import RULES
from rramgan.learning.task import VARIATIONS
from rramgan.study import checkpoint_of, load_task, save_training
from rramgan.tables import write_table

with job(snakemake), about(f"configuration: arrays.{snakemake.wildcards.array}", "array"):
    files, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
    array = ARRAYS.build(wildcards.array, params.array)
    rule = RULES.build(wildcards.rule, params.rule)
    model = DeviceModel.load(files.model)
    design = ArrayDesign.of(array, params.device, model, PulsePair.load(files.pulses))
    check_pulses(model, design.window, design.pulses, f"configuration: arrays.{wildcards.array}")
    made = made_by(snakemake, int(wildcards.seed))
    task = load_task(files, params, int(wildcards.seed), checkpoint_of(snakemake.output, params, made))
    limits = array.weight_limits(params.weight_limit)
    populations, variation = Chip.load(files.devices).populations, VARIATIONS[wildcards.variation]
    training, hardware = train_physical(task, populations, limits, design, variation, array.breaks, rule)
    save_training(training, made, snakemake.output)
    write_table(snakemake.output.hardware, hardware)
