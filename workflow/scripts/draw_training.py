"""Draw how the trainings went, one figure per protocol and array design, and what the generators draw in the end."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit
from rramgan.figures.style import save
from rramgan.figures.training import generated_digits, training_curves
from rramgan.jobs import logged_to
from rramgan.tables import read_arrays, read_table

with logged_to(snakemake.log[0]):
    files, out = snakemake.input, snakemake.output
    history = pd.concat([read_table(path).assign(**condition_of(path)) for path in files.histories])
    for name, (protocol, array) in snakemake.params.settings.items():
        runs = history[(history["protocol"] == protocol) & (history["array"] == array)]
        save(training_curves(runs), out[name], out[f"{name}_svg"])

    images = {}
    for path in files.images:
        name = tuple(condition_of(path)[part] for part in ("protocol", "array", "noise", "variation"))
        images[name] = read_arrays(path, ["images"])["images"]
    figure = generated_digits(images, DigitSplit.load(files.digits).gan_images)
    save(figure, out.digits, out.digits_svg)
