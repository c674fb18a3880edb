"""Programming of tiles against a plain simulation of every phase, hand-computed cases and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm

from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.kernels import CHANGED_J, SELECTED_J, TIME_S, UNSELECTED_J, Devices
from rramgan.crossbar.normals import Normals
from rramgan.crossbar.programming import program, program_outer, pulse_steps
from rramgan.crossbar.reading import Reader
from rramgan.crossbar.response import response
from rramgan.crossbar.tiles import TileGrid
from rramgan.device.kinetics import bin_index
from rramgan.errors import InputError
from support import arrays

PULSES = {"set": arrays.SET, "reset": arrays.RESET}
STEPS = {name: arrays.MODEL.kinetics.step_table(pulse) for name, pulse in PULSES.items()}

RESPONSES = {name: response(arrays.MODEL.kinetics, pulse, extrapolate=False) for name, pulse in PULSES.items()}


def pulsed(g_S, direction, scheme=SCHEMES["half"], tile_shape=(64, 64), run=program, **devices):
    """Conductances (rows, columns) after a round of pulses on one array, and its costs; see `devices_and_steps`."""
    window = devices.pop("window", arrays.WINDOW)
    design = replace(arrays.DESIGN, window=replace(window, one_sided=True), tile_shape=tile_shape, scheme=scheme)
    pairs, steps, normals = devices_and_steps(g_S, window, **devices)
    costs = run(pairs, direction, steps, design, Reader(g_S.shape, np.zeros((2, 3)), wired=False), normals)
    return pairs.g_S[0], costs


def devices_and_steps(g_S, window, deviates=None, works=True, responses=RESPONSES, rng=None):
    """One-sided pairs in states `g_S`, identical or with `deviates` by polarity, their steps and their noise."""
    deviates = deviates or dict.fromkeys(PULSES, np.zeros(g_S.shape))
    moving = [np.stack([np.where(works, deviates[name], np.nan)] * 2).astype(np.float32) for name in PULSES]
    pairs_S = np.stack([g_S, g_S])
    nominal_V = {name: np.full((1, 1, 1), abs(pulse.amplitude_V)) for name, pulse in PULSES.items()}
    steps = pulse_steps(responses, window, nominal_V, None, noisy=rng is not None)
    devices = Devices(pairs_S, np.zeros_like(pairs_S), *moving, arrival=np.empty((2, 0, 0), np.float32))
    return devices, steps, rng and Normals(rng)


def of_first(population):
    """What tells the G+ devices of a population apart, and which of them work."""
    deviates = {"set": population.deviate_set[0], "reset": population.deviate_reset[0]}
    return {"deviates": deviates, "works": np.isnan(population.stuck_S[0])}


def energies_J(costs):
    """Selected and unselected energy of a round."""
    return costs.sum(axis=(0, 2))[[SELECTED_J, UNSELECTED_J]]


def duration_s(costs):
    """Time of a round: all tiles and both twins work in parallel."""
    return costs[:, TIME_S].max()


def by_line_phases(direction, scheme):
    """Masks of the lines addressed and selected in every phase of a round on one tile, by polarity."""
    lines = direction if scheme.addresses == "wordline" else direction.T
    for name, sign in (("set", 1), ("reset", -1)):
        for line, pulsed in enumerate(lines == sign):
            if pulsed.any():
                yield name, np.arange(len(lines)) == line, pulsed


def plain_energies_J(g_S, direction, scheme, tile_shape, phases_of=by_line_phases):
    """Energies and time of a round: every phase of every tile, V^2 G t in every device."""
    selected_J = unselected_J = 0.0
    times_s = []
    for place in TileGrid.of(g_S.shape, tile_shape).tiles():
        tile_s = 0.0
        for name, addressed, selected in phases_of(direction[place], scheme):
            fraction = scheme.fractions(addressed, selected)
            all_J = (PULSES[name].amplitude_V * fraction) ** 2 * g_S[place].astype(float) * PULSES[name].width_s
            pulsed = np.isclose(fraction, 1)
            selected_J += all_J[pulsed].sum()
            unselected_J += all_J[~pulsed].sum()
            tile_s += PULSES[name].width_s
        times_s.append(tile_s)
    return np.array([selected_J, unselected_J]), max(times_s)


def test_hand_computed_2x2_by_half_and_by_third():
    g_S = np.array([[160e-6, 200e-6], [240e-6, 280e-6]], dtype=np.float32)
    a, b, c, d = g_S.astype(float).ravel()
    direction = np.array([[1, -1], [1, 0]], dtype=np.int8)
    # Row 0 SET pulses a, row 0 RESET pulses b, row 1 SET pulses c.
    selected_J = 100e-9 * (0.64 * (a + c) + 1.0 * b)
    half_J = 100e-9 / 4 * (0.64 * ((b + c) + (d + a)) + 1.0 * (a + d))
    third_J = 100e-9 / 9 * (0.64 * ((b + c + d) + (a + b + d)) + 1.0 * (a + c + d))
    for name, unselected_J in (("half", half_J), ("third", third_J)):
        _, costs = pulsed(g_S, direction, SCHEMES[name], (2, 2))
        assert_allclose(energies_J(costs), [selected_J, unselected_J], rtol=1e-14)
        assert duration_s(costs) == pytest.approx(300e-9, rel=1e-14)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.sampled_from(sorted(SCHEMES)),
    st.integers(0, 1000),
)
def test_energy_and_time_of_every_phase(shape, tile_shape, scheme, seed):
    population = arrays.random_population(shape, seed)
    g_S, scheme = population.g_S[0], SCHEMES[scheme]
    direction = arrays.random_signs(shape, seed, levels=(-1, 0, 1))
    _, costs = pulsed(g_S, direction, scheme, tile_shape, **of_first(population))
    plain_J, plain_s = plain_energies_J(g_S, direction, scheme, tile_shape)
    assert_allclose(energies_J(costs), plain_J, rtol=1e-12, atol=1e-25)
    assert duration_s(costs) == pytest.approx(plain_s)


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("rows, columns", [(64, 64), (17, 40), (1, 1)])
def test_closed_form_of_a_uniform_tile_set_everywhere(name, rows, columns):
    scheme, g_S = SCHEMES[name], np.full((rows, columns), 200e-6, dtype=np.float32)
    each_J = 0.64 * 100e-9 * float(np.float32(200e-6))
    _, costs = pulsed(g_S, np.ones((rows, columns), np.int8), scheme, (rows, columns))
    # Every phase pulses a whole line; all devices of the other lines see the fraction across.
    lines, length = (rows, columns) if scheme.addresses == "wordline" else (columns, rows)
    fraction = 1 / 2 if name.startswith("half") else 1 / 3
    unselected_J = lines * (lines - 1) * length * fraction**2 * each_J
    assert_allclose(energies_J(costs), [rows * columns * each_J, unselected_J], rtol=1e-12)


@pytest.mark.parametrize("rows", [64, 784])
def test_half_select_costs_a_quarter_of_the_rows_times_the_selected_energy(rows):
    """(R - 1) / 4 counts the columns only: on top come the unselected half of the addressed rows."""
    population = arrays.random_population((rows, 64))
    direction = arrays.random_signs((rows, 64))
    _, costs = pulsed(population.g_S[0], direction, SCHEMES["half"], (rows, 64), **of_first(population))
    selected_J, unselected_J = energies_J(costs)
    assert unselected_J / selected_J == pytest.approx((rows - 1) / 4 + 1 / 4, rel=0.01)


def test_column_by_column_is_cheaper_in_a_tall_tile():
    population = arrays.random_population((512, 16))
    direction = arrays.random_signs((512, 16))
    cost_J = {}
    for name in ("half", "half_by_column"):
        _, costs = pulsed(population.g_S[0], direction, SCHEMES[name], (512, 16), **of_first(population))
        cost_J[name] = energies_J(costs).sum()
        assert duration_s(costs) == pytest.approx({"half": 1024, "half_by_column": 32}[name] * 100e-9)
    assert cost_J["half"] > 20 * cost_J["half_by_column"]


def test_every_device_moves_by_its_step():
    population = arrays.random_population((70, 90), stuck_fraction=0.1)
    g_S, works = population.g_S[0], np.isnan(population.stuck_S[0])
    direction = arrays.random_signs(g_S.shape, levels=(-1, 0, 1))
    after_S, _ = pulsed(g_S, direction, **of_first(population))
    set_S = STEPS["set"].step(g_S, population.deviate_set[0])
    reset_S = STEPS["reset"].step(g_S, population.deviate_reset[0])
    step_S = np.where(direction > 0, set_S, np.where(direction < 0, reset_S, 0.0)) * works
    expected_S = np.clip(g_S + step_S, arrays.WINDOW.g_min_S, arrays.WINDOW.g_max_S)
    assert_allclose(after_S, expected_S, rtol=2e-7)
    assert_array_equal(after_S[~works | (direction == 0)], g_S[~works | (direction == 0)])


def test_all_bins_of_the_published_device():
    window = type(arrays.WINDOW)(3.2e-6, 310e-6)
    g_S = np.geomspace(3.3e-6, 309e-6, 64, dtype=np.float32).reshape(8, 8)
    _, steps, _ = devices_and_steps(g_S, window)
    assert steps.mean_S.shape == (1, 2, 8, 1, 1)
    for name, sign in (("set", 1), ("reset", -1)):
        after_S, _ = pulsed(g_S, np.full((8, 8), sign, np.int8), window=window)
        assert_allclose(after_S, np.clip(g_S + STEPS[name].step(g_S), 3.2e-6, 310e-6), rtol=2e-7)


def test_device_outside_the_window_stays_where_it_is():
    g_S = np.array([[0.0, 100e-6, 350e-6]], dtype=np.float32)
    after_S, _ = pulsed(g_S, np.ones((1, 3), np.int8), works=np.zeros((1, 3), dtype=bool))
    assert_array_equal(after_S, g_S)


def test_devices_that_are_stuck_or_saturated_are_not_among_those_that_changed():
    population = arrays.random_population((20, 20), stuck_fraction=0.2)
    g_S = np.where(np.isnan(population.stuck_S[0]), population.g_S[0], population.stuck_S[0])
    g_S[0, :5] = arrays.WINDOW.g_max_S  # saturated: SET does not change them
    after_S, costs = pulsed(g_S, np.ones((20, 20), np.int8), tile_shape=(8, 8), **of_first(population))
    expected_J = 0.64 * 100e-9 * g_S[after_S != g_S].astype(float).sum()
    changed_J, selected_J = costs.sum(axis=(0, 2))[[CHANGED_J, SELECTED_J]]
    assert changed_J == pytest.approx(expected_J, rel=1e-12)
    assert changed_J < selected_J


def test_same_update_gives_the_same_bits():
    population = arrays.random_population((130, 70))
    direction = arrays.random_signs((130, 70))
    rounds = []
    for _ in range(2):
        after_S, costs = pulsed(population.g_S[0], direction, SCHEMES["third"], **of_first(population))
        rounds.append((after_S.tobytes(), costs.tobytes()))
    assert rounds[0] == rounds[1]


def outer_phases(row_signs, column_signs):
    """Phases of an outer-product update."""

    def phases(direction, scheme):
        for name, product in (("set", 1), ("reset", -1)):
            for row in (1, -1):
                addressed, selected = row_signs == row, column_signs == row * product
                if addressed.any() and selected.any():
                    yield name, addressed, selected

    return phases


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from(["half", "third"]), st.integers(0, 1000))
def test_outer_product_update_takes_four_phases(rows, columns, name, seed):
    scheme, population = SCHEMES[name], arrays.random_population((rows, columns), seed)
    row_signs = arrays.random_signs(rows, seed, levels=(-1, 0, 1))
    column_signs = arrays.random_signs(columns, seed + 1, levels=(-1, 0, 1))
    direction, signs = np.multiply.outer(row_signs, column_signs), (row_signs, column_signs)
    tile = scheme, (rows, columns)
    parallel_S, costs = pulsed(population.g_S[0], signs, *tile, program_outer, **of_first(population))
    by_line_S, _ = pulsed(population.g_S[0], direction, *tile, **of_first(population))
    assert_array_equal(parallel_S, by_line_S)
    plain_J, plain_s = plain_energies_J(
        population.g_S[0], direction, scheme, (rows, columns), outer_phases(row_signs, column_signs)
    )
    assert_allclose(energies_J(costs), plain_J, rtol=1e-10, atol=1e-24)
    assert duration_s(costs) == pytest.approx(plain_s)
    assert plain_s <= 4.001 * 100e-9


CYCLE_SPREAD = {"set": np.linspace(0.1, 0.8, 8), "reset": np.full(8, 0.2)}


def scattered(direction, shape=(200, 300), g_S=150e-6, window=arrays.WINDOW):
    """Steps (S) of many devices in one state, half of them moving half as far again, with cycle-to-cycle noise."""
    kinetics = replace(arrays.MODEL.kinetics, cycle_spread=CYCLE_SPREAD)
    responses = {name: response(kinetics, pulse, extrapolate=False) for name, pulse in PULSES.items()}
    level = bin_index(g_S, kinetics.edges_S)
    far = np.arange(shape[1]) % 2 * 0.5
    deviates = {name: np.broadcast_to(far / STEPS[name].relative_spread[level], shape) for name in PULSES}
    devices = {"deviates": deviates, "window": window, "responses": responses, "rng": np.random.default_rng(0)}
    before_S, signs = np.full(shape, g_S, dtype=np.float32), np.full(shape, direction, dtype=np.int8)
    after_S, _ = pulsed(before_S, signs, **devices)
    return after_S - np.float32(g_S), STEPS["set" if direction > 0 else "reset"].mean_S[level], level


@pytest.mark.parametrize(("direction", "name"), [(1, "set"), (-1, "reset")])
@pytest.mark.parametrize("g_S", [160e-6, 250e-6])
def test_steps_scatter_from_cycle_to_cycle_by_their_share_of_the_mean_step(direction, name, g_S):
    steps_S, mean_S, level = scattered(direction, g_S=g_S)
    std_S = CYCLE_SPREAD[name][level] * abs(mean_S)
    for columns, factor in ((slice(0, None, 2), 1.0), (slice(1, None, 2), 1.5)):
        part = steps_S[:, columns].astype(float)
        assert np.mean(part) == pytest.approx(factor * mean_S, abs=4 * std_S / np.sqrt(part.size))
        assert np.std(part) == pytest.approx(std_S, rel=4 / np.sqrt(2 * part.size))


def test_a_device_at_the_end_of_its_window_cannot_be_scattered_out_of_it_or_back_by_chance():
    steps_S, _, level = scattered(1, g_S=300e-6)
    backwards = norm.cdf(-1 / CYCLE_SPREAD["set"][level])  # of the devices that move by the mean step
    assert np.max(steps_S) == 0
    share = np.mean(steps_S[:, ::2] < 0)
    assert share == pytest.approx(backwards, abs=4 * np.sqrt(backwards / steps_S[:, ::2].size))


def test_devices_that_get_no_pulse_do_not_scatter():
    steps_S, _, _ = scattered(0)
    assert_array_equal(steps_S, 0)


def test_without_temporal_noise_the_same_devices_move_alike():
    kinetics = replace(arrays.MODEL.kinetics, cycle_spread=CYCLE_SPREAD)
    population, signs = arrays.random_population((40, 30)), arrays.random_signs((40, 30))
    quiet, published = (arrays.crossbar(population, kinetics=k) for k in (kinetics, arrays.MODEL.kinetics))
    noisy, again = (arrays.crossbar(population, np.random.default_rng(1), kinetics=kinetics) for _ in range(2))
    for array in (quiet, published, noisy, again):
        array.update(signs)
    assert_array_equal(quiet.g_S, published.g_S)
    assert_array_equal(noisy.g_S, again.g_S)
    assert np.mean(noisy.g_S != quiet.g_S) > 0.9


@pytest.mark.parametrize("signs", [np.full((4, 4), 0.5, np.float32), np.full((4, 4), 3, np.int8), np.ones((4, 4), int)])
def test_directions_of_another_kind_are_refused(signs):
    array = arrays.crossbar(arrays.random_population((4, 4)))
    before_S = array.g_S
    with pytest.raises(InputError, match=f"directions of an update are {signs.dtype} from .*; expected int8 of -1, 0"):
        array.update(signs)
    assert_array_equal(array.g_S, before_S)
