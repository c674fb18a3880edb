"""Converters at the edges of tiles: what they round, what they clip, what they cost."""

import numpy as np
import pytest

from rramgan.crossbar.design import ArrayDesign, Converters
from rramgan.crossbar.passive import ARRAYS
from rramgan.errors import InputError
from support import arrays

SHAPE, TILE = (101, 70), (32, 16)
RNG = np.random.default_rng(0)
INPUTS = RNG.uniform(-1, 1, (60, SHAPE[0] - 1)).astype(np.float32)
ERRORS = RNG.uniform(-1, 1, (60, SHAPE[1])).astype(np.float32)


def converting(bits, rng=None, adc_range=1.0, backward=None, **changes):
    """An array with converters of so many bits; `backward`: those of transposed reads."""
    converters = Converters(adc_bits=bits, adc_bits_backward=backward, adc_range=adc_range)
    return arrays.crossbar(
        arrays.random_population(SHAPE), rng, w_max=0.3, tile_shape=TILE, converters=converters, **changes
    )


@pytest.mark.parametrize("nonlinear", [False, True])
def test_many_bits_are_ideal(nonlinear):
    fine, ideal = converting(16, adc_range=4.0, nonlinear=nonlinear), converting(None, nonlinear=nonlinear)
    np.testing.assert_allclose(fine.forward(INPUTS), ideal.forward(INPUTS), atol=5e-4)
    np.testing.assert_allclose(fine.backward(ERRORS), ideal.backward(ERRORS), atol=5e-4)
    assert fine.energy_J == pytest.approx(ideal.energy_J)


@pytest.mark.parametrize(
    ("read", "vectors", "lines", "tiles"), [("forward", INPUTS, 32, 4), ("backward", ERRORS, 16, 5)]
)
def test_the_error_is_that_of_rounding_every_tile(read, vectors, lines, tiles):
    """A step of 2 range sqrt(lines) w_max / 2^bits, uniformly distributed errors, independent from tile to tile."""
    error = getattr(converting(6), read)(vectors) - getattr(converting(None), read)(vectors)
    largest = 1.0 if read == "forward" else np.abs(vectors).max(axis=1, keepdims=True)
    step = 2 * np.sqrt(lines) * 0.3 / 2**6
    # The standard deviation of n independent numbers is known to 1 / sqrt(2 n).
    assert np.std(error / largest) == pytest.approx(step * np.sqrt(tiles / 12), rel=5 / np.sqrt(2 * error.size))


def test_sums_beyond_the_range_are_clipped():
    narrow = converting(8, adc_range=0.1)
    most = 4 * 0.1 * np.sqrt(32) * 0.3
    assert np.abs(narrow.forward(INPUTS)).max() <= most < np.abs(converting(None).forward(3 * INPUTS / 3)).max()


def test_noise_is_the_same_on_the_whole_line():
    noisy, ideal = (converting(bits, np.random.default_rng(1), read_voltage_V=0.01) for bits in (14, None))
    exact = converting(None, read_voltage_V=0.01).forward(INPUTS)
    by_tile, whole = (np.std(array.forward(INPUTS) - exact) for array in (noisy, ideal))
    assert by_tile == pytest.approx(whole, rel=0.05)


@pytest.mark.parametrize(("bits", "backward", "price_pJ", "backward_pJ"), [
    (None, None, 2.0, 2.0), (8, None, 2.0, 2.0), (6, None, 0.5, 0.5), (9, 5, 4.0, 0.25), (None, 7, 2.0, 1.0)
])  # fmt: skip
def test_a_conversion_costs_as_much_per_level(bits, backward, price_pJ, backward_pJ):
    array = ARRAYS.build("a", {"adc_pJ": 2.0, "adc_bits": bits, "adc_bits_backward": backward})
    device = {
        "window": {"g_min_uS": 150, "g_max_uS": 300},
        "read": {"voltage_V": 0.2, "width_s": 1e-7},
        "temperature_C": 25,
    }
    design = ArrayDesign.of(array, device, arrays.MODEL, arrays.DESIGN.pulses)
    layer = arrays.crossbar(arrays.random_population(SHAPE), converters=design.converters)
    layer.forward(INPUTS)
    assert layer.energy_J["converters"] == pytest.approx(60 * 2 * 70 * price_pJ * 1e-12)
    layer.backward(ERRORS)
    forward_pJ, backward_pJ = 60 * 2 * 70 * price_pJ, 60 * 2 * 100 * backward_pJ
    assert layer.energy_J["converters"] == pytest.approx((forward_pJ + backward_pJ) * 1e-12)


def test_transposed_reads_may_be_coarser_than_forward_ones():
    mixed, fine, coarse = converting(9, backward=4), converting(9), converting(4)
    np.testing.assert_array_equal(mixed.forward(INPUTS), fine.forward(INPUTS))
    np.testing.assert_array_equal(mixed.backward(ERRORS), coarse.backward(ERRORS))


def test_errors_too_small_for_float32_read_as_nothing_instead_of_spoiling_the_sums():
    tiny = np.full_like(ERRORS, 1e-42)
    assert np.abs(converting(None).backward(tiny)).max() < 1e-30


def test_one_bit_is_refused():
    """It would have no level but zero."""
    with pytest.raises(InputError, match="adc_bits"):
        ARRAYS.build("a", {"adc_bits": 1})


def test_an_empty_window_is_refused_before_anything_is_measured():
    with pytest.raises(InputError, match=r"arrays\.a: g_min_uS is 300 and g_max_uS is 150"):
        ARRAYS.build("a", {"g_min_uS": 300, "g_max_uS": 150})
