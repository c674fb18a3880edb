import numpy as np
import pytest

from rramgan.learning.released import LOG_WIDTH, RESET_PULSE, SET_PULSE, SingleDeviceLayer
from support.devices import published_device


@pytest.fixture(scope="module")
def released_device():
    return published_device(LOG_WIDTH)


@pytest.fixture(scope="module")
def steps(released_device):
    return {pulse.polarity: released_device.kinetics.step_table(pulse) for pulse in (SET_PULSE, RESET_PULSE)}


def layer(weights, steps, w_max=0.15):
    still = dict.fromkeys(steps, np.zeros_like(weights))
    return SingleDeviceLayer(weights, w_max, steps, still, counts_energy=True)


def test_the_code_takes_steps_far_too_large(published, steps):
    # SCIENCE.md section 2: +13.8 / -4.96 uS per pulse at 178-316 uS, 26 and 109 times the log10(s) steps.
    assert steps["set"].mean_S[-1] == pytest.approx(13.7e-6, rel=0.01)
    assert steps["reset"].mean_S[-1] == pytest.approx(-4.96e-6, rel=0.01)
    for pulse, factor in ((SET_PULSE, 26), (RESET_PULSE, 109)):
        physical_S = published.kinetics.step_table(pulse).mean_S[-1]
        assert steps[pulse.polarity].mean_S[-1] / physical_S == pytest.approx(factor, rel=0.01)


def test_one_update_follows_the_gradient_shrinks_and_stops_short(steps):
    weights = np.array([[0.1, -0.1, 0.1, 0.1], [-0.1, 0.1, 0.0, 0.1], [0.1, 0.1, 0.1, 0.1]])
    gradient = np.array([[1.0, 1.0, -1.0, 1.0], [-1.0, -1.0, -1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    device = layer(weights, steps)
    device.update(gradient)
    before_uS = 150 + 150 * 0.1 / 0.15
    up = 0.9 * 0.15 * (before_uS + steps["set"].mean_S[-1] * 1e6 - 150) / 150
    down = 0.9 * 0.15 * (before_uS + steps["reset"].mean_S[-1] * 1e6 - 150) / 150
    # A zero weight becomes negative and, its gradient negative too, is SET from 150 uS.
    zero = 0.9 * 0.15 * steps["set"].mean_S[6] * 1e6 / 150
    expected = [[up, -down, down], [-up, down, -zero]]
    np.testing.assert_allclose(device.weights[:2, :3], expected, rtol=1e-9)
    np.testing.assert_array_equal(device.weights[-1], weights[-1])
    np.testing.assert_array_equal(device.weights[:, -1], weights[:, -1])


def test_energy_counts_devices_that_differ_between_consecutive_updates(steps):
    weights = np.array([[0.1, 0.0, 0.0], [0.0, 0.0, 0.0]])
    device = layer(weights, steps)
    up = np.ones_like(weights)
    device.update(up)
    assert device.energy_J["write_selected"] == 0, "there is no earlier update to compare with"
    first_S = (150 + 150 * 0.1 / 0.15) * 1e-6 + steps["set"].mean_S[-1]
    device.update(up)
    # The second device was RESET at 150 uS twice: it has not moved and is not counted.
    assert device.energy_J["write_selected"] == pytest.approx(0.8**2 * first_S * 100e-9, rel=1e-9)
