"""Whether a generator draws what it was shown: nearest training image against nearest unseen image."""

from dataclasses import dataclass

import numpy as np

from rramgan.evaluation.metrics import checked_features
from rramgan.evaluation.neighbours import distances

LEVEL = 0.001
"""Chance of calling a generator that did not memorise a memoriser."""

SHUFFLES = 9_999
"""Random ways of dealing the reals that make the null distribution; the least p-value is 1 in 10,000."""


@dataclass(frozen=True)
class Memorising:
    """How closely a generator keeps to its training images."""

    share: float
    """Excess of generated images that are nearest to a training image: 0 if training and unseen images attract them
    alike, 1 if they never come nearest to an unseen one; negative if they prefer unseen ones."""

    p_value: float
    """Chance of such an excess or a larger one if it made no difference which reals were trained on."""

    @property
    def memorises(self) -> bool:
        """Whether the generator is called a memoriser."""
        return self.p_value < LEVEL


def memorising(training: np.ndarray, unseen: np.ndarray, generated: np.ndarray, rng: np.random.Generator) -> Memorising:
    """Test the features `generated` (m, d) for memorising `training` (n, d) rather than `unseen` (h, d) reals.

    Null hypothesis: training and unseen reals are drawn alike, and the generated images do not depend on which is
    which. Then, given all images, the statistic (generated images whose nearest real is a training image) is a sum of
    each real's followers over n of the n + h reals picked at random. The p-value compares it with SHUFFLES such picks
    and is exact, also for unequal n and h (Phipson and Smyth 2010, doi 10.2202/1544-6115.1585). Unlike C_T (Meehan et
    al. 2020, arXiv:2004.05675) and authenticity (Alaa et al. 2022, arXiv:2102.08921), which compare distances of
    generated and of real images, it does not take blurred images, near to everything, for copies. A generator must
    copy ten or more different images to be noticed. Raises ValueError for misshapen or non-finite features.
    """
    training, _ = checked_features(training, generated, least=1)
    unseen, generated = checked_features(unseen, generated, least=1)
    reals = np.concatenate([training, unseen])
    followers = np.bincount(distances(generated, reals).argmin(axis=1), minlength=len(reals))
    astray = followers[len(training) :].sum()
    # Reals with equally many followers are interchangeable, so a random pick of the unseen is a draw of counts.
    values, sizes = np.unique(followers, return_counts=True)
    picks = rng.multivariate_hypergeometric(sizes, len(unseen), size=SHUFFLES, method="marginals")
    p_value = (1 + np.sum(picks @ values <= astray)) / (1 + SHUFFLES)
    expected = len(generated) * len(unseen) / len(reals)
    return Memorising(share=float(1 - astray / expected), p_value=float(p_value))
