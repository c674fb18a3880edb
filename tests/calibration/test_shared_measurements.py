"""Files as laboratories have them, where they lie beside the checkout: each is read right, or refused for its cause."""

from pathlib import Path

import pandas as pd
import pytest

from rramgan.calibration.import_measurements import import_measurements
from rramgan.calibration.measurements import read_pulses, read_staircase
from rramgan.errors import InputError

SHARED = Path(__file__).parents[3] / "shared" / "measurements"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the files are not beside the checkout")

DOCUMENTED = [
    "abrupt-set",
    "clipped",
    "every-tenth-read",
    "log-spaced-reads",
    "noise-beyond-steps",
    "one-stuck-of-eight",
]
DOCUMENTED += ["run-on-after-saturation", "one-amplitude", "one-pulse-pair", "one-width"]


def table(name):
    """The measurements of a folder."""
    return import_measurements(SHARED / name).measurements


@pytest.mark.parametrize("name", DOCUMENTED)
def test_files_in_the_documented_format_are_read_as_ever(name):
    folder = SHARED / name
    path = next(folder.glob("*.csv"))
    expected = read_staircase(path) if path.stem == "staircase" else read_pulses(path)
    pd.testing.assert_frame_equal(table(name), expected)


@pytest.mark.parametrize("name", ["spaced-header", "trailing-empty-rows", "utf16", "semicolon-comma"])
def test_dialects_of_one_table_are_read_alike(name):
    pd.testing.assert_frame_equal(table(name), table("comment-lines"))


@pytest.mark.parametrize(
    ("name", "cause"), [("kiloohm", "resistances in kOhm"), ("millisiemens", "conductances in mS")]
)
def test_wrong_units_are_refused_for_their_cause(name, cause):
    with pytest.raises(InputError, match=cause):
        table(name)


def test_one_ramp_up_and_one_down_are_found_in_one_column_and_in_two():
    in_one, in_two = table("one-column-up-down"), table("wide-microsiemens")
    pd.testing.assert_frame_equal(in_one, in_two)
    assert in_one.groupby("direction")["pulse_index"].max().to_dict() == {"set": 60, "reset": 60}


def test_columns_of_ramps_are_cycles_of_one_device():
    ramps = table("wide-ramps")
    assert ramps.groupby(["device_id", "direction", "cycle"]).size().tolist() == [61] * 12
    written = pd.read_csv(SHARED / "wide-ramps/staircase.csv")
    for direction, cycle in (("set", 1), ("reset", 6)):
        rows = (ramps["direction"] == direction) & (ramps["cycle"] == cycle)
        assert ramps.loc[rows, "conductance_S"].tolist() == pytest.approx(written[f"{direction}_{cycle}"], rel=1e-15)


def test_the_log_of_a_source_meter_becomes_pulses():
    log = table("source-meter-log")
    ratio = (log["g_after_S"] / log["g_before_S"]).groupby(log["amplitude_V"]).mean()
    # Resistances times 0.985 in SET and 1.015 in RESET, over 100 pulses each.
    assert ratio.to_dict() == pytest.approx({1.0: 1 / 0.985, -1.2: 1 / 1.015}, rel=2e-3)


def test_magnitudes_get_the_signs_that_the_same_pulses_have():
    pd.testing.assert_frame_equal(table("unsigned-amplitudes"), table("one-pulse-pair"))
