"""The ledger: closed forms for uniform layers, parts that add up, and the two definitions side by side."""

import numpy as np
import pytest

from rramgan.crossbar.design import Converters
from rramgan.crossbar.wires import Wires
from rramgan.energy import DISSIPATED, TIMED, ledger, totals
from rramgan.learning.released import as_released_J
from support import arrays


def uniform_layers(scheme):
    """Two layers of identical devices of 200 uS, each written once everywhere."""
    design = {"scheme": scheme, "tile_shape": (32, 16)}
    layers = {
        "generator_hidden": arrays.crossbar(arrays.uniform_population((64, 32), 200e-6), **design),
        "discriminator_hidden": arrays.crossbar(arrays.uniform_population((32, 16), 200e-6), **design),
    }
    for layer in layers.values():
        layer.update(np.ones(layer.weights.shape, np.int8))
    return layers


@pytest.mark.parametrize("name, fraction", [("half", 1 / 2), ("third", 1 / 3)])
def test_closed_form_of_uniform_layers(name, fraction):
    table = ledger(uniform_layers(arrays.SCHEMES[name]), noise_J=1e-9, noise_s=2e-6)
    # SET on G+, RESET on G-; each phase pulses one of a tile's 32 rows, the devices of the others see the fraction.
    device_J = (0.64 + 1.0) * 100e-9 * float(np.float32(200e-6))
    sums = totals(table)
    assert sums["write_selected_J"] == pytest.approx((64 * 32 + 32 * 16) * device_J, rel=1e-12)
    assert sums["write_unselected_J"] == pytest.approx((64 * 32 + 32 * 16) * 31 * fraction**2 * device_J, rel=1e-12)
    assert sums["write_changed_J"] == pytest.approx(sums["write_selected_J"], rel=1e-12)
    assert as_released_J(table) == pytest.approx(32 * 16 * device_J, rel=1e-12)
    assert sums["write_s"] == pytest.approx(2 * 32 * 100e-9)  # tiles of a layer in parallel, twins too
    assert sums["total_s"] == pytest.approx(2 * 32 * 100e-9 + 2e-6)


@pytest.mark.parametrize("wires", [None, Wires(1.0, 1.0)])
def test_parts_add_up_to_the_total(wires):
    array = arrays.crossbar(
        arrays.random_population((33, 20)),
        tile_shape=(16, 16),
        converters=Converters(1e-13, 2e-12),
        nonlinear=True,
        wires=wires,
        compensate=True,
    )
    array.forward(np.ones((2, 32), np.float32))
    array.backward(np.ones((3, 20), np.float32))
    array.update(arrays.random_signs((33, 20)))
    table = ledger({"discriminator_hidden": array}, noise_J=1e-9)
    sums = totals(table)
    parts = [sums[f"{name}_J"] for name in DISSIPATED]
    assert all(
        (part > 0) == (name != "wires" or wires is not None) for name, part in zip(DISSIPATED, parts, strict=True)
    )
    assert sums["total_J"] == pytest.approx(sum(parts), rel=1e-14)
    assert sums["total_J"] == pytest.approx(sum(array.energy_J.values()) + 1e-9, rel=1e-14)
    assert sums["total_s"] == pytest.approx(sum(sums[f"{name}_s"] for name in TIMED))


def test_digital_energy_of_the_same_multiply_adds():
    array = arrays.crossbar(arrays.random_population((33, 20)))
    array.forward(np.ones((4, 32), np.float32))
    sums = totals(ledger({"generator_hidden": array}, noise_J=0.0))
    assert sums["digital_fp32_J"] == pytest.approx(4 * 33 * 20 * 4.6e-12)
    assert sums["digital_int8_J"] == pytest.approx(4 * 33 * 20 * 0.23e-12)


def test_released_definition_is_that_of_one_layer():
    table = ledger({"generator_hidden": uniform_layers(arrays.SCHEMES["half"])["generator_hidden"]}, 0.0)
    assert as_released_J(table) == 0 < totals(table)["write_changed_J"]
