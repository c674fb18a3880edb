"""What the mixed fit starts from: a first guess of the devices' variables, and a weak prior on the spread."""

import numpy as np

from rramgan.calibration.mixed.noise import MEDIAN_CHI2

SPREAD_PRIOR = 2.0
"""Standard deviation of the weak prior on the relative spread, felt only where the data leave the spread open."""


def spread_prior(block):
    """Precision of the spread coefficients of a block: what one row would tell that saw a relative spread near zero."""
    scale = 1.0 if block.relative else np.median(np.abs(block.response)) or 1.0
    return block.terms.T @ block.terms / (len(block.terms) * (SPREAD_PRIOR * scale) ** 2)


def leading_deviates(blocks, devices):
    """First guess of n: leading left singular vector of the devices' mean relative residuals in coarse cells."""
    columns = []
    for block in blocks:
        mean = block.mean(block.theta)[0]
        relative = np.clip((block.response - mean) / (np.abs(mean) + 3 * np.sqrt(block.noise_variance)), -1, 1)
        for cell in _halves(block.terms):
            counts = np.bincount(block.device[cell], minlength=devices)
            columns.append(np.bincount(block.device[cell], relative[cell], devices) / np.maximum(counts, 1))
    table = np.stack(columns, axis=1)
    vector = np.linalg.svd(table - np.median(table, axis=0), full_matrices=False)[0][:, 0]
    spread = np.sqrt(np.median(vector**2) / MEDIAN_CHI2) or 1.0
    deviate = np.clip(vector / spread, -3, 3)
    return deviate * (np.sign(np.sum(deviate * table.mean(axis=1))) or 1.0)


def _halves(terms):
    """Row masks that cut a block in two at the median of its second regressor, which is not constant."""
    low = terms[:, 1] < np.median(terms[:, 1])
    return low, ~low
