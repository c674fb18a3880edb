"""A whole training: batches, noise, history and the images it ends with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rramgan.energy import ledger, totals
from rramgan.learning.gan import gan_step
from rramgan.learning.network import Network
from rramgan.learning.rules import Update
from rramgan.noise.trace import Trace


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


class NoiseFeed:
    """Deals the rows of a trace in time order, again and again; the last `reserved` are for the final images."""

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
    def energy_J(self) -> float:
        """Energy of all rows dealt so far."""
        return self.rows_used * self._trace.energy_per_row_J

    @property
    def time_s(self) -> float:
        """Time it took to record them."""
        return self.rows_used * self._trace.time_per_row_s


def batches(images, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Endless batches of `images` in a new random order every epoch; an epoch's remainder opens the next one."""
    order = rng.permutation(len(images))
    while True:
        while len(order) < size:
            order = np.concatenate([order, rng.permutation(len(images))])
        yield images[order[:size]]
        order = order[size:]


class History:
    """Collects a row per evaluation and the released code's running accuracy, which counts every image so far."""

    def __init__(self, plan: Plan, recognise: Callable[[np.ndarray], np.ndarray]):
        """`recognise` tells for each image (n, pixels) whether it shows the digit trained on."""
        self._plan, self._recognise = plan, recognise
        self._hits = self._seen = 0
        self._rows = []

    def add(self, step: int, images, loss_discriminator: float, loss_generator: float, energy: Callable[[], dict]):
        """Count the images of `step`; at an evaluation also record losses, accuracies, pixel spread and `energy()`."""
        recognised = self._recognise(images)
        self._hits += int(np.sum(recognised))
        self._seen += len(images)
        if not self._plan.is_evaluated(step):
            return
        self._rows.append(
            {
                "step": step,
                "loss_discriminator": loss_discriminator,
                "loss_generator": loss_generator,
                "accuracy_batch": float(np.mean(recognised)),
                "accuracy_running": self._hits / self._seen,
                "batch_pixel_std": float(np.mean(np.std(images, axis=0, dtype=np.float64))),
                **energy(),
            }
        )

    def table(self) -> pd.DataFrame:
        """The history, one row per evaluation."""
        return pd.DataFrame(self._rows)


def train(
    generator: Network,
    discriminator: Network,
    updates: dict[str, Update],
    real: np.ndarray,
    feed: NoiseFeed,
    plan: Plan,
    recognise: Callable[[np.ndarray], np.ndarray],
    rng: np.random.Generator,
) -> Training:
    """Train both networks in place on `real` images (n, pixels) and generate from the reserved noise at the end.

    `updates` are those of a learning rule, by layer. The ledger stops before the final images: it prices the training
    alone.
    """
    layers = {**generator.layers, **discriminator.layers}
    history = History(plan, recognise)
    for step, batch in zip(range(1, plan.steps + 1), batches(real, plan.batch, rng), strict=False):
        images, *losses = gan_step(generator, discriminator, updates, batch, feed.take(plan.batch))
        history.add(step, images, *losses, energy=lambda: totals(ledger(layers, feed.energy_J, feed.time_s)))
    priced = ledger(layers, feed.energy_J, feed.time_s)
    return Training(history.table(), priced, generator.forward(feed.reserved)[-1])
