"""The kinds of measurements: what they demand of a description, the files they name, and reports that survive."""

from copy import deepcopy
from pathlib import Path

import pytest

from rramgan.calibration.kinds import KINDS, device_schema, measurements_of
from rramgan.calibration.reports import ParametricReport, ReadNoise, StaircaseReport
from rramgan.config import check, complete, load_yaml
from rramgan.errors import InputError
from support.devices import ROOT

SCHEMA = load_yaml(ROOT / "workflow/schemas/device.schema.yaml")
DEVICES = {path.parent.name: load_yaml(path) for path in sorted((ROOT / "data/raw").glob("*/device.yaml"))}


def described(device, **changes):
    """Measurements of a shipped device, its description changed, checked and completed as the workflow does."""
    content = deepcopy(DEVICES[device]) | changes
    schema = device_schema(SCHEMA, content)
    check(content, schema, "device.yaml")
    return measurements_of(complete(content, schema), Path("data/raw") / device)


@pytest.mark.parametrize("device", DEVICES)
def test_shipped_devices_are_described_as_their_kind_asks(device, monkeypatch):
    monkeypatch.chdir(ROOT)
    measurements = described(device)
    measurements.validate()
    named = {**measurements.files(), **measurements.published_files()}
    assert all("{run}" in str(path) or path.is_file() for path in named.values())


def test_the_schema_lists_every_kind_and_brings_the_keys_of_one_with_their_defaults():
    assert device_schema(SCHEMA, {})["properties"]["measurements"]["enum"] == list(KINDS)
    assert described("nili2020").device.content["bins_uS"][0] == 3.16
    assert described("nili2020").device.content["fit"] == {
        "tied": False,
        "continuous": False,
        "fifty_percent_rule": False,
    }
    assert "bins_uS" not in described("example-staircase").device.content


@pytest.mark.parametrize(
    ("device", "changes", "sentence"),
    [
        (
            "nili2020",
            {"measurements": "guessed"},
            "measurements is 'guessed'; expected one of recorded, stairc",
        ),
        ("nili2020", {"measurements": ["recorded"]}, "measurements is"),
        ("nili2020", {"base": "x"}, "unknown key 'base' at top level"),
        ("nili2020-fig7", {"base": 3}, "base is 3; expected text"),
        (
            "nili2020",
            {"bins_uS": "quantiles"},
            "bins_uS is 'quantiles'; expected at least 2 edges that",
        ),
        ("nili2020", {"bins_uS": 3}, "bins_uS is 3; expected at least 2 edges that ascend"),
        ("nili2020", {"bins_uS": [1.0]}, r"bins_uS is \[1.0\]; expected at least 2 edges"),
        ("nili2020", {"bins_uS": [2, 1]}, r"bins_uS is \[2, 1\]; expected ascending values"),
        ("nili2020", {"window": {"g_min_uS": 3, "g_max_uS": 2}}, "window runs from 3 to 2; expected ascending values"),
        ("example-staircase", {"pulses": {"target_step_uS": 1}}, "pulses has target_step_uS; expected set and reset"),
    ],
)
def test_descriptions_that_make_no_sense_are_told(device, changes, sentence):
    with pytest.raises(InputError, match=sentence):
        described(device, **changes).validate()


def test_a_missing_base_is_told():
    content = {key: value for key, value in DEVICES["nili2020-fig7"].items() if key != "base"}
    with pytest.raises(InputError, match="key 'base' is missing at top level"):
        check(content, device_schema(SCHEMA, content), "device.yaml")


def test_bins_may_be_quantiles():
    described("nili2020", bins_uS="quantile").validate()
    assert described("nili2020", bins_uS="quantile").device.edges_S is None


def test_draws_need_a_fit_with_a_covariance():
    described("nili2020").validate(draws=True)
    described("example-staircase").validate(draws=True)
    with pytest.raises(InputError, match="the measurements of nili2020-fig7 are trajectories, whose fit has no cov"):
        described("nili2020-fig7").validate(draws=True)


def test_a_missing_file_is_told(monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match=r"pulses\.csv: no such file; expected a table of measurements"):
        described("nili2020", measurements="recorded").files()


def test_a_report_survives_json_to_the_bit(model):
    content = model.fit.as_json()
    again = ParametricReport.from_json(content)
    assert again == model.fit and again.as_json() == content
    assert isinstance(next(iter(again.kinetics["set"].variables)), int)
    noisy = ReadNoise(1e6, 1e-3, 1e4, 1e-5, 30)
    assert again.static.read_noise is None and noisy.groups == 30


def test_a_report_of_another_kind_is_told(model):
    with pytest.raises(ValueError, match="StaircaseReport"):
        StaircaseReport.from_json(model.fit.as_json())
