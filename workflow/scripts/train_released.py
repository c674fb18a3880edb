"""Train one GAN as the authors' public code does."""

from rramgan.device.model import published_model
from rramgan.jobs import logged_to, provenance
from rramgan.learning.released import LOG_WIDTH, train_released
from rramgan.learning.task import VARIATIONS
from rramgan.study import load_populations, load_task, save_training

with logged_to(snakemake.log[0]):
    published = published_model(snakemake.input.static_table, snakemake.input.dynamic_table, LOG_WIDTH)
    task = load_task(snakemake.input, snakemake.params, int(snakemake.wildcards.seed))
    variation = VARIATIONS[snakemake.wildcards.variation]
    training = train_released(task, load_populations(snakemake.input.devices), published, variation)
    made_by = provenance(snakemake.config["fingerprint"], task.seed)
    save_training(training, made_by, snakemake.output)
