"""A whole training: batches, noise, history and the images it ends with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from rramgan.energy import ledger, totals
from rramgan.learning.checkpoint import Checkpoint
from rramgan.learning.gan import gan_step
from rramgan.learning.network import Network
from rramgan.learning.rules import Update
from rramgan.noise.trace import Trace

WATCHED_ROWS = 300
"""Most images of an evaluation during training, which has to be cheap."""


@dataclass(frozen=True)
class Plan:
    """How long to train and how often to look: `steps` batches of `batch` images, `evaluations` rows of history."""

    steps: int
    batch: int
    evaluations: int

    def is_evaluated(self, step: int) -> bool:
        """Whether the history gets a row after `step` (1-based); the last step always does."""
        return step * self.evaluations // self.steps > (step - 1) * self.evaluations // self.steps


@dataclass(frozen=True)
class Training:
    """What a training leaves behind: `history` by evaluation, `ledger` by layer, `images` (n, pixels) in [-1, 1]."""

    history: pd.DataFrame
    ledger: pd.DataFrame
    images: np.ndarray


@dataclass(frozen=True)
class Observer:
    """How a training is watched."""

    recognise: Callable[[np.ndarray], np.ndarray]
    """Tells for each image (n, pixels) whether it shows a digit trained on."""

    measure: Callable[[np.ndarray], dict[str, float]]
    """Scores of generated images (n, pixels) against held-out ones."""


class NoiseFeed:
    """Deals the rows of a trace in time order, again and again; the last `reserved` are for the final images."""

    forgets = ("_training", "reserved", "_trace")

    def __init__(self, trace: Trace, reserved: int):
        """Raise ValueError if the trace is not longer than what is reserved."""
        if len(trace.z) <= reserved:
            raise ValueError(f"noise trace of {len(trace.z)} rows: needs more than the {reserved} reserved rows")
        self._training, self.reserved = trace.z[: len(trace.z) - reserved], trace.z[len(trace.z) - reserved :]
        self._trace = trace
        self.rows_used = 0

    def take(self, count: int) -> np.ndarray:
        """The next `count` rows."""
        rows = np.arange(self.rows_used, self.rows_used + count) % len(self._training)
        self.rows_used += count
        return self._training[rows]

    @property
    def watched(self) -> np.ndarray:
        """The reserved rows that evaluations during training use."""
        return self.reserved[:WATCHED_ROWS]

    @property
    def energy_J(self) -> float:
        """Energy of all rows dealt so far."""
        return self.rows_used * self._trace.energy_per_row_J

    @property
    def time_s(self) -> float:
        """Time it took to record them."""
        return self.rows_used * self._trace.time_per_row_s


class Batches:
    """Endless batches of `images` in a new random order every epoch; an epoch's remainder opens the next one."""

    forgets = ("_images",)

    def __init__(self, images, size: int, rng: np.random.Generator):
        """Deal batches of `size` images, in an order drawn from `rng`."""
        self._images, self._size, self._rng = images, size, rng
        self._order = np.empty(0, dtype=int)

    def __iter__(self) -> Self:
        """Itself: one pass that never ends."""
        return self

    def __next__(self) -> np.ndarray:
        """The next batch."""
        while len(self._order) < self._size:
            self._order = np.concatenate([self._order, self._rng.permutation(len(self._images))])
        dealt, self._order = self._order[: self._size], self._order[self._size :]
        return self._images[dealt]


class History:
    """Collects a row per evaluation and the released code's running accuracy, which counts every image so far."""

    def __init__(self, plan: Plan, observer: Observer):
        """Start without rows."""
        self._plan, self._observer = plan, observer
        self._hits = self._seen = 0
        self._rows = np.array([], dtype=str)

    def add(self, step: int, images, losses: tuple[float, float], draw: Callable, energy: Callable[[], dict]):
        """Count the images of `step`.

        At an evaluation also record the losses of discriminator and generator, accuracies, pixel spread, the scores of
        the images `draw()` and `energy()`.
        """
        recognised = self._observer.recognise(images)
        self._hits += int(np.sum(recognised))
        self._seen += len(images)
        if not self._plan.is_evaluated(step):
            return
        row = {
            "step": step,
            **dict(zip(("loss_discriminator", "loss_generator"), losses, strict=True)),
            "accuracy_batch": float(np.mean(recognised)),
            "accuracy_running": self._hits / self._seen,
            "batch_pixel_std": float(np.mean(np.std(images, axis=0, dtype=np.float64))),
            **self._observer.measure(draw()),
            **energy(),
        }
        self._rows = np.append(self._rows, json.dumps(row))

    def table(self) -> pd.DataFrame:
        """The history, one row per evaluation."""
        return pd.DataFrame([json.loads(row) for row in self._rows])


def train(
    generator: Network,
    discriminator: Network,
    updates: dict[str, Update],
    real: np.ndarray,
    feed: NoiseFeed,
    plan: Plan,
    observer: Observer,
    rng: np.random.Generator,
    checkpoint: Checkpoint | None = None,
) -> Training:
    """Train both networks in place on `real` images (n, pixels) and generate from the reserved noise at the end.

    `updates` are those of a learning rule, by layer. The ledger stops before the final images: it prices the training
    alone. All images but those trained with are drawn by snapshots of the generator.
    What begins at a `checkpoint` ends as if it had never stopped.
    """
    layers = {**generator.layers, **discriminator.layers}
    history, dealt = History(plan, observer), Batches(real, plan.batch, rng)
    memory = {"layers": layers, "updates": updates, "batches": dealt, "feed": feed, "history": history}
    if checkpoint is not None:
        checkpoint.resume(memory)
    for step in range(feed.rows_used // plan.batch + 1, plan.steps + 1):
        batch = next(dealt)
        images, loss_d, loss_g = gan_step(generator, discriminator, updates, batch, feed.take(plan.batch))
        history.add(
            step,
            images,
            (loss_d, loss_g),
            draw=lambda: generator.snapshot().forward(feed.watched)[-1],
            energy=lambda: totals(ledger(layers, feed.energy_J, feed.time_s)),
        )
        if checkpoint is not None and checkpoint.is_due(step):
            checkpoint.save(memory)
    priced = ledger(layers, feed.energy_J, feed.time_s)
    return Training(history.table(), priced, generator.snapshot().forward(feed.reserved)[-1])
