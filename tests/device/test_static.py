"""The static model against the numbers of SCIENCE.md and against its known traps."""

import numpy as np
import pytest
from scipy.constants import Boltzmann

from rramgan.device.static import thermal_noise_std_A
from support.devices import published_device

STATIC = published_device().static


def test_conductance_at_the_reference_voltage_is_the_state():
    assert STATIC.current(0.1, 100e-6, 25.0) / 0.1 == pytest.approx(100.1e-6, abs=0.05e-6)


def test_kelvin_in_place_of_celsius_is_far_off():
    assert STATIC.current(0.1, 100e-6, 298.15) / 0.1 == pytest.approx(131.7e-6, abs=0.05e-6)


def test_current_is_odd_in_the_voltage_and_grows_faster_than_it():
    voltage_V = np.linspace(0.01, 0.4, 20)
    current_A = STATIC.current(voltage_V, 100e-6, 25.0)
    np.testing.assert_allclose(STATIC.current(-voltage_V, 100e-6, 25.0), -current_A)
    assert np.all(np.diff(current_A / voltage_V) > 0)


def test_deviate_moves_both_coefficients_by_their_spread():
    a1, a3 = (np.array(STATIC.coefficients(100e-6, 25.0, n)) for n in (-1.0, 1.0))
    np.testing.assert_allclose((a1 + a3) / 2, STATIC.coefficients(100e-6, 25.0))
    # p0 + p1 G + p2 T + p3 G^2 of row A1 at 100 uS and 25 degC
    assert (a3 - a1)[0] / 2 == pytest.approx(-1.07e-6 + 0.25e-4 + 25 * 2.2e-8 - 1300e-8)


def test_quadratics_are_the_model():
    rows = STATIC.quadratics(40.0)
    g0_S = np.geomspace(3e-6, 3e-4, 7)
    values = rows @ g0_S ** np.arange(3)[:, None]
    for deviate in (0.0, 1.3):
        a1, a3 = STATIC.coefficients(g0_S, 40.0, deviate)
        np.testing.assert_allclose(values[0] + deviate * values[1], a1, rtol=1e-9)
        np.testing.assert_allclose(values[2] + deviate * values[3], a3, rtol=1e-9)


def test_noise_formula_is_a_variance():
    std_A = thermal_noise_std_A(100e-6, 1e6, 25.0)
    assert std_A**2 == pytest.approx(4 * Boltzmann * 298.15 * 1e6 * 100e-6)
    assert std_A == pytest.approx(1.283e-9, rel=1e-3)
    # Twice the bandwidth is 1.41 times the noise, not twice.
    assert thermal_noise_std_A(100e-6, 2e6, 25.0) / std_A == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize("temperature_C", [0.0, -10.0])
def test_temperatures_at_which_the_formula_is_undefined_raise(temperature_C):
    with pytest.raises(ValueError, match="above 0 degC"):
        STATIC.current(0.1, 100e-6, temperature_C)


@pytest.mark.parametrize("voltage_V", [0.41, -0.8])
def test_voltages_beyond_the_fitted_range_raise(voltage_V):
    with pytest.raises(ValueError, match=r"0\.4 V"):
        STATIC.current(voltage_V, 100e-6, 25.0)


@pytest.mark.parametrize(("g0_uS", "spread"), [(100, 0.01), (139, 0.11), (178, 0.22), (225, 0.34), (300, 0.54)])
def test_devices_differ_in_how_their_conductance_rises_with_the_state(g0_uS, spread):
    """What docs/recipe.md says of windows: relative spread of dA1/dG0, by Table I as printed."""
    states_S = np.array([g0_uS - 1, g0_uS + 1]) * 1e-6
    mean, shifted = (np.diff(STATIC.coefficients(states_S, 25.0, deviate)[0]).item() for deviate in (0.0, 1.0))
    assert abs(shifted / mean - 1) == pytest.approx(spread, abs=0.01)
