"""Kalman filter of the path of a device's state through a ramp of equal pulses, with its sensitivities.

States x are scaled such that the law spans 0..1 and pulses raise them. A pulse moves device d from x by
m(x) f_d(x) + c(x) m(x) e, with e ~ N(0, 1) anew at every pulse (cycle-to-cycle noise); a reading adds r N(0, 1):

    log m(x) = sum a_j B_j(x), cubic B-splines on equal intervals, continued as straight lines beyond their ends
    f_d(x)   = u_d + v_d t,  log c(x) = c0 + c1 t,  t = 2 x - 1

Ramps start from states N(x0, w^2 + LEAST_START^2), which tells their start where readings are noisier than that.
Between readings mean and variance of the state follow the extended Kalman filter (Jazwinski, Stochastic Processes
and Filtering Theory, 1970, ch. 8), with any number of pulses from one reading to the next. Innovations beyond `HUBER`
standard deviations count as if they were there (Cipra & Romera, Kybernetika 27, 1991). A reading at a rail or at the
device's own limit tells that the state would be there or beyond (Tobin, Econometrica 26, 24, 1958).
"""

import math

import numba
import numpy as np

HUBER = 3.0
"""Innovations count up to this many standard deviations."""

GROSS = 6.0
"""From this many on a reading is either a glitch, or the state has jumped: the next reading tells."""

LARGEST = 3.0
"""Log of the largest step, in ranges of states: bounds what a law far from the data can do."""

FARTHEST = 6.0
"""A state counts at most as so many standard deviations short of a limit that it has reached."""

CONSISTENCY = 0.9973
"""E[psi(z) z] of Huber's psi at `HUBER` for a standard normal z: keeps variances unbiased."""

LEAST_START = 1e-4
"""w at least: ramps that start from one state exactly tell nothing of the noise of readings."""

UNUSED, USED, BEYOND = 0, 1, 2
"""What a reading tells: nothing, the state, or that the state has come so far at least."""

NOISE_PARAMETERS = 5
"""c0, c1, log r, x0 and log w."""


@numba.njit(cache=True, forceinline=True, error_model="numpy")
def _log_law(x, a, basis, slopes):
    """Fills the four B-splines at x and their slopes; returns the first of them and log m with two derivatives."""
    cells = len(a) - 3
    inside = min(max(x, 0.0), 1.0)
    cell = min(int(inside * cells), cells - 1)
    p = inside * cells - cell
    q = 1.0 - p
    basis[0], basis[3] = q * q * q / 6, p * p * p / 6
    basis[1], basis[2] = 2 / 3 - p * p * (2 - p) / 2, 2 / 3 - q * q * (2 - q) / 2
    slopes[0], slopes[3] = -q * q / 2 * cells, p * p / 2 * cells
    slopes[1], slopes[2] = (1.5 * p - 2) * p * cells, (2 - 1.5 * q) * q * cells
    bend = (q * a[cell] + (3 * p - 2) * a[cell + 1] + (3 * q - 2) * a[cell + 2] + p * a[cell + 3]) * cells * cells
    if x != inside:
        bend = 0.0
        for j in range(4):
            basis[j] += slopes[j] * (x - inside)
    value, slope = 0.0, 0.0
    for j in range(4):
        value += basis[j] * a[cell + j]
        slope += slopes[j] * a[cell + j]
    return cell, value, slope, bend


@numba.njit(cache=True, forceinline=True, error_model="numpy")
def _pulse(state, variance, d_state, d_variance, a, noise, u, v, basis, slopes):
    """Mean and variance of the state after one pulse; updates their derivatives by all parameters in place."""
    cell, log_m, slope, bend = _log_law(state, a, basis, slopes)
    t = 2 * state - 1
    m, f = np.exp(min(log_m, LARGEST)), u + v * t
    step, step_slope = m * f, m * (slope * f + 2 * v)
    growth = max(1 + step_slope, 0.0)
    process = np.exp(2 * (noise[0] + noise[1] * t + min(log_m, LARGEST)))
    pull = 2 * growth * variance
    by_state = pull * m * (slope * slope * f + bend * f + 4 * slope * v) + 2 * process * (slope + 2 * noise[1])
    for i in range(len(d_state)):
        d_variance[i] = growth * growth * d_variance[i] + by_state * d_state[i]
        d_state[i] *= growth
    for j in range(4):
        d_state[cell + j] += basis[j] * step
        d_variance[cell + j] += pull * (basis[j] * step_slope + slopes[j] * step) + 2 * process * basis[j]
    d_variance[len(a)] += 2 * process
    d_variance[len(a) + 1] += 2 * process * t
    d_state[-2] += m
    d_state[-1] += m * t
    d_variance[-2] += pull * m * slope
    d_variance[-1] += pull * m * (slope * t + 2)
    return state + step, growth * growth * variance + process


@numba.njit(cache=True, forceinline=True, error_model="numpy")
def _come_so_far(z, scale, d_state, d_total, score, information):
    """Objective of a state that has come at least z standard deviations further; adds to score and information."""
    chance = math.erfc(min(z, FARTHEST) / math.sqrt(2)) / 2
    hazard = math.exp(-(min(z, FARTHEST) ** 2) / 2) / math.sqrt(2 * math.pi) / chance
    for i in range(len(d_state)):
        d_total[i] = -(d_state[i] + z * d_total[i] / (2 * scale)) / scale
    for i in range(len(d_state)):
        score[i] -= hazard * d_total[i]
        for j in range(i + 1):
            information[i, j] += max(hazard * (hazard - z), 0.0) * d_total[i] * d_total[j]
    return -math.log(chance)


@numba.njit(cache=True, forceinline=True, error_model="numpy")
def _learn(z, psi, total, d_state, d_total, score, information):
    """Objective of an innovation z that counts as psi; adds to score and information."""
    scale = np.sqrt(total)
    weight = psi / z if z != 0 else 1.0
    of_state, of_variance = weight / total, weight / (2 * total * total)
    by_variance = (CONSISTENCY - psi * z) / (2 * total)
    for i in range(len(d_state)):
        score[i] += psi / scale * d_state[i] - by_variance * d_total[i]
        left, right = of_state * d_state[i], of_variance * d_total[i]
        for j in range(i + 1):
            information[i, j] += left * d_state[j] + right * d_total[j]
    return z * psi - psi * psi / 2 + CONSISTENCY * np.log(scale)


@numba.njit(cache=True, forceinline=True, error_model="numpy")
def _update(z, psi, state, variance, total, d_state, d_variance, d_total):
    """Mean and variance of the state after a reading; updates their derivatives in place."""
    scale = np.sqrt(total)
    weight = psi / z if z != 0 else 1.0
    gain, shift = variance / total, psi * scale
    for i in range(len(d_state)):
        d_gain = (d_variance[i] - gain * d_total[i]) / total
        d_shift, d_weight = -d_state[i], 0.0
        if weight < 1:
            d_shift = psi * d_total[i] / (2 * scale)
            d_weight = weight * (d_total[i] / (2 * total) + d_state[i] / (z * scale))
        d_variance[i] -= weight * gain * d_variance[i] + variance * (gain * d_weight + weight * d_gain)
        d_state[i] += d_gain * shift + gain * d_shift
    return state + gain * shift, variance * (1 - weight * gain)


@numba.njit(cache=True, forceinline=True, error_model="numpy")
def _jumped(k, reading, gap, used, state):
    """Whether the reading after k confirms that the state is at reading k and not where it was expected."""
    follows = k + 1 < len(reading) and gap[k + 1] > 0 and used[k + 1] == USED
    return follows and abs(reading[k + 1] - reading[k]) < abs(reading[k + 1] - state)


@numba.njit(cache=True, error_model="numpy")
def _mirror(information):
    """Completes symmetric matrices (n, m, m) of which the lower triangle is known."""
    for i in range(information.shape[1]):
        for j in range(i):
            information[:, j, i] = information[:, i, j]


@numba.njit(cache=True, error_model="numpy")
def filter_paths(reading, gap, used, device, devices, a, noise, factors, least_variance, gross):
    """Objective, score and Fisher information per device of the parameters (a, c0, c1, log r, x0, log w, u_d, v_d).

    `reading` (n,) are scaled readings in the order of their ramps, `gap` (n,) the pulses since the reading before (0
    starts a ramp), `used` (n,) whether they count: `UNUSED`, `USED` or `BEYOND`; `factors` (devices, 2) are u and v;
    `least_variance` is added to r^2. The objective is minus the log-likelihood, its innovations limited by Huber's
    function. Innovations beyond `gross` are glitches, or jumps that start the path anew. Also returns the innovations
    (n,), NaN where unused.
    """
    size, at_r, at_begin, at_w = len(a) + NOISE_PARAMETERS + 2, len(a) + 2, len(a) + 3, len(a) + 4
    begin_variance, read_variance = np.exp(2 * noise[4]) + LEAST_START**2, np.exp(2 * noise[2]) + least_variance
    d_read = 2 * np.exp(2 * noise[2])
    objective, innovation = np.zeros(devices), np.full(len(reading), np.nan)
    score, information = np.zeros((devices, size)), np.zeros((devices, size, size))
    basis, slopes = np.zeros(4), np.zeros(4)
    d_state, d_variance, d_total = np.zeros(size), np.zeros(size), np.zeros(size)
    state, variance, started = 0.0, 0.0, False
    for k in range(len(reading)):
        d = device[k]
        starts = gap[k] == 0 or not started
        if starts:
            state, variance, started = noise[3], begin_variance, used[k] != UNUSED
            d_state[:], d_variance[:] = 0.0, 0.0
            d_state[at_begin], d_variance[at_w] = 1.0, 2 * np.exp(2 * noise[4])
        else:
            for _ in range(gap[k]):
                state, variance = _pulse(
                    state, variance, d_state, d_variance, a, noise, factors[d, 0], factors[d, 1], basis, slopes
                )
        if used[k] == UNUSED:
            continue
        total = variance + read_variance
        d_total[:] = d_variance
        d_total[at_r] += d_read
        z = (reading[k] - state) / np.sqrt(total)
        if used[k] == BEYOND:
            objective[d] += _come_so_far(z, np.sqrt(total), d_state, d_total, score[d], information[d])
            continue
        innovation[k] = z
        if abs(z) > gross:
            objective[d] += HUBER * gross - HUBER * HUBER / 2 + CONSISTENCY * np.log(total) / 2
            if _jumped(k, reading, gap, used, state):
                state, variance = reading[k], read_variance
                d_state[:], d_variance[:], d_variance[at_r] = 0.0, 0.0, d_read
            continue
        psi = z if starts else min(max(z, -HUBER), HUBER)
        objective[d] += _learn(z, psi, total, d_state, d_total, score[d], information[d])
        state, variance = _update(z, psi, state, variance, total, d_state, d_variance, d_total)
    _mirror(information)
    return objective, score, information, innovation


@numba.njit(cache=True, error_model="numpy")
def smooth_paths(reading, gap, used, device, a, noise, factors, least_variance):
    """State (n,) at every reading as all readings of its ramp tell it, and its variance (Rauch, Tung & Striebel 1965).

    NaN before the first reading of a ramp that counts.
    """
    count = len(reading)
    read_variance = np.exp(2 * noise[2]) + least_variance
    filtered, spread, growth = np.full(count, np.nan), np.full(count, np.nan), np.full(count, np.nan)
    ahead, ahead_spread = np.full(count, np.nan), np.full(count, np.nan)
    state, variance, started = 0.0, 0.0, False
    for k in range(count):
        if gap[k] == 0:
            started = False
        starts = not started
        if starts:
            state, variance, started = noise[3], np.exp(2 * noise[4]) + LEAST_START**2, used[k] == USED
            if not started:
                continue
        else:
            state, variance, growth[k] = advance(state, variance, gap[k], a, noise, factors[device[k]])
            ahead[k], ahead_spread[k] = state, variance
        if used[k] == USED:
            total = variance + read_variance
            z = (reading[k] - state) / np.sqrt(total)
            if abs(z) > GROSS:
                if _jumped(k, reading, gap, used, state):
                    state, variance, growth[k] = reading[k], read_variance, np.nan
            else:
                weight = 1.0 if starts or abs(z) <= HUBER else HUBER / abs(z)
                state += weight * variance / total * (reading[k] - state)
                variance *= 1 - weight * variance / total
        filtered[k], spread[k] = state, variance
    for k in range(count - 2, -1, -1):
        if gap[k + 1] > 0 and not np.isnan(growth[k + 1]) and ahead_spread[k + 1] > 0:
            gain = spread[k] * growth[k + 1] / ahead_spread[k + 1]
            filtered[k] += gain * (filtered[k + 1] - ahead[k + 1])
            spread[k] += gain * gain * (spread[k + 1] - ahead_spread[k + 1])
    return filtered, spread


@numba.njit(cache=True, error_model="numpy")
def advance(state, variance, pulses, a, noise, factor):
    """Mean and variance of a state after so many pulses, and the derivative of the mean by the state."""
    basis, slopes = np.zeros(4), np.zeros(4)
    total = 1.0
    for _ in range(pulses):
        _, log_m, slope, _ = _log_law(state, a, basis, slopes)
        t = 2 * state - 1
        m, f = np.exp(min(log_m, LARGEST)), factor[0] + factor[1] * t
        growth = max(1 + m * (slope * f + 2 * factor[1]), 0.0)
        state += m * f
        variance = growth * growth * variance + np.exp(2 * (noise[0] + noise[1] * t + min(log_m, LARGEST)))
        total *= growth
    return state, variance, total


@numba.njit(cache=True, error_model="numpy")
def spline_design(x, knots):
    """B-splines (n, knots) at the states x (n,)."""
    design = np.zeros((len(x), knots))
    a, basis, slopes = np.zeros(knots), np.zeros(4), np.zeros(4)
    for k in range(len(x)):
        cell, _, _, _ = _log_law(x[k], a, basis, slopes)
        design[k, cell : cell + 4] = basis
    return design
