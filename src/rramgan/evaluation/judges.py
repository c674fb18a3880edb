"""The judges: different ways to look at an image, so that no conclusion hangs on one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rramgan.digits import Digits, check_images, to_unit
from rramgan.evaluation.classifier import Classifier

COMPONENTS = 64
"""Principal components kept: 86 % of the variance of MNIST."""


class Judge(Protocol):
    """Turns images, float (n, 784) from -1 to 1, into features that are compared by their Euclidean distance."""

    def features(self, images: np.ndarray) -> np.ndarray:
        """Features (n, d) of the images; raises ValueError for images of another kind."""


@dataclass(frozen=True)
class PrincipalComponents:
    """Pixels in the principal components of real digits of all classes, each scaled to variance 1 (whitened).

    Nothing is trained on labels, and unlike in plain pixels a stroke's fine shape weighs as much as its width and
    slant, which most of the variance of pixels is about.
    """

    mean: np.ndarray
    """Mean image, float32 (784,)."""

    axes: np.ndarray
    """Components, float32 (784, d), each over the standard deviation along it."""

    @classmethod
    def fit(cls, images: np.ndarray, components: int = COMPONENTS) -> "PrincipalComponents":
        """The leading components of images, float (n, 784) from -1 to 1, with more images than components."""
        from sklearn.decomposition import PCA  # slow to import

        check_images(images)
        fitted = PCA(components, svd_solver="covariance_eigh").fit(images.astype(np.float64))
        axes = fitted.components_.T / np.sqrt(fitted.explained_variance_)
        return cls(fitted.mean_.astype(np.float32), axes.astype(np.float32))

    def features(self, images: np.ndarray) -> np.ndarray:
        """Whitened components of the images, float32 (n, d)."""
        check_images(images)
        return (images.astype(np.float32, copy=False) - self.mean) @ self.axes


@dataclass(frozen=True)
class Pixels:
    """The pixels themselves: knows nothing of digits, and so favours none."""

    def features(self, images: np.ndarray) -> np.ndarray:
        """The images (n, 784)."""
        check_images(images)
        return images


JUDGES: dict[str, Callable[[Classifier, Digits], Judge]] = {
    "network": lambda classifier, training: classifier,
    "components": lambda classifier, training: PrincipalComponents.fit(to_unit(training.images)),
    "pixels": lambda classifier, training: Pixels(),
}
"""The judges by name, from the trained classifier and the digits the judges may see; the first is the main one."""


def appoint(classifier: Classifier, training: Digits) -> dict[str, Judge]:
    """All judges by name, prepared on the digits `training` that are set aside for them."""
    return {name: prepare(classifier, training) for name, prepare in JUDGES.items()}


MAIN_JUDGE = next(iter(JUDGES))
"""The judge of summaries, figures and histories."""


def main_judge(classifier: Classifier, training: Digits) -> Judge:
    """The main judge alone, prepared on the digits `training` that are set aside for the judges."""
    return JUDGES[MAIN_JUDGE](classifier, training)
