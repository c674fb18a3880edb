"""The linear algebra of the mixed fit: estimating equations with devices' variables eliminated, and their sandwich.

Source: Liang & Zeger, Biometrika 73, 13 (1986): the covariance of estimates from correlated clusters, here devices.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag


@dataclass
class Rows:
    """One block of the mixed fit evaluated at some estimates; arrays have one entry per row.

    `residual` is response - mean; `spread` the response's derivative by the device's variable, `terms` its regressors;
    `spread_jacobian` its derivative by the mean parameters; `variance` that of the noise. `usable` rows are not cut
    off by the instrument; `biweight` is Tukey's weight and `biweight_slope` the slope of its influence function.
    """

    device: np.ndarray
    mean: np.ndarray
    jacobian: np.ndarray
    terms: np.ndarray
    residual: np.ndarray
    spread: np.ndarray
    spread_jacobian: np.ndarray | float
    variance: np.ndarray
    usable: np.ndarray
    biweight: np.ndarray
    biweight_slope: np.ndarray


@dataclass
class Equations:
    """Estimating equations of all blocks, parameters in the order theta, spread, theta, spread, ...

    `scores` (devices, parameters) sum to zero at the solution; `information` is minus their derivative.
    """

    scores: np.ndarray
    information: np.ndarray


def equations(rows_of_blocks, deviate, deviate_variance, kept, slopes: bool = False) -> Equations:
    """Scores and information at the devices' variables `deviate` with their posterior variance.

    Mean and spread are solved together, because the shape of the spread decides how much of the devices' average
    belongs to the mean. `kept` marks the devices that count. With `slopes` the information uses the slope of Tukey's
    influence function, as standard errors need it (the weights would overstate it by a fifth).
    """
    devices = len(deviate)
    precision = np.ones(devices)
    scores, own, left_sums, right_sums = [], [], [], []
    for rows in rows_of_blocks:
        n = deviate[rows.device][:, None]
        variance = deviate_variance[rows.device]
        weight = rows.biweight * kept[rows.device] / rows.variance
        slope = rows.biweight_slope * kept[rows.device] / rows.variance if slopes else weight
        left = np.hstack([rows.jacobian, n * rows.terms])
        right = np.hstack([rows.jacobian + n * rows.spread_jacobian, n * rows.terms])
        score = left * (weight * (rows.residual - n[:, 0] * rows.spread))[:, None]
        size = rows.jacobian.shape[1]
        score[:, size:] -= rows.terms * (weight * variance * rows.spread)[:, None]
        scores.append(_sums_by_device(rows.device, score, devices))
        own.append(left.T @ (right * slope[:, None]))
        own[-1][size:, size:] += rows.terms.T @ (rows.terms * (slope * variance)[:, None])
        pull = slope * rows.spread
        precision += np.bincount(rows.device, pull * rows.spread, devices)
        left_sums.append(_sums_by_device(rows.device, left * pull[:, None], devices))
        right_sums.append(_sums_by_device(rows.device, right * pull[:, None], devices))
    shared = np.concatenate(left_sums, axis=1).T @ (np.concatenate(right_sums, axis=1) / precision[:, None])
    return Equations(np.concatenate(scores, axis=1), block_diag(*own) - shared)


def held_inverse(information, prior, scale):
    """Inverse of `information` plus the diagonal `prior`, with the direction `scale` held fixed.

    `scale` is the common scale of all spread coefficients, which the devices' unit variance fixes instead. Works in
    units that give every parameter the same weight; directions that nothing determines get zero.
    """
    units = np.sqrt(np.abs(np.diag(information)) + prior)
    units[units == 0] = 1.0
    direction = scale * units / (np.linalg.norm(scale * units) or 1.0)
    held = (information + np.diag(prior)) / np.outer(units, units) + 1e3 * np.outer(direction, direction)
    return np.linalg.pinv(held, rcond=1e-12) / np.outer(units, units)


def covariance(system: Equations, prior, scale, deviate):
    """Covariance of the solution, clustered by device; `deviate` holds the variables of the devices that count.

    To the sandwich come the prior's own variance where nothing but the prior speaks, and along `scale` the sampling
    error of the population's variance.
    """
    bread = held_inverse(system.information, prior, scale)
    shifts = system.scores @ bread.T
    count = len(deviate)
    scale_variance = np.var(deviate**2) / (4 * count)
    return shifts.T @ shifts * count / (count - 1) + (bread * prior) @ bread.T + scale_variance * np.outer(scale, scale)


def _sums_by_device(device, columns, devices):
    """Sums of each column over the rows of each device; shape (devices, columns)."""
    return np.stack([np.bincount(device, column, devices) for column in columns.T], axis=1)
