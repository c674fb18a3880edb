"""Digits made up for tests, and the bytes of IDX files."""

import numpy as np

from rramgan.digits import Digits


def idx(array, magic=None):
    """Bytes of an IDX file that holds `array`."""
    array = np.asarray(array, dtype=np.uint8)
    header = [0x0800 + array.ndim if magic is None else magic, *array.shape]
    return np.array(header, dtype=">u4").tobytes() + array.tobytes()


def numbered(per_class=20):
    """Digits whose images are all different, so that an image can be recognised wherever it ends."""
    labels = np.repeat(np.arange(10, dtype=np.uint8), per_class)
    images = np.zeros((len(labels), 784), dtype=np.uint8)
    images[:, 0], images[:, 1] = np.divmod(np.arange(len(labels)), 256)
    return Digits(images, labels)


def numbers(digits):
    """The numbers of `numbered` digits."""
    return (digits.images[:, 0].astype(int) * 256 + digits.images[:, 1]).tolist()
