import numpy as np
import pandas as pd
import pytest

from rramgan.errors import InputError
from rramgan.tables import (
    read_arrays,
    read_json,
    read_table,
    whole_file,
    write_arrays,
    write_joined,
    write_json,
    write_table,
)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), whole_file(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_tables_come_back_to_the_bit(tmp_path):
    table = pd.DataFrame({"g_S": np.random.default_rng(0).random(100) * 1e-4, "n": range(100)})
    write_table(tmp_path / "t.csv", table)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_exact=True)


def test_joined_tables_are_those_of_one_and_parts_must_agree(tmp_path):
    parts = [pd.DataFrame({"x": [value, 1.0], "y": ["a", "b"]}) for value in (0.1, 1 / 3, np.nan)]
    write_joined(tmp_path / "joined.csv", iter(parts))
    write_table(tmp_path / "whole.csv", pd.concat(parts))
    assert (tmp_path / "joined.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    with pytest.raises(InputError, match=r"joined\.csv: a part has the columns"):
        write_joined(tmp_path / "joined.csv", [*parts, parts[0][["x"]]])


def test_a_missing_column_is_named(tmp_path):
    write_table(tmp_path / "t.csv", pd.DataFrame({"a": [1]}))
    with pytest.raises(InputError, match=r"t\.csv: column 'b' is missing; expected the columns a, b, found a"):
        read_table(tmp_path / "t.csv", ["a", "b"])


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n3,4,5\n", b"\xff\xfe\x00"])
def test_what_is_no_table_is_an_input_error(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"t\.csv: not a CSV table"):
        read_table(tmp_path / "t.csv")


def test_a_truncated_archive_is_an_input_error(tmp_path):
    path = tmp_path / "a.npz"
    write_arrays(path, {"z": np.arange(1000.0)})
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(InputError, match=r"a\.npz: not a complete NPZ archive"):
        read_arrays(path)


def test_archives_name_a_missing_array_and_keep_provenance(tmp_path):
    path = tmp_path / "a.npz"
    write_arrays(path, {"z": np.arange(3)}, {"seed": 1})
    assert str(read_arrays(path, ["z"])["made_by"]) == '{"seed": 1}'
    with pytest.raises(InputError, match="array 'y' is missing; expected y"):
        read_arrays(path, ["y"])


def test_objects_and_infinities_are_refused(tmp_path):
    with pytest.raises(ValueError, match="Python objects"):
        write_arrays(tmp_path / "a.npz", {"z": np.array([{}])})
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert not list(tmp_path.iterdir())


def test_archives_are_the_same_to_the_bit(tmp_path):
    for name in ("a.npz", "b.npz"):
        write_arrays(tmp_path / name, {"z": np.arange(100)})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("content", ["", "{", "[1]"])
def test_what_is_no_json_object_is_an_input_error(tmp_path, content):
    (tmp_path / "m.json").write_text(content)
    with pytest.raises(InputError, match=r"m\.json: (not JSON|holds a JSON list)"):
        read_json(tmp_path / "m.json")


@pytest.mark.parametrize("read", [read_table, read_arrays, read_json])
def test_a_missing_file_is_named(tmp_path, read):
    with pytest.raises(InputError, match=r"absent: no such file; expected a"):
        read(tmp_path / "absent")
