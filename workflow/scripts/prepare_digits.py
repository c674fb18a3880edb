"""Deal the real digits out to the GAN, the judges and the reference."""

from rramgan.digits import DIGITS
from rramgan.jobs import job, made_by

with job(snakemake):
    design = DIGITS.build(snakemake.wildcards.digits, snakemake.params.design)
    design.split().save(snakemake.output.digits, made_by(snakemake, seed=design.deal))
