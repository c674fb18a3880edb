from time import process_time

import numpy as np
import pytest

from rramgan.digits import MlxtendDigits, split_digits, to_unit
from rramgan.evaluation.anchors import anchors
from rramgan.evaluation.judges import JUDGES, appoint
from rramgan.evaluation.metrics import frechet_distance
from rramgan.evaluation.neighbours import expected_coverage
from rramgan.evaluation.protocol import assess

SCORES = ["frechet_distance", "precision", "recall", "density", "coverage", "clipped_density", "clipped_coverage"]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def judges(split, classifier):
    return appoint(classifier, split.judge_training)


@pytest.fixture(scope="module")
def rows(split, classifier, judges):
    """The anchors as each judge sees them."""
    return {
        (judge, anchor.name): assess(judges[judge], classifier, anchor.split, anchor.images, rng(1))
        for judge in judges
        for anchor in anchors(split, 1000, rng())
    }


def test_sets_of_equal_size_are_compared(split, classifier):
    generated = to_unit(split.gan_training.images)
    scores = assess(classifier, classifier, split, generated, rng())
    # 240 generated images and 100 real ones: two pairs of 100, the real ones in both.
    real, fake = classifier.features(to_unit(split.reference.images)), classifier.features(generated)
    by_hand = [frechet_distance(real, fake[i::2][:100]) for i in range(2)]
    assert scores["compared"] == 100
    assert scores["frechet_distance"] == pytest.approx(np.mean(by_hand), rel=1e-4)
    assert scores["frechet_distance_sd"] == pytest.approx(np.std(by_hand, ddof=1), rel=1e-4)


def test_one_pair_has_no_spread(split, classifier):
    scores = assess(classifier, classifier, split, to_unit(split.gan_training.images[:120]), rng())
    assert scores["compared"] == 100 and np.isnan(scores["frechet_distance_sd"])


def test_disjoint_subsets_give_a_mean_and_a_spread(split, classifier):
    generated = to_unit(split.gan_training.images)
    scores = assess(classifier, classifier, split, generated, rng(), size=25)
    real, fake = (classifier.features(to_unit(d.images)) for d in (split.reference, split.gan_training))
    # Four subsets of the reference, in turn, for the nine that fit into 240.
    by_hand = [frechet_distance(real[i % 4 :: 4], fake[i::9][:25]) for i in range(9)]
    assert scores["frechet_distance"] == pytest.approx(np.mean(by_hand))
    assert scores["frechet_distance_sd"] == pytest.approx(np.std(by_hand, ddof=1))
    assert all(scores[f"{name}_sd"] >= 0 for name in SCORES)


def test_too_large_a_size_is_refused(split, classifier):
    with pytest.raises(ValueError, match="size is 101; expected 1 to 100, the images of the smaller set"):
        assess(classifier, classifier, split, to_unit(split.gan_training.images), rng(), size=101)


@pytest.mark.parametrize("judge", JUDGES)
def test_the_anchors_come_out_as_what_they_are(rows, judge):
    real, memoriser, repeated, noise = (rows[judge, name] for name in ("real", "memoriser", "one image", "noise"))
    # One pair of 100 images: the standard error of coverage is about 0.02, of recall 0.03.
    assert real["coverage"] == pytest.approx(expected_coverage(100, 100), abs=0.08)
    assert not real["memorises"] and not real["collapsed"] and real["recall"] > 0.8
    # Nothing but the test for memorising tells who copies from who draws afresh.
    assert memoriser["memorises"] and memoriser["memorised"] == 1
    assert [memoriser[name] for name in SCORES] == [real[name] for name in SCORES]
    assert repeated["collapsed"] and not repeated["memorises"]
    assert repeated["pixel_spread"] == 0 and repeated["recall"] == 0
    assert noise["accuracy"] < 0.2 and noise["recall"] == 0 and not noise["collapsed"]
    assert real["frechet_distance"] < min(repeated["frechet_distance"], noise["frechet_distance"])


def test_real_digits_of_several_classes_are_accepted(classifier):
    split = MlxtendDigits(digit=[1, 7], gan_images=100, reference_images=100).split()
    row = assess(classifier, classifier, split, to_unit(split.gan_training.images), rng())
    assert row["accuracy"] > 0.9 and row["memorises"] and not row["collapsed"]


def test_an_assessment_is_reproducible(split, classifier):
    images = to_unit(split.gan_training.images)
    first, again = (assess(classifier, classifier, split, images, rng(3), size=50) for _ in range(2))
    assert first == again


def test_a_thousand_images_are_assessed_in_two_seconds(mnist, classifier):
    split = split_digits(*mnist, [3], 6000, 1000, 1000, 0.2, seed=0)
    images = to_unit(split.gan_training.images[:1000])
    for judge in appoint(classifier, split.judge_training).values():
        times_s = []
        for _ in range(2):
            start = process_time()
            assess(judge, classifier, split, images, rng())
            times_s.append(process_time() - start)
        assert min(times_s) < 2
