"""Measure what the trainings of one condition reached and what they cost, a row per seed."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit, to_unit
from rramgan.energy import totals
from rramgan.evaluation.judge import Judge
from rramgan.evaluation.metrics import assess
from rramgan.jobs import logged_to, provenance
from rramgan.tables import read_arrays, read_table, write_table

with logged_to(snakemake.log[0]):
    files, digit = snakemake.input, snakemake.params.digit
    real = to_unit(DigitSplit.load(files.digits).gan_images)
    judge = Judge.load(files.judge)
    rows = []
    for history_file, ledger_file, images_file in zip(files.histories, files.ledgers, files.images, strict=True):
        condition = condition_of(history_file)
        last = read_table(history_file, ["step", "accuracy_running", "batch_pixel_std"]).iloc[-1]
        generated = to_unit(read_arrays(images_file, ["images"])["images"])
        rows.append(
            {
                **condition,
                "steps": int(last["step"]),
                "accuracy_running": last["accuracy_running"],
                "batch_pixel_std": last["batch_pixel_std"],
                **assess(judge, real, generated, digit),
                **totals(read_table(ledger_file)),
                **provenance(snakemake.config["fingerprint"], int(condition["seed"])),
            }
        )
    write_table(snakemake.output.metrics, pd.DataFrame(rows))
