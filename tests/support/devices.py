"""The published device, for tests that need one, and where its tables lie."""

from functools import cache
from pathlib import Path

from rramgan.device.model import DeviceModel
from rramgan.device.published import published_model

ROOT = Path(__file__).parents[2]
STUDIES = sorted(path for path in (ROOT / "config").glob("*.yaml") if path.name != "claims.yaml")
"""The configurations of studies that ship."""
RAW = ROOT / "data" / "raw" / "nili2020"


@cache
def published_device(log_width: str = "log10_s") -> DeviceModel:
    """The model of the published table, with another reading of its logarithm of the pulse width if asked for."""
    return published_model(RAW / "nili2020_table1_static.csv", RAW / "nili2020_table1_dynamic.csv", log_width)
