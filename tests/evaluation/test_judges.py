import numpy as np
import pytest

from rramgan.digits import to_unit
from rramgan.evaluation.judges import COMPONENTS, JUDGES, Pixels, PrincipalComponents, appoint


@pytest.fixture(scope="module")
def judges(split, classifier):
    return appoint(classifier, split.judge_training)


def test_the_judges_are_named_in_one_place_the_main_one_first(judges, classifier):
    assert list(judges) == list(JUDGES) == ["network", "components", "pixels"]
    assert judges["network"] is classifier


def test_components_are_white_on_what_they_were_fitted_to(split, judges):
    images = to_unit(split.judge_training.images)
    features = judges["components"].features(images)
    assert features.shape == (len(images), COMPONENTS) and features.dtype == np.float32
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(np.cov(features.T), np.eye(COMPONENTS), atol=1e-3)


def test_components_are_the_leading_eigenvectors_of_the_covariance():
    rng = np.random.default_rng(0)
    images = np.clip(rng.normal(size=(500, 784)) * np.geomspace(0.5, 0.001, 784), -1, 1)
    axes = PrincipalComponents.fit(images, 3).axes
    values, vectors = np.linalg.eigh(np.cov(images.T))
    expected = vectors[:, :-4:-1] / np.sqrt(values[:-4:-1])
    np.testing.assert_allclose(np.abs(axes), np.abs(expected), atol=2e-3)


def test_the_components_are_the_same_every_time(split, judges):
    again = PrincipalComponents.fit(to_unit(split.judge_training.images))
    assert np.array_equal(again.axes, judges["components"].axes)


def test_pixels_are_the_images_themselves(split):
    images = to_unit(split.judge_test.images)
    assert Pixels().features(images) is images


@pytest.mark.parametrize("name", JUDGES)
def test_every_judge_refuses_images_of_another_kind(judges, name):
    with pytest.raises(ValueError, match=r"expected \(n, 784\) with values from -1 to 1"):
        judges[name].features(np.full((2, 784), 255.0))
