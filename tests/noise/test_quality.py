"""Estimates of entropy and tests of randomness, on sources whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rramgan.noise.entropy import min_entropy
from rramgan.noise.quality import characterise, randomness, signs
from rramgan.noise.trace import Trace

BITS = 200_000


def biased(probability):
    return np.random.default_rng(0).random(BITS) < probability


def persistent(probability):
    """A Markov chain that stays with this probability: its min-entropy is -log2 of it."""
    return np.cumsum(np.random.default_rng(0).random(BITS) > probability) % 2


@pytest.mark.parametrize("probability", [0.6, 0.75, 0.9])
def test_biased_bits_have_the_entropy_of_their_commoner_value(probability):
    known = -np.log2(probability)
    estimates = min_entropy(biased(probability))
    for name in ("most_common_value", "collision", "markov", "t_tuple"):
        assert known - 0.04 < estimates[name] < known + 0.01, name
    assert estimates["min_entropy"] <= known


@pytest.mark.parametrize("probability", [0.7, 0.9])
def test_correlated_bits_are_seen_by_the_estimates_that_look_at_order(probability):
    known = -np.log2(probability)
    estimates = min_entropy(persistent(probability))
    assert estimates["most_common_value"] > 0.9, "blind to order"
    assert estimates["markov"] == pytest.approx(known, abs=0.02)
    assert estimates["min_entropy"] <= known


def test_fair_bits_have_nearly_a_bit_and_periodic_ones_nearly_none():
    fair, periodic = min_entropy(biased(0.5)), min_entropy(np.arange(BITS) % 7 < 3)
    assert fair["markov"] > 0.99 and fair["most_common_value"] > 0.98
    # The bounds of the others are loose, as in the standard.
    assert fair["min_entropy"] > 0.8 and max(fair.values()) <= 1
    assert periodic["min_entropy"] < 0.05


def test_constant_bits_have_none():
    assert min_entropy(np.ones(20_000))["min_entropy"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("bits", [np.ones(10), np.arange(20_000)])
def test_what_is_not_bits_is_refused(bits):
    with pytest.raises(ValueError, match="expected 10,000 or more zeros and ones"):
        min_entropy(bits)


def test_generators_of_numpy_pass_over_a_hundred_seeds():
    rows = [randomness(np.random.Generator(np.random.PCG64(seed)).standard_normal((2000, 20))) for seed in range(100)]
    for name, p_values in pd.concat(rows).groupby("test")["p_value"]:
        rejected = (p_values < 0.05).sum()
        assert rejected <= stats.binom.ppf(0.999, 100, 0.05), name
        assert stats.kstest(p_values, "uniform").pvalue > 1e-3, name


def flawed():
    rng = np.random.default_rng(0)
    white = rng.standard_normal((4000, 10))
    rows = np.arange(4000)[:, np.newaxis]
    return {
        "bias": white + 0.05,
        "time": white[1:] + 0.1 * white[:-1],
        "channels": white + 0.3 * rng.standard_normal((4000, 1)),
        "period": white + 0.1 * np.sin(0.7 * rows),
    }


@pytest.mark.parametrize("flaw", flawed())
def test_every_flaw_is_caught(flaw):
    tests = randomness(flawed()[flaw]).set_index("test")["p_value"]
    assert tests[flaw] < 1e-6


def test_p_values_are_adjusted_for_their_number():
    rng = np.random.default_rng(1)
    traces = {name: Trace(rng.standard_normal((1500, 5)).astype(np.float32)) for name in "abc"}
    tests = characterise(traces)["tests"]
    assert len(tests) == 12 and (tests["p_adjusted"] >= tests["p_value"]).all()


def test_signs_are_taken_channel_after_channel():
    np.testing.assert_array_equal(signs(np.array([[1, -1], [2, -2], [-3, 3]])), [True, True, False, False, False, True])
