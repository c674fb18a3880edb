"""Files as laboratories have them, where they lie beside the checkout: each is read right, or refused for its cause."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.fit import calibrate
from rramgan.calibration.import_measurements import import_measurements
from rramgan.calibration.measurements import read_pulses, read_staircase
from rramgan.calibration.paths.fit import fit_staircase
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.errors import InputError
from support.calibration import calibrated
from support.shared_measurements import SHARED, STAIRCASES, beside, step_S

PULSES = PulsePair(Pulse(1.4, 1e-6), Pulse(-1.6, 1e-6))
pytestmark = beside

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


@pytest.mark.parametrize("name", STAIRCASES)
def test_the_law_of_staircases_is_the_one_they_were_made_from(name):
    """In shape to 5 %, as far as single devices tell it, and in size within the intervals of few devices."""
    _, reports = fit_staircase(table(name), PULSES, (15e-6, 38e-6))
    for report in reports.values():
        truth_S = step_S(name, report.law.sign, np.array(report.knots_S))
        ratio, ends = np.array(report.mean_S) / truth_S, np.array(report.mean_interval_95_S) / truth_S[:, None]
        if report.covariance is not None:
            assert np.mean((ends.min(axis=1) <= 1) & (ends.max(axis=1) >= 1)) > 0.8
        assert np.abs(ratio / np.median(ratio) - 1).max() < (0.05 if name != "noise-beyond-steps" else 0.15)
        assert max(report.staircase_miss.values()) < 0.05
    if name == "one-stuck-of-eight":
        assert reports["set"].outlier_devices == [0]
    if name == "clipped":
        assert "pile up at 12 uS" in reports["reset"].remark


def test_the_log_of_one_device_is_calibrated():
    """In one bin, as its pulses are few: steps are right in the middle of the states."""
    model = calibrate(None, table("source-meter-log"), "meter", "own bench", None)
    for polarity, amplitude_V, ratio in (("set", 1.0, 1 / 0.985), ("reset", -1.2, 1 / 1.015)):
        step_S = model.kinetics.mean_step(58e-6, amplitude_V, 1e-6, polarity)
        assert step_S == pytest.approx(58e-6 * (ratio - 1), rel=0.05)


def test_a_device_that_switches_abruptly_has_no_law():
    with pytest.raises(InputError, match=r"no SET pulse started between 12.8 and 41.5 uS; .* switch abruptly\?"):
        fit_staircase(table("abrupt-set"), PULSES, (15e-6, 40e-6))


@pytest.mark.parametrize("name", ["one-pulse-pair", "one-amplitude", "one-width", "unsigned-amplitudes"])
def test_recorded_pulses_are_calibrated_through_to_their_figures(tmp_path, name):
    done = calibrated(SHARED / name, tmp_path)
    assert len(done.figures) == 7
    for polarity, amplitude_V in (("set", 1.0), ("reset", -1.2)):
        step_S = done.model.kinetics.mean_step(32e-6, amplitude_V, 1e-6, polarity)
        # Six devices that differ by 15 %.
        assert abs(step_S) == pytest.approx(1e-6, rel=2 * 0.15 / np.sqrt(6))
