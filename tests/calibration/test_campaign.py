"""Synthetic campaigns: their protocol, the spread of their devices, the noise of their readings."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.calibration.fit import PUBLISHED_EDGES_S
from rramgan.calibration.static_fit import sweep_coefficients
from support.campaigns import BANDWIDTH_HZ, published_campaign
from support.devices import published_device

TRUTH = published_device()


def test_campaign_is_deterministic_and_within_its_protocol(campaign):
    iv, pulses = campaign
    for table, again in zip(campaign, published_campaign(324, 300, seed=1), strict=True):
        pd.testing.assert_frame_equal(table, again)
    assert not iv.equals(published_campaign(324, 1, seed=2)[0])
    assert len(iv) == 324 * 4 * 6 * 17
    assert set(np.sign(pulses["amplitude_V"])) == {-1, 1}
    assert pulses["width_s"].between(1e-7, 1e-1).all()
    assert pulses["g_after_S"].between(3.15e-6, 316.1e-6).all()
    bins = np.digitize(pulses["g_before_S"], PUBLISHED_EDGES_S[1:-1])
    visits = pd.crosstab(bins, pulses["amplitude_V"] > 0)
    assert visits.shape == (8, 2)
    assert visits.to_numpy().min() > 1000


def test_campaign_devices_scatter_as_the_model_says():
    """Per device, the step relative to the mean is 1 + n CV with the same n for every pulse of a polarity."""
    pulses = simulate_pulses(TRUTH, 300, 200, BANDWIDTH_HZ, seed=5)
    chosen = (pulses["amplitude_V"] < 0) & pulses["g_before_S"].between(40e-6, 55e-6) & (pulses["g_after_S"] > 4e-6)
    rows = pulses[chosen & (pulses["amplitude_V"] < -1.2)]
    place = (rows["g_before_S"], rows["amplitude_V"], rows["width_s"], "reset")
    relative = (rows["g_after_S"] - rows["g_before_S"]) / TRUTH.kinetics.mean_step(*place) - 1
    deviate = (relative / TRUTH.kinetics.relative_spread(*place)).groupby(rows["device_id"])
    assert deviate.std().median() < 0.02
    assert deviate.mean().std() == pytest.approx(1, abs=0.12)


def test_readings_carry_thermal_noise_by_its_variance():
    iv = simulate_iv(TRUTH, 200, [25.0], 3, 1e6, seed=3)
    sweeps = sweep_coefficients(iv)
    a1_std_S = np.sqrt(np.median(sweeps["a1_variance"] / sweeps["g0_S"]))
    quiet = sweep_coefficients(simulate_iv(TRUTH, 200, [25.0], 3, 1e4, seed=3))
    assert a1_std_S / np.sqrt(np.median(quiet["a1_variance"] / quiet["g0_S"])) == pytest.approx(10, rel=0.05)
