"""SP 800-22 on bits whose answer is known; where its package is not installed only what happens then."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rramgan.noise import sp800_22
from rramgan.noise.sp800_22 import LEAST_BITS, TESTS
from rramgan.noise.sp800_22 import sp800_22 as run

RNG = np.random.default_rng(0)
FAIR = RNG.integers(0, 2, LEAST_BITS)
PLACES = np.arange(LEAST_BITS)
FLAWED = {
    "biased": (RNG.random(LEAST_BITS) < 0.51, "frequency"),
    "correlated": (np.cumsum(RNG.random(LEAST_BITS) > 0.51) % 2, "runs"),
    "periodic": (np.where(PLACES % 20 == 0, PLACES // 20 % 2, FAIR), "discrete_fourier_transform"),
}


def p_values(bits):
    return run(bits).set_index("test")["p_value"]


def test_few_bits_or_no_library_give_no_p_values(monkeypatch):
    assert p_values(FAIR[:-1]).isna().all()
    monkeypatch.setattr(sp800_22, "LIBRARY", "no_such_library")
    assert list(p_values(FAIR).index) == list(TESTS) and p_values(FAIR).isna().all()


def test_the_digits_of_e_give_the_values_that_nist_publishes():
    pytest.importorskip(sp800_22.LIBRARY)
    digits = digits_of_e(1_000_000)
    # SP 800-22 rev. 1a, appendix B: the first million binary digits of e.
    published = {"frequency": 0.953749, "runs": 0.561917, "longest_run_of_ones": 0.718945, "rank": 0.306156}
    published |= {"discrete_fourier_transform": 0.847187, "universal": 0.282568, "linear_complexity": 0.826335}
    published |= {"approximate_entropy": 0.700073, "overlapping_template_matchings": 0.110434}
    for name, value in published.items():
        assert p_values(digits)[name] == pytest.approx(value, abs=1e-6), name


def digits_of_e(count):
    """The first binary digits of e, the sum of the inverse factorials."""
    guard, total, term, k = 64, 0, 1 << (count - 2 + 64), 1
    while term:
        total, term, k = total + term, term // k, k + 1
    return np.array(list(bin(total >> guard)[2:]), dtype=np.uint8)


@pytest.mark.parametrize("flaw", FLAWED)
def test_every_flaw_is_caught(flaw):
    pytest.importorskip(sp800_22.LIBRARY)
    bits, test = FLAWED[flaw]
    assert p_values(bits)[test] < 1e-6


def test_generators_of_numpy_pass_over_a_hundred_seeds():
    pytest.importorskip(sp800_22.LIBRARY)
    tables = [
        run(np.random.Generator(np.random.PCG64(seed)).integers(0, 2, LEAST_BITS, dtype=np.uint8))
        for seed in range(100)
    ]
    for name, found in pd.concat(tables).dropna().groupby("test")["p_value"]:
        assert (found < 0.05).sum() <= stats.binom.ppf(0.999, len(found), 0.05), name
