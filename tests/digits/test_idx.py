import gzip

import numpy as np
import pytest

from rramgan.digits import load_idx
from rramgan.errors import InputError
from support.digits import idx

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
LABELS = np.array([3, 0, 9], dtype=np.uint8)


@pytest.fixture
def files(tmp_path):
    def write(images, labels):
        (tmp_path / "images").write_bytes(images)
        (tmp_path / "labels").write_bytes(labels)
        return tmp_path / "images", tmp_path / "labels"

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_idx_files_are_read_plain_and_compressed(files, pack):
    digits = load_idx(*files(pack(idx(IMAGES)), pack(idx(LABELS))))
    assert np.array_equal(digits.images, IMAGES.reshape(3, 784))
    assert np.array_equal(digits.labels, LABELS)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (gzip.compress(idx(IMAGES))[:-20], idx(LABELS), r"images: not a readable IDX file \(Compressed file ended"),
        (b"\x1f\x8b" + b"\xff" * 40, idx(LABELS), r"images: not a readable IDX file \(Unknown compression"),
        (b"", idx(LABELS), "images: holds 0 bytes; expected at least the 16 of an IDX header"),
        (idx(IMAGES)[:10], idx(LABELS), "images: holds 10 bytes; expected at least the 16 of an IDX header"),
        (idx(IMAGES, magic=2052), idx(LABELS), "images: the magic number is 2052; expected 2051"),
        (idx(IMAGES), idx(LABELS, magic=2051), "labels: the magic number is 2051; expected 2049"),
        (idx(IMAGES)[:-1], idx(LABELS), "images: 2351 bytes follow the header; expected 2352 for 3 x 28 x 28"),
        (idx(IMAGES) + b"\0", idx(LABELS), "images: 2353 bytes follow the header; expected 2352 for 3 x 28 x 28"),
        (idx(IMAGES[:0]), idx(LABELS), "images: the header announces 0 x 28 x 28 elements; expected at least one"),
        (idx(IMAGES[:, :, 1:]), idx(LABELS), "images: the images are 28 x 27 pixels; expected 28 x 28"),
        (idx(IMAGES), idx(LABELS[:2]), "labels: holds 2 labels; expected 3, one for each image of .*images"),
        (idx(IMAGES), idx([3, 12, 11]), r"labels: label 1 \(counted from 0\) is 12; expected 0 to 9"),
    ],
    ids=[
        "truncated gzip",
        "corrupt gzip",
        "empty",
        "header cut",
        "wrong image magic",
        "images for labels",
        "truncated",
        "too long",
        "no images",
        "wrong size",
        "counts differ",
        "label 12",
    ],
)
def test_a_malformed_idx_file_is_one_clear_sentence(files, images, labels, message):
    with pytest.raises(InputError, match=message) as raised:
        load_idx(*files(images, labels))
    assert "\n" not in str(raised.value)


def test_a_missing_idx_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent: no such file; expected an IDX file"):
        load_idx(tmp_path / "absent", tmp_path / "absent")
