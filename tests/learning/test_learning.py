import numpy as np
import pytest

from rramgan.learning.architecture import initial_weights, layer_shapes
from rramgan.learning.gan import (
    build_discriminator,
    build_generator,
    cross_entropy,
    cross_entropy_error,
    gan_step,
)
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import Adam
from rramgan.learning.training import Batches, History, NoiseFeed, Observer, Plan, train
from rramgan.noise.trace import Trace

SHAPES = layer_shapes(noise_inputs=5, hidden=7, pixels=11)


def float_layers(seed=0):
    """Layers in double precision, biases included, so that finite differences can be trusted."""
    rng = np.random.default_rng(seed)
    return {name: SoftwareLayer(rng.standard_normal(shape)) for name, shape in SHAPES.items()}


def adam(learning_rate):
    """Updates of all layers by Adam."""
    return {name: Adam(learning_rate).start(np.random.default_rng(0), 1) for name in SHAPES}


def finite_differences(loss, layer, step=1e-6):
    gradient = np.empty_like(layer.weights)
    for index in np.ndindex(gradient.shape):
        original = layer.weights[index]
        values = []
        for shifted in (original + step, original - step):
            layer.weights[index] = shifted
            values.append(loss())
        layer.weights[index] = original
        gradient[index] = (values[0] - values[1]) / (2 * step)
    return gradient


def test_gradients_of_the_discriminator_match_finite_differences():
    discriminator = build_discriminator(float_layers())
    rng = np.random.default_rng(1)
    real, fake = rng.uniform(-1, 1, (2, 6, 11))

    def loss():
        return cross_entropy(discriminator.forward(real)[-1], True) + cross_entropy(
            discriminator.forward(fake)[-1], False
        )

    activities = discriminator.forward(np.concatenate([real, fake]))
    error = np.concatenate(
        [cross_entropy_error(activities[-1][:6], True), cross_entropy_error(activities[-1][6:], False)]
    )
    gradients, _ = discriminator.backward(activities, error)
    for name, gradient in gradients.items():
        expected = finite_differences(loss, discriminator.layers[name])
        np.testing.assert_allclose(gradient.product, expected, rtol=1e-5, atol=1e-8)


def test_gradients_of_the_generator_through_the_discriminator_match_finite_differences():
    layers = float_layers()
    generator, discriminator = build_generator(layers), build_discriminator(layers)
    noise = np.random.default_rng(1).standard_normal((6, 5))

    def loss():
        return cross_entropy(discriminator.forward(generator.forward(noise)[-1])[-1], True)

    generated = generator.forward(noise)
    activities = discriminator.forward(generated[-1])
    error = cross_entropy_error(activities[-1], True)
    _, error = discriminator.backward(activities, error, input_error=True)
    gradients, none = generator.backward(generated, error)
    assert none is None
    for name, gradient in gradients.items():
        expected = finite_differences(loss, generator.layers[name])
        np.testing.assert_allclose(gradient.product, expected, rtol=1e-5, atol=1e-8)


def test_initial_weights_have_the_variance_of_he_and_no_bias():
    weights = initial_weights((785, 128), np.random.default_rng(0))
    assert np.all(weights[-1] == 0)
    # Four standard errors of a variance estimate.
    assert weights[:-1].var() == pytest.approx(2 / 784, rel=4 * np.sqrt(2 / weights[:-1].size))


def test_every_epoch_deals_every_image_once():
    dealt = Batches(np.arange(10)[:, None], 4, np.random.default_rng(0))
    stream = np.concatenate([next(dealt).ravel() for _ in range(10)])
    for epoch in range(4):
        assert sorted(stream[10 * epoch : 10 * (epoch + 1)]) == list(range(10))


def test_batches_larger_than_the_set_are_full():
    assert next(Batches(np.arange(3)[:, None], 64, np.random.default_rng(0))).shape == (64, 1)


@pytest.mark.parametrize(("steps", "rows"), [(95, 19), (1000, 20), (7, 20), (1, 1)])
def test_the_history_has_the_rows_asked_for_and_ends_with_the_last_step(steps, rows):
    plan = Plan(steps, 64, rows)
    evaluated = [step for step in range(1, steps + 1) if plan.is_evaluated(step)]
    assert len(evaluated) == min(steps, rows) and evaluated[-1] == steps


def test_the_feed_deals_in_time_order_and_keeps_its_reserve():
    feed = NoiseFeed(Trace(np.arange(7)[:, None], 2.0), reserved=2)
    assert feed.take(3).ravel().tolist() == [0, 1, 2]
    assert feed.take(4).ravel().tolist() == [3, 4, 0, 1]
    assert feed.reserved.ravel().tolist() == [5, 6] and feed.energy_J == 14.0
    with pytest.raises(ValueError, match="needs more than the 7 reserved rows"):
        NoiseFeed(Trace(np.arange(7)[:, None], 0.0), reserved=7)


def test_running_accuracy_counts_every_image_so_far():
    observer = Observer(lambda images: images[:, 0] > 0, lambda images: {"recall": images.mean()})
    history = History(Plan(steps=4, batch=2, evaluations=2), observer)
    for step, values in enumerate(([1, 1], [0, 0], [1, 0], [1, 1]), start=1):
        images = np.array(values, dtype=float)[:, None]
        history.add(step, images, (0.5, 0.25), lambda step=step: np.full(3, step), lambda: {"total_J": 1.0})
    table = history.table()
    assert table["step"].tolist() == [2, 4]
    assert table["accuracy_running"].tolist() == [2 / 4, 5 / 8]
    assert table["accuracy_batch"].tolist() == [0.0, 1.0]
    assert table["batch_pixel_std"].tolist() == [0.0, 0.0]
    assert table["recall"].tolist() == [2.0, 4.0]


def test_a_step_lowers_both_losses_on_its_own_batch():
    layers = float_layers()
    generator, discriminator = build_generator(layers), build_discriminator(layers)
    rng = np.random.default_rng(2)
    real, noise = rng.uniform(-1, 1, (32, 11)), rng.standard_normal((32, 5))
    losses = [gan_step(generator, discriminator, adam(1e-4), real, noise)[1] for _ in range(30)]
    assert losses[-1] < losses[0]


def test_training_prices_nothing_in_software_and_is_deterministic():
    def run():
        layers = float_layers()
        noise = np.random.default_rng(3).standard_normal((50, 5)).astype(np.float32)
        real = np.random.default_rng(4).uniform(-1, 1, (20, 11)).astype(np.float32)
        return train(
            build_generator(layers),
            build_discriminator(layers),
            adam(1e-3),
            real,
            NoiseFeed(Trace(noise, 0.0), 10),
            Plan(12, 8, 3),
            Observer(lambda images: np.ones(len(images), dtype=bool), lambda images: {"drawn": len(images)}),
            np.random.default_rng(5),
        )

    first, second = run(), run()
    np.testing.assert_array_equal(first.images, second.images)
    assert first.images.shape == (10, 11)
    assert first.history["step"].tolist() == [4, 8, 12] and set(first.history["drawn"]) == {10}
    assert first.ledger.filter(like="_J").to_numpy().sum() == 0


def test_a_mean_of_the_weights_draws_all_images_but_those_trained_with():
    rng = np.random.default_rng(3)
    layers, noise = float_layers(), rng.standard_normal((100, 5))
    generator = build_generator(layers)
    training = train(
        generator,
        build_discriminator(layers),
        {name: Adam(0.1, average=0.99).start(rng, 12) for name in SHAPES},
        rng.uniform(-1, 1, (30, 11)),
        NoiseFeed(Trace(noise, 0.0), 10),
        Plan(12, 8, 3),
        Observer(lambda images: np.ones(len(images), dtype=bool), lambda images: {"drawn": float(images.sum())}),
        rng,
    )
    means = {name: SoftwareLayer(layer.mean) for name, layer in layers.items()}
    expected = build_generator(means).forward(noise[-10:])[-1]
    np.testing.assert_array_equal(training.images, expected)
    assert training.history["drawn"].iloc[-1] == expected.sum()
    assert np.abs(generator.forward(noise[-10:])[-1] - expected).max() > 0.01
