"""Draw the figures of one sheet."""

from rramgan.figures.drawings import Drawing
from rramgan.figures.inputs import read_input
from rramgan.figures.style import save
from rramgan.jobs import job

with job(snakemake):
    files, out, params = snakemake.input, snakemake.output, snakemake.params
    inputs = {name: read_input(name, files[name]) for name in params.files} | params.settings
    for name, drawing in params.drawings.items():
        save(Drawing(**drawing).draw(inputs), out[name], out[f"{name}_svg"])
