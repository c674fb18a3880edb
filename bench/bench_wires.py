"""Output currents of a fresh 64 x 64 tile with wires for 64 input vectors: fast, exact, and by badcrossbar.

The table pytest-benchmark prints has the ratios in parentheses; the last test lets the methods it compares take turns.
"""

import logging
from importlib.util import find_spec

import pytest
from numpy.testing import assert_allclose

from oracles import kirchhoff
from rramgan.crossbar.wires import Wires, effective_conductance
from rramgan.streams import stream
from training_step import in_turns

needs_badcrossbar = pytest.mark.skipif(
    find_spec("badcrossbar") is None, reason="badcrossbar is not installed (it needs the headers of cairo)"
)
WIRES = Wires(1.0, 1.0)
RANDOM = stream(0, "bench", "wires")
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


OTHERS = [by_kirchhoff, pytest.param(by_badcrossbar, marks=needs_badcrossbar)]


@pytest.mark.benchmark(group="64 x 64 tile with wires, 64 inputs")
@pytest.mark.parametrize("method", [by_ladders, *OTHERS])
def test_output_currents(benchmark, method):
    outputs_A = benchmark.pedantic(method, rounds=15, warmup_rounds=2)
    assert_allclose(outputs_A, by_kirchhoff(), rtol=1e-9)


@pytest.mark.parametrize("other", OTHERS)
def test_ladders_are_ten_times_faster(other, note):
    other()  # The import comes first.
    turns = in_turns({"other": other, "ladders": by_ladders}, seconds=10.0)
    ratio = turns["other"] / turns["ladders"]
    print(f"{other.__name__} over ladders: {ratio:.1f}")
    note(f"{other.__name__.removeprefix('by_')}_over_ladders", ratio)
    assert ratio > 10
