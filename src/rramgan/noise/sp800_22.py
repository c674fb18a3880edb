"""Tests of random bits after NIST SP 800-22 (rev. 1a, 2010, doi 10.6028/NIST.SP.800-22r1a), where they are installed.

The package sp80022suite is NIST's own code; it is compiled when it is installed, and therefore an extra: `pip install
rramgan[sp800-22]`. Without it there are no p-values. Non-overlapping templates are left out: it lacks their list.
"""

from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd

LIBRARY = "sp80022suite"
"""The package that has the tests."""

LEAST_BITS, MOST_BITS = 2**19, 2**20
"""Fewer are too few for the longest patterns (serial test); more are not looked at."""

TESTS: dict[str, tuple[tuple[int, ...], int]] = {
    "frequency": ((), 1),
    "block_frequency": ((128,), 1),
    "runs": ((), 1),
    "longest_run_of_ones": ((), 1),
    "rank": ((), 1),
    "discrete_fourier_transform": ((), 1),
    "overlapping_template_matchings": ((9,), 1),
    "universal": ((), 1),
    "linear_complexity": ((500,), 1),
    "serial": ((16,), 2),
    "approximate_entropy": ((10,), 1),
    "cumulative_sums": ((), 2),
    "random_excursions": ((), 8),
    "random_excursions_variant": ((), 18),
}
"""Tests by name: lengths of their patterns as the standard sets them, and of how many p-values the least is given."""


def sp800_22(bits) -> pd.DataFrame:
    """p-values of the first MOST_BITS of fair, independent `bits`, by `test`; the least of several is multiplied by
    their number (Bonferroni).

    NaN for fewer than LEAST_BITS, for excursions where zero is crossed too seldom for their test, and without LIBRARY.
    """
    tested = np.asarray(bits, dtype=np.uint8)[:MOST_BITS].tobytes()
    usable = len(tested) >= LEAST_BITS and find_spec(LIBRARY) is not None
    p_values = [_p_value(name, tested) if usable else np.nan for name in TESTS]
    return pd.DataFrame({"test": list(TESTS), "p_value": p_values})


def _p_value(name: str, bits: bytes) -> float:
    """p-value of one test of bits, one in every byte."""
    lengths, several = TESTS[name]
    try:
        p_value = getattr(import_module(LIBRARY), name)(*lengths, bits)
    except ValueError:  # too few cycles of a random walk
        return np.nan
    return min(1.0, several * p_value)
