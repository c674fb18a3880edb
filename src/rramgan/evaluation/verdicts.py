"""What paired changes say of a claim: supported, not supported or undecided, with errors bounded over all claims.

Every hypothesis has two one-sided questions: is the claim shown, and is its contrary? Twice the smaller p-value is the
p-value of the hypothesis; where it stays under the level after Holm's correction over all hypotheses (Holm 1979), the
side it comes from is the verdict, and the chance of any wrong verdict is at most the level (Shaffer 1980, doi
10.1214/aos/1176345202). Changes are taken as normal over seeds (Student's t); the sign-flip permutation test beside it
assumes symmetry only, but cannot give less than 2^(1-n), and the bootstrap interval (BCa) assumes neither.

>>> exceeds([0.4, 0.5, 0.6], 0.1)[0] < 0.05 < exceeds([-0.4, 0.5, 0.6], 0.1)[0]
True
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from rramgan.evaluation.statistics import CONFIDENCE

SUPPORTED, NOT_SUPPORTED, UNDECIDED = "supported", "not supported", "undecided"


@dataclass(frozen=True)
class Evidence:
    """p-values of a hypothesis for a claim and for its contrary."""

    claim: float
    contrary: float

    @property
    def p(self) -> float:
        """p-value of the hypothesis, whichever way."""
        return min(1.0, 2 * min(self.claim, self.contrary))


def exceeds(changes: Sequence[float] | np.ndarray, bound: float) -> tuple[float, float]:
    """One-sided p-values that the mean of `changes` exceeds `bound`, and that it stays under it (Student's t).

    Fewer than two values, or values without any spread, tell nothing: both are 1.
    """
    if len(changes) < 2 or np.ptp(changes) == 0:
        return 1.0, 1.0
    above, below = (scipy.stats.ttest_1samp(changes, bound, alternative=side).pvalue for side in ("greater", "less"))
    return float(above), float(below)


def equivalent(changes: Sequence[float] | np.ndarray, margin: float) -> float:
    """p-value that the mean of `changes` lies within -`margin`..`margin`, by two one-sided tests (Schuirmann 1987,
    doi 10.1007/BF01068419); 1 where `exceeds` can tell nothing."""
    from statsmodels.stats.weightstats import DescrStatsW  # slow to import, and only claims need it

    if len(changes) < 2 or np.ptp(changes) == 0:
        return 1.0
    return float(DescrStatsW(changes).ttost_mean(-margin, margin)[0])


def stays_above(changes, bound: float) -> Evidence:
    """The claim that the mean of `changes` lies above `bound`."""
    return Evidence(*exceeds(changes, bound))


def stays_below(changes, bound: float) -> Evidence:
    """The claim that the mean of `changes` lies below `bound`."""
    return Evidence(*reversed(exceeds(changes, bound)))


def change_together(first, second, first_margin: float, second_margin: float) -> Evidence:
    """The claim that the means of both changes exceed their margins and have the same sign.

    Shown by all parts of one direction (intersection-union test, Berger 1982, doi 10.1080/00401706.1982.10487790). Its
    contrary is that neither direction holds, each shown by either change: both within a margin, or of opposite signs.
    Whichever is shown there are two ways, hence twice the p-value.
    """
    (first_up, not_first_up), (second_up, not_second_up) = exceeds(first, first_margin), exceeds(second, second_margin)
    (not_first_down, first_down), (not_second_down, second_down) = (
        exceeds(first, -first_margin),
        exceeds(second, -second_margin),
    )
    together = min(max(first_up, second_up), max(first_down, second_down))
    neither = max(min(not_first_up, not_second_up), min(not_first_down, not_second_down))
    return Evidence(min(1.0, 2 * together), min(1.0, 2 * neither))


def verdicts(evidence: Sequence[Evidence], level: float) -> tuple[np.ndarray, list[str]]:
    """p-values of all hypotheses after Holm's correction, and what each says at the family-wise error rate `level`."""
    from statsmodels.stats.multitest import multipletests  # slow to import, as above

    if not evidence:
        return np.array([]), []
    corrected = multipletests([one.p for one in evidence], alpha=level, method="holm")[1]
    told = [SUPPORTED if one.claim < one.contrary else NOT_SUPPORTED for one in evidence]
    return corrected, [way if p <= level else UNDECIDED for way, p in zip(told, corrected, strict=True)]


def bootstrap_interval(changes, rng: np.random.Generator) -> tuple[float, float]:
    """Bounds of the mean's bias-corrected and accelerated bootstrap interval (Efron 1987), NaN without any spread.

    `changes` holds one value per seed.
    """
    if len(changes) < 2 or np.ptp(changes) == 0:
        return np.nan, np.nan
    found = scipy.stats.bootstrap((changes,), np.mean, confidence_level=CONFIDENCE, method="BCa", rng=rng)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def permutation_p(changes, rng: np.random.Generator) -> float:
    """Two-sided p-value of no change by flipping signs: all of them up to 13 seeds, 9,999 drawn ones beyond.

    A single seed is as far from zero with either sign, which says nothing: 1.
    """
    if len(changes) < 2:
        return 1.0
    found = scipy.stats.permutation_test((changes,), np.mean, permutation_type="samples", n_resamples=9_999, rng=rng)
    return float(found.pvalue)
