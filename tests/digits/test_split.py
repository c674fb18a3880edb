import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rramgan.digits import DigitSplit, split_digits
from rramgan.errors import InputError
from support.digits import numbered, numbers

ROLES = ("gan_training", "judge_training", "judge_test", "reference")


def split(digit=(3,), gan=10, reference=4, judges=None, fraction=0.2, seed=0, test=None):
    return split_digits(numbered(), test, digit, gan, reference, judges, fraction, seed)


@given(
    classes=st.lists(st.integers(0, 9), min_size=1, unique=True),
    gan=st.integers(1, 8),
    reference=st.integers(1, 6),
    fraction=st.floats(0.2, 0.8),
    seed=st.integers(0, 2**32),
)
def test_a_split_uses_every_image_once_and_gives_each_role_its_classes(classes, gan, reference, fraction, seed):
    parts = split(classes, gan, reference, None, fraction, seed)
    used = [number for role in ROLES for number in numbers(getattr(parts, role))]
    assert sorted(used) == list(range(200))
    for role in ROLES:
        digits = getattr(parts, role)
        assert np.array_equal(digits.labels, np.array(numbers(digits)) // 20)
    in_classes = np.isin(np.arange(10), classes)
    assert np.array_equal(np.bincount(parts.gan_training.labels, minlength=10), gan * in_classes)
    assert np.array_equal(np.bincount(parts.reference.labels, minlength=10), reference * in_classes)
    judges = 20 - (gan + reference) * in_classes
    tested = np.bincount(parts.judge_test.labels, minlength=10)
    assert np.abs(tested - fraction * judges).max() <= 0.5
    assert np.array_equal(np.bincount(parts.judge_training.labels, minlength=10), judges - tested)


def test_a_test_set_is_the_reference_and_leaves_the_training_set_to_the_others():
    test = numbered(12)[np.r_[:30, 40:120]]  # class 2 has 6 images, class 3 has 8
    parts = split((2, 3), reference=None, test=test)
    assert np.bincount(parts.reference.labels).tolist() == [0, 0, 6, 6]
    assert set(numbers(parts.reference)) <= set(numbers(test))
    used = [number for role in ROLES[:3] for number in numbers(getattr(parts, role))]
    assert sorted(used) == list(range(200))
    assert np.bincount(split((2, 3), reference=5, test=test).reference.labels).tolist() == [0, 0, 5, 5]


def test_unseen_are_the_judges_digits_of_the_gans_classes():
    parts = split((3, 7))
    expected = {n for n in numbers(parts.judge_training) + numbers(parts.judge_test) if n // 20 in (3, 7)}
    assert set(numbers(parts.unseen)) == expected and len(parts.unseen) == 12


def test_the_judges_images_can_be_limited():
    parts = split(judges=5)
    assert np.bincount(parts.judge_training.labels).tolist() == [4] * 10
    assert np.bincount(parts.judge_test.labels).tolist() == [1] * 10


def test_a_split_mixes_the_classes():
    parts = split(range(10), 5, 5)
    for role in ROLES:
        labels = getattr(parts, role).labels
        assert np.any(np.diff(labels.astype(int)) < 0)


def test_more_images_for_the_gan_include_the_fewer():
    assert set(numbers(split(gan=5).gan_training)) < set(numbers(split(gan=10).gan_training))


def test_a_split_depends_on_nothing_but_its_seed():
    first, same, other = (split(seed=seed) for seed in (1, 1, 2))
    for role in ROLES:
        assert numbers(getattr(first, role)) == numbers(getattr(same, role))
        assert numbers(getattr(first, role)) != numbers(getattr(other, role))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gan": 21}, "gan_images is 21; expected 1 to 20, the images left of digit 3 in the training set"),
        ({"gan": 0}, "gan_images is 0; expected 1 to 20"),
        ({"reference": 11}, "reference_images is 11; expected 1 to 10, the images left of digit 3 in the training set"),
        ({"reference": None}, "reference_images is missing; expected a number"),
        ({"reference": 21, "test": numbered()}, "reference_images is 21; expected 1 to 20, .* in the test set"),
        ({"gan": 16}, "0 images of digit 3 are left for the judges"),
        ({"fraction": 0.01}, "20 images of digit 0 are left for the judges, 0 of them for their test; expected at"),
        ({"fraction": 1.0}, "judge_test_fraction is 1.0; expected a share between 0 and 1"),
        ({"fraction": math.nan}, "judge_test_fraction is nan; expected a share between 0 and 1"),
    ],
)
def test_an_impossible_split_is_one_clear_sentence(settings, message):
    with pytest.raises(InputError, match=message):
        split(**settings)


def test_a_split_survives_its_file(tmp_path):
    parts = split()
    parts.save(tmp_path / "split.npz")
    loaded = DigitSplit.load(tmp_path / "split.npz")
    for role in ROLES:
        for name, array in vars(getattr(parts, role)).items():
            found = getattr(getattr(loaded, role), name)
            assert np.array_equal(found, array) and found.dtype == array.dtype
