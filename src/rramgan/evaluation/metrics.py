"""Metrics of generated images: distance to the real ones, fidelity, diversity and mode collapse.

Features are arrays (n, d) of finite numbers, usually the judge's hidden activations; everything is float64 inside.
"""

import numpy as np
from scipy.spatial.distance import cdist

NEIGHBOURS = 5
"""Nearest neighbours that set the radius of a sample's ball, as recommended by Naeem et al. 2020."""

COLLAPSED_SPREAD = 0.05
"""Least `pixel_spread` of a generator that is not collapsed. Identical images up to noise give 0.003-0.008; real digits
0.33 (class 3) and at least 0.18 (class 1); only two different 3s in turn still 0.13."""

COLLAPSED_COVERAGE = 0.05
"""Least coverage of a generator that is not collapsed. Against 300-500 real 3s, one image repeated covers
0.01-0.07, two to five different ones 0.02-0.04, ten 0.06-0.09; other real 3s cover 0.70-0.99."""


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Frechet distance of Gaussians fitted to the features `a` (n, d) and `b` (m, d), with n, m >= 2.

    d^2 = |mu_a - mu_b|^2 + tr(C_a) + tr(C_b) - 2 tr((C_a C_b)^(1/2)), in squared units of the features (Dowson and
    Landau 1982, doi 10.1016/0047-259X(82)90077-X; for GANs Heusel et al. 2017, arXiv:1706.08500, whose score is d^2
    too). With C = R^T R the last trace is the sum of the singular values of R_a R_b^T, so neither a covariance nor a
    matrix root is formed and covariances of any rank do. The estimate grows as samples get fewer: compare equal
    sample sizes only. Raises ValueError for misshapen or non-finite features.
    """
    a, b = _checked(a, b, least=2)
    mean_a, root_a = _gaussian(a)
    mean_b, root_b = _gaussian(b)
    distance = (
        np.sum((mean_a - mean_b) ** 2)
        + np.sum(root_a**2)
        + np.sum(root_b**2)
        - 2 * np.sum(np.linalg.svd(root_a @ root_b.T, compute_uv=False))
    )
    return max(float(distance), 0.0)  # rounding may leave -1e-13 of equal sets


def _gaussian(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and a triangular R with covariance R^T R (unbiased) of the features."""
    mean = features.mean(axis=0)
    return mean, np.linalg.qr(features - mean, mode="r") / np.sqrt(len(features) - 1)


def prdc(real: np.ndarray, fake: np.ndarray, neighbours: int = NEIGHBOURS) -> dict[str, float]:
    """Precision, recall, density and coverage of the features `fake` (m, d) against `real` (n, d).

    A sample's ball reaches to its k-th nearest neighbour within its own set, k = `neighbours` < n, m. precision: share
    of fakes inside any real ball; recall: share of reals inside any fake ball (Kynkaanniemi et al. 2019,
    arXiv:1904.06991); density: real balls a fake lies in, mean over fakes, / k; coverage: share of real balls that
    hold a fake (Naeem et al. 2020, arXiv:2002.09797). Balls are open, so that equal sets of distinct samples score 1
    in all four. Precision, recall and coverage lie in [0, 1]; density is 1 on average for equal distributions and may
    exceed it. Raises ValueError for misshapen or non-finite features and for sets too small for k.
    """
    real, fake = _checked(real, fake, least=neighbours + 1)
    distances = cdist(real, fake)
    in_real_ball = distances < _radii(real, neighbours)[:, None]
    in_fake_ball = distances < _radii(fake, neighbours)[None, :]
    return {
        "precision": float(in_real_ball.any(axis=0).mean()),
        "recall": float(in_fake_ball.any(axis=1).mean()),
        "density": float(in_real_ball.sum(axis=0).mean() / neighbours),
        "coverage": float(in_real_ball.any(axis=1).mean()),
    }


def _radii(features: np.ndarray, neighbours: int) -> np.ndarray:
    """Distance of every sample to its `neighbours`-th nearest other sample."""
    return np.partition(cdist(features, features), neighbours, axis=1)[:, neighbours]


def pixel_spread(images: np.ndarray) -> float:
    """Standard deviation of every pixel over the batch, averaged over pixels; images (n, pixels) in [-1, 1].

    From 0 (all images equal) to 1 (every pixel -1 in one half of the batch and 1 in the other).
    """
    return float(np.std(images, axis=0, dtype=np.float64).mean())


def is_collapsed(spread: float, coverage: float) -> bool:
    """Whether a generator fails to vary: `pixel_spread` below COLLAPSED_SPREAD or coverage below COLLAPSED_COVERAGE.

    The spread catches one image repeated, the coverage a handful of images taking turns, which vary enough from pixel
    to pixel. Neither knows quality: noise that resembles no digit covers nothing and counts as collapsed as well. The
    project's own criterion, calibrated on MNIST (see the constants) for k = 5 and 300 or more real images; NaN counts
    as collapsed.
    """
    return not (spread >= COLLAPSED_SPREAD and coverage >= COLLAPSED_COVERAGE)


def _checked(a: np.ndarray, b: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Both feature sets as float64; raises ValueError unless they are two finite sets of `least` or more."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < least:
        raise ValueError(f"features of shape {a.shape} and {b.shape}: expected (n, d) and (m, d) with n, m >= {least}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("the features hold NaN or infinity; expected finite numbers")
    return a, b


def assess(judge, real: np.ndarray, generated: np.ndarray, digit: int) -> dict[str, float | bool]:
    """Everything measured of the images `generated` (m, pixels) by a `judge` against the `real` ones (n, pixels).

    `accuracy` is the share of generated images the judge calls `digit`; the rest as in the functions of this module.
    """
    real_features, generated_features = judge.features(real), judge.features(generated)
    neighbourhood = prdc(real_features, generated_features)
    spread = pixel_spread(generated)
    return {
        "accuracy": float(np.mean(judge.labels(generated) == digit)),
        "frechet_distance": frechet_distance(real_features, generated_features),
        **neighbourhood,
        "pixel_spread": spread,
        "collapsed": is_collapsed(spread, neighbourhood["coverage"]),
    }
