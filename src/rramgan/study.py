"""What a training is given from the files of earlier rules, and what it leaves behind."""

from pathlib import Path

import numpy as np

from rramgan.digits import DigitSplit, to_bytes, to_unit
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.judges import main_judge
from rramgan.evaluation.protocol import compare
from rramgan.learning.checkpoint import Checkpoint
from rramgan.learning.chip import Chip
from rramgan.learning.task import Task
from rramgan.learning.training import NoiseFeed, Observer, Plan, Training
from rramgan.noise.trace import Trace
from rramgan.tables import write_arrays, write_table

WATCHED = ("frechet_distance", "recall", "coverage")
"""Scores of a history."""

CHECKPOINT = "checkpoint.npz"
"""What an unfinished training is resumed from."""


def load_task(files, params, seed: int, checkpoint: Checkpoint | None = None) -> Task:
    """Gather what every protocol shares from the files of earlier rules.

    `files` has the paths `digits`, `classifier`, `trace` and `devices`; `params` has `batch`, `steps` and `evaluation`.
    The last rows of the trace are kept for the final images.
    """
    split = DigitSplit.load(files.digits)
    return Task(
        real=to_unit(split.gan_training.images),
        feed=NoiseFeed(Trace.load(files.trace), params.evaluation["images"]),
        weights=Chip.load(files.devices).weights,
        plan=Plan(params.steps, params.batch, params.evaluation["history_rows"]),
        observer=observer(Classifier.load(files.classifier), split),
        seed=seed,
        checkpoint=checkpoint,
    )


def observer(classifier: Classifier, split: DigitSplit) -> Observer:
    """Watch a training through the classifier and the main judge, who compares with the reference."""
    judge, classes = main_judge(classifier, split.judge_training), np.unique(split.gan_training.labels)
    reference = judge.features(to_unit(split.reference.images))

    def measure(images):
        scores = compare(reference, judge.features(images))
        return {name: scores[name] for name in WATCHED}

    return Observer(lambda images: np.isin(classifier.labels(images), classes), measure)


def checkpoint_of(files, params, made_by: dict) -> Checkpoint:
    """The checkpoint beside the `history` of a training, which `save_training` removes."""
    return Checkpoint(Path(files.history).with_name(CHECKPOINT), params.checkpoint_every, made_by)


def save_training(training: Training, made_by: dict, files) -> None:
    """Write what a training leaves behind to the paths `history`, `ledger` and `images` of `files`."""
    write_table(files.history, training.history)
    write_table(files.ledger, training.ledger)
    write_arrays(files.images, {"images": to_bytes(training.images)}, made_by)
    Path(files.history).with_name(CHECKPOINT).unlink(missing_ok=True)
