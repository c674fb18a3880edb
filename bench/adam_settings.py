"""Which setting and length Adam gets on MNIST in full, chosen on splits that no study uses.

Usage: python bench/adam_settings.py [seed ...]

The seed (10, 11 and 12 unless given) deals the digits anew, trains a judge, draws the weights and the batches; studies
split with seed 0. Three thousand threes from the end of a training, in three sets, are compared with 1,000 held out,
and so are five draws of 1,000 from the GAN's training images: `ratio` is the Frechet distance over theirs. The rule,
set before: the least mean ratio over the seeds, and of two within 0.02 the shorter training. MNIST is downloaded unless
RRAMGAN_MNIST names its folder. Some fifteen minutes of one core a seed.
"""

import sys
from dataclasses import replace

import pandas as pd

from rramgan.digits import to_unit
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.protocol import compare
from rramgan.learning.rules import Adam
from rramgan.streams import stream
from software_baseline import DESIGNS, IMAGES, trained

CANDIDATES = [
    (Adam(learning_rate=rate, average=average), steps)
    for rate, steps in ((1e-3, 20_000), (5e-4, 30_000), (3e-4, 40_000))
    for average in (0.0, 0.999)
] + [(Adam(learning_rate=1e-3, schedule="cosine"), steps) for steps in (20_000, 40_000)]
SETTING = ("schedule", "learning_rate", "average")
DRAWS = 5
"""Draws of real images, whose mean Frechet distance is the unit."""


def tried(seed: int) -> pd.DataFrame:
    """A row per candidate: its setting and what it reaches with this seed."""
    split = replace(DESIGNS["mnist"], deal=seed).split()
    classifier = train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=seed)
    training = to_unit(split.gan_training.images)
    reference = classifier.features(to_unit(split.reference.images))

    def scores(images):
        return compare(reference, classifier.features(images), IMAGES)

    draws = stream(seed, "real")
    real = [scores(draws.permutation(training)[:IMAGES])["frechet_distance"] for _ in range(DRAWS)]
    unit, rows = sum(real) / DRAWS, []
    for rule, steps in CANDIDATES:
        *_, (_, images) = trained(training, rule, steps, seed, images=3 * IMAGES)
        reached = scores(images)
        kept = {key: round(reached[key], 3) for key in ("frechet_distance", "recall", "coverage")}
        setting = {**{key: getattr(rule, key) for key in SETTING}, "steps": steps}
        rows.append({"seed": seed, **setting, **kept, "ratio": reached["frechet_distance"] / unit})
        print(*rows[-1].values(), flush=True)
    return pd.DataFrame(rows)


def main(*seeds):
    """Print what every candidate reaches, and the means over the seeds."""
    table = pd.concat([tried(int(seed)) for seed in seeds or (10, 11, 12)])
    by_setting = table.groupby([*SETTING, "steps"], sort=False)
    print(by_setting.mean().drop(columns="seed").round(3).to_string())


if __name__ == "__main__":
    main(*sys.argv[1:])
