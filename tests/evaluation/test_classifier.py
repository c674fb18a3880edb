import subprocess
import sys

import numpy as np
import pytest

from rramgan import tables
from rramgan.digits import to_unit
from rramgan.errors import InputError
from rramgan.evaluation.classifier import Classifier, train_classifier


def test_the_classifier_recognises_digits_it_has_not_seen(split, classifier):
    correct = classifier.labels(to_unit(split.judge_test.images)) == split.judge_test.labels
    # 96.8 % was measured; four standard errors of 940 images are 2.3 %.
    assert correct.mean() > 0.945


def test_the_classifier_recognises_the_official_test_set(mnist, classifier):
    _, official = mnist
    labels = classifier.labels(to_unit(official.images))
    assert np.mean(labels == official.labels) > 0.955
    assert np.mean(labels[official.labels == 3] == 3) > 0.9


def test_one_image_is_judged_like_many(split, classifier):
    images = to_unit(split.judge_test.images[:20])
    features = np.concatenate([classifier.features(image[None]) for image in images])
    assert features.shape == (20, 256) and features.dtype == np.float32 and features.min() >= 0
    np.testing.assert_allclose(features, classifier.features(images), rtol=1e-4, atol=1e-4)
    assert classifier.labels(images[:1]).tolist() == classifier.labels(images)[:1].tolist()
    assert classifier.features(images[:0]).shape == (0, 256) and classifier.labels(images[:0]).shape == (0,)


def test_forward_pass_matches_a_network_worked_out_by_hand():
    weights = np.zeros((784, 256), dtype=np.float32)
    weights[0, 0], weights[1, 1] = 2, -2
    outputs = np.zeros((256, 10), dtype=np.float32)
    outputs[0, 7], outputs[1, 4] = 1, 1
    bias = np.zeros(10, dtype=np.float32)
    bias[9] = 0.25
    classifier = Classifier(weights, np.full(256, -1, dtype=np.float32), outputs, bias)
    images = np.zeros((3, 784), dtype=np.float32)
    images[0, 0], images[1, 1] = 1, -1
    assert classifier.features(images)[:, :3].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert classifier.labels(images).tolist() == [7, 4, 9]


def test_a_seed_gives_the_same_classifier_bit_for_bit(split):
    images, labels = to_unit(split.judge_training.images[:300]), split.judge_training.labels[:300]
    first, same, other = (train_classifier(images, labels, seed) for seed in (0, 0, 1))
    for name, array in vars(first).items():
        assert array.dtype == np.float32
        assert np.array_equal(array, vars(same)[name])
        assert not np.array_equal(array, vars(other)[name])


def test_no_weight_is_below_the_normal_range_where_processors_are_slow(classifier):
    # Weight decay alone acts on pixels that no digit inks: hundreds of weights end between 0 and 1e-38.
    for array in vars(classifier).values():
        assert np.all((array == 0) | (np.abs(array) >= np.finfo(np.float32).tiny))


def test_a_classifier_survives_its_file(tmp_path, classifier):
    classifier.save(tmp_path / "classifier.npz")
    loaded = Classifier.load(tmp_path / "classifier.npz")
    for name, array in vars(classifier).items():
        assert np.array_equal(vars(loaded)[name], array)


@pytest.mark.parametrize("spoilt", [np.zeros(9), np.full(10, np.nan), np.array(["a"] * 10)])
def test_a_file_that_is_not_a_classifier_is_one_clear_sentence(tmp_path, classifier, spoilt):
    tables.write_arrays(tmp_path / "classifier.npz", vars(classifier) | {"output_bias": spoilt})
    with pytest.raises(
        InputError, match=r"classifier.npz: array 'output_bias' is .*; expected finite numbers of shape \(10,\)"
    ):
        Classifier.load(tmp_path / "classifier.npz")


@pytest.mark.parametrize(
    "images", [np.zeros(784), np.zeros((2, 783)), np.full((2, 784), 255), np.full((2, 784), np.nan)]
)
def test_images_of_another_kind_are_refused(classifier, images):
    with pytest.raises(ValueError, match=r"expected \(n, 784\) with values from -1 to 1"):
        classifier.labels(images)


def test_training_needs_every_digit():
    with pytest.raises(ValueError, match=r"labels are \[3\]; expected every digit 0 to 9"):
        train_classifier(np.zeros((5, 784)), np.full(5, 3), seed=0)


def test_importing_the_classifier_stays_light():
    script = "import sys, rramgan.evaluation.classifier; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
