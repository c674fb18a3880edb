"""What holds the recipe: its steps in float weights and on devices whose pulses are exact, beside Adam in software.

Usage: python bench/exact_devices.py [seeds] [steps]

`adam`: the recipe's optimiser and schedule, weights without limits; `float`: the same, weights kept within the limits
of the recipe's array; `exact`: the recipe's rule, a pulse changes its weight by the mean step of the shipped device.
What the recipe itself falls short of `exact` is due to spread, noise and converters; `exact` of `float`, to the size of
the step; `float` of `adam`, to the window. MNIST in full, as in config/recipe.yaml; downloaded unless RRAMGAN_MNIST
names its folder. Prints a line per training.
"""

import sys

import numpy as np

from rramgan.config import load_yaml
from rramgan.crossbar.passive import ARRAYS
from rramgan.digits import MnistDigits, to_unit
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.judges import main_judge
from rramgan.evaluation.protocol import assess
from rramgan.learning.architecture import weight_limit
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import RULES, Adam
from rramgan.streams import stream
from software_baseline import trained

STEP = 0.0071
"""Mean change of a weight by one pulse of the shipped device, one-sided, over the weight at full scale."""

COLUMNS = ("frechet_distance", "recall", "coverage", "accuracy")


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


class ExactDevices(LimitedLayer):
    """The same in steps of one size; `update` takes directions."""

    @property
    def weight_step(self) -> float:
        """Change of a weight by one pulse."""
        return STEP * float(self.limit)

    def update(self, change) -> None:
        """Pulse in the directions of `change` (rows, columns)."""
        super().update(change * np.float32(self.weight_step))


def main(seeds=2, steps=None):
    """Print the table."""
    config = load_yaml("config/recipe.yaml")
    array, rule = ARRAYS.build("recipe", config["arrays"]["recipe"]), RULES.build("recipe", config["rules"]["recipe"])
    limits = array.weight_limits({})
    adam = Adam(rule.learning_rate, rule.schedule, rule.decay1, rule.decay2)
    ways = {
        "adam": (adam, lambda name, weights: SoftwareLayer(weights)),
        "float": (adam, lambda name, weights: LimitedLayer(weights, weight_limit(name, limits))),
        "exact": (rule, lambda name, weights: ExactDevices(weights, weight_limit(name, limits))),
    }
    split = MnistDigits(gan_images=6000).split()
    classifier = train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=0)
    judge, real = main_judge(classifier, split.judge_training), to_unit(split.gan_training.images)
    print(f"{'':12}", *(f"{column[:8]:>8}" for column in COLUMNS))
    for seed in range(int(seeds)):
        for way, (driven, layer) in ways.items():
            *_, (_, images) = trained(real, driven, int(steps or config["trainings"][0]["steps"]), seed, layer=layer)
            row = assess(judge, classifier, split, images, stream(0, "memorising"))
            print(f"{way:8}{seed:4}", *(f"{row[column]:8.3f}" for column in COLUMNS), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
