"""The one way generated images are measured: equal numbers of generated and of held-out real ones, for every row."""

from collections.abc import Iterable
from itertools import cycle

import numpy as np
import pandas as pd

from rramgan.digits import DigitSplit, to_unit
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.collapse import is_collapsed, variety
from rramgan.evaluation.judges import Judge
from rramgan.evaluation.memorising import memorising
from rramgan.evaluation.metrics import frechet_distance, pixel_spread
from rramgan.evaluation.neighbours import NEIGHBOUR_SCORES, neighbour_scores

SCORES = ("frechet_distance", *NEIGHBOUR_SCORES, "variety")
"""Scores of generated images."""


def assess(
    judge: Judge,
    classifier: Classifier,
    split: DigitSplit,
    generated: np.ndarray,
    rng: np.random.Generator,
    size: int | None = None,
) -> dict[str, float | bool]:
    """Everything measured of the images `generated` (m, 784), from -1 to 1, as the `judge` sees them.

    The scores are those of `compare`. `accuracy` is the share of images in which the classifier sees a class the GAN
    trained on; `memorised` and `memorised_p` come from the test `memorising`, against the digits of these classes that
    the judges have: unlike the reference they always stem from where the training images do (MNIST's test set was
    written by other people, and is told from its training set). Raises ValueError as `compare` does.
    """
    reference, training, unseen = (
        judge.features(to_unit(digits.images)) for digits in (split.reference, split.gan_training, split.unseen)
    )
    features = judge.features(generated)
    scores = compare(reference, features, size)
    copied = memorising(training, unseen, features, rng)
    return {
        "accuracy": float(np.isin(classifier.labels(generated), split.gan_training.labels).mean()),
        **scores,
        "memorised": copied.share,
        "memorised_p": copied.p_value,
        "memorises": copied.memorises,
        "pixel_spread": pixel_spread(generated),
        "collapsed": is_collapsed(scores["variety"]),
    }


def compare(
    reference: np.ndarray, generated: np.ndarray, size: int | None = None, scores: Iterable[str] = SCORES
) -> dict[str, float]:
    """Scores of the features `generated` (m, d) against the features `reference` (n, d) of held-out reals.

    `size` generated images are compared with `size` of the reference (None: all of the smaller set): column
    `compared`. Where several disjoint subsets of a set fit, all are used, those of the smaller set in turn. Each of
    `scores` (`frechet_distance`, `neighbour_scores`, `variety`) is the mean over these pairs, with their standard
    deviation as `<score>_sd`, NaN if only one pair fits. Raises ValueError if there are fewer images than `size`.
    """
    fit = min(len(reference), len(generated))
    size = fit if size is None else size
    if not 0 < size <= fit:
        raise ValueError(f"size is {size}; expected 1 to {fit}, the images of the smaller set")
    reals, fakes = _subsets(reference, size), _subsets(generated, size)
    pairs = zip(range(max(len(reals), len(fakes))), cycle(reals), cycle(fakes), strict=False)
    table = pd.DataFrame([_scores(real, fake, scores) for _, real, fake in pairs])
    return {"compared": size} | table.mean().to_dict() | table.std(ddof=1).add_suffix("_sd").to_dict()


def _subsets(features: np.ndarray, size: int) -> list[np.ndarray]:
    """The disjoint subsets of this size: every so many-th row, so that sorted classes do not make them unlike."""
    count = len(features) // size
    return [features[i::count][:size] for i in range(count)]


def _scores(real: np.ndarray, fake: np.ndarray, names: Iterable[str]) -> dict[str, float]:
    """The scores `names` of equally many features."""
    whole = {"frechet_distance": frechet_distance, "variety": variety}
    found = {name: score(real, fake) for name, score in whole.items() if name in names}
    found |= neighbour_scores(real, fake, names=[name for name in names if name in NEIGHBOUR_SCORES])
    return {name: found[name] for name in names}
