"""Estimates of entropy and tests of randomness, on sources whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rramgan.noise.entropy import min_entropy
from rramgan.noise.quality import (
    LAWS,
    autocorrelation,
    characterise,
    cross_correlation,
    distribution,
    moments,
    randomness,
    signs,
)
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
    tables = characterise(traces, dict.fromkeys(traces, np.ones_like))
    tests = tables["tests"]
    assert len(tests) == 12 and (tests["p_adjusted"] >= tests["p_value"]).all()
    assert tables["sp800_22"]["p_adjusted"].isna().all(), "too few bits"


def test_the_likeliest_law_is_the_one_that_samples_follow():
    for name, law in LAWS.items():
        start = -1.0 if name == "uniform" else 0.0  # the first parameter of scipy's uniform is its lower end
        table = distribution(law(start, 2.0).rvs((20_000, 2), random_state=0))
        assert (table["law"] == name).all()
        inside = table["value"].abs() < 0.8
        # 40,000 samples, more than 700 in a bin: 4 % is one standard error.
        np.testing.assert_allclose(table["density"][inside], table["fitted"][inside], rtol=0.15)


def test_independent_samples_keep_within_their_bands():
    z = np.random.default_rng(0).standard_normal((5000, 60))
    shown = autocorrelation(z)[1:]
    outside = int((shown["autocorrelation"].abs() > shown["band"]).sum())
    assert outside <= stats.binom.ppf(0.999, 50, 0.05)
    pairs = cross_correlation(z)
    width = pairs["correlation"][1] - pairs["correlation"][0]
    assert pairs["density"].sum() * width == pytest.approx(1)
    spread = np.sqrt((pairs["density"] * pairs["correlation"] ** 2).sum() * width)
    assert spread == pytest.approx(1, abs=4 / np.sqrt(2 * 60 * 59 / 2))
    common = cross_correlation(z + z[:, :1])
    assert common["density"].iloc[-1] > 1, "what lies beyond is in the last bin"
    assert (cross_correlation(z[:, :1])["density"] == 0).all()


def test_inputs_count_by_their_variance_and_batches_by_how_much_they_vary():
    z = np.random.default_rng(0).standard_normal((6400, 20))
    independent = moments(z)
    # The relative error of the inputs is that of their number over that of the rows, 20 / 6400.
    assert independent["effective_inputs"] == pytest.approx(20, rel=0.01)
    # A mean that is taken away from 64 rows takes 1/64 of the variance with it.
    assert independent["batch_variance"] == pytest.approx(63 / 64, abs=0.003)
    alike = moments(np.repeat(z[:, :1], 20, axis=1))
    assert alike["effective_inputs"] == pytest.approx(1)
    z[:, 5:] *= 0.01
    assert moments(z)["effective_inputs"] == pytest.approx(5, rel=0.02)
    assert moments(np.repeat(z[:100], 64, axis=0))["batch_variance"] == pytest.approx(0, abs=1e-9)
    assert moments(z[:, :1])["effective_inputs"] == 1


def test_signs_are_taken_channel_after_channel():
    np.testing.assert_array_equal(signs(np.array([[1, -1], [2, -2], [-3, 3]])), [True, True, False, False, False, True])
