"""What the network itself can reach: training in software on MNIST in full, watched on held-out digits.

Usage: python bench/software_baseline.py [adam | sgd | sign] [steps] [folder]

The GAN learns from 6,000 threes; 1,000 generated ones are compared with 1,000 threes of the official test set, beside
the anchors. All rules start from the same weights and see the same batches. The folder holds the four official files,
gzip or plain but named .gz; without it they are downloaded. Prints one line per judge and evaluation.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rramgan.digits import DigitSplit, IdxDigits, MnistDigits, to_unit
from rramgan.evaluation.anchors import anchors
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.judges import appoint
from rramgan.evaluation.protocol import assess
from rramgan.learning.architecture import initial_weights, layer_shapes
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import Adam
from rramgan.learning.training import batches
from rramgan.streams import stream

NOISE_INPUTS, HIDDEN, BATCH, EVALUATIONS = 100, 128, 64, 10
GAN_IMAGES, IMAGES = 6000, 1000
KINDS = ("images-idx3", "labels-idx1")
COLUMNS = ["accuracy", "frechet_distance", "precision", "recall", "density", "coverage", "clipped_density"]
COLUMNS += ["clipped_coverage", "variety", "memorised", "memorised_p"]


class Plain:
    """Gradient descent at a constant rate."""

    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def __call__(self, layer, gradient):
        return -self.learning_rate * gradient


class Sign(Plain):
    """Steps of one size against the sign of the gradient: what pulses of one height do, without the devices."""

    def __call__(self, layer, gradient):
        return super().__call__(layer, np.sign(gradient))


RULES = {"adam": lambda: Adam(1e-3), "sgd": lambda: Plain(0.1), "sign": lambda: Sign(2e-4)}


def trained(real: np.ndarray, rule, steps: int, seed: int, scale: float = 1.0) -> Iterator[tuple[int, np.ndarray]]:
    """Train on `real` images (n, 784) with noise of this scale; yield step and IMAGES generated at each evaluation."""
    shapes = layer_shapes(NOISE_INPUTS, HIDDEN).items()
    layers = {name: SoftwareLayer(initial_weights(s, stream(seed, name)).astype(np.float32)) for name, s in shapes}
    generator, discriminator = build_generator(layers), build_discriminator(layers)
    noise, last = stream(seed, "noise"), stream(seed, "last").standard_normal((IMAGES, NOISE_INPUTS), np.float32)
    dealt = batches(real, BATCH, stream(seed, "batches"))
    for step, batch in zip(range(1, steps + 1), dealt, strict=False):
        z = scale * noise.standard_normal((BATCH, NOISE_INPUTS), np.float32)
        gan_step(generator, discriminator, rule, batch, z)
        if step % (steps // EVALUATIONS) == 0:
            yield step, generator.forward(scale * last)[-1]


def digits(folder=None) -> DigitSplit:
    """MNIST in full, downloaded or from the folder."""
    if folder is None:
        return MnistDigits(gan_images=GAN_IMAGES).split(0)
    train, test = ([Path(folder) / f"{part}-{kind}-ubyte.gz" for kind in KINDS] for part in ("train", "t10k"))
    files = dict(images=train[0], labels=train[1], test_images=test[0], test_labels=test[1])
    return IdxDigits(**files, gan_images=GAN_IMAGES, judge_images=MnistDigits.judge_images).split(0)


def main(rule="adam", steps=20_000, folder=None):
    """Print the anchors and the curve."""
    split = digits(folder)
    classifier = train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=0)
    judges = appoint(classifier, split.judge_training)

    def show(name, against, images):
        for judge_name, judge in judges.items():
            row = assess(judge, classifier, against, images, stream(0, "memorising"))
            print(f"{name:10} {judge_name:10}", *(f"{row[column]:8.4f}" for column in COLUMNS), flush=True)

    print(f"{'':21}", *(f"{column[:8]:>8}" for column in COLUMNS))
    for anchor in anchors(split, IMAGES, stream(0, "anchors")):
        show(anchor.name, anchor.split, anchor.images)
    for step, images in trained(to_unit(split.gan_training.images), RULES[rule](), int(steps), seed=0):
        show(f"{step}", split, images)


if __name__ == "__main__":
    main(*sys.argv[1:])
