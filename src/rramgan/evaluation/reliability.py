"""How far the classifier can be trusted: its accuracy and calibration on digits it has not seen."""

import numpy as np

from rramgan.digits import CLASSES, Digits, DigitSplit, to_bytes, to_unit
from rramgan.evaluation.classifier import Classifier, speckled

BINS = 10
"""Bins of the calibration error, each with equally many images."""


def reliability(classifier: Classifier, digits: Digits) -> dict[str, float]:
    """Accuracy, Brier score and expected calibration error of the classifier on held-out `digits`.

    accuracy: share of right labels. brier_score: squared error of the probabilities, summed over the classes, mean over
    images: 0 is perfect, 2 the worst (Brier 1950, doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2).
    calibration_error: difference between the probability of the chosen class and the share of right choices, mean over
    bins of equally many images (Guo et al. 2017, arXiv:1706.04599; Nixon et al. 2019, arXiv:1904.01685).
    """
    probabilities = classifier.probabilities(to_unit(digits.images)).astype(np.float64)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == digits.labels
    order = np.argsort(confidence, kind="stable")
    bins = [rows for rows in np.array_split(order, BINS) if len(rows)]
    gaps = [abs(confidence[rows].mean() - right[rows].mean()) for rows in bins]
    return {
        "accuracy": float(right.mean()),
        "brier_score": float(np.mean(np.sum((probabilities - np.eye(CLASSES)[digits.labels]) ** 2, axis=1))),
        "calibration_error": float(np.average(gaps, weights=[len(rows) for rows in bins])),
    }


def quality(classifier: Classifier, split: DigitSplit, rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """`reliability` on every set of digits that the classifier has not seen, with the number of its images.

    judge_test: all classes; speckled: the same with random ink (see `speckled`), drawn from `rng`; reference and
    gan_training: the GAN's classes, so that their accuracy is the most that generated images can reach.
    """
    ink = speckled((to_unit(split.judge_test.images) + 1) / 2, rng)
    sets = {
        "judge_test": split.judge_test,
        "speckled": Digits(to_bytes(2 * ink - 1), split.judge_test.labels),
        "reference": split.reference,
        "gan_training": split.gan_training,
    }
    return {name: {"images": len(digits), **reliability(classifier, digits)} for name, digits in sets.items()}
