"""Read noise from repeated samples against the noise they were made with."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.mixed.variance_components import variance_components
from rramgan.calibration.read_noise import read_noise
from rramgan.device.static import thermal_noise_std_A


def repeated(bandwidth_Hz, relative_std, devices=60, samples=4, seed=0):
    """Currents of ohmic devices in random states, each read several times at every voltage and two temperatures."""
    rng = np.random.default_rng(seed)
    names = ["device_id", "temperature_C", "voltage_V", "sample"]
    voltages_V = [-0.2, -0.1, -0.02, 0.02, 0.1, 0.2]
    levels = [range(devices), [25.0, 85.0], voltages_V, range(samples)]
    table = pd.MultiIndex.from_product(levels, names=names).to_frame(index=False)
    table["g0_S"] = np.exp(rng.uniform(*np.log([3e-6, 3e-4]), devices))[table["device_id"]]
    mean_A = table["g0_S"] * table["voltage_V"]
    hot = table["temperature_C"] == 85
    thermal_A = np.where(hot, *(thermal_noise_std_A(table["g0_S"], bandwidth_Hz, t) for t in (85.0, 25.0)))
    std_A = np.hypot(thermal_A, relative_std * mean_A)
    return table.assign(current_A=mean_A + std_A * rng.standard_normal(len(table)))


@pytest.mark.parametrize(("bandwidth_Hz", "relative_std"), [(1e9, 2e-4), (1e6, 5e-3), (1e9, 0.0)])
def test_both_parts_are_recovered_within_four_standard_errors(bandwidth_Hz, relative_std):
    found = read_noise(repeated(bandwidth_Hz, relative_std))
    assert found.groups == 60 * 2 * 6
    assert found.bandwidth_Hz == pytest.approx(bandwidth_Hz, abs=4 * found.bandwidth_standard_error_Hz)
    assert found.relative_std == pytest.approx(relative_std, abs=4 * found.relative_standard_error)


def test_standard_errors_are_those_of_repetition():
    found = [read_noise(repeated(1e9, 2e-4, seed=seed)) for seed in range(40)]
    for value, error in (("bandwidth_Hz", "bandwidth_standard_error_Hz"), ("relative_std", "relative_standard_error")):
        scatter = np.std([getattr(row, value) for row in found], ddof=1)
        assert scatter == pytest.approx(np.median([getattr(row, error) for row in found]), rel=4 / np.sqrt(2 * 40))


def test_samples_that_were_not_repeated_tell_nothing():
    assert read_noise(repeated(1e9, 1e-3, samples=1)) is None


def test_a_disturbed_place_does_not_count():
    table = repeated(1e9, 0.0)
    table.loc[table.index % 97 == 0, "current_A"] *= 3
    assert read_noise(table).bandwidth_Hz == pytest.approx(1e9, rel=0.15)


def test_variances_of_no_size_have_components_of_no_size():
    sizes, errors = variance_components(np.zeros(50), 3, np.random.default_rng(0).random((50, 2)))
    np.testing.assert_array_equal([sizes, errors], 0)
