"""Measure what one training reached and what it cost."""

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit, to_unit
from rramgan.energy import totals
from rramgan.evaluation.judge import Judge
from rramgan.evaluation.metrics import assess
from rramgan.jobs import logged_to, provenance
from rramgan.tables import read_arrays, read_table, write_json

with logged_to(snakemake.log[0]):
    files, digit = snakemake.input, snakemake.params.digit
    real = to_unit(DigitSplit.load(files.digits).gan_images)
    generated = to_unit(read_arrays(files.images, ["images"])["images"])
    history = read_table(files.history, ["step", "accuracy_running", "batch_pixel_std"])
    last = history.iloc[-1]
    condition = condition_of(snakemake.output.metrics)
    metrics = {
        **condition,
        "seed": int(condition["seed"]),
        "steps": int(last["step"]),
        "accuracy_running": float(last["accuracy_running"]),
        "batch_pixel_std": float(last["batch_pixel_std"]),
        **assess(Judge.load(files.judge), real, generated, digit),
        **totals(read_table(files.ledger)),
        "made_by": provenance([digit, condition], int(condition["seed"])),
    }
    write_json(snakemake.output.metrics, metrics)
