from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from rramgan.conditions import check_order, condition_of, steps_by_protocol, study_table
from rramgan.config import check, load_yaml
from rramgan.config_reference import page
from rramgan.errors import InputError

ROOT = Path(__file__).parents[1]
CONFIG_SCHEMA = load_yaml(ROOT / "workflow/schemas/config.schema.yaml")
DEVICE_SCHEMA = load_yaml(ROOT / "workflow/schemas/device.schema.yaml")
DEFAULT = load_yaml(ROOT / "config/config.yaml")
DEVICE = load_yaml(ROOT / "data/raw/nili2020/device.yaml")


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_configurations_match_the_schema(path):
    check(DEFAULT | load_yaml(path), CONFIG_SCHEMA, path.name)


@pytest.mark.parametrize("path", sorted((ROOT / "data/raw").glob("*/device.yaml")), ids=lambda path: path.parent.name)
def test_shipped_devices_match_the_schema(path):
    check(load_yaml(path), DEVICE_SCHEMA, path.name)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sedes": 3}, "unknown key 'sedes' at top level; did you mean 'seeds'?"),
        ({"seeds": "five"}, "seeds is 'five'; expected a value of type integer"),
        ({"seeds": 0}, "seeds is 0; expected at least 1"),
        ({"run": "a/b"}, "run is 'a/b'; expected text that matches"),
        (
            {"noise": {"sample_interval_s": "1e-6"}},
            "noise.sample_interval_s is '1e-6'; expected a value of type number",
        ),
        ({"arrays": {"a": {"scheme": "quarter"}}}, "arrays.a.scheme is 'quarter'; expected one of half, third"),
        ({"arrays": {"a": {"tiles": 3}}}, "unknown key 'tiles' at arrays.a; did you mean 'tile_rows'?"),
        ({"digits": {"digit": 12}}, "digits.digit is 12; expected at most 9"),
        ({"digits": {"images": "x"}}, "'labels' is a dependency of 'images'"),
        ({"trainings": []}, "trainings is []; expected at least 1 items"),
    ],
)
def test_a_bad_configuration_is_told_in_one_sentence(change, sentence):
    with pytest.raises(InputError) as caught:
        check(DEFAULT | change, CONFIG_SCHEMA, "configuration")
    assert str(caught.value).startswith("configuration: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_noise_is_told_with_its_place():
    config = deepcopy(DEFAULT)
    config["trainings"][1]["noises"] = ["gauss"]
    with pytest.raises(InputError, match=r"trainings\[1\]\.noises\[0\] is 'gauss'; expected one of gaussian, uniform"):
        check(config, CONFIG_SCHEMA, "configuration")


def test_a_missing_key_is_told():
    device = {key: value for key, value in DEVICE.items() if key != "window"}
    with pytest.raises(InputError, match="key 'window' is missing at top level"):
        check(device, DEVICE_SCHEMA, "device.yaml")


def test_bins_are_edges_or_quantile():
    check(DEVICE | {"bins_uS": "quantile"}, DEVICE_SCHEMA, "device.yaml")
    for bins in ("quantiles", 3, [1.0]):
        with pytest.raises(InputError, match="bins_uS is"):
            check(DEVICE | {"bins_uS": bins}, DEVICE_SCHEMA, "device.yaml")


def test_swapped_pulses_are_told():
    device = deepcopy(DEVICE)
    device["pulses"]["set"]["amplitude_V"] = -0.8
    with pytest.raises(InputError, match=r"pulses\.set\.amplitude_V is -0\.8; expected more than 0"):
        check(device, DEVICE_SCHEMA, "device.yaml")


@pytest.mark.parametrize("content", ["a: [1", "- 1", ""])
def test_what_is_no_mapping_is_an_input_error(tmp_path, content):
    (tmp_path / "c.yaml").write_text(content)
    with pytest.raises(InputError, match=r"c\.yaml: (not YAML|holds a)"):
        load_yaml(tmp_path / "c.yaml")


def test_the_study_lists_every_training_once():
    table = study_table(DEFAULT | {"seeds": 5, "arrays": {"standard": {}}})
    assert len(table) == 5 * (4 * 2 + 4 * 2 + 4)
    assert not table.duplicated().any()
    assert steps_by_protocol(DEFAULT) == {"physical": 1000, "released": 95, "software": 1000}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rules": ["adam"]}, r"trainings\[0\]\.rules holds 'adam'; protocol physical runs manhattan"),
        ({"protocol": "software", "rules": ["adam"]}, "protocol software has no devices, expected"),
        ({"protocol": "released", "variations": ["temporal"]}, "the reads of protocol released are digital"),
        ({"protocol": "released"}, "twice; expected every condition once"),
        ({"arrays": ["copper"]}, r"trainings\[0\]\.arrays holds 'copper'; expected names from arrays: standard"),
        ({"protocol": "released", "arrays": ["standard"]}, "protocol released has no arrays, expected no such key"),
    ],
)
def test_conditions_that_make_no_sense_are_told(change, sentence):
    config = deepcopy(DEFAULT) | {"seeds": 2, "arrays": {"standard": {}}}
    config["trainings"][0] |= change
    with pytest.raises(InputError, match=sentence):
        study_table(config)


def test_blocks_of_one_protocol_must_agree_in_steps():
    config = {"trainings": [{"protocol": "physical", "steps": 1}, {"protocol": "physical", "steps": 2}]}
    with pytest.raises(InputError, match="trains for 1 and for 2 steps"):
        steps_by_protocol(config)


def test_swapped_ranges_are_told():
    config = {
        "noise": {"telegraph": {"dwell_s": [2.0, 1.0]}, "trace_rows": 20},
        "wire_survey": {"windows_uS": []},
        "evaluation": {"images": 10},
        "calibration_draws": False,
    }
    device = {"window": {"g_min_uS": 1, "g_max_uS": 2}, "bins_uS": [1, 2], "measurements": "recorded"}
    with pytest.raises(InputError, match=r"noise\.telegraph\.dwell_s runs from 2\.0 to 1\.0; expected ascending"):
        check_order(config, device)
    with pytest.raises(InputError, match=r"bins_uS is \[2, 1\]; expected ascending"):
        check_order(config | {"noise": {"telegraph": {}, "trace_rows": 20}}, device | {"bins_uS": [2, 1]})


def test_a_trace_without_rows_to_train_on_is_told():
    config = {
        "noise": {"telegraph": {}, "trace_rows": 10},
        "wire_survey": {"windows_uS": []},
        "evaluation": {"images": 10},
    }
    device = {"window": {"g_min_uS": 1, "g_max_uS": 2}, "bins_uS": [1, 2], "measurements": "recorded"}
    with pytest.raises(InputError, match=r"noise\.trace_rows is 10; expected more than the 10 rows"):
        check_order(config, device)


def test_paths_tell_their_condition():
    assert condition_of("results/x/noise~rtn/seed~3/m.json") == {"noise": "rtn", "seed": "3"}


def test_conda_users_get_the_locked_versions():
    def pins(lines):
        found = (line.strip(" -\"'\\").split(";")[0].strip() for line in lines)
        return {line for line in found if "==" in line and not line.startswith("#")}

    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"][-1]["pip"]
    lock = [line.split(" --hash")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()]
    assert pins(conda) == pins(lock)


def test_the_reference_of_keys_is_up_to_date(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert (ROOT / "config/README.md").read_text() == page(), "run `make reference`"
