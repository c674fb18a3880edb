"""Fit of a population of devices: response = mean + n_device x spread + noise, with one variable n per device.

Every block of rows (a row of the static table, or one bin of the dynamic table) has its own mean and spread; all
blocks share the devices' variables n ~ N(0, 1). The mean parameters solve generalised estimating equations with the
rank-one working covariance that this implies (Liang & Zeger, Biometrika 73, 13, 1986); variables and spread
coefficients follow by expectation-maximisation, as in factor analysis with one factor (Rubin & Thayer, Psychometrika
47, 69, 1982). Tukey's biweight rejects single outliers, and devices that do not behave like the rest are left out.
Standard errors are clustered by device, so they hold although the rows of one device are correlated.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TUKEY = 4.685
"""Residuals beyond this many standard deviations get no weight (95 % efficiency for normal noise)."""

CLEARANCE = 3.0
"""Predictions closer than this many standard deviations to the instrument's limits are not used."""

OUTLIER_DEVIATE = 4.5
"""A device further than this many robust standard deviations from the median device is an outlier."""

OUTLIER_SHARE = 0.5
"""A device more than this share of whose rows are rejected is an outlier."""

NOISE_FLOOR = 0.01
"""Smallest relative noise assumed of a row: no formula is trusted to better than 1 % of its mean."""

MEDIAN_CHI2 = 0.4549
"""Median of the square of a standard normal variable; turns medians of squares into variances."""

SETTLING = 5
MAX_ITERATIONS = 80
TOLERANCE = 1e-3
"""The fit has converged when a step moves the means by less than this share of their noise."""


@dataclass
class Block:
    """Rows that share mean parameters and spread coefficients; every array has one entry per row.

    `mean(theta)` returns the mean and its Jacobian; `terms` (rows, q) are the regressors of the spread, relative to
    the mean if `relative`. `noise_variance` is the least variance of a row; the fit scales it up by a common factor.
    A response outside `lowest`..`highest` would have been cut off by the instrument: rows predicted there are not
    used. `prior_precision` holds parameters that the data leave open near their start `theta`.
    """

    device: np.ndarray
    response: np.ndarray
    mean: Callable
    terms: np.ndarray
    relative: bool
    noise_variance: np.ndarray
    theta: np.ndarray
    prior_precision: np.ndarray
    lowest: np.ndarray | float = -np.inf
    highest: np.ndarray | float = np.inf


@dataclass
class MixedFit:
    """Mean parameters `theta` and spread coefficients `spread` per block, with their covariances.

    `theta_covariance` covers the concatenated `theta`; `deviate` is n per device; `outlier` marks devices left out;
    `noise` is the relative noise per block; `cut_off`, `rejected` and `used` count the rows of each block (rows of
    outlier devices are in none of them). `mean_deviate` is the mean of n in units of its standard error.
    """

    theta: list
    theta_covariance: np.ndarray
    spread: list
    spread_covariance: list
    deviate: np.ndarray
    outlier: np.ndarray
    noise: list
    cut_off: list
    rejected: list
    used: list
    mean_deviate: float
    converged: bool


def fit_mixed(blocks: list[Block], devices: int) -> MixedFit:
    """Fit all `blocks` of `devices` devices together; raises ValueError if fewer than three devices behave alike."""
    state = _State(blocks, devices)
    for iteration in range(MAX_ITERATIONS):
        state.evaluate()
        if iteration >= SETTLING:
            state.find_outlier_devices()
        state.update_spread()
        state.update_noise()
        change = state.update_mean()
        if iteration > SETTLING and change < TOLERANCE:
            break
    return state.result(converged=change < TOLERANCE)


class _State:
    """The estimates of one fit between two iterations, and the rows evaluated at them."""

    def __init__(self, blocks, devices):
        self.blocks, self.devices = blocks, devices
        self.theta = [block.theta for block in blocks]
        self.spread = [np.zeros(block.terms.shape[1]) for block in blocks]
        self.noise, self.factor = [0.3] * len(blocks), 1.0
        self.kept = np.ones(devices, dtype=bool)
        self.deviate = _leading_deviates(blocks, devices)
        self.second_moment = self.deviate**2
        self.evaluate()
        self.update_noise()

    def evaluate(self):
        self.rows = [
            _Rows(block, *estimates, self.factor, self.deviate)
            for block, *estimates in zip(self.blocks, self.theta, self.spread, self.noise, strict=True)
        ]
        self._apply_outlier_devices()

    def _apply_outlier_devices(self):
        for rows in self.rows:
            kept = self.kept[rows.device] / rows.variance
            rows.weight, rows.slope_weight = rows.biweight * kept, rows.biweight_slope * kept

    def find_outlier_devices(self):
        counts = sum(np.bincount(rows.device, rows.usable, self.devices) for rows in self.rows)
        lost = sum(np.bincount(rows.device, rows.usable & (rows.biweight == 0), self.devices) for rows in self.rows)
        centred = np.abs(self.deviate - np.median(self.deviate))
        far = centred > OUTLIER_DEVIATE * np.sqrt(np.median(centred**2) / MEDIAN_CHI2)
        self.kept = ~far & (counts > 0) & (lost <= OUTLIER_SHARE * counts)
        if self.kept.sum() < 3:
            raise ValueError("fewer than three devices behave alike; the spread of the population is undetermined")
        self._apply_outlier_devices()

    def update_spread(self):
        """One maximisation step for the spread coefficients given the devices' variables."""
        self.spread = []
        for rows in self.rows:
            n, second = self.deviate[rows.device], self.second_moment[rows.device]
            weighted = rows.terms * (rows.weight * second)[:, None]
            coefficients = _solve(rows.terms.T @ weighted, rows.terms.T @ (rows.weight * n * rows.residual))
            self.spread.append(coefficients)
            rows.spread = rows.terms @ coefficients

    def update_noise(self):
        """Noise from medians: the common factor where means are smallest, the relative noise where they are largest."""
        factors = [1.0]
        for block, rows in zip(self.blocks, self.rows, strict=True):
            rows.rank = np.abs(rows.mean) / np.sqrt(block.noise_variance)
            rows.square = (rows.residual - self.deviate[rows.device] * rows.spread) ** 2
            rows.trusted = rows.usable & self.kept[rows.device]
            quiet = rows.trusted & (rows.rank <= np.quantile(rows.rank, 0.1))
            if quiet.sum() > 20:
                factors.append(np.median(rows.square[quiet] / block.noise_variance[quiet]) / MEDIAN_CHI2)
        self.factor = max(1.0, min(factors[1:], default=1.0))
        for k, (block, rows) in enumerate(zip(self.blocks, self.rows, strict=True)):
            loud = rows.trusted & (rows.rank >= np.median(rows.rank))
            excess = (rows.square[loud] - self.factor * MEDIAN_CHI2 * block.noise_variance[loud]) / rows.mean[loud] ** 2
            self.noise[k] = max(NOISE_FLOOR, np.sqrt(max(0.0, np.median(excess)) / MEDIAN_CHI2)) if loud.any() else 0.3

    def update_mean(self):
        """One Gauss-Newton step of the estimating equations, then the devices' variables; returns the step's size."""
        weights = [rows.weight for rows in self.rows]
        self.scores = _scores(self.rows, self.devices)
        information = _information(self.rows, weights, self.devices).sum(axis=0)
        prior = np.concatenate([block.prior_precision for block in self.blocks])
        pull = np.concatenate([block.theta for block in self.blocks]) - np.concatenate(self.theta)
        sizes = np.cumsum([len(theta) for theta in self.theta])[:-1]
        steps = np.split(_solve(information + np.diag(prior), self.scores.sum(axis=0) + prior * pull), sizes)
        moves = [rows.jacobian @ step for rows, step in zip(self.rows, steps, strict=True)]
        longest = max(
            np.max(np.abs(move) / (np.abs(rows.mean) + np.sqrt(rows.variance)))
            for rows, move in zip(self.rows, moves, strict=True)
        )
        damping = min(1.0, 1.0 / longest)
        self.theta = [theta + damping * step for theta, step in zip(self.theta, steps, strict=True)]
        self.update_deviates()
        squares = [np.sum(rows.weight * move**2) for rows, move in zip(self.rows, moves, strict=True)]
        return np.sqrt(sum(squares) / sum(np.count_nonzero(rows.weight) for rows in self.rows))

    def update_deviates(self):
        """Expectation of n and n^2 per device; the spread takes the scale at which kept devices have unit variance."""
        precision, pull = np.ones(self.devices), np.zeros(self.devices)
        for rows in self.rows:
            weight = rows.biweight / rows.variance
            precision += np.bincount(rows.device, weight * rows.spread**2, self.devices)
            pull += np.bincount(rows.device, weight * rows.spread * rows.residual, self.devices)
        self.deviate = pull / precision
        self.second_moment = self.deviate**2 + 1 / precision
        scale = np.sqrt(np.mean(self.second_moment[self.kept]))
        self.deviate, self.second_moment = self.deviate / scale, self.second_moment / scale**2
        self.spread = [coefficients * scale for coefficients in self.spread]

    def result(self, converged):
        kept = self.kept.sum()
        trusted = [rows.trusted for rows in self.rows]
        return MixedFit(
            theta=self.theta,
            theta_covariance=self._theta_covariance(),
            spread=self.spread,
            spread_covariance=[self._spread_covariance(*pair) for pair in zip(self.rows, self.spread, strict=True)],
            deviate=self.deviate,
            outlier=~self.kept,
            noise=self.noise,
            cut_off=[int(np.sum(~rows.usable & self.kept[rows.device])) for rows in self.rows],
            rejected=[int(np.sum(t & (rows.biweight == 0))) for t, rows in zip(trusted, self.rows, strict=True)],
            used=[int(np.sum(t & (rows.biweight > 0))) for t, rows in zip(trusted, self.rows, strict=True)],
            mean_deviate=float(np.mean(self.deviate[self.kept]) * np.sqrt(kept)),
            converged=bool(converged),
        )

    def _theta_covariance(self):
        """One-step jackknife over devices, plus the prior's own variance where nothing but the prior speaks.

        The information uses the slope of Tukey's influence function; its weights would overstate it by a fifth.
        """
        prior = np.diag(np.concatenate([block.prior_precision for block in self.blocks]))
        information = _information(self.rows, [rows.slope_weight for rows in self.rows], self.devices)
        total = information.sum(axis=0) + prior
        shifts = _solve(total - information, self.scores)
        inverse = _inverse(total)
        return shifts.T @ shifts * (1 - 1 / self.kept.sum()) + inverse @ prior @ inverse

    def _spread_covariance(self, rows, coefficients):
        """Sandwich for the shape of the spread plus the sampling error of the population's variance."""
        n = self.deviate[rows.device]
        misfit = rows.weight * n * (rows.residual - n * (rows.terms @ coefficients))
        scores = _sums_by_device(rows.device, rows.terms * misfit[:, None], self.devices)
        weighted = rows.terms * (rows.weight * self.second_moment[rows.device])[:, None]
        bread = _inverse(rows.terms.T @ weighted)
        scale_variance = np.var(self.deviate[self.kept] ** 2) / (4 * self.kept.sum())
        return bread @ scores.T @ scores @ bread + scale_variance * np.outer(coefficients, coefficients)


class _Rows:
    """One block evaluated at the current estimates."""

    def __init__(self, block, theta, spread, noise, factor, deviate):
        self.device = block.device
        self.mean, self.jacobian = block.mean(theta)
        self.terms = block.terms * self.mean[:, None] if block.relative else block.terms
        self.residual = block.response - self.mean
        self.spread = self.terms @ spread
        self.variance = factor * block.noise_variance + (noise * self.mean) ** 2
        prediction = self.mean + deviate[self.device] * self.spread
        clearance = CLEARANCE * np.sqrt(self.variance)
        self.usable = (prediction > block.lowest + clearance) & (prediction < block.highest - clearance)
        distance = (block.response - prediction) ** 2 / (TUKEY**2 * self.variance)
        inside = np.where(self.usable, np.clip(1 - distance, 0, None), 0.0)
        self.biweight = inside**2
        self.biweight_slope = inside * (1 - 5 * distance)


def _scores(rows_of_blocks, devices):
    """Score of the mean parameters per device, cleared of what the device's own variable explains."""
    precision, drift = np.ones(devices), np.zeros(devices)
    for rows in rows_of_blocks:
        precision += np.bincount(rows.device, rows.weight * rows.spread**2, devices)
        drift += np.bincount(rows.device, rows.weight * rows.spread * rows.residual, devices)
    deviate = drift / precision
    parts = [
        _sums_by_device(
            rows.device,
            rows.jacobian * (rows.weight * (rows.residual - deviate[rows.device] * rows.spread))[:, None],
            devices,
        )
        for rows in rows_of_blocks
    ]
    return np.concatenate(parts, axis=1)


def _information(rows_of_blocks, weights, devices):
    """Information of each device on the mean parameters, its own variable unknown; shape (devices, all, all)."""
    precision, overlaps, own = np.ones(devices), [], []
    for rows, weight in zip(rows_of_blocks, weights, strict=True):
        precision += np.bincount(rows.device, weight * rows.spread**2, devices)
        overlaps.append(_sums_by_device(rows.device, rows.jacobian * (weight * rows.spread)[:, None], devices))
        size = rows.jacobian.shape[1]
        pairs = (rows.jacobian[:, :, None] * rows.jacobian[:, None, :]).reshape(-1, size**2)
        own.append(_sums_by_device(rows.device, pairs * weight[:, None], devices).reshape(-1, size, size))
    overlap = np.concatenate(overlaps, axis=1)
    information = -overlap[:, :, None] * overlap[:, None, :] / precision[:, None, None]
    end = 0
    for block in own:
        part = slice(end, end := end + block.shape[1])
        information[:, part, part] += block
    return information


def _leading_deviates(blocks, devices):
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


def _sums_by_device(device, columns, devices):
    """Sums of each column over the rows of each device; shape (devices, columns)."""
    return np.stack([np.bincount(device, column, devices) for column in columns.T], axis=1)


def _inverse(matrices):
    """Inverse of symmetric matrices (..., p, p) of parameters in very different units; open directions get zero."""
    diagonal = np.diagonal(matrices, axis1=-2, axis2=-1)
    scale = np.sqrt(np.clip(diagonal, np.finfo(float).tiny, None))
    units = scale[..., :, None] * scale[..., None, :]
    return np.linalg.pinv(matrices / units, rcond=1e-13, hermitian=True) / units


def _solve(matrices, vectors):
    """Solutions x (..., p) of matrices (..., p, p) x = vectors (..., p)."""
    return np.einsum("...ij,...j->...i", _inverse(matrices), vectors)
