"""Write the report of a study."""

from pathlib import Path

from rramgan.figures.drawings import Drawing
from rramgan.jobs import job
from rramgan.report.page import Study, write_page

with job(snakemake):
    params = snakemake.params
    study = Study(
        folder=Path(snakemake.input.summary).parent,
        benchmarks=Path(params.benchmarks),
        config=snakemake.config,
        default=params.default,
        rules=params.rules,
    )
    drawings = {name: Drawing(**drawing) for name, drawing in params.drawings.items()}
    write_page(
        snakemake.output.page, study, drawings, {Path(path).stem: Path(path) for path in snakemake.input.captions}
    )
