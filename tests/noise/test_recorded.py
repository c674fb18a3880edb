import h5py
import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from rramgan.errors import InputError
from rramgan.noise import NOISES

SAMPLES = np.random.default_rng(5).standard_normal((300, 4))


def write_npz(path, **arrays):
    np.savez(path, **arrays)


def write_hdf5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = np.asarray(array).T


def write_csv(path, **arrays):
    pd.DataFrame(next(iter(arrays.values()))).to_csv(path, index=False)


WRITERS = {
    "trace.npz": write_npz,
    "zf.mat": lambda path, **arrays: savemat(path, arrays),
    "zf73.mat": write_hdf5,
    "trace.csv": write_csv,
}


def record(path, rows=300, inputs=4, **parameters):
    source = NOISES.build("mine", {"kind": "recorded", "file": str(path), **parameters})
    return source.record(None, rows, inputs, np.random.default_rng(0))


@pytest.mark.parametrize("name", WRITERS)
def test_a_written_recording_comes_back_exactly(tmp_path, name):
    WRITERS[name](tmp_path / name, zf=SAMPLES)
    trace = record(tmp_path / name, raw=True)
    np.testing.assert_array_equal(trace.z, SAMPLES.astype(np.float32))
    assert trace.energy_per_row_J == 0


def test_a_recording_is_coupled_and_scaled(tmp_path):
    write_npz(tmp_path / "i.npz", i=4e-5 + 1e-7 * SAMPLES)
    z = record(tmp_path / "i.npz", std=0.3).z
    assert z.std() == pytest.approx(0.3) and np.abs(z.mean(axis=0)).max() < 1e-6


def test_one_channel_is_dealt_to_all_inputs(tmp_path):
    write_npz(tmp_path / "i.npz", i=SAMPLES.ravel())
    np.testing.assert_array_equal(record(tmp_path / "i.npz", raw=True).z, SAMPLES.astype(np.float32))


def test_a_variable_is_found_by_its_name(tmp_path):
    savemat(tmp_path / "x.mat", {"zf": SAMPLES, "other": 1.0})
    np.testing.assert_array_equal(record(tmp_path / "x.mat", variable="zf", raw=True).z, SAMPLES.astype(np.float32))


HOLED = SAMPLES.copy()
HOLED[7, 2] = np.nan


@pytest.mark.parametrize(
    ("arrays", "parameters", "sentence"),
    [
        ({"z": HOLED}, {}, r"row 7, column 2 \(counted from 0\) is nan; expected a number"),
        ({"z": SAMPLES[:20]}, {}, "has 20 rows for 4 inputs, too few for 300 more; expected a longer recording"),
        ({"z": SAMPLES[:, :3]}, {}, r"3 channels in an array of shape \(300, 3\), fewer than the 4 inputs"),
        ({"z": np.ones((2, 3, 4))}, {}, r"the array has the shape \(2, 3, 4\); expected rows and channels"),
        ({"z": np.ones((300, 4))}, {}, "all 1200 samples are the same; expected noise"),
        ({"z": SAMPLES + 1j}, {}, "holds complex numbers; expected real numbers"),
        ({"z": np.array(["a", "b"])}, {}, "holds values of type <U1; expected real numbers"),
        ({"z": SAMPLES}, {"variable": "zz"}, "there is no variable 'zz'; did you mean 'z'"),
        ({"z": SAMPLES, "y": SAMPLES}, {}, "holds z, y; expected `variable` to name one of them"),
    ],
)
def test_a_recording_that_cannot_be_used_is_told_in_one_sentence(tmp_path, arrays, parameters, sentence):
    write_npz(tmp_path / "i.npz", **arrays)
    with pytest.raises(InputError, match=sentence) as caught:
        record(tmp_path / "i.npz", **parameters)
    assert str(tmp_path / "i.npz") in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.txt", "1 2", "unknown kind of file; expected one of .npz, .csv, .mat"),
        ("x.mat", "not a matrix", "not a MAT file"),
        ("x.npz", "not an archive", "not a complete NPZ archive"),
        ("headerless.csv", "0.25,-0.5\n0.125,0.75\n", "line 1 holds 0.25, -0.5; expected names of the columns"),
        ("none.mat", None, "no such file; expected a recording"),
    ],
)
def test_a_file_that_is_no_recording_is_told_in_one_sentence(tmp_path, name, content, sentence):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=sentence) as caught:
        record(tmp_path / name)
    assert "\n" not in str(caught.value)
