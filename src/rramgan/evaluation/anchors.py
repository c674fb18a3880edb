"""What the metrics say of generators everybody knows: the rows that every other is read against."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rramgan.digits import PIXELS, DigitSplit, to_unit
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.judges import appoint
from rramgan.evaluation.protocol import assess


@dataclass(frozen=True)
class Anchor:
    """A known generator: to be assessed like any other."""

    name: str
    """What it does."""

    split: DigitSplit
    """The digits it is assessed against."""

    images: np.ndarray
    """What it draws: float32 (n, 784), from -1 to 1."""


def anchors(split: DigitSplit, count: int, rng: np.random.Generator) -> Iterator[Anchor]:
    """Four anchors of up to `count` images each, or half as many as the GAN trains on.

    real: images of the GAN's training set, assessed as if the GAN had trained on the rest of it: the ceiling.
    memoriser: the same images, and the GAN has trained on them. one image: the first of them, again and again. noise:
    pixels uniform in [-1, 1].
    """
    shuffled = split.gan_training[rng.permutation(len(split.gan_training))]
    drawn = min(count, len(shuffled) // 2)
    real = to_unit(shuffled[:drawn].images)
    yield Anchor("real", replace(split, gan_training=shuffled[drawn:]), real)
    yield Anchor("memoriser", split, real)
    yield Anchor("one image", split, np.repeat(real[:1], drawn, axis=0))
    yield Anchor("noise", split, rng.uniform(-1, 1, (drawn, PIXELS)).astype(np.float32))


def assess_anchors(split: DigitSplit, classifier: Classifier, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """A row per anchor and judge: `assess` of up to `count` images, at the size at which `count` others are compared.

    Anchors of fewer images than that are compared at their own size.
    """
    size, rows = min(count, len(split.reference)), []
    known = list(anchors(split, count, rng))
    for judge_name, judge in appoint(classifier, split.judge_training).items():
        for anchor in known:
            scores = assess(judge, classifier, anchor.split, anchor.images, rng, min(size, len(anchor.images)))
            rows.append({"anchor": anchor.name, "judge": judge_name, **scores})
    return pd.DataFrame(rows)
