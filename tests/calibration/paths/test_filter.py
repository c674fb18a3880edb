"""The filter of paths against finite differences, an exact Kalman filter and paths without noise."""

import numpy as np
import pytest

from rramgan.calibration.paths.filter import (
    BEYOND,
    CONSISTENCY,
    HUBER,
    NOISE_PARAMETERS,
    UNUSED,
    USED,
    advance,
    filter_paths,
    smooth_paths,
    spline_design,
)

KNOTS, DEVICES = 9, 2
STEP = 0.02
SHAPE = KNOTS + NOISE_PARAMETERS


def _paths(noise=0.01, seed=0):
    """Readings, gaps and devices of two devices with three ramps each, read after one to three pulses."""
    rng = np.random.default_rng(seed)
    rows = []
    for device in range(DEVICES):
        for _ in range(3):
            state = 0.05 + 0.02 * rng.standard_normal()
            for k in range(30):
                gap = 0 if k == 0 else 1 + k % 3
                state += np.sum(STEP * (1 + 0.2 * rng.standard_normal(gap)))
                rows.append((state + noise * rng.standard_normal(), gap, device))
    reading, gap, device = (np.array(column) for column in zip(*rows, strict=True))
    used = np.where(rng.random(len(reading)) > 0.1, USED, UNUSED)
    used[np.append(gap[1:] == 0, True)] = BEYOND
    return reading, gap, used, device


def _objective(theta, paths, gross=np.inf):
    reading, gap, used, device = paths
    factors = theta[SHAPE:].reshape(DEVICES, 2)
    return filter_paths(reading, gap, used, device, DEVICES, theta[:KNOTS], theta[KNOTS:SHAPE], factors, 1e-10, gross)


def _theta(seed=0):
    a = np.log(STEP) + 0.1 * np.random.default_rng(seed).standard_normal(KNOTS).cumsum()
    noise = [np.log(0.2), 0.3, np.log(0.01), 0.05, np.log(0.03)]
    return np.concatenate([a, noise, [1.1, 0.1, 0.9, -0.1]])


@pytest.mark.parametrize("glitch", [0.0, 0.1])
def test_score_is_the_derivative_of_the_objective(glitch):
    """Also where Huber's function limits an innovation."""
    paths, theta = _paths(), _theta()
    paths[0][33] += glitch
    _, score, _, _ = _objective(theta, paths)
    analytic = np.concatenate([score[:, :SHAPE].sum(axis=0), score[0, SHAPE:], score[1, SHAPE:]])
    numeric = np.empty(len(theta))
    for k in range(len(theta)):
        shift = np.zeros(len(theta))
        shift[k] = 1e-6
        up, down = (_objective(theta + way, paths)[0].sum() for way in (shift, -shift))
        numeric[k] = -(up - down) / 2e-6
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-4)


def test_constant_steps_are_the_textbook_random_walk():
    """With m constant the filter is the exact Kalman filter of a random walk with drift, and its likelihood exact."""
    c, r, x0, w = 0.3, 0.01, 0.05, 0.03
    theta = np.concatenate([np.full(KNOTS, np.log(STEP)), [np.log(c), 0, np.log(r), x0, np.log(w)], [1, 0, 1, 0]])
    reading, gap, used, device = _paths()
    objective, _, _, innovation = _objective(theta, (reading, gap, np.full_like(used, USED), device))
    assert np.abs(innovation).max() < HUBER
    expected = 0.0
    for rows in np.split(np.arange(len(gap)), np.flatnonzero(gap == 0)[1:]):
        pulses = np.cumsum(gap[rows])
        mean = x0 + STEP * pulses
        shared = np.minimum.outer(pulses, pulses)
        covariance = w**2 + 1e-8 + (c * STEP) ** 2 * shared + (r**2 + 1e-10) * np.eye(len(rows))
        residual = reading[rows] - mean
        volume = CONSISTENCY * np.linalg.slogdet(covariance)[1]
        expected += (residual @ np.linalg.solve(covariance, residual) + volume) / 2
    assert objective.sum() == pytest.approx(expected, rel=1e-9)


def test_splines_are_a_partition_of_unity_and_straight_beyond_their_ends():
    x = np.linspace(-0.3, 1.3, 33)
    design = spline_design(x, KNOTS)
    np.testing.assert_allclose(design.sum(axis=1), 1)
    line = design @ ((np.arange(KNOTS) - 1) / (KNOTS - 3))
    np.testing.assert_allclose(line, x, atol=1e-12)


def test_an_exponential_law_is_integrated_as_its_closed_form():
    """dx/dk = m0 exp(-b x) gives x = log(1 + b m0 k) / b; steps of 1e-4 of the range are nearly continuous."""
    m0, b, pulses = 1e-4, 1.5, 10_000
    a = np.log(m0) - b * (np.arange(KNOTS) - 1) / (KNOTS - 3)
    noise = np.array([np.log(1e-3), 0, np.log(1e-3), 0, np.log(1e-3)])
    state, variance, slope = advance(0.0, 0.0, pulses, a, noise, np.array([1.0, 0.0]))
    assert state == pytest.approx(np.log(1 + b * m0 * pulses) / b, rel=1e-4)
    assert slope == pytest.approx(1 / (1 + b * m0 * pulses), rel=1e-3)
    assert 0 < variance < pulses * (1e-3 * m0) ** 2


def test_smoothing_tells_the_start_that_a_single_reading_does_not():
    """A straight path of 200 readings: its start is known to 2 r / sqrt(200)."""
    theta, noise = _theta(), 0.05
    a = np.full(KNOTS, np.log(1e-3))
    parameters = np.array([np.log(1e-3), 0, np.log(noise), 0.5, np.log(1.0)])
    rng, misses = np.random.default_rng(0), []
    gap = np.ones(201, dtype=np.int64)
    gap[0] = 0
    for _ in range(100):
        truth = 0.1 + 1e-3 * np.arange(201)
        reading = truth + noise * rng.standard_normal(201)
        state, variance = smooth_paths(
            reading, gap, np.full(201, USED), np.zeros(201, np.int64), a, parameters, np.array([[1.0, 0.0]]), 0.0
        )
        misses.append(state[0] - truth[0])
    assert np.std(misses) == pytest.approx(noise / np.sqrt(201), rel=4 / np.sqrt(200))
    assert np.sqrt(variance[0]) == pytest.approx(noise / np.sqrt(201), rel=0.02)
    assert len(theta) == SHAPE + 2 * DEVICES


def test_a_glitch_is_passed_over_and_a_jump_is_followed():
    a = np.full(KNOTS, np.log(STEP))
    noise = np.array([np.log(0.01), 0, np.log(1e-3), 0.0, np.log(0.01)])
    gap = np.ones(30, dtype=np.int64)
    gap[0] = 0
    truth = STEP * np.arange(30)
    jumped = truth + np.where(np.arange(30) >= 15, 0.2, 0.0)
    glitched = truth.copy()
    glitched[10] = 5.0
    arguments = (gap, np.full(30, USED), np.zeros(30, np.int64), a, noise, np.array([[1.0, 0.0]]), 0.0)
    np.testing.assert_allclose(smooth_paths(glitched, *arguments)[0], truth, atol=1e-4)
    np.testing.assert_allclose(smooth_paths(jumped, *arguments)[0], jumped, atol=1e-4)
