"""Output currents of a fresh 64 x 64 tile with wires for 64 input vectors: fast, exact, and by badcrossbar.

The table pytest-benchmark prints has the ratios in parentheses; the last test interleaves the two methods it compares.
"""

import logging
from importlib.util import find_spec
from time import perf_counter

import numpy as np
import pytest
from numpy.testing import assert_allclose

from oracles import kirchhoff
from rramgan.crossbar.wires import Wires, effective_conductance

needs_badcrossbar = pytest.mark.skipif(
    find_spec("badcrossbar") is None, reason="badcrossbar is not installed (it needs the headers of cairo)"
)
WIRES = Wires(1.0, 1.0)
RANDOM = np.random.default_rng(0)
G_S = RANDOM.uniform(150e-6, 300e-6, (64, 64))
INPUTS_V = RANDOM.uniform(0, 0.2, (64, 64))


def by_ladders():
    return INPUTS_V @ effective_conductance(G_S, WIRES)


def by_kirchhoff():
    return kirchhoff.solve(G_S, WIRES, INPUTS_V).bitline_A


def by_badcrossbar():
    import badcrossbar

    logging.disable(logging.CRITICAL)
    solution = badcrossbar.compute(INPUTS_V.T, 1 / G_S, r_i=1.0, node_voltages=False, all_currents=False)
    logging.disable(logging.NOTSET)
    return solution.currents.output


@pytest.mark.benchmark(group="64 x 64 tile with wires, 64 inputs")
@pytest.mark.parametrize("method", [by_ladders, by_kirchhoff, pytest.param(by_badcrossbar, marks=needs_badcrossbar)])
def test_output_currents(benchmark, method):
    outputs_A = benchmark.pedantic(method, rounds=15, warmup_rounds=2)
    assert_allclose(outputs_A, by_kirchhoff(), rtol=1e-9)


@needs_badcrossbar
def test_ladders_are_ten_times_faster_than_badcrossbar():
    def seconds(method):
        start = perf_counter()
        method()
        return perf_counter() - start

    by_ladders(), by_badcrossbar()  # compile and import first
    pairs = [(seconds(by_badcrossbar), seconds(by_ladders)) for _ in range(15)]
    slow_s, fast_s = np.median(pairs, axis=0)
    print(f"badcrossbar {1e3 * slow_s:.1f} ms, ladders {1e3 * fast_s:.2f} ms, ratio {slow_s / fast_s:.1f}")
    assert slow_s > 10 * fast_s
