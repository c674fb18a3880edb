"""Train one GAN in software, the baseline."""

from rramgan.jobs import job, made_by
from rramgan.learning.rules import RULES
from rramgan.learning.software import train_software
from rramgan.study import checkpoint_of, load_task, save_training

with job(snakemake):
    rule = RULES.build(snakemake.wildcards.rule, snakemake.params.rule)
    params, seed = snakemake.params, int(snakemake.wildcards.seed)
    made = made_by(snakemake, seed)
    task = load_task(snakemake.input, params, seed, checkpoint_of(snakemake.output, params, made))
    save_training(train_software(task, rule), made, snakemake.output)
