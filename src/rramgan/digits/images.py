"""Labelled images of digits, and their two scales: bytes on disk, -1 to 1 in the networks."""

from dataclasses import dataclass

import numpy as np

SIDE = 28
"""Height and width of an image (pixels)."""

PIXELS = SIDE * SIDE
"""Pixels of an image, stored row by row."""

CLASSES = 10
"""Digit classes, 0 to 9."""


@dataclass(frozen=True)
class Digits:
    """Labelled images."""

    images: np.ndarray
    """uint8 (n, 784), 0 background to 255 ink."""

    labels: np.ndarray
    """uint8 (n,), 0 to 9."""

    def __len__(self) -> int:
        """Number of images."""
        return len(self.labels)

    def __getitem__(self, rows) -> "Digits":
        """The digits at `rows`: a slice, a mask or an array of indices."""
        return Digits(self.images[rows], self.labels[rows])

    def of(self, classes) -> "Digits":
        """The digits of these classes, in their order here."""
        return self[np.isin(self.labels, classes)]


def to_unit(images: np.ndarray) -> np.ndarray:
    """Images as float32 from -1 (background) to 1 (ink), the range of the generator's tanh; from uint8, any shape."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Images as uint8, the inverse of `to_unit`; raises ValueError for values that are not within [-1, 1]."""
    if not (np.abs(images) <= 1).all():
        raise ValueError("images hold values that are not within [-1, 1]")
    return np.rint((images + 1) * 127.5).astype(np.uint8)


def check_images(images: np.ndarray) -> None:
    """Raise ValueError unless the images are (n, 784) with values from -1 (background) to 1 (ink)."""
    if images.ndim != 2 or images.shape[1] != PIXELS or not (np.abs(images) <= 1).all():
        raise ValueError(f"images of shape {images.shape}: expected (n, {PIXELS}) with values from -1 to 1")
