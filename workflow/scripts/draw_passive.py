"""Draw what wires and array designs cost."""

from rramgan.figures.passive import array_designs, wire_survey
from rramgan.figures.style import save
from rramgan.jobs import job
from rramgan.tables import read_table

with job(snakemake):
    figures = {
        "wire_survey": wire_survey(read_table(snakemake.input.survey)),
        "array_designs": array_designs(read_table(snakemake.input.summary)),
    }
    for name, figure in figures.items():
        save(figure, snakemake.output[name], snakemake.output[f"{name}_svg"])
