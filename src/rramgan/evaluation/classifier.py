"""A small digit classifier that says what a generated image shows, and whose hidden layer is a judge's features."""

from dataclasses import dataclass, fields

import numpy as np
import scipy

from rramgan import tables
from rramgan.digits import CLASSES, PIXELS, SIDE, check_images
from rramgan.streams import seed_sequence, stream

HIDDEN_UNITS = 256
"""Width of the hidden layer, whose activations are the features of the Frechet distance and of PRDC."""

SPECKLE_SHARE = 0.25
"""Largest share of pixels replaced by random ink in a training image. Trained on clean digits alone the judge calls
only 60 % of noisy REAL digits right and so cannot see what a noisy generator draws; with speckle it calls 94 %, and
clean digits no worse."""

L2_PENALTY = 0.1
"""Weight decay of the training (`alpha` of scikit-learn's MLPClassifier)."""

_SHAPES = {
    "hidden_weights": (PIXELS, HIDDEN_UNITS),
    "hidden_bias": (HIDDEN_UNITS,),
    "output_weights": (HIDDEN_UNITS, CLASSES),
    "output_bias": (CLASSES,),
}


@dataclass(frozen=True)
class Classifier:
    """Trained 784-256-10 classifier: ReLU hidden layer, the class is the largest output; parameters float32.

    Images are float, (n, 784) with n >= 0, from -1 (background) to 1 (ink); others raise ValueError.
    """

    hidden_weights: np.ndarray
    hidden_bias: np.ndarray
    output_weights: np.ndarray
    output_bias: np.ndarray

    def features(self, images: np.ndarray) -> np.ndarray:
        """Activations of the hidden layer, float32 (n, 256)."""
        check_images(images)
        return np.maximum(images.astype(np.float32, copy=False) @ self.hidden_weights + self.hidden_bias, 0)

    def labels(self, images: np.ndarray) -> np.ndarray:
        """Most likely class of every image, uint8 (n,), 0 to 9."""
        return self._outputs(images).argmax(axis=1).astype(np.uint8)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Probability of every class, float32 (n, 10)."""
        return scipy.special.softmax(self._outputs(images), axis=1)

    def _outputs(self, images: np.ndarray) -> np.ndarray:
        return self.features(images) @ self.output_weights + self.output_bias

    def save(self, path, made_by: dict | None = None) -> None:
        """Write the parameters, and their provenance `made_by`, as an NPZ archive."""
        tables.write_arrays(path, {field.name: getattr(self, field.name) for field in fields(self)}, made_by)

    @classmethod
    def load(cls, path) -> "Classifier":
        """Read a classifier written by `save`; raises InputError if an array is missing, misshapen or not finite."""
        arrays = tables.read_arrays(path, {name: tables.Layout(shape) for name, shape in _SHAPES.items()})
        return cls(**{name: arrays[name].astype(np.float32, copy=False) for name in _SHAPES})


def train_classifier(images: np.ndarray, labels: np.ndarray, seed: int, epochs: int = 12) -> Classifier:
    """Train a classifier on labelled images, float (n, 784) in [-1, 1], and integer labels (n,) that cover 0 to 9.

    Cross-entropy, Adam and weight decay for `epochs` passes (20 instead of 12 gain 0.2 %) over the images and their
    eight neighbours shifted by one pixel (3,800 images are few: the shifts halve the error), each with its own share
    of speckle. Classes weigh the same however many images they have, because the GAN takes most of its own class away
    from the judge. Raises ValueError for other images or labels.
    """
    from sklearn.neural_network import MLPClassifier  # slow to import, and only training needs it
    from sklearn.utils.class_weight import compute_sample_weight

    check_images(images)
    if not np.array_equal(np.unique(labels), np.arange(CLASSES)):
        raise ValueError(f"the classifier's labels are {np.unique(labels).tolist()}; expected every digit 0 to 9")
    ink, labels = _with_shifts((images.astype(np.float32, copy=False) + 1) / 2, labels)
    ink = speckled(ink, stream(seed, "judge", "speckle"))
    weights = compute_sample_weight("balanced", labels)
    random_state = int(seed_sequence(seed, "judge", "weights").generate_state(1)[0])
    classifier = MLPClassifier((HIDDEN_UNITS,), alpha=L2_PENALTY, random_state=random_state)
    for _ in range(epochs):
        classifier.partial_fit(ink, labels, sample_weight=weights, classes=np.arange(CLASSES))
    (ink_weights, output_weights), (ink_bias, output_bias) = classifier.coefs_, classifier.intercepts_
    # Training on ink, 0 to 1 with a background of 0, converges better; the first layer absorbs ink = (image + 1) / 2.
    return Classifier(
        hidden_weights=_normal_numbers(ink_weights / 2),
        hidden_bias=_normal_numbers(ink_bias + ink_weights.sum(axis=0) / 2),
        output_weights=_normal_numbers(output_weights),
        output_bias=_normal_numbers(output_bias),
    )


def _normal_numbers(values: np.ndarray) -> np.ndarray:
    """Values as float32, 0 for those below its normal range: decay leaves some, which slow products fivefold."""
    return np.where(np.abs(values) < np.finfo(np.float32).tiny, 0, values).astype(np.float32)


def speckled(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images of ink (n, pixels) in [0, 1] in which up to SPECKLE_SHARE of the pixels hold random ink."""
    share = rng.uniform(0, SPECKLE_SHARE, (len(ink), 1)).astype(np.float32)
    struck = rng.random(ink.shape, dtype=np.float32) < share
    return np.where(struck, rng.random(ink.shape, dtype=np.float32), ink)


def _with_shifts(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The images moved by -1, 0 and 1 pixel along both axes; what leaves wraps around, and MNIST's margin is empty."""
    squares = images.reshape(-1, SIDE, SIDE)
    shifts = [(down, right) for down in (0, -1, 1) for right in (0, -1, 1)]
    shifted = np.concatenate([np.roll(squares, shift, axis=(1, 2)) for shift in shifts])
    return shifted.reshape(-1, PIXELS), np.tile(labels, len(shifts))
