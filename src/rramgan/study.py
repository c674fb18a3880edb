"""What a training is given from the files of earlier rules, and what it leaves behind."""

from rramgan.crossbar.population import Population, unpack
from rramgan.digits import DigitSplit, to_bytes, to_unit
from rramgan.evaluation.judge import Judge
from rramgan.learning.task import Task
from rramgan.learning.training import NoiseFeed, Plan, Training
from rramgan.noise.sources import Trace
from rramgan.tables import read_arrays, write_arrays, write_table


def load_task(files, params, seed: int) -> Task:
    """Gather what every protocol shares from the files of earlier rules.

    `files` has the paths `digits`, `judge`, `trace` and `devices`; `params` has `digit`, `batch`, `steps` and
    `evaluation`. The last rows of the trace are kept for the final images.
    """
    trace = read_arrays(files.trace, ["z", "energy_per_row_J", "time_per_row_s"])
    trace = Trace(trace["z"], float(trace["energy_per_row_J"]), float(trace["time_per_row_s"]))
    judge = Judge.load(files.judge)
    return Task(
        real=to_unit(DigitSplit.load(files.digits).gan_images),
        feed=NoiseFeed(trace, params.evaluation["images"]),
        weights={name: weights for name, (weights, _) in _layers(files.devices).items()},
        plan=Plan(params.steps, params.batch, params.evaluation["history_rows"]),
        recognise=lambda images: judge.labels(images) == params.digit,
        seed=seed,
    )


def load_populations(path) -> dict[str, Population]:
    """Populations by layer in the file of `instantiate_crossbar`."""
    return {name: population for name, (_, population) in _layers(path).items()}


def _layers(path) -> dict:
    """Initial weights and population by layer."""
    arrays = read_arrays(path)
    names = [name.removesuffix(".weights") for name in arrays if name.endswith(".weights")]
    return {name: (arrays[f"{name}.weights"], unpack(arrays, name)) for name in names}


def save_training(training: Training, made_by: dict, files) -> None:
    """Write what a training leaves behind to the paths `history`, `ledger` and `images` of `files`."""
    write_table(files.history, training.history)
    write_table(files.ledger, training.ledger)
    write_arrays(files.images, {"images": to_bytes(training.images)}, made_by)
