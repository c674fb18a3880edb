from pathlib import Path

import pytest

from rramgan.device.model import DeviceModel, published_model

PUBLISHED = Path(__file__).parents[1] / "data/raw/nili2020"


@pytest.fixture(scope="session")
def published() -> DeviceModel:
    return published_model(PUBLISHED / "nili2020_table1_static.csv", PUBLISHED / "nili2020_table1_dynamic.csv")
