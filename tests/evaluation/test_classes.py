"""Scores by class: shares that add up, good classes told from missing and repeated ones."""

import numpy as np
import pytest

from rramgan.digits import MlxtendDigits, to_unit
from rramgan.evaluation.classes import class_scores
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.judges import Pixels


@pytest.fixture(scope="module")
def judged():
    """Two classes, a classifier, and real images of the GAN's own as if they were generated."""
    split = MlxtendDigits(digit=[0, 1], gan_images=200, reference_images=200).split()
    classifier = train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=0, epochs=3)
    return split, classifier, to_unit(split.gan_training.images), split.gan_training.labels


def scores(judged, images):
    split, classifier, *_ = judged
    return class_scores(Pixels(), classifier, split, images).set_index("class")


def test_real_images_fill_every_class(judged):
    _, classifier, images, _ = judged
    table = scores(judged, images)
    assert table["share"].sum() == pytest.approx(np.isin(classifier.labels(images), [0, 1]).mean())
    assert table["share"].min() > 0.45 and table["coverage"].min() > 0.8 and table["recall"].min() > 0.8


def test_a_missing_class_scores_nothing_and_does_not_touch_the_other(judged):
    _, _, images, labels = judged
    table = scores(judged, images[labels == 1])
    assert table.loc[0, "share"] < 0.03 and table.loc[0, "recall"] == 0
    assert table.loc[1, "coverage"] > 0.8


def test_one_image_over_and_over_is_a_share_without_variety(judged):
    _, _, images, labels = judged
    repeated = np.concatenate([images[labels == 0], np.repeat(images[labels == 1][:1], 100, axis=0)])
    table = scores(judged, repeated)
    assert table.loc[1, "share"] > 0.3 and table.loc[1, "recall"] == 0 and table.loc[1, "coverage"] < 0.1
    assert table.loc[0, "recall"] > 0.8
