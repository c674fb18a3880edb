"""Train one GAN in software, the baseline."""

from rramgan.jobs import logged_to, provenance
from rramgan.learning.software import train_software
from rramgan.study import load_task, save_training

with logged_to(snakemake.log[0]):
    task = load_task(snakemake.input, snakemake.params, int(snakemake.wildcards.seed))
    training = train_software(task, snakemake.params.learning_rate)
    made_by = provenance(snakemake.config["fingerprint"], task.seed)
    save_training(training, made_by, snakemake.output)
