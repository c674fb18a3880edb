import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ortho_group

from rramgan.evaluation.collapse import variety
from rramgan.evaluation.metrics import frechet_distance, pixel_spread
from rramgan.evaluation.neighbours import neighbour_scores


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


def test_pixel_spread_closed_forms():
    assert pixel_spread(np.full((64, 784), 0.3, dtype=np.float32)) == 0
    assert pixel_spread(np.array([[-1.0, 0.0], [1.0, 0.0]])) == 0.5
    assert pixel_spread(np.ones((1, 784), dtype=np.float32)) == 0


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (normal(0), normal(0, d=3), "expected .* with n, m >= "),
        (normal(0)[0], normal(0), "expected .* with n, m >= "),
        (normal(0), normal(0, n=1), "expected .* with n, m >= "),
        (normal(0), np.full((40, 4), np.nan), "NaN or infinity"),
    ],
)
@pytest.mark.parametrize("metric", [frechet_distance, neighbour_scores, variety])
def test_unusable_features_are_refused(metric, a, b, message):
    with pytest.raises(ValueError, match=message):
        metric(a, b)
