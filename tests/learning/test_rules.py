"""Learning rules on layers that keep what they are told, and on arrays."""

import numpy as np
import pytest

from rramgan.conditions import FAMILIES
from rramgan.learning.network import Gradient, SoftwareLayer
from rramgan.learning.rules import RULES, Accumulate, Adam, GradientDescent, Manhattan, OuterProduct, SignDescent
from rramgan.learning.rules.optimisers import Moments
from support import arrays

RNG = np.random.default_rng(0)


class Recorder:
    """A layer that keeps the updates it is asked for."""

    def __init__(self):
        self.updates, self.outer_updates = [], []

    def update(self, change):
        self.updates.append(change)

    def update_outer(self, row_signs, column_signs):
        self.outer_updates.append((row_signs, column_signs))


def gradient_of(product):
    """A gradient (1, columns) by one vector without inputs: the bias row alone."""
    return Gradient(np.empty((1, 0)), np.array([product]))


def test_a_gradient_is_the_product_of_its_factors_with_the_bias_last():
    inputs, errors = RNG.standard_normal((5, 3)), RNG.standard_normal((5, 2))
    with_bias = np.concatenate([inputs, np.ones((5, 1))], axis=1)
    np.testing.assert_allclose(Gradient(inputs, errors).product, with_bias.T @ errors, rtol=1e-12)


def test_manhattan_steps_against_the_sign():
    layer = Recorder()
    Manhattan().start(RNG, 1)(layer, gradient_of([0.3, -1e-9, 0.0]))
    (signs,) = layer.updates
    assert signs.dtype == np.int8 and signs.tolist() == [[-1, 1, 0]]


def test_outer_products_of_signs_add_up_to_one_pulse_per_image():
    layer = Recorder()
    inputs, errors = np.array([[0.5, -2.0, 0.0], [1.0, 1.0, 1.0]]), np.array([[0.1, -3.0], [0.0, 2.0]])
    OuterProduct().start(RNG, 1)(layer, Gradient(inputs, errors))
    products = [np.multiply.outer(*signs) for signs in layer.outer_updates]
    assert all(signs.dtype == np.int8 for pair in layer.outer_updates for signs in pair)
    assert products[0].tolist() == [[-1, 1], [1, -1], [0, 0], [-1, 1]], "the bias input is 1"
    assert products[1].tolist() == [[0, -1]] * 4


def test_outer_products_of_single_images_are_the_manhattan_rule_in_four_phases():
    population = arrays.random_population((31, 20))
    by_line, parallel = (arrays.crossbar(population) for _ in range(2))
    gradient = Gradient(*(RNG.standard_normal((1, size)) for size in (30, 20)))
    Manhattan().start(RNG, 1)(by_line, gradient)
    OuterProduct().start(RNG, 1)(parallel, gradient)
    np.testing.assert_array_equal(parallel.g_S, by_line.g_S)
    assert parallel.time_s["write"] == pytest.approx(4 * 100e-9)
    assert by_line.time_s["write"] == pytest.approx(2 * 31 * 100e-9)


def test_the_steps_of_adam_fall_with_the_cosine_of_its_progress():
    layer, update = SoftwareLayer(np.zeros((1, 1))), Adam(0.01, schedule="cosine").start(RNG, updates=4)
    rates = []
    for _ in range(4):
        before = layer.weights.copy()
        update(layer, gradient_of([1.0]))
        rates.append(float((before - layer.weights)[0, 0]))
    assert rates == pytest.approx(0.005 * (1 + np.cos(np.pi * np.arange(4) / 4)), rel=1e-6)


@pytest.mark.parametrize("decay1", [0.5, 0.0])
def test_the_steps_of_adam_are_those_of_its_paper(decay1):
    slopes = np.random.default_rng(1).normal(size=(20, 3, 4)).astype(np.float32)
    moments, first, second = Moments(decay1, 0.99, 1e-8), np.zeros((3, 4)), np.zeros((3, 4))
    for t, slope in enumerate(slopes, start=1):
        first = decay1 * first + (1 - decay1) * slope
        second = 0.99 * second + (1 - 0.99) * slope.astype(float) ** 2
        expected = -0.1 * (first / (1 - decay1**t)) / (np.sqrt(second / (1 - 0.99**t)) + 1e-8)
        step = moments(slope, 0.1)
        assert step.dtype == np.float32
        np.testing.assert_allclose(step, expected, rtol=2e-5, atol=1e-7)


def test_adam_finds_a_minimum_and_starts_with_the_learning_rate():
    layer, fresh = SoftwareLayer(np.array([[3.0, -2.0]])), SoftwareLayer(np.zeros((1, 2)))
    Adam(0.01).start(RNG, 1)(fresh, gradient_of([6.0, -4.0]))
    np.testing.assert_allclose(fresh.weights, [[-0.01, 0.01]], rtol=1e-6)
    update = Adam(0.01).start(RNG, 1)
    for _ in range(2000):
        update(layer, gradient_of(2 * layer.weights[0]))
    assert np.max(np.abs(layer.weights)) < 1e-2


def test_the_mean_of_adam_is_plain_at_first_then_exponential_and_draws_in_place_of_the_weights():
    layer, plain = SoftwareLayer(np.zeros((1, 1))), SoftwareLayer(np.zeros((1, 1)))
    averaged, usual = Adam(0.01, average=0.75).start(RNG, 1), Adam(0.01).start(RNG, 1)
    passed = []
    for _ in range(6):
        averaged(layer, gradient_of([1.0]))
        usual(plain, gradient_of([1.0]))
        passed.append(float(layer.weights[0, 0]))
    assert layer.weights == plain.weights, "the mean does not touch the training"
    expected = np.mean(passed[:4])
    for weight in passed[4:]:
        expected = 0.75 * expected + 0.25 * weight
    assert layer.snapshot().weights == pytest.approx(expected)
    assert plain.snapshot().weights == plain.weights


def test_gradient_descent_follows_the_gradient_and_keeps_its_momentum():
    layer, heavy = (SoftwareLayer(np.zeros((1, 2))) for _ in range(2))
    plain, rolling = GradientDescent(0.5).start(RNG, 1), GradientDescent(0.5, momentum=0.5).start(RNG, 1)
    for gradient in ([2.0, -4.0], [2.0, -4.0]):
        plain(layer, gradient_of(gradient))
        rolling(heavy, gradient_of(gradient))
    assert layer.weights.tolist() == [[-2.0, 4.0]]
    # Steps of -1 and of -1 - 0.5: the second keeps half of the first.
    assert heavy.weights.tolist() == [[-2.5, 5.0]]


def test_momentum_reaches_the_speed_of_a_geometric_series():
    layer, update = SoftwareLayer(np.zeros((1, 1))), GradientDescent(0.1, momentum=0.9).start(RNG, 1)
    for _ in range(200):
        update(layer, gradient_of([1.0]))
    before = layer.weights.copy()
    update(layer, gradient_of([1.0]))
    assert layer.weights - before == pytest.approx(-0.1 / (1 - 0.9))


def test_sign_descent_takes_steps_of_one_size():
    layer = SoftwareLayer(np.zeros((1, 3)))
    SignDescent(0.25).start(RNG, 1)(layer, gradient_of([1e-9, -7.0, 0.0]))
    assert layer.weights.tolist() == [[-0.25, 0.25, 0.0]]


@pytest.mark.parametrize("kind", [Adam, Accumulate])
def test_the_generator_may_have_a_learning_rate_of_its_own(kind):
    rule = kind(learning_rate=0.02, generator_rate=0.25)
    assert [rule.of(network).learning_rate for network in ("generator", "discriminator")] == [0.005, 0.02]
    assert kind(learning_rate=0.02).of("generator") == kind(learning_rate=0.02)


def test_layers_do_not_share_what_a_rule_remembers():
    rule, layers = Adam(0.01), [SoftwareLayer(np.zeros((1, 1))) for _ in range(2)]
    for layer in layers:
        rule.start(RNG, 1)(layer, gradient_of([1.0]))
    assert layers[0].weights == layers[1].weights


@pytest.mark.parametrize("name", RULES.kinds)
def test_every_rule_says_what_runs_it(name):
    assert set(RULES.kinds[name].protocols) <= {"physical", "released", "software"}
    assert RULES in FAMILIES
