"""Fidelity and diversity of generated images from nearest neighbours, and what equal distributions score.

A sample's ball reaches to its k-th nearest neighbour within its own set. Features are arrays (n, d) of finite numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from rramgan.evaluation.metrics import checked_features

NEIGHBOURS = 5
"""Nearest neighbours that set the radius of a sample's ball, as recommended by Naeem et al. 2020 and Salvy et al."""

ROUNDING = 1e-9
"""Relative width of a ball's edge: distances that equal a radius on paper differ by rounding from it."""


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Euclidean distances (n, m) between the rows of `a` (n, d) and `b` (m, d), float64.

    |a|^2 + |b|^2 - 2 a.b, by one matrix product: ten times faster than differences, and as exact after centring as
    neighbours need; what is 0 within rounding is 0.
    """
    centre = b.mean(axis=0)
    a, b = a - centre, b - centre
    squares = np.sum(a**2, axis=1)[:, None] + np.sum(b**2, axis=1)
    squared = squares - 2 * (a @ b.T)
    squared[squared < 1e-12 * squares] = 0
    return np.sqrt(squared)


@dataclass(frozen=True)
class Neighbourhoods:
    """Which balls of the features `real` (n, d) and `fake` (m, d) hold which of the others; a score per property.

    Each is worked out when it is first asked for.
    """

    real: np.ndarray
    fake: np.ndarray
    neighbours: int

    @cached_property
    def within(self) -> np.ndarray:
        """Distances (n, n) within the reals."""
        return distances(self.real, self.real)

    @cached_property
    def across(self) -> np.ndarray:
        """Distances (n, m) from the reals to the fakes."""
        return distances(self.real, self.fake)

    @cached_property
    def radii(self) -> np.ndarray:
        """Radii (n,) of the balls of the reals."""
        return _radii(self.within, self.neighbours)

    @cached_property
    def in_real_ball(self) -> np.ndarray:
        """Whether each real ball holds each fake (n, m)."""
        return self.across < self.radii[:, None] * (1 - ROUNDING)

    @property
    def precision(self) -> float:
        """Share of fakes inside any real ball (Kynkaanniemi et al. 2019, arXiv:1904.06991)."""
        return float(self.in_real_ball.any(axis=0).mean())

    @property
    def recall(self) -> float:
        """Share of reals inside any fake ball (the same)."""
        fake_radii = _radii(distances(self.fake, self.fake), self.neighbours)
        return float((self.across < fake_radii * (1 - ROUNDING)).any(axis=1).mean())

    @property
    def density(self) -> float:
        """Real balls a fake lies in, mean over fakes, / k (Naeem et al. 2020, arXiv:2002.09797)."""
        return float(self.in_real_ball.sum(axis=0).mean() / self.neighbours)

    @property
    def coverage(self) -> float:
        """Share of real balls that hold a fake (the same)."""
        return float(self.in_real_ball.any(axis=1).mean())

    @property
    def clipped_density(self) -> float:
        """Density of which no fake contributes more than 1 (Salvy et al. 2025, arXiv:2507.01761)."""
        return _clipped_density(self.within, self.across, self.radii, self.neighbours)

    @property
    def clipped_coverage(self) -> float:
        """Coverage to which no real contributes more than 1 (the same)."""
        return _clipped_coverage(self.in_real_ball, self.neighbours)


NEIGHBOUR_SCORES = ("precision", "recall", "density", "coverage", "clipped_density", "clipped_coverage")
"""Scores of Neighbourhoods."""


def neighbour_scores(
    real: np.ndarray, fake: np.ndarray, neighbours: int = NEIGHBOURS, names: Iterable[str] = NEIGHBOUR_SCORES
) -> dict[str, float]:
    """Scores `names` of the features `fake` (m, d) against `real` (n, d), n, m > k = `neighbours`; n = m intended.

    The balls of precision, recall, density and coverage are open, so that equal sets of distinct samples score 1 in all
    four; what equal distributions score say `expected_coverage` and `expected_recall`. The clipped ones are calibrated
    to the share of good samples: 1 at equal distributions, s if a share s of the fakes is real and the rest far away.

    All lie in [0, 1] but density. Raises ValueError for misshapen or non-finite features and for sets too small for k.
    """
    found = Neighbourhoods(*checked_features(real, fake, least=neighbours + 1), neighbours)
    return {name: getattr(found, name) for name in names}


def _radii(within: np.ndarray, neighbours: int) -> np.ndarray:
    """Distance of every sample to its k-th nearest other sample, of the distances within a set."""
    return np.partition(within, neighbours, axis=1)[:, neighbours]


def _clipped_density(within: np.ndarray, across: np.ndarray, radii: np.ndarray, neighbours: int) -> float:
    """Clipped density of Salvy et al. 2025 from distances within the reals (n, n) and to the fakes (n, m).

    The fidelity of a sample is the number of real balls it lies in, / k and at most 1; balls of outliers are cut to
    the median radius. The mean over the fakes is divided by the mean over the reals, each left out of its own ball.
    """
    reach = np.minimum(radii, np.median(radii))[:, None] * (1 + ROUNDING)  # closed balls, as in the paper

    def fidelity(balls):
        return np.minimum(balls / neighbours, 1).mean()

    real_fidelity = fidelity((within <= reach).sum(axis=0) - 1)
    return float(min(fidelity((across <= reach).sum(axis=0)) / real_fidelity, 1.0))


def _clipped_coverage(in_real_ball: np.ndarray, neighbours: int) -> float:
    """Clipped coverage of Salvy et al. 2025 from which fakes (columns) lie in which real balls (rows).

    A ball is covered by the share of k fakes it holds, at most 1. The mean over the balls is what some number of fakes
    from the real distribution is expected to reach (`_expected_covering`); the score is this number over all fakes.
    """
    real_count, fake_count = in_real_ball.shape
    covering = np.minimum(in_real_ball.sum(axis=1) / neighbours, 1).mean()
    good = np.arange(fake_count + 1)
    return float(np.interp(covering, _expected_covering(real_count, good, neighbours), good) / fake_count)


def _expected_covering(real_count: int, fake_count: np.ndarray, neighbours: int) -> np.ndarray:
    """Expected mean of min(fakes in a ball / k, 1) for `fake_count` fakes from the distribution of the reals.

    Seen from its centre, the k-th nearest of the n - 1 other reals cuts off a share u ~ Beta(k, n - k) of the
    distribution, whatever this is, and of m fakes J ~ Binomial(m, u) lie within: J is beta-binomial. E[min(J, k)] =
    k - sum over j < k of (k - j) P(J = j).
    """
    few = np.arange(neighbours)[:, None]
    chances = scipy.stats.betabinom.pmf(few, fake_count, neighbours, real_count - neighbours)
    return 1 - np.sum((1 - few / neighbours) * chances, axis=0)


def expected_coverage(real_count: int, fake_count: int, neighbours: int = NEIGHBOURS) -> float:
    """Expected coverage of n = `real_count` reals by m = `fake_count` fakes from the same continuous distribution.

    A ball is empty if all its k = `neighbours` nearest among the n - 1 other reals and m fakes are reals, and all
    orders are equally likely: 1 - (n-1)...(n-k) / ((m+n-1)...(m+n-k)) (Naeem et al. 2020, arXiv:2002.09797, eq. 9).
    """
    j = 1 + np.arange(neighbours)
    return float(1 - np.prod((real_count - j) / (fake_count + real_count - j)))


def expected_recall(features: np.ndarray, neighbours: int = NEIGHBOURS) -> float:
    """Expected recall, and precision, of sets as large as `features` (n, d) from one distribution, estimated from them.

    Recall is the chance that a fresh sample lies in a ball of n fakes. Leave each of the samples out in turn: it lies
    in the ball of another exactly if it is among the k = `neighbours` nearest of that one. So the estimate, unbiased
    for n - 1 fakes, is the share of samples that are a neighbour of any other. It depends on the distribution, mostly
    on its dimension. Raises ValueError for misshapen or non-finite features and fewer than k + 2.
    """
    features, _ = checked_features(features, features, least=neighbours + 2)
    within = distances(features, features)
    np.fill_diagonal(within, np.inf)
    nearest = np.argpartition(within, neighbours - 1, axis=1)[:, :neighbours]
    return float(np.unique(nearest).size / len(features))
