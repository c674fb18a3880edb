import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ortho_group

from rramgan.evaluation.metrics import frechet_distance, is_collapsed, pixel_spread, prdc


def gaussian_sample(mean, root, n=50, seed=0):
    """Sample whose mean is exactly `mean` and whose covariance is exactly root @ root.T, up to rounding."""
    noise = np.random.default_rng(seed).normal(size=(n, len(mean)))
    orthonormal, _ = np.linalg.qr(noise - noise.mean(axis=0))
    return mean + np.sqrt(n - 1) * orthonormal @ np.asarray(root).T


def normal(seed, n=40, d=4):
    return np.random.default_rng(seed).normal(size=(n, d))


seeds = st.integers(0, 2**32 - 1)


def test_frechet_distance_of_commuting_gaussians():
    a = gaussian_sample(np.array([1.0, 2.0, 3.0]), np.diag([1.0, 2.0, 0.5]))
    b = gaussian_sample(np.array([1.0, 0.0, 4.0]), np.diag([3.0, 2.0, 1.0]), n=70, seed=1)
    # |(0, 2, -1)|^2 + (1 - 3)^2 + (2 - 2)^2 + (0.5 - 1)^2
    assert frechet_distance(a, b) == pytest.approx(9.25, rel=1e-12)


def test_frechet_distance_of_gaussians_that_do_not_commute():
    root_a, root_b = np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0], [0.0, 3.0]])
    cov_a, cov_b = root_a @ root_a.T, root_b @ root_b.T
    product = cov_a @ cov_b
    # The trace of the root of a 2 x 2 matrix M with positive eigenvalues is sqrt(tr M + 2 sqrt(det M)).
    trace_root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    expected = np.trace(cov_a) + np.trace(cov_b) - 2 * trace_root
    mean = np.zeros(2)
    assert frechet_distance(gaussian_sample(mean, root_a), gaussian_sample(mean, root_b, seed=1)) == pytest.approx(
        expected
    )


def test_frechet_distance_of_a_point_mass_and_of_fewer_samples_than_features():
    # Nothing overlaps with a point mass: |mean difference|^2 + the trace of the other covariance.
    a = gaussian_sample(np.zeros(3), np.diag([1.0, 2.0, 0.0]))
    assert frechet_distance(a, np.tile([3.0, 0.0, 4.0], (20, 1))) == pytest.approx(25 + 5)
    few = normal(0, n=5, d=256)
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-9)
    # Covariances in orthogonal subspaces share nothing either.
    left, right = np.zeros((5, 8)), np.zeros((5, 8))
    left[:, :4], right[:, 4:] = normal(1, n=5), normal(2, n=5)
    left, right = left - left.mean(axis=0), right - right.mean(axis=0)
    assert frechet_distance(left, right) == pytest.approx((np.sum(left**2) + np.sum(right**2)) / 4)


@given(seeds, st.floats(-100, 100))
def test_shifting_a_set_adds_the_squared_shift(seed, shift):
    a = normal(seed)
    assert frechet_distance(a, a + shift) == pytest.approx(4 * shift**2, rel=1e-9, abs=1e-9)


@given(seeds, st.floats(0, 100))
def test_scaling_a_centred_set_scales_its_deviations(seed, scale):
    a = normal(seed)
    a -= a.mean(axis=0)
    assert frechet_distance(a, scale * a) == pytest.approx((1 - scale) ** 2 * np.sum(a**2) / 39, rel=1e-9, abs=1e-8)


@given(seeds, seeds)
def test_frechet_distance_is_symmetric_and_blind_to_rotations(one, other):
    a, b = normal(one), 2 * normal(other, n=30) + 1
    rotation = ortho_group.rvs(4, random_state=np.random.default_rng(one))
    distance = frechet_distance(a, b)
    assert distance >= 0
    assert frechet_distance(b, a) == pytest.approx(distance)
    assert frechet_distance(a @ rotation, b @ rotation) == pytest.approx(distance)


def test_prdc_of_a_line_worked_out_by_hand():
    # One neighbour: the real balls are (-1, 1), (0, 2), (1, 5), (3, 17), the fake ones (-1, 2), (0.5, 3.5), (2, 38).
    real, fake = np.array([[0.0], [1.0], [3.0], [10.0]]), np.array([[0.5], [2.0], [20.0]])
    scores = prdc(real, fake, neighbours=1)
    # 0.5 lies in two real balls, 2 in one (and on the edge of another), 20 in none.
    assert scores == pytest.approx({"precision": 2 / 3, "recall": 1.0, "density": 1.0, "coverage": 3 / 4})
    swapped = prdc(fake, real, neighbours=1)
    assert swapped["precision"] == scores["recall"] and swapped["recall"] == scores["precision"]
    # 0 and 10 lie in one fake ball, 1 and 3 in two; every fake ball holds something.
    assert swapped["density"] == pytest.approx(6 / 4) and swapped["coverage"] == 1


@given(seeds, st.integers(1, 10))
def test_equal_sets_score_one_and_distant_sets_zero(seed, neighbours):
    real = normal(seed)
    assert prdc(real, real, neighbours) == dict(precision=1, recall=1, density=1, coverage=1)
    assert prdc(real, real + 1e4, neighbours) == dict(precision=0, recall=0, density=0, coverage=0)


def test_equal_distributions_give_the_expected_density_and_coverage():
    # Both expectations hold for any continuous distribution, because ranks of exchangeable samples decide.
    n, m, k, repetitions = 60, 40, 5, 100
    scores = [prdc(normal(2 * r, n, 3), normal(2 * r + 1, m, 3), k) for r in range(repetitions)]
    j = np.arange(k)
    expected = {"density": 1.0, "coverage": 1 - np.prod((n - 1 - j) / (n + m - 1 - j))}
    for name, value in expected.items():
        sample = [score[name] for score in scores]
        assert abs(np.mean(sample) - value) < 4 * np.std(sample, ddof=1) / np.sqrt(repetitions)


def test_a_collapsed_set_can_be_precise_but_not_diverse():
    real = normal(0, n=300)
    scores = prdc(real, np.tile(real[:1], (300, 1)))
    assert scores["precision"] == 1 and scores["recall"] == 0 and 0 < scores["coverage"] < 0.1


def test_pixel_spread_closed_forms():
    assert pixel_spread(np.full((64, 784), 0.3, dtype=np.float32)) == 0
    assert pixel_spread(np.array([[-1.0, 0.0], [1.0, 0.0]])) == 0.5
    assert pixel_spread(np.ones((1, 784), dtype=np.float32)) == 0


@pytest.mark.parametrize(
    ("spread", "coverage", "collapsed"),
    [
        (0.008, 0.02, True),  # the released protocol
        (0.13, 0.03, True),  # two images in turn
        (0.2, 0.12, False),  # plain Manhattan training at its worst
        (0.33, 0.9, False),  # real digits
        (np.nan, 0.9, True),
        (0.33, np.nan, True),
    ],
)
def test_collapse_is_told_from_diversity(spread, coverage, collapsed):
    assert is_collapsed(spread, coverage) is collapsed


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (normal(0), normal(0, d=3), "expected .* with n, m >= "),
        (normal(0)[0], normal(0), "expected .* with n, m >= "),
        (normal(0), normal(0, n=1), "expected .* with n, m >= "),
        (normal(0), np.full((40, 4), np.nan), "NaN or infinity"),
    ],
)
@pytest.mark.parametrize("metric", [frechet_distance, prdc])
def test_unusable_features_are_refused(metric, a, b, message):
    with pytest.raises(ValueError, match=message):
        metric(a, b)


def test_prdc_needs_more_samples_than_neighbours():
    with pytest.raises(ValueError, match="n, m >= 6"):
        prdc(normal(0), normal(1, n=5))
