"""The step law that makes the measured paths most likely: penalised likelihood with variances found along the way.

Parameters are those of `paths.filter`. The law's second differences, and the devices' factors u ~ N(1, tau_u^2) and
tilts v ~ N(0, tau_v^2), are random effects; their variances follow from restricted likelihood by the fixed point of
Wood & Fasiolo (Biometrics 73, 1071, 2017). Standard errors are those of the posterior mode (Wood, J. R. Stat. Soc. B
73, 3, 2011), averaged over the penalties that the paths allow: how rough a law is, few paths hardly tell (Wood, Pya &
Saefken, J. Am. Stat. Assoc. 111, 1548, 2016).
"""

from dataclasses import dataclass

import numpy as np

from rramgan.calibration.paths.filter import GROSS, LEAST_START, NOISE_PARAMETERS, USED, filter_paths

CELLS = 20
"""Intervals of the law over the range of states; the penalty decides how many of them the data can tell apart."""

START_NOISE = (np.log(0.15), 0.0)
"""First guess of log c and of its slope."""

PRIOR_STD = (1.5, 0.5, 3.0, 1.0, 3.0)
"""Standard deviations of weak priors on log c, its slope, log r, x0 and log w about their first guess."""

START_VARIANCES = (1e4, 0.2**2, 0.05**2)
"""First guess of the penalty of the law's second differences and of tau_u^2, tau_v^2."""

VARIANCE_LIMITS = ((4.0, 1e6), (1e-6, 1.0), (1e-6, 0.25))
"""Range of the same three."""

PENALTIES = 25
"""Penalties, evenly spaced in their logarithm, over which covariances are averaged."""

LARGEST_CHANGE = 10.0
"""Factor by which one of them changes at most in one iteration."""

STARTS, FEW_READINGS = (0.0, 3.0), 5000
"""How much less log r is taken in the fits that are compared, and from how many readings on one is enough."""

LOG_R = 2
"""Place of log r among the noise parameters."""

SETTLING = 5
"""Iterations in which no reading counts as a glitch: the law is not known yet."""

MAX_ITERATIONS, TOLERANCE, STEADY = 80, 1e-2, 1.2
"""Iterations at most; the gain in log-likelihood, and factor of the variances, below which a step ends them."""

LEAST_DAMPING = 1e-3
"""Share of its diagonal added to the information after a step that gained nothing."""

LONGEST = 1.0
"""Longest step of a parameter."""


@dataclass(frozen=True)
class Paths:
    """Ramps of one polarity in scaled states that pulses raise (see `paths.filter`); arrays have a row per reading."""

    reading: np.ndarray
    gap: np.ndarray
    """Pulses since the reading before; 0 starts a ramp."""
    used: np.ndarray
    """What each reading tells: `UNUSED`, `USED` or `BEYOND` of `paths.filter`."""
    device: np.ndarray
    """Index of the device, 0 .. devices - 1."""
    devices: int
    least_variance: float
    """Variance of a reading that no fit falls below: that of the converter."""


@dataclass(frozen=True)
class PathFit:
    """Law `a` (knots,), `noise` (log c, its slope, log r, x0, log w), `factors` (devices, 2); joint covariance.

    `innovation` (n,) are the standardised innovations of the readings; `tau` the standard deviations of factors and
    tilts, `freedom` the degrees of freedom behind tau_u.
    """

    a: np.ndarray
    noise: np.ndarray
    factors: np.ndarray
    covariance: np.ndarray
    tau: np.ndarray
    freedom: float
    innovation: np.ndarray
    criterion: float
    """Minus the restricted log-likelihood, by Laplace's approximation."""
    converged: bool


def fit_paths(paths: Paths, log_step, log_r: float) -> PathFit:
    """Maximise the likelihood from a first guess: the log of the mean step at the splines' centres, and of r.

    A few readings may be told by noise of readings or by noise of steps: then either is tried, and the likelier kept.
    """
    starts = STARTS if np.sum(paths.used == USED) < FEW_READINGS else STARTS[:1]
    return min((_fit_from(paths, log_step, log_r, less) for less in starts), key=lambda fit: fit.criterion)


def _fit_from(paths, log_step, log_r, less):
    """The fit from one first guess, with log r so much `less`."""
    state = _State(paths, np.asarray(log_step, dtype=float), log_r)
    state.theta[state.knots + LOG_R] -= less
    converged = False
    for iteration in range(MAX_ITERATIONS):
        settled = iteration >= SETTLING
        gain, change = state.step(GROSS if settled else np.inf)
        if settled and gain < TOLERANCE and change < STEADY:
            converged = True
            break
    return state.result(converged)


def centres(cells: int = CELLS) -> np.ndarray:
    """States (cells + 3,) at which the splines of a law of so many intervals are centred."""
    return (np.arange(cells + 3) - 1) / cells


class _State:
    """Estimates and variances of one fit."""

    def __init__(self, paths, log_step, log_r):
        self.paths, self.knots = paths, len(log_step)
        starts = paths.reading[(paths.gap == 0) & (paths.used == USED)]
        begin = (np.median(starts), np.log(max(np.std(starts), LEAST_START))) if len(starts) else (0.0, 0.0)
        factors = np.tile([1.0, 0.0], paths.devices)
        self.start = np.concatenate([log_step, START_NOISE, [log_r], begin, factors])
        self.theta = self.start.copy()
        self.variances = np.array(START_VARIANCES)
        self.shape = self.knots + NOISE_PARAMETERS
        second = np.diff(np.eye(self.knots), 2, axis=0)
        self.roughness = second.T @ second
        self.gross = np.inf
        self.damping = 0.0

    def prior(self, penalty=None):
        """Precision of the prior, and its product with the distance from the prior's mean; at another `penalty`."""
        own, tau_u, tau_v = self.variances
        penalty = own if penalty is None else penalty
        precision = np.zeros((len(self.theta), len(self.theta)))
        precision[: self.knots, : self.knots] = penalty * self.roughness
        diagonal = np.full(len(self.theta), 1e-6)
        diagonal[self.knots : self.shape] = 1 / np.square(PRIOR_STD)
        lone = self.paths.devices == 1
        diagonal[self.shape :: 2] = 1e12 if lone else 1 / tau_u
        diagonal[self.shape + 1 :: 2] = 1e12 if lone else 1 / tau_v
        precision += np.diag(diagonal)
        distance = self.theta - self.start
        distance[: self.knots] = self.theta[: self.knots]
        pull = precision @ distance
        pull[: self.knots] -= 1e-6 * self.start[: self.knots]
        return precision, pull, distance @ precision @ distance / 2

    def evaluate(self, theta):
        paths, k = self.paths, self.knots
        return filter_paths(
            paths.reading, paths.gap, paths.used, paths.device, paths.devices,
            theta[:k], theta[k : self.shape], theta[self.shape :].reshape(-1, 2), paths.least_variance, self.gross,
        )  # fmt: skip

    def step(self, gross):
        """One scoring step and an update of the variances; returns the gain expected and the largest change of one."""
        self.gross = gross
        objective, score, information, _ = self.evaluate(self.theta)
        precision, pull, penalty = self.prior()
        gradient, curvature = self._assembled(score, information)
        gradient, curvature = gradient - pull, curvature + precision
        before = objective.sum() + penalty
        inverse = _inverse(curvature + self.damping * np.diag(np.diag(curvature)))
        move = inverse @ gradient
        move *= min(1.0, LONGEST / np.max(np.abs(move)))
        old, expected = self.theta, move @ gradient / 2
        for _ in range(8):
            self.theta = old + move
            if self.evaluate(self.theta)[0].sum() + self.prior()[2] <= before:
                self.damping = self.damping / 10 if self.damping > LEAST_DAMPING else 0.0
                break
            move /= 3
        else:
            self.theta = old
            self.damping = min(max(10 * self.damping, LEAST_DAMPING), 1.0)
        return expected, self._update_variances(inverse)

    def _assembled(self, score, information):
        """Score and information of all parameters: those of the law and noise are common to the devices."""
        n, shape = self.paths.devices, self.shape
        gradient = np.concatenate([score[:, :shape].sum(axis=0), score[:, shape:].ravel()])
        curvature = np.zeros((len(gradient), len(gradient)))
        curvature[:shape, :shape] = information[:, :shape, :shape].sum(axis=0)
        cross = information[:, :shape, shape:].transpose(1, 0, 2).reshape(shape, 2 * n)
        curvature[:shape, shape:], curvature[shape:, :shape] = cross, cross.T
        for d in range(n):
            own = slice(shape + 2 * d, shape + 2 * d + 2)
            curvature[own, own] = information[d, shape:, shape:]
        return gradient, curvature

    def _update_variances(self, covariance):
        """Fixed point of the restricted likelihood; returns the largest factor by which a variance changed."""
        a, factors = self.theta[: self.knots], self.theta[self.shape :].reshape(-1, 2)
        spread = np.diag(covariance)[self.shape :].reshape(-1, 2)
        penalty, *tau = self.variances
        rank = self.knots - 2
        left = rank - penalty * np.sum(covariance[: self.knots, : self.knots] * self.roughness)
        new = [max(left, 0.05) / max(a @ self.roughness @ a, 1e-12)]
        for k, centre in enumerate((1.0, 0.0)):
            freedom = max(self.paths.devices - np.sum(spread[:, k]) / tau[k], 0.05)
            new.append(np.sum((factors[:, k] - centre) ** 2) / freedom)
        if self.paths.devices == 1:
            new[1:] = tau
        new = np.clip(new, self.variances / LARGEST_CHANGE, self.variances * LARGEST_CHANGE)
        new = np.clip(new, *np.transpose(VARIANCE_LIMITS))
        change = np.max(np.abs(np.log(new / self.variances)))
        self.variances = new
        return float(np.exp(change))

    def result(self, converged):
        objective, score, information, innovation = self.evaluate(self.theta)
        gradient, curvature = self._assembled(score, information)
        _, covariance, criterion = self._at_penalty(self.variances[0], gradient, curvature)
        freedom = self.paths.devices - np.sum(np.diag(covariance)[self.shape :: 2]) / self.variances[1]
        return PathFit(
            a=self.theta[: self.knots],
            noise=self.theta[self.knots : self.shape],
            factors=self.theta[self.shape :].reshape(-1, 2),
            covariance=self._averaged_covariance(gradient, curvature),
            tau=np.sqrt(self.variances[1:]),
            freedom=float(max(freedom, 0.0)),
            innovation=innovation,
            criterion=float(objective.sum() + criterion),
            converged=converged,
        )

    def _at_penalty(self, penalty, gradient, curvature):
        """How far another penalty moves the estimates, their covariance, and its restricted likelihood.

        The last is minus its logarithm, less the objective here. The likelihood is taken as parabolic, with the
        `gradient` and `curvature` it has at the estimates.
        """
        precision, pull, prior = self.prior(penalty)
        covariance = _inverse(curvature + precision)
        move = covariance @ (gradient - pull)
        volume = np.linalg.slogdet(curvature + precision)[1] - np.linalg.slogdet(precision)[1]
        return move, covariance, prior - (gradient - pull) @ move / 2 + volume / 2

    def _averaged_covariance(self, gradient, curvature):
        """Covariance about the estimates, averaged over all penalties as the paths tell them apart."""
        penalties = np.geomspace(*VARIANCE_LIMITS[0], PENALTIES)
        moves, covariances, criteria = zip(
            *(self._at_penalty(one, gradient, curvature) for one in penalties), strict=True
        )
        weights = np.exp(np.min(criteria) - np.array(criteria))
        spread = [covariance + np.outer(move, move) for move, covariance in zip(moves, covariances, strict=True)]
        return np.average(spread, axis=0, weights=weights)


def _inverse(matrix):
    """Inverse of a symmetric matrix of parameters in very different units."""
    unit = np.sqrt(np.diag(matrix))
    return np.linalg.inv(matrix / np.outer(unit, unit)) / np.outer(unit, unit)
