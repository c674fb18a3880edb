"""Distance of two sets of images, and their variety, each in one number.

Features are arrays (n, d) of finite numbers (see `judges`); everything is float64 inside.
"""

import numpy as np


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Frechet distance of Gaussians fitted to the features `a` (n, d) and `b` (m, d), with n, m >= 2.

    d^2 = |mu_a - mu_b|^2 + tr(C_a) + tr(C_b) - 2 tr((C_a C_b)^(1/2)), in squared units of the features (Dowson and
    Landau 1982, doi 10.1016/0047-259X(82)90077-X; for GANs Heusel et al. 2017, arXiv:1706.08500, whose score is d^2
    too). With C = R^T R the last trace is the sum of the singular values of R_a R_b^T, so neither a covariance nor a
    matrix root is formed and covariances of any rank do. The estimate grows as samples get fewer: compare equal
    sample sizes only. Raises ValueError for misshapen or non-finite features.
    """
    a, b = checked_features(a, b, least=2)
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


def pixel_spread(images: np.ndarray) -> float:
    """Standard deviation of every pixel over the batch, averaged over pixels; images (n, pixels) in [-1, 1].

    From 0 (all images equal) to 1 (every pixel -1 in one half of the batch and 1 in the other).
    """
    return float(np.std(images, axis=0, dtype=np.float64).mean())


def checked_features(a: np.ndarray, b: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Both feature sets as float64; raises ValueError unless they are two finite sets of `least` or more."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < least:
        raise ValueError(f"features of shape {a.shape} and {b.shape}: expected (n, d) and (m, d) with n, m >= {least}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("the features hold NaN or infinity; expected finite numbers")
    return a, b
