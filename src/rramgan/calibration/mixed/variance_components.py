"""Variances that are sums of known terms with unknown sizes, such as read noise that is partly relative."""

import numpy as np
from scipy.optimize import nnls
from scipy.stats import chi2

ITERATIONS = 30
"""Reweighting steps at most; two terms settle within ten."""

SETTLED = 0.01
"""Change of all sizes, in standard errors, after which they count as settled."""

LARGEST_FALL = 10.0
"""Factor by which a size falls at most in one step: one that falls too far no longer sees what shows it."""

EXTREME = 1e-4
"""Probability of a variance under the fit below which it counts as disturbed and is left out."""


def variance_components(variance, freedom, terms, cluster=None) -> tuple[np.ndarray, np.ndarray]:
    """Sizes, not negative, of the `terms` (n, k) whose sum is the expectation of `variance` (n,), and standard errors.

    Each variance is taken as chi-squared with `freedom` (n, or one number) degrees of freedom about its expectation;
    iteratively reweighted least squares then is maximum likelihood. Standard errors hold whatever the distribution
    (sandwich); they are the larger ones if those of a `cluster` (n, index) err together. All terms must be positive
    somewhere.
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
        weighted = design * weight[:, None]
        # Of unit length: a term seen in small variances alone outweighs the others beyond the digits of a float.
        lengths = np.maximum(np.linalg.norm(weighted, axis=0), np.finfo(float).tiny)
        weighted /= lengths
        before, sizes = sizes, np.maximum(nnls(weighted, variance * weight)[0] / lengths, sizes / LARGEST_FALL)
        if np.max(np.abs(sizes - before) * lengths) < SETTLED:
            break
    scores = weighted * ((variance - design @ sizes) * weight)[:, None]
    shifts = scores @ np.linalg.pinv(weighted.T @ weighted)
    errors = np.linalg.norm(shifts, axis=0) / lengths
    if cluster is not None:
        # A handful of clusters hardly shows what they have in common, a row's own error remains.
        together = np.stack([np.bincount(cluster, column) for column in shifts.T], axis=1)
        errors = np.maximum(errors, np.linalg.norm(together, axis=0) / lengths)
    return sizes / scale, errors / scale
