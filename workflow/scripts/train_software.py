"""Train one GAN in software, the baseline."""

from rramgan.jobs import job, made_by
from rramgan.learning.rules import RULES
from rramgan.learning.software import train_software
from rramgan.study import load_task, save_training

with job(snakemake):
    rule = RULES.build(snakemake.wildcards.rule, snakemake.params.rule)
    task = load_task(snakemake.input, snakemake.params, int(snakemake.wildcards.seed))
    save_training(train_software(task, rule), made_by(snakemake, task.seed), snakemake.output)
