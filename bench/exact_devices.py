"""What holds the recipe: its rule in float weights and on devices whose pulses are exact, one change at a time.

Usage: python bench/exact_devices.py DIRECTORY [seeds] [recipe | ten-digits]. Writes exact_devices_<study>.csv: a row
per training of the study's recipe, on its digits.

`adam`: the recipe's optimiser and schedule, weights without limits; `float`: the same, weights kept within the limits
of the recipe's array; `exact`: the recipe's rule, a pulse changes its weight by the mean step of the shipped device.
What the recipe itself falls short of `exact` is due to spread, noise and converters; `exact` of `float`, to the size of
the step; `float` of `adam`, to the window. MNIST in full is downloaded unless RRAMGAN_MNIST names its folder.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.config import load_yaml
from rramgan.crossbar.design import ArrayDesign
from rramgan.crossbar.passive import ARRAYS, PassiveArray
from rramgan.device.published import published_model, published_tables
from rramgan.device.pulses import PulsePair
from rramgan.digits import DIGITS, to_unit
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.judges import main_judge
from rramgan.evaluation.protocol import assess
from rramgan.learning.architecture import weight_limit
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import RULES, Accumulate, Adam
from rramgan.streams import stream
from rramgan.tables import write_table
from software_baseline import trained

DEVICE = Path("data/raw/nili2020")

SCORES = ("frechet_distance", "recall", "coverage", "accuracy")

ONE_CHANGE: dict[str, dict] = {
    "none": {},
    "generator as fast as the discriminator": {"generator_rate": 1.0},
    "limit of the discriminator 1.4 times as far": {"discriminator": 1.4},
    "2 % of the weights stuck anywhere": {"stuck": 0.02},
    "steps up 7 % larger, down 7 % smaller than counted": {"lopsided": 0.07},
}
"""Trainings on exact devices: what differs from the recipe, a network's limit as a factor by its name."""


class LimitedLayer(SoftwareLayer):
    """Weights in memory that stay within +-`limit`; `update` takes changes."""

    def __init__(self, weights, limit: float):
        """Start from `weights` (rows, columns), clipped."""
        self.limit = np.float32(limit)
        super().__init__(np.clip(weights, -self.limit, self.limit))

    def update(self, change) -> None:
        """Add `change` (rows, columns) as far as the limits allow."""
        super().update(change)
        np.clip(self.weights, -self.limit, self.limit, out=self.weights)


@dataclass(frozen=True)
class Imperfect:
    """What exact devices still get wrong."""

    stuck: float = 0.0
    """Share of the weights that never change, at any value within the limits."""

    lopsided: float = 0.0
    """By which share steps up are larger, and steps down smaller, than what is taken from the sums."""


class ExactDevices(LimitedLayer):
    """The same in steps of one size; `update` takes directions and counts the `pulses`."""

    pulses = 0

    def __init__(self, weights, limit: float, step: float, flaws: Imperfect, rng: np.random.Generator):
        """Start from `weights` (rows, columns), clipped, but for those that are stuck; `step` as share of `limit`."""
        super().__init__(weights, limit)
        self.step = step
        self.lopsided = flaws.lopsided
        self.works = rng.random(self.weights.shape) >= flaws.stuck
        stuck = limit * rng.uniform(-1, 1, self.weights.shape)
        self.weights = np.where(self.works, self.weights, stuck.astype(np.float32))

    @property
    def weight_step(self) -> float:
        """Change of a weight by one pulse."""
        return self.step * float(self.limit)

    def update(self, change) -> None:
        """Pulse in the directions of `change` (rows, columns)."""
        self.pulses += int(np.count_nonzero(change))
        size = self.weight_step * (1 + self.lopsided * change)
        super().update((change * self.works * size).astype(np.float32))


def adam_of(rule: Accumulate) -> Adam:
    """Adam in memory, by the steps that the sums of a rule take."""
    shared = ("learning_rate", "generator_rate", "schedule", "decay1", "decay2")
    return Adam(**{name: getattr(rule, name) for name in shared})


def step_of(array: PassiveArray) -> float:
    """Mean change of a weight by one pulse of the published device, over the weight at full scale."""
    device, model = load_yaml(DEVICE / "device.yaml"), published_model(*published_tables(DEVICE).values())
    design = ArrayDesign.of(array, device, model, PulsePair.of(device["pulses"]))
    return design.mean_step_S / design.window.full_scale_S


def trials(array: PassiveArray, rule: Accumulate):
    """Weights, change, rule, and maker of layers by name and initial weights, of every training."""
    limits, step = array.weight_limits({}), step_of(array)
    yield "adam", "none", adam_of(rule), lambda name, weights: SoftwareLayer(weights)
    yield "float", "none", adam_of(rule), lambda name, w: LimitedLayer(w, weight_limit(name, limits))
    for change, values in ONE_CHANGE.items():
        of_limits = {name: values.get(name, 1.0) * limit for name, limit in limits.items()}
        of_rule = {key: value for key, value in values.items() if key in vars(rule)}
        flaws = {key: value for key, value in values.items() if key in vars(Imperfect())}

        def devices(name, weights, of_limits=of_limits, flaws=Imperfect(**flaws)):
            return ExactDevices(weights, weight_limit(name, of_limits), step, flaws, stream(0, "stuck", name))

        yield "exact", change, replace(rule, **of_rule), devices


def main(directory, seeds=2, study="recipe"):
    """Write the table."""
    config = load_yaml(f"config/{study}.yaml")
    array, rule = ARRAYS.build("recipe", config["arrays"]["recipe"]), RULES.build("recipe", config["rules"]["recipe"])
    steps = config["trainings"][0]["steps"]
    [digits] = config["digits"].values()
    split = DIGITS.build("digits", digits).split()
    classifier = train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=0)
    judge, real = main_judge(classifier, split.judge_training), to_unit(split.gan_training.images)
    rows = []
    for weights, change, of_trial, layer in trials(array, rule):
        for seed in range(int(seeds)):
            layers: list[SoftwareLayer] = []

            def kept(name, values, layer=layer, layers=layers):
                layers.append(layer(name, values))
                return layers[-1]

            *_, (_, images) = trained(real, of_trial, steps, seed, layer=kept)
            scores = assess(judge, classifier, split, images, stream(0, "memorising"))
            pulses = sum(getattr(made, "pulses", 0) for made in layers)
            row = {"weights": weights, "change": change, "seed": seed, **{name: scores[name] for name in SCORES}}
            rows.append(row | {"pulses": pulses})
            print(*rows[-1].values(), flush=True)
    write_table(Path(directory) / f"exact_devices_{study}.csv", pd.DataFrame(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
