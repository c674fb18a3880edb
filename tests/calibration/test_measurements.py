import re

import numpy as np
import pandas as pd
import pytest
from lab_devices import IV

from rramgan.calibration.measurements import check_temperature, read_iv, read_pulses
from rramgan.errors import InputError

PULSES = pd.DataFrame(
    {
        "device_id": [0, 0, 0, 1, 1, 1],
        "pulse_index": [0, 1, 2, 0, 1, 2],
        "g_before_S": [1e-4, 1.1e-4, 0.9e-4, 2e-5, 3e-5, 2.5e-5],
        "amplitude_V": [0.9, -1.0, 1.1, 0.8, -0.8, -1.5],
        "width_s": [1e-7, 2e-5, 1e-1, 1e-6, 1e-3, 1e-2],
        "g_after_S": [1.1e-4, 0.9e-4, 3.1e-4, 3e-5, 2.5e-5, 1e-5],
    }
)


def _with(table, column, row, value):
    """The table with one cell replaced."""
    table = table.astype({column: object})
    table.loc[row, column] = value
    return table


def _scaled(table, column, factor, offset=0.0):
    """The table with one column in another unit."""
    return table.assign(**{column: table[column] * factor + offset})


# name: (reader, table or text, what the sentence must say)
MALFORMED = {
    "iv_empty_file": (read_iv, "", ["iv.csv", "not a CSV table"]),
    "iv_header_only": (read_iv, IV.iloc[:0], ["holds no rows", "expected at least one"]),
    "iv_missing_column": (read_iv, IV.drop(columns="g0_S"), ["column 'g0_S' is missing", "expected the columns"]),
    "iv_nan": (read_iv, _with(IV, "current_A", 3, np.nan), ["line 5", "'current_A'", "empty or NaN"]),
    "iv_text": (read_iv, _with(IV, "voltage_V", 2, "0,4V"), ["line 4", "'voltage_V'", "'0,4V'", "a number"]),
    "iv_infinite": (
        read_iv,
        _with(IV, "current_A", 1, "inf"),
        ["line 3", "'current_A'", "inf", "not finite"],
    ),
    "iv_fractional_device": (read_iv, _with(IV, "device_id", 1, 0.5), ["line 3", "'device_id'", "0.5", "a whole"]),
    "iv_named_device": (read_iv, _with(IV, "device_id", 0, "A1"), ["line 2", "'device_id'", "'A1'", "a whole number"]),
    "iv_negative_device": (read_iv, _with(IV, "device_id", 4, -1), ["line 6", "'device_id'", "-1", "from 0"]),
    "iv_microsiemens": (read_iv, _scaled(IV, "g0_S", 1e6), ["line 2", "'g0_S'", "100", "are these microsiemens?"]),
    "iv_kelvin": (read_iv, _scaled(IV, "temperature_C", 1, 273.15), ["'temperature_C'", "298.15", "kelvin?"]),
    "iv_below_zero": (read_iv, _with(IV, "temperature_C", 5, -5.0), ["line 7", "'temperature_C'", "-5", "above 0"]),
    "iv_high_voltage": (read_iv, _with(IV, "voltage_V", 2, 0.8), ["line 4", "'voltage_V'", "0.8", "-0.4 to 0.4 V"]),
    "iv_millivolts": (read_iv, _scaled(IV, "voltage_V", 1e3), ["'voltage_V'", "-100", "are these millivolts?"]),
    "iv_microamperes": (read_iv, _scaled(IV, "current_A", 1e6), ["'current_A'", "-10", "are these microamperes?"]),
    "iv_nanoamperes": (read_iv, _scaled(IV, "current_A", 1e9), ["'current_A'", "-10000", "are these nanoamperes?"]),
    "iv_milliamperes": (read_iv, _scaled(IV, "current_A", 1e3), ["'current_A'", "are these milliamperes?"]),
    "iv_volts_beyond_the_model": (
        read_iv,
        _scaled(IV, "voltage_V", 2.5),
        ["line 4", "'voltage_V'", "is 1; expected -0.4 to 0.4 V"],
    ),
    "iv_millisiemens": (read_iv, _scaled(IV, "g0_S", 3e3), ["'g0_S'", "0.3", "are these millisiemens?"]),
    "iv_nanoamperes_small": (
        read_iv,
        _scaled(_scaled(IV, "g0_S", 1e-4), "current_A", 1e-4 * 1e6),
        ["line 2", "'current_A'", "are these microamperes?"],
    ),
    "iv_current_sign": (read_iv, _scaled(IV, "current_A", -1), ["'current_A'", "is the sign or the unit wrong?"]),
    "iv_no_voltage": (read_iv, IV.assign(voltage_V=0.0), ["'voltage_V'", "nothing but 0"]),
    "pulses_microsiemens": (
        read_pulses,
        _scaled(PULSES, "g_before_S", 1e6),
        ["line 2", "'g_before_S'", "100", "1e-12 to 0.1 S", "are these microsiemens?"],
    ),
    "pulses_after_microsiemens": (
        read_pulses,
        _scaled(PULSES, "g_after_S", 1e6),
        ["line 2", "'g_after_S'", "are these microsiemens?"],
    ),
    "pulses_nanoseconds": (
        read_pulses,
        _scaled(PULSES, "width_s", 1e9),
        ["'width_s'", "100", "are these nanoseconds?"],
    ),
    "pulses_microseconds": (read_pulses, _scaled(PULSES, "width_s", 1e6), ["'width_s'", "are these microseconds?"]),
    "pulses_zero_width": (read_pulses, _with(PULSES, "width_s", 3, 0.0), ["line 5", "'width_s'", "is 0", "1e-10 to"]),
    "pulses_zero_amplitude": (
        read_pulses,
        _with(PULSES, "amplitude_V", 1, 0.0),
        ["line 3", "'amplitude_V'", "polarity"],
    ),
    "pulses_millivolts": (read_pulses, _scaled(PULSES, "amplitude_V", 1e3), ["'amplitude_V'", "are these millivolts?"]),
    "pulses_swapped": (read_pulses, _scaled(PULSES, "amplitude_V", -1), ["'amplitude_V'", "polarities swapped?"]),
    "pulses_negative_state": (read_pulses, _with(PULSES, "g_after_S", 5, -1e-5), ["line 7", "'g_after_S'", "-1e-05"]),
    "pulses_repeated": (read_pulses, _with(PULSES, "pulse_index", 1, 0), ["line 3", "'pulse_index'", "occurs again"]),
    "pulses_nan": (read_pulses, _with(PULSES, "g_before_S", 0, ""), ["line 2", "'g_before_S'", "empty or NaN"]),
    "pulses_milliseconds": (
        read_pulses,
        PULSES.assign(width_s=np.linspace(10, 50, 6)),
        ["'width_s'", "are these nanoseconds or microseconds or milliseconds?"],
    ),
    "pulses_ohms": (
        read_pulses,
        PULSES.assign(g_before_S=1 / PULSES["g_before_S"], g_after_S=1 / PULSES["g_after_S"]),
        ["'g_before_S'", "is 10000; expected 1e-12 to 0.1 S", "are these ohms or nanosiemens?"],
    ),
    "pulses_one_polarity_backwards": (
        read_pulses,
        PULSES.assign(g_after_S=PULSES["g_after_S"].where(PULSES["amplitude_V"] > 0, PULSES["g_before_S"] + 1e-5)),
        ["'amplitude_V'", "raised the conductance", "expected RESET pulses, negative, to lower it"],
    ),
    "pulses_decimal_commas": (
        read_pulses,
        PULSES.to_csv(index=False).replace(".", ","),
        ["more cells than the header", "decimal points"],
    ),
    "pulses_huge_id": (read_pulses, _with(PULSES, "device_id", 2, 10**25), ["line 4", "'device_id'", "a whole number"]),
    "pulses_missing_column": (read_pulses, PULSES.drop(columns="width_s"), ["'width_s' is missing"]),
    "pulses_semicolons": (read_pulses, PULSES.to_csv(index=False, sep=";"), ["'device_id' is missing", "semicolons"]),
    "pulses_tabs": (read_pulses, PULSES.to_csv(index=False, sep="\t"), ["'device_id' is missing", "separated by tabs"]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_input_ends_in_one_sentence(tmp_path, name):
    reader, content, expected = MALFORMED[name]
    path = tmp_path / ("iv.csv" if reader is read_iv else "pulses.csv")
    path.write_text(content if isinstance(content, str) else content.to_csv(index=False))
    with pytest.raises(InputError) as caught:
        reader(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert not re.search(r"[.?!] [A-Z]", sentence)
    assert str(path) in sentence
    for part in expected:
        assert part in sentence, sentence


def test_sweeps_must_span_the_operating_temperature():
    check_temperature("iv.csv", IV, 27.0)
    with pytest.raises(
        InputError, match=r"iv\.csv: column 'temperature_C' runs from 25 to 25 degC; expected sweeps that"
    ):
        check_temperature("iv.csv", IV, 60.0)


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(InputError, match="is a folder; expected a CSV table"):
        read_iv(tmp_path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"iv\.csv: no such file"):
        read_iv(tmp_path / "iv.csv")


@pytest.mark.parametrize(("reader", "table"), [(read_iv, IV), (read_pulses, PULSES)])
def test_sound_files_are_read_as_written(tmp_path, reader, table):
    path = tmp_path / "table.csv"
    table.assign(comment="kept out").to_csv(path, index=False)
    pd.testing.assert_frame_equal(reader(path), table)


def test_whole_numbers_may_be_written_with_a_point(tmp_path):
    path = tmp_path / "iv.csv"
    IV.assign(device_id=IV["device_id"].astype(float)).to_csv(path, index=False)
    assert read_iv(path)["device_id"].dtype == int
