"""Rules of pulses on problems with known answers: a quadratic, a bilinear game, and gradients of known statistics."""

import numpy as np
import pytest

from rramgan.learning.network import Gradient
from rramgan.learning.rules import Accumulate, DeadZone, Manhattan, MomentumSign, StochasticSign
from rramgan.learning.rules.optimisers import LayerMoments, Moments
from rramgan.learning.rules.sums import RANGE_PULSES, add_by_chance, fire
from support import arrays

STEP = 0.01


class IdealDevices:
    """A layer whose every pulse is worth the same step."""

    weight_step = STEP

    def __init__(self, weights):
        self.weights, self.pulses = np.array([weights], dtype=float), 0

    def update(self, signs):
        assert signs.dtype == np.int8
        self.weights += STEP * signs
        self.pulses += int(np.abs(signs).sum())


def gradient_of(slope):
    """A gradient by one vector without inputs: the bias row alone."""
    return Gradient(np.empty((1, 0)), np.atleast_2d(slope))


def rng():
    return np.random.default_rng(0)


PLAIN = Accumulate(optimiser="sgd", learning_rate=0.02, decay1=0.0, schedule="constant")
ALL = [Manhattan(), MomentumSign(0.5), StochasticSign(), DeadZone(0.5), PLAIN, Accumulate(learning_rate=0.02)]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.kind)
def test_every_rule_finds_the_minimum_of_a_quadratic(rule):
    layer, minimum = IdealDevices([0.5, -0.4, 0.3, 0.0]), np.array([-0.2, 0.3, 0.1, 0.1])
    update = rule.start(rng(), 2000)
    for _ in range(2000):
        update(layer, gradient_of(layer.weights[0] - minimum))
    assert np.max(np.abs(layer.weights - minimum)) < 3 * STEP


def test_accumulation_wastes_no_pulse_on_a_quadratic():
    layer = IdealDevices([0.5, -0.4])
    update = PLAIN.start(rng(), 3000)
    for _ in range(3000):
        update(layer, gradient_of(layer.weights[0]))
    assert layer.pulses == pytest.approx((0.5 + 0.4) / STEP, abs=2)


def play(rule, start, steps):
    """min over x, max over y of x y, one player after the other as in a GAN; returns the path (steps, 2)."""
    x, y = (IdealDevices([value]) for value in start)
    of_x, of_y = rule.start(rng(), steps), rule.start(rng(), steps)
    path = []
    for _ in range(steps):
        of_y(y, gradient_of(-x.weights[0]))
        of_x(x, gradient_of(y.weights[0]))
        path.append((x.weights.item(), y.weights.item()))
    return np.array(path)


def test_fixed_pulses_circle_the_equilibrium_of_a_bilinear_game_on_a_diamond():
    path = play(Manhattan(), (0.3, 0.105), 1000)
    np.testing.assert_allclose(np.abs(path).sum(axis=1), 0.405, atol=2 * STEP)


def test_accumulation_circles_it_as_gradient_descent_does():
    """Alternating descent conserves x^2 + y^2 - rate x y; each player is known to within one pulse."""
    path = play(PLAIN, (0.3, 0.1), 1000)
    x, y = path.T
    assert x.min() < -0.25 < 0.25 < x.max(), "it turns round"
    radius = np.sqrt(x**2 + y**2 - PLAIN.learning_rate * x * y)
    # A pulse late by up to one step pushes outwards, in a turn of 2 pi / rate updates by a few steps.
    assert abs(radius[:314].mean() - radius[0]) < 4 * STEP


@pytest.mark.parametrize(("bits", "threshold"), [(8, 1.0), (16, 0.5), (32, 0.75)])
def test_sums_are_conserved_to_the_last_bit(bits, threshold):
    pulse = 2 ** (bits - 1) // RANGE_PULSES
    sums, total, fired = (np.zeros((40, 30), dtype=kind) for kind in (np.int32, np.int64, np.int64))
    signs, draw = np.empty(sums.shape, dtype=np.int8), rng()
    for _ in range(200):
        before = sums.astype(np.int64)
        units = (0.2 * pulse * draw.standard_normal(sums.shape)).astype(np.float32)
        add_by_chance(sums, units, draw.random(sums.shape, dtype=np.float32), RANGE_PULSES * pulse - 1)
        rounded = sums - before
        # Float32 knows steps of 32-bit sums to 24 bits.
        assert np.max(np.abs(rounded - units)) <= 1 + 2.0**-23 * np.abs(units).max()
        total += rounded
        fire(sums, pulse, round(threshold * pulse), signs)
        fired += signs
    np.testing.assert_array_equal(fired * pulse + sums, total)
    assert np.abs(fired).max() > 0 and np.abs(sums).max() < pulse * RANGE_PULSES


def test_steps_smaller_than_the_last_bit_are_right_on_average():
    sums, chances = np.zeros((300, 300), dtype=np.int32), rng()
    add_by_chance(sums, np.full(sums.shape, 0.2, np.float32), chances.random(sums.shape, dtype=np.float32), 100)
    assert sums.mean() == pytest.approx(0.2, abs=4 * np.sqrt(0.2 * 0.8 / sums.size))


def test_a_sum_ends_at_its_range():
    sums, up = np.zeros((1, 2), dtype=np.int32), np.array([[1e12, -1e12]], dtype=np.float32)
    add_by_chance(sums, up, np.zeros_like(up), 127)
    assert sums.tolist() == [[127, -127]]


def test_updates_share_a_round_of_pulses():
    layer = IdealDevices([0.0])
    update = Accumulate(STEP, optimiser="sgd", schedule="constant", decay1=0.0, updates_per_round=4).start(rng(), 8)
    pulses = []
    for _ in range(8):
        update(layer, gradient_of([-0.3]))
        pulses.append(layer.pulses)
    assert pulses == [0, 0, 0, 1, 1, 1, 1, 2], "1.2 steps are worth a pulse, 0.2 + 1.2 another one"


@pytest.mark.parametrize("schedule, mean", [("constant", 1.0), ("cosine", 0.5), ("cooldown", 0.875)])
def test_a_schedule_scales_the_steps(schedule, mean):
    layer = IdealDevices([0.0])
    update = Accumulate(STEP, optimiser="sgd", schedule=schedule, decay1=0.0).start(rng(), 1000)
    for _ in range(1000):
        update(layer, gradient_of([-0.5]))
    assert layer.pulses == pytest.approx(500 * mean, abs=2)


def test_a_dead_zone_pulses_large_gradients_only():
    layer = IdealDevices([0.0, 0.0, 0.0, 0.0])
    DeadZone(1.0).start(rng(), 1)(layer, gradient_of([3.0, -1.0, 0.5, 0.0]))
    assert np.sign(layer.weights).tolist() == [[-1, 0, 0, 0]], "the mean size is 1.125"


def test_momentum_follows_the_mean_gradient_not_the_last():
    layer, update = IdealDevices([0.0]), MomentumSign(0.9).start(rng(), 3)
    for slope in ([1.0], [1.0], [-0.5]):
        update(layer, gradient_of(slope))
    assert layer.weights.item() == pytest.approx(-3 * STEP)


def test_pulses_by_chance_are_proportional_to_the_gradient():
    slope = np.repeat([0.0, 1.0, 2.0, 5.0], 50_000)
    layer = IdealDevices(np.zeros(slope.size))
    StochasticSign(1.0).start(rng(), 1)(layer, gradient_of(slope))
    shares = (-layer.weights[0] / STEP).reshape(4, -1).mean(axis=1)
    # The mean size of 2 is sure of a pulse.
    np.testing.assert_allclose(shares, [0, 0.5, 1, 1], atol=4 * 0.5 / np.sqrt(50_000))


def test_one_second_moment_per_layer_is_adam_where_all_gradients_have_one_size():
    of_layer, of_weights, draw = LayerMoments(0.5, 0.99), Moments(0.5, 0.99), rng()
    for _ in range(20):
        slope = draw.choice([-0.7, 0.7], (3, 4))
        np.testing.assert_allclose(of_layer(slope, 0.1), of_weights(slope, 0.1), rtol=1e-5)


@pytest.mark.parametrize("one_sided", [False, True])
def test_the_step_of_a_weight_is_what_a_pulse_does_on_average(one_sided):
    population = arrays.random_population((200, 200), spread=False)
    window = type(arrays.WINDOW)(*arrays.WINDOW.ends_S, one_sided)
    up, down = (arrays.crossbar(population, window=window, w_max=0.3) for _ in range(2))
    before = up.weights
    up.update(np.ones((200, 200), dtype=np.int8))
    down.update(-np.ones((200, 200), dtype=np.int8))
    moved = 0.5 * np.mean(up.weights - down.weights)
    assert before.std() > 0 and moved == pytest.approx(up.weight_step, rel=0.01)
