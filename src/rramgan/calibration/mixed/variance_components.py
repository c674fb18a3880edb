"""Variances that are sums of known terms with unknown sizes, such as read noise that is partly relative."""

import numpy as np
from scipy.optimize import nnls
from scipy.stats import chi2

ITERATIONS = 20
"""Reweighting steps; two terms settle within ten."""

EXTREME = 1e-4
"""Probability of a variance under the fit below which it counts as disturbed and is left out."""


def variance_components(variance, freedom, terms) -> tuple[np.ndarray, np.ndarray]:
    """Sizes, not negative, of the `terms` (n, k) whose sum is the expectation of `variance` (n,), and standard errors.

    Each variance is taken as chi-squared with `freedom` (n, or one number) degrees of freedom about its expectation;
    iteratively reweighted least squares then is maximum likelihood. Standard errors hold whatever the distribution
    (sandwich). All terms must be positive somewhere.
    """
    variance, freedom = np.asarray(variance, dtype=float), np.broadcast_to(freedom, np.shape(variance))
    if not variance.any():
        return np.zeros(terms.shape[1]), np.zeros(terms.shape[1])
    scale = np.mean(terms, axis=0) / np.mean(variance)
    design = terms / scale
    sizes = np.full(design.shape[1], 1.0)
    most = chi2.isf(EXTREME, freedom)
    for _ in range(ITERATIONS):
        expected = np.maximum(design @ sizes, np.finfo(float).eps * np.mean(variance))
        weight = (variance * freedom < expected * most) * np.sqrt(freedom / 2) / expected
        sizes = nnls(design * weight[:, None], variance * weight)[0]
    weighted = design * weight[:, None]
    bread = np.linalg.pinv(weighted.T @ weighted)
    scores = weighted * ((variance - design @ sizes) * weight)[:, None]
    return sizes / scale, np.linalg.norm(scores @ bread, axis=0) / scale
