"""Measure what the trainings of one condition reached and what they cost, a row per seed and judge."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.digits import DigitSplit, to_unit
from rramgan.energy import totals
from rramgan.evaluation.classes import class_scores
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.judges import MAIN_JUDGE, appoint
from rramgan.evaluation.protocol import assess
from rramgan.jobs import job, made_by
from rramgan.learning.released import as_released_J
from rramgan.streams import stream
from rramgan.study import read_training
from rramgan.tables import write_table

with job(snakemake):
    files = snakemake.input
    split, classifier = DigitSplit.load(files.digits), Classifier.load(files.classifier)
    judges = appoint(classifier, split.judge_training)
    rows, by_class = [], []
    for history_file, ledger_file, images_file in zip(files.histories, files.ledgers, files.images, strict=True):
        condition = condition_of(history_file)
        seed = int(condition["seed"])
        history, ledger, images = read_training(history_file, ledger_file, images_file, snakemake.params.steps)
        last, generated = history.iloc[-1], to_unit(images)
        rows += [
            {
                **condition,
                "judge": name,
                "steps": int(last["step"]),
                "accuracy_running": last["accuracy_running"],
                "batch_pixel_std": last["batch_pixel_std"],
                **assess(judge, classifier, split, generated, stream(seed, "memorising")),
                **totals(ledger),
                "released_J": as_released_J(ledger),
                **made_by(snakemake, seed),
            }
            for name, judge in judges.items()
        ]
        classes = class_scores(judges[MAIN_JUDGE], classifier, split, generated)
        by_class.append(classes.assign(**(condition | made_by(snakemake, seed))))
    write_table(snakemake.output.classes, pd.concat(by_class))
    write_table(snakemake.output.metrics, pd.DataFrame(rows))
