"""Fit of a population of devices: response = mean + n_device x spread + noise, with one variable n per device.

Every block of rows (a row of the static table, or one bin of the dynamic table) has its own mean and spread; all
blocks share the devices' variables n ~ N(0, 1). Mean and spread solve generalised estimating equations with the
rank-one working covariance that this implies (Liang & Zeger, Biometrika 73, 13, 1986), the variables are their
posterior means, as in factor analysis with one factor (Rubin & Thayer, Psychometrika 47, 69, 1982). Tukey's biweight
rejects single outliers, and devices that do not behave like the rest are left out. Standard errors are clustered by
device, so they hold although the rows of one device are correlated.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag

from rramgan.calibration.mixed.equations import Block, covariance, equations, evaluate, held_inverse
from rramgan.calibration.mixed.noise import START_NOISE, block_noise
from rramgan.calibration.mixed.outliers import esd_outliers
from rramgan.calibration.mixed.start import leading_deviates, spread_prior
from rramgan.calibration.rounding import independent_columns
from rramgan.errors import InputError

OUTLIER_SHARE = 0.5
"""A device more than this share of whose rows are rejected is an outlier."""

LARGEST_MEAN_DEVIATE = 3.0
"""A mean of the devices' variables this many standard errors from zero says that the formulas do not fit."""

MIN_POPULATION = 3
"""Of fewer devices nothing tells which are normal, nor the population's mean from their own."""

FEW_ROWS = 3
"""Devices with fewer rows cannot tell an odd row from an odd device; theirs count by their distance from the mean."""

SETTLING = 5
"""Steps before which the fit counts as rough at best."""

ROUGH_TOLERANCE, TOLERANCE = 0.3, 0.01
"""A step by less than this share of the standard errors, at which the fit is roughly right, or has converged."""

CAUTION = 4.0
"""Precision that holds loosely determined parameters near their last value, so that steps along them stay short."""

MAX_ITERATIONS = 100
"""Steps in either phase after which the fit is returned as not converged."""

POPULATION = "population"
AT_HAND = "devices measured, too few to know a population from"
AVERAGE_DEVICE = "average device, because the formulas do not fit within the noise"
"""Whose mean a fit has found."""


def few_devices(devices: int) -> str | None:
    """What one must know of the spread between so many devices; None of a population."""
    if devices >= MIN_POPULATION:
        return None
    return f"{devices} device(s): spread between devices {'hardly known' if devices > 1 else 'unknown, set to zero'}"


@dataclass
class MixedFit:
    """A fitted population; lists have one entry per block."""

    theta: list
    """Mean parameters."""
    spread: list
    """Spread coefficients."""
    covariance: np.ndarray
    """Joint covariance of all parameters, in the order theta, spread, theta, spread, ..."""
    deviate: np.ndarray
    """Variable n (devices,)."""
    outlier: np.ndarray
    """Which devices (devices,) were left out."""
    noise: list
    """Noise of a row relative to its mean."""
    accepted: list
    """Which rows (rows,) entered the fit."""
    taken: list
    """How many degrees of freedom of these rows the devices' variables take."""
    cut_off: list
    """How many rows the instrument would have cut off; those of outlier devices not counted."""
    rejected: list
    """How many rows were rejected as outliers; those of outlier devices not counted."""
    mean_of: str
    """Whose mean was fitted: POPULATION, AVERAGE_DEVICE or AT_HAND."""
    converged: bool
    """Whether the last step was small."""

    def covariance_of(self, block: int) -> tuple[np.ndarray, np.ndarray]:
        """Covariance of theta and of the spread coefficients of one block."""
        sizes = [len(part) for pair in zip(self.theta, self.spread, strict=True) for part in pair]
        ends = np.cumsum(sizes)[2 * block : 2 * block + 2]
        of_mean, of_spread = (slice(end - size, end) for end, size in zip(ends, sizes[2 * block :], strict=False))
        return self.covariance[of_mean, of_mean], self.covariance[of_spread, of_spread]


def fit_mixed(blocks: list[Block], devices: int, shared=()) -> MixedFit:
    """Fit all `blocks` of `devices` devices together; raises InputError if fewer than three of more behave alike.

    One or two devices are fitted as they are: the mean is theirs, and one device has no spread. `shared` lists the
    positions in theta of mean parameters that all blocks have in common. Where the formulas fit, the shape of the
    spread tells the mean of the population from that of the devices at hand. Where the variables then do not scatter
    about zero, the formulas do not fit, and the mean is made that of the average device.
    """
    state = _State(blocks, devices, shared)
    state.solve()
    if abs(state.mean_deviate()) > LARGEST_MEAN_DEVIATE:
        state.averaged = True
        state.solve()
    return state.result()


class _State:
    """The estimates of one fit between two iterations, and the rows evaluated at them."""

    def __init__(self, blocks, devices, shared):
        self.blocks, self.devices = blocks, devices
        self.few = sum(np.bincount(block.device, minlength=devices) for block in blocks) < FEW_ROWS
        shared = np.array(shared, dtype=int)
        self.theta = [block.theta.copy() for block in blocks]
        for theta in self.theta:
            theta[shared] = [np.median([block.theta[k] for block in blocks]) for k in shared]
        self.spread = [np.zeros(block.terms.shape[1]) for block in blocks]
        self.noise, self.factor = [START_NOISE] * len(blocks), [1.0] * len(blocks)
        self.kept = np.ones(devices, dtype=bool)
        self.deviate = leading_deviates(blocks, devices)
        self.averaged, self.converged = devices < MIN_POPULATION, False
        self.prior = block_diag(
            *(part for block in blocks for part in (np.diag(block.prior_precision), spread_prior(block)))
        )
        self.start = self._vector(self.theta)
        self.tie = self._tie(shared)
        self._evaluate()
        self.noise, self.factor = block_noise(self.blocks, self.rows, self.deviate, self.kept)
        self._evaluate()
        self.spread = [
            self._first_spread(rows, independent_columns(block.terms))
            for block, rows in zip(blocks, self.rows, strict=True)
        ]
        self.refresh()

    def _first_spread(self, rows, columns):
        """Spread coefficients by least squares at the first guess of n; those not at `columns` are zero."""
        weight = np.sqrt(rows.biweight / rows.variance)
        design = rows.terms[:, columns] * (self.deviate[rows.device] * weight)[:, None]
        spread = np.zeros(rows.terms.shape[1])
        spread[columns] = np.linalg.lstsq(design, rows.residual * weight)[0]
        return spread

    def _vector(self, theta=None, spread=None):
        """All parameters in the order of the estimating equations; zero where they are not given."""
        theta = theta or [np.zeros(len(block.theta)) for block in self.blocks]
        spread = spread or [np.zeros(block.terms.shape[1]) for block in self.blocks]
        return np.concatenate([part for pair in zip(theta, spread, strict=True) for part in pair])

    def _tie(self, shared):
        """Which free parameter each parameter equals: its own, or the first block's if all blocks share it.

        A parameter whose column the data cannot tell from those before it equals none: it stays where it starts. So
        does the spread of one device.
        """
        own = np.arange(len(self.start))
        free = np.zeros(len(own), dtype=bool)
        start = 0
        for block in self.blocks:
            size = len(block.theta)
            own[start + shared] = shared
            design = block.mean(block.theta)[1]
            determined = np.arange(size) if np.any(block.prior_precision) else independent_columns(design)
            free[start + determined] = True
            free[start + size + independent_columns(block.terms)] = self.devices > 1
            start += size + block.terms.shape[1]
        return (np.eye(len(own))[own] * free[:, None])[:, np.unique(own[free])]

    def _parts(self, vector):
        """The pairs (mean parameters, spread coefficients) of every block in a vector of all parameters."""
        sizes = [size for block in self.blocks for size in (len(block.theta), block.terms.shape[1])]
        parts = np.split(vector, np.cumsum(sizes)[:-1])
        return list(zip(parts[::2], parts[1::2], strict=True))

    def solve(self):
        """Iterate until the steps are small: first roughly, choosing rows and devices anew, then with these settled."""
        for settled, tolerance, least in ((False, ROUGH_TOLERANCE, SETTLING), (True, TOLERANCE, 1)):
            for iteration in range(MAX_ITERATIONS):
                change = self.step()
                self.refresh(settled)
                if not settled:
                    self.find_outlier_devices()
                if change < tolerance and iteration + 1 >= least:
                    break
        self.converged = bool(change < TOLERANCE)

    def mean_deviate(self):
        """Mean of the variables of the devices that count, in units of its standard error."""
        return float(np.mean(self.deviate[self.kept]) * np.sqrt(self.kept.sum()))

    def refresh(self, settled=False):
        """Evaluate rows and devices' variables; the noise and the choice of rows stay as they are once settled.

        Twice, because the weights of the rows depend on the variables and these on the weights.
        """
        usable = [rows.usable for rows in self.rows] if settled else None
        for _ in range(2):
            self._evaluate(usable)
            self._update_deviates()
        if not settled:
            self.noise, self.factor = block_noise(self.blocks, self.rows, self.deviate, self.kept)

    def _evaluate(self, usable=None):
        self.rows = [
            evaluate(*estimates, self.deviate, self.few, None if usable is None else usable[k])
            for k, estimates in enumerate(
                zip(self.blocks, self.theta, self.spread, self.noise, self.factor, strict=True)
            )
        ]

    def _update_deviates(self):
        """Posterior mean and variance of n per device, in the scale at which kept devices have unit variance."""
        precision, score = np.ones(self.devices), np.zeros(self.devices)
        for rows in self.rows:
            weighted = rows.biweight / rows.variance * rows.spread
            precision += np.bincount(rows.device, weighted * rows.spread, self.devices)
            score += np.bincount(rows.device, weighted * rows.residual, self.devices)
        deviate = score / precision
        if self.averaged:
            deviate -= np.mean(deviate[self.kept])
        freedom = max(self.kept.sum() - self.averaged, 1)
        scale = np.sqrt(np.sum((deviate**2 + 1 / precision)[self.kept]) / freedom)
        self.deviate, self.deviate_variance = deviate / scale, 1 / (precision * scale**2)
        self.spread = [coefficients * scale for coefficients in self.spread]
        for rows in self.rows:
            rows.spread = rows.spread * scale
            rows.spread_jacobian = rows.spread_jacobian * scale

    def find_outlier_devices(self):
        """Leave out devices most of whose rows are rejected, and of the others those far from the rest."""
        if self.devices < MIN_POPULATION:
            return
        counts, lost = np.zeros((2, self.devices))
        for rows in self.rows:
            counts += np.bincount(rows.device, rows.usable, self.devices)
            lost += np.bincount(rows.device, rows.usable & (rows.biweight == 0), self.devices)
        self.kept = (counts > 0) & (lost <= OUTLIER_SHARE * counts)
        self.kept[self.kept] = ~esd_outliers(self.deviate[self.kept])
        if self.kept.sum() < MIN_POPULATION:
            raise InputError("measurements: fewer than three devices behave alike; expected a population of devices")

    def step(self):
        """One Gauss-Newton step of all parameters; returns its root mean square relative to their standard errors."""
        system = equations(self.rows, self.deviate, self.deviate_variance, self.kept, averaged=self.averaged)
        prior_score = self.prior @ (self.start - self._vector(self.theta, self.spread))
        caution = CAUTION * np.diag(self._vector([block.prior_precision > 0 for block in self.blocks]))
        inverse = held_inverse(system.information, self.prior + caution, self._vector(spread=self.spread), self.tie)
        steps = self._parts(inverse @ (system.scores.sum(axis=0) + prior_score))
        size, longest = 0.0, 1.0
        for rows, (theta, spread) in zip(self.rows, steps, strict=True):
            n = self.deviate[rows.device]
            move = (rows.jacobian + n[:, None] * rows.spread_jacobian) @ theta + n * (rows.terms @ spread)
            move[rows.biweight == 0] = 0
            size += np.sum(move**2 / rows.variance)
            longest = max(longest, np.max(np.abs(move) / (np.abs(rows.mean) + np.sqrt(rows.variance))))
        self.theta = [old + part / longest for old, (part, _) in zip(self.theta, steps, strict=True)]
        self.spread = [old + part / longest for old, (_, part) in zip(self.spread, steps, strict=True)]
        return np.sqrt(size / len(self.start))

    def result(self):
        """The fit as it stands, with covariances."""
        system = equations(self.rows, self.deviate, self.deviate_variance, self.kept, True, self.averaged)
        scale = self._vector(spread=self.spread)
        kept = [rows.usable & self.kept[rows.device] for rows in self.rows]
        taken = [
            float(np.sum((rows.biweight / rows.variance * rows.spread**2 * self.deviate_variance[rows.device])[here]))
            for here, rows in zip(kept, self.rows, strict=True)
        ]
        return MixedFit(
            theta=self.theta,
            spread=self.spread,
            covariance=covariance(system, self.prior, scale, self.tie, self.deviate[self.kept]),
            deviate=self.deviate,
            outlier=~self.kept,
            noise=self.noise,
            accepted=[k & (rows.biweight > 0) for k, rows in zip(kept, self.rows, strict=True)],
            taken=taken,
            cut_off=[int(np.sum(~rows.usable & self.kept[rows.device])) for rows in self.rows],
            rejected=[int(np.sum(k & (rows.biweight == 0))) for k, rows in zip(kept, self.rows, strict=True)],
            mean_of=AT_HAND if self.devices < MIN_POPULATION else AVERAGE_DEVICE if self.averaged else POPULATION,
            converged=self.converged,
        )
