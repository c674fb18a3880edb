"""What a training is given from the files of earlier rules, and what it leaves behind."""

from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.conditions import CONDITION
from rramgan.digits import CLASSES, PIXELS, DigitSplit, to_bytes, to_unit
from rramgan.energy import DISSIPATED, TIMED
from rramgan.errors import InputError
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.judges import main_judge
from rramgan.evaluation.protocol import compare
from rramgan.learning.architecture import LAYERS
from rramgan.learning.checkpoint import Checkpoint
from rramgan.learning.chip import Chip
from rramgan.learning.task import Task
from rramgan.learning.training import NoiseFeed, Observer, Plan, Training
from rramgan.noise.trace import Trace
from rramgan.tables import Layout, read_arrays, read_result, write_arrays, write_table

WATCHED = ("frechet_distance", "recall", "coverage")
"""Scores of a history."""

HISTORY = ("accuracy_running", "batch_pixel_std", *WATCHED)
"""What is read of a history again."""

CHECKPOINT = "checkpoint.npz"
"""What an unfinished training is resumed from."""


def load_task(files, params, seed: int, checkpoint: Checkpoint | None = None) -> Task:
    """Gather what every protocol shares from the files of earlier rules.

    `files` has the paths `digits`, `classifier`, `trace` and `devices`; `params` has `batch`, `steps` and `evaluation`.
    The last rows of the trace are kept for the final images.
    """
    split, trace, weights = DigitSplit.load(files.digits), Trace.load(files.trace), Chip.load(files.devices).weights
    inputs, images = len(weights[LAYERS[0]]) - 1, params.evaluation["images"]
    if trace.z.shape[1] != inputs or len(trace.z) <= images:
        raise InputError(
            f"{files.trace}: array 'z' has shape {trace.z.shape}; expected more than {images} rows of {inputs} inputs, "
            f"as in {files.devices}"
        )
    return Task(
        real=to_unit(split.gan_training.images),
        feed=NoiseFeed(trace, images),
        weights=weights,
        plan=Plan(params.steps, params.batch, params.evaluation["history_rows"]),
        observer=observer(Classifier.load(files.classifier), split),
        seed=seed,
        checkpoint=checkpoint,
    )


def observer(classifier: Classifier, split: DigitSplit) -> Observer:
    """Watch a training through the classifier and the main judge, who compares with the reference."""
    judge = main_judge(classifier, split.judge_training)
    reference = judge.features(to_unit(split.reference.images))
    trained = np.isin(np.arange(CLASSES), split.gan_training.labels)

    def measure(images):
        scores = compare(reference, judge.features(images), scores=WATCHED)
        return {name: scores[name] for name in WATCHED}

    return Observer(lambda images: trained[classifier.labels(images)], measure)


def checkpoint_of(files, params, made_by: dict) -> Checkpoint:
    """The checkpoint beside the `history` of a training, which `save_training` removes."""
    return Checkpoint(Path(files.history).with_name(CHECKPOINT), params.checkpoint_every, made_by)


def save_training(training: Training, made_by: dict, files) -> None:
    """Write what a training leaves behind to the paths `history`, `ledger` and `images` of `files`."""
    write_table(files.history, training.history)
    write_table(files.ledger, training.ledger)
    write_arrays(files.images, {"images": to_bytes(training.images)}, made_by)
    Path(files.history).with_name(CHECKPOINT).unlink(missing_ok=True)


def read_training(history, ledger, images, steps: int) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """What `save_training` wrote of a training of so many steps; InputError for files that are damaged or not whole."""
    rows = read_result(history, {"step": int, **dict.fromkeys(HISTORY, float)})
    if rows["step"].iloc[-1] != steps or not rows["step"].is_monotonic_increasing:
        raise InputError(f"{history}: column 'step' ends at {rows['step'].iloc[-1]}; expected to ascend to {steps}")
    numbers = [*(f"{name}_J" for name in DISSIPATED), *(f"{name}_s" for name in TIMED)]
    layers = read_result(ledger, {"layer": str, **dict.fromkeys(numbers, float)})
    if layers["layer"].iloc[-1] != "noise_source":
        raise InputError(f"{ledger}: column 'layer' ends at {layers['layer'].iloc[-1]!r}; expected noise_source")
    return rows, layers, read_generated(images)


def read_made_table(path) -> pd.DataFrame:
    """A table of the study, which has rows; InputError if it is damaged. Names of conditions in it may be digits."""
    return read_result(path, words=CONDITION)


def read_generated(path) -> np.ndarray:
    """Generated images, bytes (n, pixels); InputError if the archive is damaged."""
    return read_arrays(path, {"images": Layout(("images", PIXELS), 0, 255, whole=True)})["images"]
