import numpy as np
import pytest

from rramgan.digits import to_unit
from rramgan.evaluation.collapse import is_collapsed, variety


def normal(seed, n=300, d=8):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_variety_of_a_line_worked_out_by_hand():
    # Nearest others: 1, 1, 2, 4 away (median 1.5) among the real, 0, 0, 3, 4 (median 1.5) among the others.
    real, generated = np.array([[0.0], [1], [3], [7]]), np.array([[5.0], [5], [8], [12]])
    assert variety(real, generated) == 1
    assert variety(real, 3 * real) == 3


def test_equal_distributions_vary_alike_whatever_their_size():
    for n in (100, 300, 1000):
        assert variety(normal(0, n), normal(1, n)) == pytest.approx(1, abs=0.1)


def test_twins_leave_no_variety():
    modes = normal(2, 30)
    assert variety(normal(0), np.resize(modes, (300, 8))) == 0


def test_sets_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match="300 real and 200 generated images; expected equally many"):
        variety(normal(0), normal(1, 200))


@pytest.mark.parametrize("modes", [1, 2, 5, 10, 30])
@pytest.mark.parametrize("noise", [0, 0.1])
def test_a_few_real_digits_taking_turns_are_collapsed_and_all_of_them_are_not(split, classifier, modes, noise):
    reference = to_unit(split.reference.images)
    training = to_unit(split.gan_training.images)
    generated = np.resize(training[:modes], reference.shape) + noise * normal(modes, *reference.shape)
    for features in (classifier.features, lambda images: images):
        assert is_collapsed(variety(features(reference), features(np.clip(generated, -1, 1))))
        assert not is_collapsed(variety(features(reference), features(training[: len(reference)])))


@pytest.mark.parametrize(("value", "collapsed"), [(0.01, True), (0.24, True), (0.26, False), (np.nan, True)])
def test_collapse_is_a_lack_of_variety(value, collapsed):
    assert is_collapsed(value) is collapsed
