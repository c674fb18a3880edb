"""Wires of a tile against badcrossbar, ngspice, exact rational arithmetic, closed forms and conservation laws."""

import shutil
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from oracles import kirchhoff, make_badcrossbar_solutions, make_ngspice_solutions
from rramgan.crossbar.wires import Wires, cubic_device_voltages, device_voltages, effective_conductance
from rramgan.errors import InputError

BADCROSSBAR = np.load(make_badcrossbar_solutions.FILE, allow_pickle=False)
NGSPICE = np.load(make_ngspice_solutions.FILE, allow_pickle=False)


def names(stored):
    return sorted({key.split("/")[0] for key in stored.files})


def quantities(stored, name, *wanted):
    return [stored[f"{name}/{quantity}"] for quantity in wanted]


@pytest.mark.parametrize("name", names(BADCROSSBAR))
def test_badcrossbar(name):
    inputs = quantities(BADCROSSBAR, name, "g_S", "wordline_ohm", "bitline_ohm", "inputs_V")
    (outputs_A,) = quantities(BADCROSSBAR, name, "outputs_A")
    check_outputs(*inputs, outputs_A)


@pytest.mark.parametrize("name", names(BADCROSSBAR))
def test_badcrossbar_live(name):
    pytest.importorskip("badcrossbar")
    inputs = quantities(BADCROSSBAR, name, "g_S", "wordline_ohm", "bitline_ohm", "inputs_V")
    check_outputs(*inputs, make_badcrossbar_solutions.solve(*inputs))


def check_outputs(g_S, wordline_ohm, bitline_ohm, inputs_V, outputs_A):
    wires = Wires(wordline_ohm, bitline_ohm)
    assert_allclose(kirchhoff.solve(g_S, wires, inputs_V).bitline_A, outputs_A, rtol=1e-9)
    assert_allclose(inputs_V @ effective_conductance(g_S, wires), outputs_A, rtol=1e-9)


@pytest.mark.parametrize("name", names(NGSPICE))
def test_ngspice(name):
    point = quantities(NGSPICE, name, "a1_S", "a3_S_per_V2", "wordline_V", "bitline_V", "both_sides")
    check_operating_point(*point, *quantities(NGSPICE, name, "device_V", "wordline_A", "bitline_A"))


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="ngspice is not on PATH")
@pytest.mark.parametrize("name", names(NGSPICE))
def test_ngspice_live(name):
    point = quantities(NGSPICE, name, "a1_S", "a3_S_per_V2", "wordline_V", "bitline_V", "both_sides")
    check_operating_point(*point, *make_ngspice_solutions.solve(*point))


def check_operating_point(a1_S, a3_S_per_V2, wordline_V, bitline_V, both_sides, device_V, wordline_A, bitline_A):
    circuit = make_ngspice_solutions
    ohm = (circuit.WORDLINE_OHM, circuit.BITLINE_OHM, circuit.SOURCE_OHM, circuit.SENSE_OHM)
    wires = Wires(*ohm, both_sides=bool(both_sides))
    cubic_V = cubic_device_voltages(a1_S, a3_S_per_V2, wires, wordline_V, bitline_V)
    assert_allclose(cubic_V, device_V, rtol=1e-7)
    secant_S = a1_S + a3_S_per_V2 * cubic_V**2
    assert_allclose(device_voltages(secant_S, wires, wordline_V, bitline_V), device_V, rtol=1e-7)
    point = kirchhoff.solve(secant_S, wires, wordline_V, bitline_V)
    assert_allclose(point.device_V, device_V, rtol=1e-7)
    assert_allclose(point.device_A, secant_S * device_V, rtol=1e-7)
    assert_allclose(point.wordline_A, wordline_A, rtol=1e-7)
    assert_allclose(point.bitline_A, bitline_A, rtol=1e-7)
    assert_allclose((secant_S * cubic_V).sum(axis=0), bitline_A, rtol=1e-7)


@pytest.mark.parametrize("size, loss", [(32, 0.14), (64, 0.37), (128, 0.69)])
@pytest.mark.parametrize("inputs", ["ones", "random"])
def test_loss_of_output_current_at_1_ohm_per_segment(size, loss, inputs):
    rng = np.random.default_rng(4)
    g_S = rng.uniform(150e-6, 300e-6, (size, size))
    volts = np.ones((1, size)) if inputs == "ones" else rng.uniform(0, 0.2, (64, size))
    left = volts @ effective_conductance(g_S, Wires(1.0, 1.0)) / (volts @ g_S)
    assert 1 - left.mean() == pytest.approx(loss, abs=0.01)


# Exact rational arithmetic, over ranges where no floating-point elimination can be trusted.


def rational_transfer(g_S, wordline_ohm, bitline_ohm):
    """Transfer matrix of a tile driven from one side, by Gauss-Jordan elimination in fractions."""
    rows, columns = g_S.shape
    cells = rows * columns
    matrix = [[Fraction(0)] * (2 * cells + rows) for _ in range(2 * cells)]

    def join(a, b, siemens):
        for here, there in ((a, b), (b, a)):
            if here < 2 * cells:
                matrix[here][here] += siemens
                matrix[here][there] -= siemens

    for i in range(rows):
        for j in range(columns):
            wordline, bitline = i * columns + j, cells + i * columns + j
            join(wordline, bitline, Fraction(g_S[i, j]))
            join(wordline - 1 if j else 2 * cells + i, wordline, 1 / Fraction(wordline_ohm[i, j]))
            below_S = 1 / Fraction(bitline_ohm[i + 1, j])
            if i + 1 < rows:
                join(bitline, bitline + columns, below_S)
            else:
                matrix[bitline][bitline] += below_S  # to virtual ground
    for pivot in range(2 * cells):
        scaled = [value / matrix[pivot][pivot] for value in matrix[pivot]]
        for other in range(2 * cells):
            if (factor := matrix[other][pivot]) and other != pivot:
                matrix[other] = [a - factor * b for a, b in zip(matrix[other], scaled, strict=True)]
        matrix[pivot] = scaled
    last_V = [[-matrix[2 * cells - columns + j][2 * cells + i] for j in range(columns)] for i in range(rows)]
    return np.array(
        [[float(last_V[i][j] / Fraction(bitline_ohm[rows, j])) for j in range(columns)] for i in range(rows)]
    )


@pytest.mark.parametrize("seed", range(5))
def test_fast_solution_is_accurate_in_every_entry_whatever_the_resistances(seed):
    rng = np.random.default_rng(seed)
    g_S = 10 ** rng.uniform(-12, 9, (3, 3))
    wordline_ohm, bitline_ohm = 10 ** rng.uniform(-9, 9, (3, 4)), 10 ** rng.uniform(-9, 9, (4, 3))
    exact_S = rational_transfer(g_S, wordline_ohm, bitline_ohm)
    assert_allclose(effective_conductance(g_S, Wires(wordline_ohm, bitline_ohm)), exact_S, rtol=1e-12)


# Properties of any tile.


@st.composite
def tiles(draw, missing=True, uniform=False):
    """A tile: conductances, wires, and a random generator for biases."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    g_S = 10 ** rng.uniform(-6, -3, (rows, columns))
    if missing and draw(st.booleans()):
        g_S[rng.random(g_S.shape) < 0.3] = 0.0
        g_S[-1, -1] = 1e-4  # or there may be no current to compare

    def segments(shape):
        if draw(st.booleans()):
            return 0.0
        return 10 ** rng.uniform(-6, 2, None if uniform or draw(st.booleans()) else shape)

    ends = (draw(st.sampled_from([0.0, 1e-3, 50.0])) for _ in range(2))
    return g_S, Wires(segments((rows, columns + 1)), segments((rows + 1, columns)), *ends, draw(st.booleans())), rng


def random_biases(rng, shape, vectors=3):
    return rng.uniform(-1, 1, (vectors, shape[0])), rng.uniform(-1, 1, (vectors, shape[1]))


many = settings(max_examples=80, deadline=None)


@many
@given(tiles())
def test_fast_and_exact_transfer_agree(tile):
    g_S, wires, _ = tile
    exact_S = kirchhoff.solve(g_S, wires, np.eye(len(g_S))).bitline_A
    assert_allclose(effective_conductance(g_S, wires), exact_S, rtol=1e-9, atol=1e-20)


@many
@given(tiles())
def test_fast_and_exact_device_voltages_agree(tile):
    g_S, wires, rng = tile
    biases = random_biases(rng, g_S.shape)
    assert_allclose(device_voltages(g_S, wires, *biases), kirchhoff.solve(g_S, wires, *biases).device_V, atol=1e-10)


@many
@given(tiles())
def test_transposed_read_has_the_same_transfer_matrix(tile):
    g_S, wires, _ = tile
    rows, columns = g_S.shape
    backward_A = -kirchhoff.solve(g_S, wires, np.zeros(rows), np.eye(columns)).wordline_A
    assert_allclose(backward_A, effective_conductance(g_S, wires).T, rtol=1e-9, atol=1e-20)


@many
@given(tiles())
def test_delivered_power_is_dissipated_and_currents_are_conserved(tile):
    g_S, wires, rng = tile
    point = kirchhoff.solve(g_S, wires, *random_biases(rng, g_S.shape))
    dissipated_W = point.device_W + point.wire_W
    assert (np.abs(point.delivered_W - dissipated_W) <= 1e-9 * dissipated_W).all()
    assert_allclose(point.bitline_A, point.device_A.sum(axis=-2), rtol=1e-9, atol=1e-12 * np.abs(point.device_A).max())
    assert_allclose(point.wordline_A, point.device_A.sum(axis=-1), rtol=1e-9, atol=1e-12 * np.abs(point.device_A).max())


def test_little_power_between_nearly_equal_biases_is_dissipated_too():
    wires = Wires([[1.92, 62.5]], [[36.2], [0.0214]])
    wordline_V = np.linspace(-1, 1, 41)[:, None]
    point = kirchhoff.solve(np.array([[22.8e-6]]), wires, wordline_V, 0.97 * wordline_V + 1e-3)
    assert_allclose(point.delivered_W, point.device_W + point.wire_W, rtol=1e-12)


@many
@given(tiles(), st.booleans())
def test_ideal_wires_give_the_product_of_conductances_and_voltages(tile, both_sides):
    g_S, _, rng = tile
    wordline_V, bitline_V = random_biases(rng, g_S.shape)
    ideal = Wires(0.0, 0.0, both_sides=both_sides)
    point = kirchhoff.solve(g_S, ideal, wordline_V)
    across_V = wordline_V[:, :, None] - bitline_V[:, None, :]
    scale_A = np.abs(wordline_V) @ g_S
    assert_allclose(effective_conductance(g_S, ideal), g_S, rtol=1e-12, atol=1e-20)
    assert (np.abs(point.bitline_A - wordline_V @ g_S) <= 1e-12 * scale_A).all()
    assert_allclose(device_voltages(g_S, ideal, wordline_V, bitline_V), across_V, atol=1e-14)


@many
@given(tiles(missing=False, uniform=True), st.floats(-12, -6))
def test_loss_vanishes_with_the_wire_resistance(tile, exponent):
    g_S, _, _ = tile
    ohm = 10.0**exponent
    assert_allclose(effective_conductance(g_S, Wires(ohm, ohm)), g_S, rtol=2 * ohm * sum(g_S.shape) * g_S.sum())


# Closed forms and broken parts.


@pytest.mark.parametrize("g_S, device_ohm", [(2e-4, 5e3), (np.inf, 0.0), (1e9, 1e-9)])
@pytest.mark.parametrize("both_sides", [False, True])
def test_single_device_is_in_series_with_its_wires(g_S, device_ohm, both_sides):
    ends_ohm = (3.0 + 50.0) + (7.0 + 20.0)
    expected_S = 1 / (device_ohm + (ends_ohm / 2 if both_sides else ends_ohm))
    wires = Wires(3.0, 7.0, 50.0, 20.0, both_sides)
    point = kirchhoff.solve([[g_S]], wires, [1.0])
    assert_allclose(effective_conductance([[g_S]], wires), [[expected_S]], rtol=1e-12)
    assert_allclose(point.device_A, [[expected_S]], rtol=1e-12)
    assert_allclose(point.device_V, [[expected_S * device_ohm]], rtol=1e-12, atol=1e-20)


def test_shorted_devices_fast_and_exact_agree():
    rng = np.random.default_rng(8)
    g_S = rng.uniform(150e-6, 300e-6, (16, 24))
    g_S[rng.random(g_S.shape) < 0.05] = np.inf
    wires = Wires(1.0, 2.0)
    exact_S = kirchhoff.solve(g_S, wires, np.eye(16)).bitline_A
    assert_allclose(effective_conductance(g_S, wires), exact_S, rtol=1e-9)


def test_dead_row_neither_drives_nor_loads_the_others():
    rng = np.random.default_rng(9)
    g_S = rng.uniform(150e-6, 300e-6, (10, 8))
    g_S[4] = 0.0
    broken_ohm = np.ones((10, 9))
    broken_ohm[4] = np.inf
    transfer_S = effective_conductance(g_S, Wires(broken_ohm, 1.0))
    assert (transfer_S[4] == 0).all()
    assert_allclose(transfer_S, effective_conductance(g_S, Wires(1.0, 1.0)), rtol=1e-12)


@pytest.mark.parametrize("both_sides", [False, True])
def test_broken_wordline_feeds_what_its_drivers_reach(both_sides):
    g_S = np.random.default_rng(10).uniform(150e-6, 300e-6, (5, 7))
    broken_ohm = np.zeros((5, 8))
    broken_ohm[2, 3] = np.inf
    wires = Wires(broken_ohm, 0.0, both_sides=both_sides)
    fed_S = g_S.copy()
    if not both_sides:
        fed_S[2, 3:] = 0.0  # floats at the bitlines' virtual ground
    for transfer_S in (effective_conductance(g_S, wires), kirchhoff.solve(g_S, wires, np.eye(5)).bitline_A):
        assert_allclose(transfer_S, fed_S, rtol=1e-9, atol=1e-14)


def test_broken_bitline_lets_currents_sneak():
    """Beyond the cut a bitline floats at its wordlines' mean and couples them: exact and fast agree on that, too."""
    g_S = np.random.default_rng(11).uniform(150e-6, 300e-6, (6, 5))
    broken_ohm = np.ones((7, 5))
    broken_ohm[4, 2] = np.inf
    wires, wordline_V = Wires(1.0, broken_ohm), np.arange(6) / 10
    volts = device_voltages(g_S, wires, wordline_V)
    assert_allclose(volts, kirchhoff.solve(g_S, wires, wordline_V).device_V, atol=1e-9)
    assert abs((g_S * volts)[:4, 2].sum()) < 1e-11 * np.abs(g_S * volts)[:4, 2].sum()


def test_half_bias_write_reaches_the_selected_device_less_than_its_neighbours_half():
    """Wires take from the selected device more than from the half-selected ones; ideal ones take nothing."""
    g_S = np.full((40, 40), 100e-6)
    wordline_V, bitline_V = np.zeros(40), np.zeros(40)
    wordline_V[0], bitline_V[39] = 0.5, -0.5  # the cell furthest from both drivers
    volts = device_voltages(g_S, Wires(3.0, 3.0), wordline_V, bitline_V)
    assert volts[0, 39] < 0.95
    assert np.unravel_index(volts.argmax(), volts.shape) == (0, 39)
    assert_allclose(device_voltages(g_S, Wires(0.0, 0.0), wordline_V, bitline_V)[0, 39], 1.0, rtol=1e-14)


def test_leading_axes_of_the_biases_broadcast():
    g_S = np.random.default_rng(12).uniform(150e-6, 300e-6, (4, 3))
    wires = Wires(1.0, 1.0, 10.0, 10.0)
    wordline_V, bitline_V = np.eye(4)[:, None, :], np.eye(3)[None, :, :]
    volts = device_voltages(g_S, wires, wordline_V, bitline_V)
    cubic_V = cubic_device_voltages(g_S, 0 * g_S, wires, wordline_V, bitline_V)
    point = kirchhoff.solve(g_S, wires, wordline_V, bitline_V)
    assert volts.shape == cubic_V.shape == point.device_V.shape == (4, 3, 4, 3)
    assert point.bitline_A.shape == (4, 3, 3) and point.delivered_W.shape == (4, 3)
    assert_allclose(volts[2, 1], device_voltages(g_S, wires, np.eye(4)[2], np.eye(3)[1]), rtol=1e-12)
    assert_allclose(cubic_V, volts, rtol=1e-12)


# Bad input.

ONE = np.ones((2, 3)) * 1e-4


@pytest.mark.parametrize(
    "g_S, wires, message",
    [
        (-ONE, Wires(1.0, 1.0), "negative"),
        (ONE * np.nan, Wires(1.0, 1.0), "NaN"),
        (ONE[0], Wires(1.0, 1.0), "matrix"),
        (ONE[:0], Wires(1.0, 1.0), "non-empty"),
        (ONE, Wires(-1.0, 1.0), "wordline_ohm"),
        (ONE, Wires(1.0, np.nan), "bitline_ohm"),
        (ONE, Wires(1.0, np.ones((2, 3))), "bitline_ohm has shape"),
        (ONE, Wires(1.0, 1.0, source_ohm=np.ones(3)), "source_ohm has shape"),
        (ONE * np.inf, Wires(0.0, 0.0), "without resistance"),
    ],
)
def test_bad_tiles_are_named(g_S, wires, message):
    with pytest.raises(InputError, match=message):
        effective_conductance(g_S, wires)
    with pytest.raises(InputError, match=message):
        kirchhoff.solve(g_S, wires, np.ones(2))


def test_biases_that_do_not_fit_are_named():
    for solve in (device_voltages, kirchhoff.solve):
        with pytest.raises(InputError, match="do not fit a tile of 2 x 3"):
            solve(ONE, Wires(1.0, 1.0), np.ones(3))


def test_too_few_sweeps_are_an_error():
    with pytest.raises(ArithmeticError, match="after 2 sweeps"):
        cubic_device_voltages(ONE, ONE, Wires(300.0, 300.0), np.ones(2), max_sweeps=2)
