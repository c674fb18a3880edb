"""Train one GAN as the authors' public code does."""

from rramgan.device.published import published_model
from rramgan.jobs import job, made_by
from rramgan.learning.chip import Chip
from rramgan.learning.released import LOG_WIDTH, train_released
from rramgan.learning.task import VARIATIONS
from rramgan.study import load_task, save_training

with job(snakemake):
    published = published_model(snakemake.input.static_table, snakemake.input.dynamic_table, LOG_WIDTH)
    task = load_task(snakemake.input, snakemake.params, int(snakemake.wildcards.seed))
    populations, variation = Chip.load(snakemake.input.devices).populations, VARIATIONS[snakemake.wildcards.variation]
    training = train_released(task, populations, published, variation)
    save_training(training, made_by(snakemake, task.seed), snakemake.output)
