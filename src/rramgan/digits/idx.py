"""MNIST's own file format, IDX."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from rramgan.digits.images import CLASSES, PIXELS, SIDE, Digits
from rramgan.errors import InputError


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
