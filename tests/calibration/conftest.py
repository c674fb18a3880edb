"""A campaign of the published number of devices, and the model calibrated to it, made once per worker."""

import pytest

from rramgan.calibration.fit import calibrate
from support.campaigns import published_campaign


@pytest.fixture(scope="session")
def campaign():
    return published_campaign(324, 300, seed=1)


@pytest.fixture(scope="session")
def model(campaign):
    return calibrate(*campaign, name="synthetic", source="test")
