"""Draw the figures of one sheet."""

from rramgan.figures.drawings import Drawing
from rramgan.figures.inputs import read_input
from rramgan.figures.style import headed, save
from rramgan.jobs import job

with job(snakemake):
    files, out, params = snakemake.input, snakemake.output, snakemake.params
    for name, fields in params.drawings.items():
        drawing = Drawing(**fields)
        inputs = {key: read_input(key, files[key], drawing.arguments) for key in drawing.inputs if key in params.files}
        figure = headed(drawing.draw(inputs | params.settings), drawing.title)
        save(figure, out[name], out[f"{name}_svg"])
