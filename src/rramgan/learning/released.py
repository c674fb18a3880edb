"""The authors' public code (memGAN, April 2021), emulated with all its quirks; nothing else in the project shares them.

Weights are digital numbers whose magnitude is mapped on ONE device for the update only. The quirks: pulses of
100 ns count as ln(100) in the step formula, updates follow +gradient, the last row and column of every matrix are
skipped, the discriminator's output layer and every bias stay untrained, every update multiplies |W| by 0.9, the
real batch's gradient uses the fake batch's hidden activations, the leaky slope of the fake branch is 0, the lowest
bin edge reads 5.16 for 5.62 uS (outside the window used), and the energy is that of one layer: V^2 G t summed over
the devices of the discriminator's hidden layer whose conductance differs between consecutive updates.
"""

import numba
import numpy as np
import pandas as pd
from scipy.special import expit

from rramgan.crossbar.population import Population
from rramgan.device.kinetics import StepTable
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import Pulse
from rramgan.energy import ledger, totals
from rramgan.learning.gan import cross_entropy
from rramgan.learning.network import LEAK
from rramgan.learning.task import Task, Variation, batch_order
from rramgan.learning.training import Batches, History, Training

LOG_WIDTH = "ln_ns"
"""The code's reading of log t_p."""

SET_PULSE, RESET_PULSE = Pulse(0.8, 100e-9), Pulse(-0.8, 100e-9)
G_MIN_S, G_MAX_S = 150e-6, 300e-6
W_MAX = {"generator_hidden": 0.4, "generator_output": 0.4, "discriminator_hidden": 0.15}
"""Weight at full scale of the three layers that are trained."""

COUNTED_LAYER = "discriminator_hidden"
"""The only layer whose writes the code counts."""

SHRINK = 0.9
GUARD = 1e-8


class SingleDeviceLayer:
    """A digital weight matrix (rows, columns) without bias whose updates pass through one device per weight.

    `energy_J` follows the code's definition and is counted if `counts_energy`.
    """

    def __init__(self, weights, w_max: float, steps: dict[str, StepTable], deviates, counts_energy: bool):
        """Take digital `weights`; `deviates` holds device-to-device variables (rows, columns) by polarity."""
        self.weights = np.array(weights, dtype=np.float64)
        self._w_max, self._counts_energy = w_max, counts_energy
        self._deviates = deviates["set"], deviates["reset"]
        self._steps = (
            steps["set"].edges_S,
            np.stack([steps["set"].mean_S, steps["reset"].mean_S]),
            np.stack([steps["set"].relative_spread, steps["reset"].relative_spread]),
        )
        self._previous_S: np.ndarray | None = None
        self.energy_J = {"write_selected": 0.0}

    @property
    def write_changed_J(self) -> float:
        """The same energy: the code counts no other."""
        return self.energy_J["write_selected"]

    def update(self, gradient) -> None:
        """One pulse per device along +`gradient` (rows, columns), but for the last row and column."""
        weights, gradient = self.weights[:-1, :-1], gradient[:-1, :-1]
        positive = weights > 0
        before_S = G_MIN_S + (G_MAX_S - G_MIN_S) * np.abs(weights) / self._w_max
        reset = np.where(positive, gradient <= 0, gradient >= 0)
        of_set, of_reset = (deviate[:-1, :-1] for deviate in self._deviates)
        after_S = np.clip(before_S + _steps_S(before_S, reset, of_set, of_reset, *self._steps), G_MIN_S, G_MAX_S)
        magnitude = SHRINK * self._w_max * (after_S - G_MIN_S) / (G_MAX_S - G_MIN_S)
        self.weights[:-1, :-1] = np.where(positive, magnitude, -magnitude)
        if self._counts_energy:
            if self._previous_S is not None:
                moved_S = self._previous_S[self._previous_S != after_S].sum()
                self.energy_J["write_selected"] += float(SET_PULSE.amplitude_V**2 * SET_PULSE.width_s * moved_S)
            self._previous_S = after_S


@numba.njit(cache=True)
def _steps_S(before_S, reset, of_set, of_reset, edges_S, mean_S, spread):
    """Steps of devices (rows, columns) as of `StepTable.step`, in one pass: of RESET where `reset`, else of SET.

    `of_set`, `of_reset`: device-to-device variables; `mean_S`, `spread`: SET and RESET by bin (2, n).
    """
    step_S = np.empty_like(before_S)
    for i in range(before_S.shape[0]):
        for j in range(before_S.shape[1]):
            level = mean_S.shape[1] - 1
            while level > 0 and before_S[i, j] < edges_S[level]:
                level -= 1
            polarity, deviate = (1, of_reset[i, j]) if reset[i, j] else (0, of_set[i, j])
            step_S[i, j] = mean_S[polarity, level] * (1 + deviate * spread[polarity, level])
    return step_S


def as_released_J(ledger: pd.DataFrame) -> float:
    """Energy (J) of any training as the code would count it: devices of one layer that changed.

    `ledger` has the columns `layer` and `write_changed_J`.
    """
    return float(ledger.loc[ledger["layer"] == COUNTED_LAYER, "write_changed_J"].sum())


def train_released(
    task: Task, populations: dict[str, Population], published: DeviceModel, variation: Variation
) -> Training:
    """Train as the public code does, from the task's initial weights without their bias rows.

    `published` is the table's model under the code's LOG_WIDTH. The code has no variation; `spatial` lets the devices
    of `populations` (G+ of each pair) differ in their steps. Its reads are digital: `temporal` has nothing to act on.
    """
    weights = {name: matrix[:-1] for name, matrix in task.weights.items()}
    steps = {pulse.polarity: published.kinetics.step_table(pulse) for pulse in (SET_PULSE, RESET_PULSE)}
    layers = {}
    for name, w_max in W_MAX.items():
        deviates = dict.fromkeys(steps, np.zeros_like(weights[name]))
        if variation.spatial:
            deviates = {"set": populations[name].deviate_set[0, :-1], "reset": populations[name].deviate_reset[0, :-1]}
        layers[name] = SingleDeviceLayer(weights[name], w_max, steps, deviates, name == COUNTED_LAYER)
    output = weights["discriminator_output"]
    plan, feed = task.plan, task.feed
    history = History(plan, task.observer)
    for step, batch in zip(range(1, plan.steps + 1), Batches(task.real, plan.batch, batch_order(task)), strict=False):
        images, loss_d, loss_g = _step(layers, output, batch, feed.take(plan.batch))
        history.add(
            step,
            images,
            (loss_d, loss_g),
            draw=lambda: _images(layers, feed.watched),
            energy=lambda: totals(ledger(layers, feed.energy_J, feed.time_s)),
        )
    priced = ledger(layers, feed.energy_J, feed.time_s)
    return Training(history.table(), priced, _images(layers, feed.reserved))


def _images(layers, noise) -> np.ndarray:
    """Images of the generator, float32 as in the other protocols."""
    return _generate(layers, noise)[1].astype(np.float32)


def _generate(layers, noise) -> tuple[np.ndarray, np.ndarray]:
    """Hidden activities and images of the generator."""
    hidden = np.maximum(noise @ layers["generator_hidden"].weights, 0)
    return hidden, np.tanh(hidden @ layers["generator_output"].weights)


def _step(layers, output, real, noise) -> tuple[np.ndarray, float, float]:
    """One batch in the order of the code; returns the images and both losses."""
    first, second, detector = (layers[name] for name in W_MAX)
    hidden, images = _generate(layers, noise)

    sums_real = real @ detector.weights
    logit_real = np.where(sums_real > 0, sums_real, LEAK * sums_real) @ output
    sums_fake = images @ detector.weights
    logit_fake = np.where(sums_fake > 0, sums_fake, LEAK * sums_fake) @ output
    called_real, called_fake = expit(logit_real), expit(logit_fake)

    error_real = -1 / (called_real + GUARD) * called_real * (1 - called_real)
    error_fake = 1 / (1 - called_fake + GUARD) * called_fake * (1 - called_fake)
    slope_real_branch = np.where(sums_fake > 0, 1, LEAK)
    slope_fake_branch = np.where(sums_fake > 0, 1, 0)
    gradient_real = real.T @ ((error_real @ output.T) * slope_real_branch)
    gradient_fake = images.T @ ((error_fake @ output.T) * slope_fake_branch)
    detector.update(gradient_real + gradient_fake)

    error = -1 / (called_fake + GUARD) * called_fake * (1 - called_fake)
    error = (((error @ output.T) * slope_real_branch) @ detector.weights.T) * (1 - images**2)
    gradient_first = noise.T @ ((error @ second.weights.T) * (hidden > 0))
    second.update(hidden.T @ error)
    first.update(gradient_first)
    loss = cross_entropy(logit_real, True) + cross_entropy(logit_fake, False)
    return images, loss, cross_entropy(logit_fake, True)
