"""The equations of the mixed fit: rows at given estimates, scores and information, and their sandwich.

Source: Liang & Zeger, Biometrika 73, 13 (1986): estimating equations for correlated clusters, here devices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag

TUKEY = 4.685
"""Residuals beyond this many standard deviations get no weight (95 % efficiency for normal noise)."""

CLEARANCE = 3.0
"""Predictions closer than this many standard deviations to the instrument's limits are not used."""


@dataclass
class Block:
    """Rows that share mean parameters and spread coefficients."""

    device: np.ndarray
    """Index (rows,) of the device of each row."""
    response: np.ndarray
    """Measured value (rows,)."""
    mean: Callable
    """mean(theta) returns the mean (rows,) and its Jacobian (rows, parameters)."""
    terms: np.ndarray
    """Regressors (rows, q) of the spread."""
    relative: bool
    """Whether the spread is relative to the mean."""
    noise_variance: np.ndarray
    """Least variance (rows,); the fit scales it up by a common factor."""
    theta: np.ndarray
    """Mean parameters to start from."""
    prior_precision: np.ndarray
    """Precision (parameters,) that holds those which the data leave open near their start."""
    lowest: np.ndarray | float = -np.inf
    """The instrument would have cut off responses below; rows predicted there are not used."""
    highest: np.ndarray | float = np.inf
    """The same above."""


@dataclass
class Rows:
    """One block of the mixed fit evaluated at some estimates; arrays have one entry per row."""

    device: np.ndarray
    """Index of the device."""
    mean: np.ndarray
    """Mean of the population."""
    jacobian: np.ndarray
    """Derivative of the mean by the mean parameters (rows, parameters)."""
    terms: np.ndarray
    """Regressors of `spread` (rows, q)."""
    residual: np.ndarray
    """Response minus mean."""
    spread: np.ndarray
    """Derivative of the response by the device's variable."""
    spread_jacobian: np.ndarray | float
    """Derivative of `spread` by the mean parameters."""
    variance: np.ndarray
    """Variance of the noise."""
    usable: np.ndarray
    """Whether the instrument would not have cut the row off."""
    biweight: np.ndarray
    """Tukey's weight, 0..1."""
    biweight_slope: np.ndarray
    """Slope of its influence function."""


def evaluate(block, theta, spread, noise, factor, deviate, few, usable=None) -> Rows:
    """Rows of a block at its estimates; by default those are usable that the instrument would not have cut off.

    `few` (devices,) marks devices with hardly any rows.
    """
    mean, jacobian = block.mean(theta)
    relative = block.terms @ spread
    scale = mean if block.relative else 1.0
    variance = factor * block.noise_variance + (noise * mean) ** 2
    prediction = mean + deviate[block.device] * relative * scale
    clearance = CLEARANCE * np.sqrt(variance)
    few = few[block.device]
    if usable is None:
        usable = (prediction > block.lowest + clearance) & (prediction < block.highest - clearance)
    expected, scatter = np.where(few, mean, prediction), np.where(few, variance + (relative * scale) ** 2, variance)
    distance = (block.response - expected) ** 2 / (TUKEY**2 * scatter)
    inside = np.where(usable, np.clip(1 - distance, 0, None), 0.0)
    return Rows(
        device=block.device,
        mean=mean,
        jacobian=jacobian,
        terms=block.terms * mean[:, None] if block.relative else block.terms,
        residual=block.response - mean,
        spread=relative * scale,
        spread_jacobian=jacobian * relative[:, None] if block.relative else np.zeros_like(jacobian),
        variance=variance,
        usable=usable,
        biweight=inside**2,
        biweight_slope=inside * (1 - 5 * distance),
    )


@dataclass
class Equations:
    """Estimating equations of all blocks, parameters in the order theta, spread, theta, spread, ..."""

    scores: np.ndarray
    """Scores (devices, parameters), which sum to zero at the solution."""
    information: np.ndarray
    """Minus their derivative (parameters, parameters)."""
    squares: np.ndarray
    """Squares of the scores (parameters, parameters) summed over single rows."""


def equations(rows_of_blocks, deviate, deviate_variance, kept, slopes=False, averaged=False) -> Equations:
    """Scores and information at the devices' variables `deviate` with their posterior variance.

    Mean and spread are solved together, because the shape of the spread decides how much of the devices' average
    belongs to the mean. With `averaged` the shape has no say: the mean is that of the average device. `kept` marks the
    devices that count. With `slopes` the information uses the slope of Tukey's influence function, as standard errors
    need it (the weights would overstate it by a fifth).
    """
    devices = len(deviate)
    precision = np.ones(devices)
    scores, squares, own, left_sums, right_sums = [], [], [], [], []
    for rows in rows_of_blocks:
        n = deviate[rows.device][:, None]
        size = rows.jacobian.shape[1]
        weight = rows.biweight * kept[rows.device] / rows.variance
        slope = rows.biweight_slope * kept[rows.device] / rows.variance if slopes else weight
        left = np.hstack([rows.jacobian, n * rows.terms])
        right = np.hstack([rows.jacobian + n * rows.spread_jacobian, n * rows.terms])
        score = left * (weight * (rows.residual - n[:, 0] * rows.spread))[:, None]
        spare = rows.terms * (weight * deviate_variance[rows.device])[:, None]
        score[:, size:] -= spare * rows.spread[:, None]
        information = left.T @ (right * slope[:, None])
        information[size:, size:] += rows.terms.T @ spare
        sensitivity = slope * rows.spread
        precision += np.bincount(rows.device, sensitivity * rows.spread, devices)
        left_sums.append(_sums_by_device(rows.device, left * sensitivity[:, None], devices))
        right_sums.append(_sums_by_device(rows.device, right * sensitivity[:, None], devices))
        if averaged:
            share = rows.variance / (rows.variance + rows.spread**2)
            score[:, :size] = rows.jacobian * (weight * share * rows.residual)[:, None]
            information[:size, :size] = rows.jacobian.T @ (rows.jacobian * (slope * share)[:, None])
            information[:size, size:] = information[size:, :size] = 0
            left_sums[-1][:, :size] = right_sums[-1][:, :size] = 0
        scores.append(_sums_by_device(rows.device, score, devices))
        squares.append(score.T @ score)
        own.append(information)
    shared = np.concatenate(left_sums, axis=1).T @ (np.concatenate(right_sums, axis=1) / precision[:, None])
    return Equations(np.concatenate(scores, axis=1), block_diag(*own) - shared, block_diag(*squares))


def held_inverse(information, prior, scale, tie):
    """Inverse of `information` plus the precision `prior`, with the direction `scale` held fixed.

    `scale` is the common scale of all spread coefficients, which the devices' unit variance fixes instead. `tie`
    (parameters, free parameters) has a row per parameter that picks the free one it equals. Works in units that give
    every parameter the same weight, so that the last bits of the matrix can keep it regular.
    """
    free = tie.T @ (information + prior) @ tie
    units = np.sqrt(np.abs(np.diag(free)))
    units[units == 0] = 1.0
    direction = (scale @ tie) * units / (np.linalg.norm((scale @ tie) * units) or 1.0)
    held = free / np.outer(units, units) + 1e3 * np.outer(direction, direction)
    return tie @ (np.linalg.inv(held + 1e-11 * np.eye(len(held))) / np.outer(units, units)) @ tie.T


def covariance(system: Equations, prior, scale, tie, deviate):
    """Covariance of the solution, clustered by device; `deviate` holds the variables of the devices that count.

    To the sandwich come the prior's own variance where nothing but the prior speaks, and along `scale` the sampling
    error of the population's variance. A single device is clustered by row.
    """
    bread = held_inverse(system.information, prior, scale, tie)
    shifts = system.scores @ bread.T
    count = len(deviate)
    if count == 1:
        return bread @ (system.squares + prior) @ bread.T
    # At least what normal devices scatter by: a handful of them hardly shows it.
    scale_variance = max(np.var(deviate**2) / (4 * count), 1 / (2 * (count - 1)))
    return shifts.T @ shifts * count / (count - 1) + bread @ prior @ bread.T + scale_variance * np.outer(scale, scale)


def _sums_by_device(device, columns, devices):
    """Sums of each column over the rows of each device; shape (devices, columns)."""
    return np.stack([np.bincount(device, column, devices) for column in columns.T], axis=1)
