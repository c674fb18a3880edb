"""Whether a generator draws the same few images again and again."""

import numpy as np

from rramgan.evaluation.metrics import checked_features
from rramgan.evaluation.neighbours import distances

COLLAPSED_VARIETY = 0.25
"""Least `variety` of a generator that is not collapsed: by the main judge a few images with noise on their pixels
give 0.00-0.21, real digits 0.96-1.10, generators trained on as much noise as usual 0.41-1.54 (bench/collapse_flag.py;
docs/metrics.md counts the errors of every judge)."""


def variety(real: np.ndarray, generated: np.ndarray) -> float:
    """Median distance to the nearest other image in `generated` (n, d) over that in `real` (n, d), of equal n.

    1 if the sets vary alike, 0 if most images have a twin: the idea of the birthday-paradox test (Arora and Zhang
    2017, arXiv:1706.08224) without a person who compares the images. It says nothing of quality: noise varies, too.
    More different images than n are not told from infinitely many. Raises ValueError for misshapen or non-finite
    features and sets of different sizes.
    """
    real, generated = checked_features(real, generated, least=2)
    if len(real) != len(generated):
        raise ValueError(f"{len(real)} real and {len(generated)} generated images; expected equally many")
    return float(_neighbour_distance(generated) / _neighbour_distance(real))


def _neighbour_distance(features: np.ndarray) -> float:
    """Median distance to the nearest other sample."""
    within = distances(features, features)
    np.fill_diagonal(within, np.inf)
    return np.median(within.min(axis=1))


def is_collapsed(variety: float) -> bool:
    """Whether a generator fails to vary: `variety` below COLLAPSED_VARIETY; NaN counts as collapsed."""
    return not variety >= COLLAPSED_VARIETY
