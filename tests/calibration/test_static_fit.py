"""The static fit: devices that must not be lost."""

import numpy as np

from rramgan.calibration.campaign import simulate_iv
from rramgan.calibration.static_fit import fit_static
from support.devices import published_device

TRUTH = published_device()


def test_one_sweep_per_device_loses_no_normal_devices():
    lost = [fit_static(simulate_iv(TRUTH, 100, [25.0], 1, 1e3, seed))[1].outlier_devices for seed in range(5)]
    assert np.mean([len(ids) for ids in lost]) < 3
