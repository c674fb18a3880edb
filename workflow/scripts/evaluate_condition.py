"""Measure what the trainings of one condition reached and what they cost, a row per seed."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit, to_unit
from rramgan.energy import totals
from rramgan.evaluation.judge import Judge
from rramgan.evaluation.metrics import assess
from rramgan.jobs import job, made_by
from rramgan.learning.released import as_released_J
from rramgan.tables import read_arrays, read_table, write_table

with job(snakemake):
    files, digit = snakemake.input, snakemake.params.digit
    real = to_unit(DigitSplit.load(files.digits).gan_images)
    judge = Judge.load(files.judge)
    rows = []
    for history_file, ledger_file, images_file in zip(files.histories, files.ledgers, files.images, strict=True):
        condition = condition_of(history_file)
        last = read_table(history_file, ["step", "accuracy_running", "batch_pixel_std"]).iloc[-1]
        ledger = read_table(ledger_file)
        generated = to_unit(read_arrays(images_file, ["images"])["images"])
        rows.append(
            {
                **condition,
                "steps": int(last["step"]),
                "accuracy_running": last["accuracy_running"],
                "batch_pixel_std": last["batch_pixel_std"],
                **assess(judge, real, generated, digit),
                **totals(ledger),
                "released_J": as_released_J(ledger),
                **made_by(snakemake, int(condition["seed"])),
            }
        )
    write_table(snakemake.output.metrics, pd.DataFrame(rows))
