"""Import the measurements of a device from the files its laboratory has, and say how they were read."""

import sys

from rramgan.calibration.import_measurements import import_files
from rramgan.jobs import job
from rramgan.tables import write_tables

with job(snakemake) as log:
    imported = import_files(dict(snakemake.input.items()), snakemake.params.device)
    for sentence in imported.sentences():
        log.info(sentence)
        print(sentence, file=sys.stderr)
    write_tables(snakemake.output, imported.tables)
