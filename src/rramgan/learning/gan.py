"""One step of adversarial training: the discriminator first, then the generator through the renewed discriminator."""

import numpy as np
from scipy.special import expit

from rramgan.learning.architecture import DISCRIMINATOR_LAYERS, GENERATOR_LAYERS
from rramgan.learning.network import LEAKY_RELU, LOGIT, RELU, TANH, Layer, Network


def build_generator(layers: dict[str, Layer]) -> Network:
    """Noise to pixels in [-1, 1]: ReLU, tanh."""
    return Network({name: layers[name] for name in GENERATOR_LAYERS}, (RELU, TANH))


def build_discriminator(layers: dict[str, Layer]) -> Network:
    """Pixels to the logit of "real": leaky ReLU; the sigmoid is part of the loss."""
    return Network({name: layers[name] for name in DISCRIMINATOR_LAYERS}, (LEAKY_RELU, LOGIT))


def cross_entropy(logits, real: bool) -> float:
    """Mean of -log D for images to be called real, of -log(1 - D) for the others, D = sigmoid(logit)."""
    return float(np.mean(np.logaddexp(0, -logits if real else logits)))


def cross_entropy_error(logits, real: bool) -> np.ndarray:
    """Derivative of `cross_entropy` by the logits: (D - target) / batch."""
    return (expit(logits) - real) / len(logits)


def gan_step(generator: Network, discriminator: Network, updates, real, noise) -> tuple[np.ndarray, float, float]:
    """Train both networks on one batch; return the generated images and both losses before each one's update.

    `updates` are those of the learning rule by layer; `real` (batch, pixels) and `noise` (batch, inputs) float32. The
    generator descends the non-saturating loss -log D(G(z)) (Goodfellow et al. 2014, arXiv:1406.2661).
    """
    generated = generator.forward(noise)
    images = generated[-1]

    activities = discriminator.forward(np.concatenate([real, images]))
    logits_real, logits_fake = np.split(activities[-1], [len(real)])
    loss_discriminator = cross_entropy(logits_real, True) + cross_entropy(logits_fake, False)
    error = np.concatenate([cross_entropy_error(logits_real, True), cross_entropy_error(logits_fake, False)])
    gradients, _ = discriminator.backward(activities, error)
    _apply(discriminator, updates, gradients)

    activities = discriminator.forward(images)
    loss_generator = cross_entropy(activities[-1], True)
    _, error = discriminator.backward(activities, cross_entropy_error(activities[-1], True), input_error=True)
    gradients, _ = generator.backward(generated, error)
    _apply(generator, updates, gradients)
    return images, loss_discriminator, loss_generator


def _apply(network: Network, updates, gradients) -> None:
    """Let the rule change each layer by its gradient."""
    for name, gradient in gradients.items():
        updates[name](network.layers[name], gradient)
