"""The normal numbers of reads and pulses: distribution, tails, independence, and a stream per generator."""

import numpy as np
import pytest
from scipy import stats

from rramgan.crossbar.normals import LANES, Normals
from rramgan.streams import stream

COUNT = 2_000_000


@pytest.fixture(scope="module")
def numbers():
    return Normals(np.random.default_rng(0)).draw((COUNT,)).astype(float)


def test_moments(numbers):
    # Four standard errors; the k-th moment of N(0, 1) has variance m(2k) - m(k)^2.
    for order, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert np.mean(numbers**order) == pytest.approx(moment, abs=4 * np.sqrt(variance / COUNT))


def test_distribution_and_tails(numbers):
    assert stats.kstest(numbers, "norm").pvalue > 0.001
    for limit in (2.0, 3.0, 4.0):
        expected = COUNT * 2 * stats.norm.sf(limit)
        assert np.sum(np.abs(numbers) > limit) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert 4.5 < np.abs(numbers).max() < 6.8


def test_numbers_are_independent(numbers):
    # The two of a Box-Muller pair, neighbouring lanes, and words of one lane that follow each other.
    for lag in (1, 2, LANES - 1, LANES, LANES + 1, 2 * LANES, 4 * LANES):
        for a, b in ((numbers[:-lag], numbers[lag:]), (numbers[:-lag] ** 2, numbers[lag:] ** 2)):
            assert np.corrcoef(a, b)[0, 1] == pytest.approx(0, abs=4.5 / np.sqrt(COUNT))
    quadrants = np.histogram2d(numbers[::2] > 0, numbers[1::2] > 0, bins=2)[0].ravel()
    assert stats.chisquare(quadrants).pvalue > 0.001


def test_streams_differ_and_repeat():
    first, again, other = (
        Normals(stream(3, "noise", name)).draw((100_000,)).copy() for name in ("one", "one", "another")
    )
    np.testing.assert_array_equal(first, again)
    assert np.corrcoef(first, other)[0, 1] == pytest.approx(0, abs=4 / np.sqrt(first.size))


def test_any_shape_goes_on_where_the_last_one_ended():
    normals, same = Normals(np.random.default_rng(1)), Normals(np.random.default_rng(1))
    parts = np.concatenate([normals.draw((2, LANES)).ravel().copy(), normals.draw((3, 50)).ravel().copy()])
    whole = same.draw((2 * LANES + 150,))
    np.testing.assert_array_equal(parts, whole)
    assert normals.draw((0, 3)).shape == (0, 3)


def test_the_algorithm_is_xoshiro128_plus_plus():
    """The recurrence of Blackman and Vigna's C code in Python integers, one lane."""
    normals = Normals(np.random.default_rng(2))
    s = [int(word) for word in normals._state[:, 5]]

    def rotated(x, k):
        return ((x << k) | (x >> (32 - k))) & 0xFFFFFFFF

    def following():
        result = (rotated((s[0] + s[3]) & 0xFFFFFFFF, 7) + s[0]) & 0xFFFFFFFF
        t = (s[1] << 9) & 0xFFFFFFFF
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotated(s[3], 11)
        return result

    drawn = normals.draw((20, 2, LANES))[:, :, 5].astype(float)
    for sine, cosine in drawn:
        radius, angle = (following() + 0.5) / 2**32, following()
        assert np.hypot(sine, cosine) == pytest.approx(np.sqrt(-2 * np.log(radius)), rel=1e-5)
        signed = angle - 2**32 if angle >= 2**31 else angle
        assert np.tan(signed * np.pi / 2**32) == pytest.approx(sine / abs(cosine), rel=1e-4)
        assert (cosine > 0) == (angle % 2 == 1)
