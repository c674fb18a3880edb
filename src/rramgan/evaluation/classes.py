"""What a generator makes of every class it trained on: how many of its images, how good, how various."""

import numpy as np
import pandas as pd

from rramgan.digits import DigitSplit, to_unit
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.judges import Judge
from rramgan.evaluation.neighbours import NEIGHBOURS
from rramgan.evaluation.protocol import compare

SCORES = ("recall", "coverage")
"""Scores of every class."""


def class_scores(judge: Judge, classifier: Classifier, split: DigitSplit, generated: np.ndarray) -> pd.DataFrame:
    """`share` of the images `generated` (m, 784) that the classifier takes for each class, and SCORES within it.

    A class' images are compared with equally many held-out ones of it (`compare`), as the `judge` sees them; a class
    of too few images to have neighbours scores 0. Real images, sorted alike by their labels, would score as in `assess`
    but for those that the classifier mistakes.
    """
    seen = classifier.labels(generated)
    rows = []
    for digit in np.unique(split.gan_training.labels):
        images, reals = generated[seen == digit], split.reference.images[split.reference.labels == digit]
        scores = dict.fromkeys(SCORES, 0.0)
        if min(len(images), len(reals)) > NEIGHBOURS:
            compared = compare(judge.features(to_unit(reals)), judge.features(images), scores=SCORES)
            scores = {name: compared[name] for name in SCORES}
        rows.append({"class": int(digit), "share": len(images) / len(generated), **scores})
    return pd.DataFrame(rows)
