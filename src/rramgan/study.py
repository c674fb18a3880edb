"""What a training is given from the files of earlier rules, and what it leaves behind."""

from rramgan.digits import DigitSplit, to_bytes, to_unit
from rramgan.evaluation.judge import Judge
from rramgan.learning.chip import Chip
from rramgan.learning.task import Task
from rramgan.learning.training import NoiseFeed, Plan, Training
from rramgan.noise.trace import Trace
from rramgan.tables import write_arrays, write_table


def load_task(files, params, seed: int) -> Task:
    """Gather what every protocol shares from the files of earlier rules.

    `files` has the paths `digits`, `judge`, `trace` and `devices`; `params` has `digit`, `batch`, `steps` and
    `evaluation`. The last rows of the trace are kept for the final images.
    """
    judge = Judge.load(files.judge)
    return Task(
        real=to_unit(DigitSplit.load(files.digits).gan_images),
        feed=NoiseFeed(Trace.load(files.trace), params.evaluation["images"]),
        weights=Chip.load(files.devices).weights,
        plan=Plan(params.steps, params.batch, params.evaluation["history_rows"]),
        recognise=lambda images: judge.labels(images) == params.digit,
        seed=seed,
    )


def save_training(training: Training, made_by: dict, files) -> None:
    """Write what a training leaves behind to the paths `history`, `ledger` and `images` of `files`."""
    write_table(files.history, training.history)
    write_table(files.ledger, training.ledger)
    write_arrays(files.images, {"images": to_bytes(training.images)}, made_by)
