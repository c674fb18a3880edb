"""Draw how the trainings went, one figure per protocol and array design, and what the generators draw in the end."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit
from rramgan.figures.style import save
from rramgan.figures.training import generated_digits, training_curves
from rramgan.jobs import job
from rramgan.tables import read_arrays, read_table

with job(snakemake):
    files, out = snakemake.input, snakemake.output
    history = pd.concat([read_table(path).assign(**condition_of(path)) for path in files.histories])
    runs = dict(list(history.groupby(["protocol", "array", "rule"])))
    for name, setting in snakemake.params.settings.items():
        save(training_curves(runs[setting]), out[name], out[f"{name}_svg"])

    conditions = pd.DataFrame([condition_of(path) for path in files.images])
    images = [read_arrays(path, ["images"])["images"] for path in files.images]
    figure = generated_digits(conditions, images, DigitSplit.load(files.digits).gan_images)
    save(figure, out.digits, out.digits_svg)
