"""Single pulses in the dialects and layouts of instruments, spreadsheets and people."""

import numpy as np
import pandas as pd
import pytest
from lab_devices import IV, assert_refused, folder, pulses

from rramgan.calibration.import_measurements import import_measurements
from rramgan.errors import InputError

TABLE = pulses()
ONE = pulses(devices=1)


def text(table=TABLE, **how):
    """The table as CSV."""
    return table.to_csv(index=False, **how)


def in_units(states, table=TABLE, factor=1.0, invert=False):
    """The table with its states in other units, under names made of `states`."""
    values = {name: table[name] for name in ("g_before_S", "g_after_S")}
    values = {name: (1 / value if invert else value) * factor for name, value in values.items()}
    names = {"g_before_S": states.format("before"), "g_after_S": states.format("after")}
    return table.assign(**values).rename(columns=names)


def magnitudes(table=TABLE):
    """The table without signs of amplitudes."""
    return table.assign(amplitude_V=table["amplitude_V"].abs())


def log(table=ONE, moment="before"):
    """A source meter's log: a read, then for every pulse a row with the state before or after it, and a read."""
    rows = [(5, 7, 1 / table["g_before_S"][0], 0.0, 0.0, "P", 0)]
    for row in table.itertuples():
        state_S = row.g_before_S if moment == "before" else row.g_after_S
        rows.append((5, 7, 1 / state_S, row.amplitude_V, row.width_s, "P", row.pulse_index))
        rows.append((5, 7, 1 / row.g_after_S, 0.0, 0.0, "P", row.pulse_index))
    names = ["Wordline", "Bitline", "Resistance (Ohm)", "Amplitude (V)", "Pulse width (s)", "Tag", "No"]
    return pd.DataFrame(rows, columns=names)


def pulse_log(moment, table=ONE):
    """A log without reads, each row with the state before or after its pulse."""
    return table.rename(columns={f"g_{moment}_S": "G (S)"}).drop(
        columns="g_after_S" if moment == "before" else "g_before_S"
    )


SAME = ONE.assign(amplitude_V=np.sign(ONE["amplitude_V"]))
SHUFFLED = TABLE.sample(frac=1, random_state=0)

# name: (content, table expected)
READ = {
    "as_documented": (text(), TABLE),
    "semicolons_decimal_comma": (text(sep=";", decimal=","), TABLE),
    "other_order_of_columns": (text(TABLE[list(TABLE.columns[::-1])]), TABLE),
    "microsiemens": (text(in_units("g_{}_uS", factor=1e6)), TABLE),
    "kiloohms": (text(in_units("R {} (kΩ)", invert=True, factor=1e-3)), TABLE),
    "initial_and_final": (text(TABLE.rename(columns={"g_before_S": "G initial", "g_after_S": "G final"})), TABLE),
    "microseconds": (text(TABLE.assign(width_s=1.0).rename(columns={"width_s": "Pulse width (µs)"})), TABLE),
    "nanoseconds": (text(TABLE.assign(width_s=1000).rename(columns={"width_s": "width_ns"})), TABLE),
    "millivolts": (
        text(TABLE.assign(amplitude_V=TABLE["amplitude_V"] * 1e3).rename(columns={"amplitude_V": "Amplitude (mV)"})),
        TABLE,
    ),
    "pulse_voltage": (text(TABLE.rename(columns={"amplitude_V": "Pulse voltage (V)"})), TABLE),
    "no_device": (text(ONE.drop(columns="device_id")), ONE),
    "no_index": (text(TABLE.drop(columns="pulse_index")), TABLE),
    "index_anew_in_every_train": (text(TABLE.assign(pulse_index=TABLE["pulse_index"] % 20)), TABLE),
    "device_names": (text(TABLE.assign(device_id=TABLE["device_id"].map({0: "A1", 1: "B7"}))), TABLE),
    "shuffled": (text(SHUFFLED), SHUFFLED.reset_index(drop=True)),
    "without_header": (text(header=False), TABLE),
    "magnitudes": (text(magnitudes()), TABLE),
    "magnitudes_of_one_size": (text(magnitudes(SAME)), SAME),
    "magnitudes_with_directions": (
        text(magnitudes().assign(Polarity=np.where(TABLE["amplitude_V"] > 0, "SET", "RESET"))),
        TABLE,
    ),
    "source_meter_log": (text(log()), ONE),
    "source_meter_log_without_first_read": (text(log().iloc[1:]), ONE),
    "source_meter_log_of_states_after": (text(log(moment="after")), ONE),
    "source_meter_log_of_magnitudes": (text(log(magnitudes(ONE))), ONE),
    "log_of_readings_before": (text(pulse_log("before")), ONE.iloc[:-1]),
    "log_of_readings_after": (text(pulse_log("after")), ONE.iloc[1:].reset_index(drop=True)),
    "log_sorted_by_amplitude": (text(pulse_log("before").sort_values("amplitude_V")), ONE.iloc[:-1]),
    "log_backwards": (text(pulse_log("after").iloc[::-1]), ONE.iloc[1:].reset_index(drop=True)),
}


@pytest.mark.parametrize("name", READ)
def test_every_dialect_and_layout_gives_the_documented_table(tmp_path, name):
    content, expected = READ[name]
    imported = import_measurements(folder(tmp_path, "recorded", content)).measurements
    pd.testing.assert_frame_equal(imported, expected, check_exact=False, rtol=1e-9, atol=0)


def test_pulses_without_a_reading_are_left_out_and_said(tmp_path):
    content = text().replace(f",{TABLE['g_after_S'].tolist()[3]!r}\n", ",OVLD\n", 1)
    imported = import_measurements(folder(tmp_path, "recorded", content))
    assert len(imported.measurements) == len(TABLE) - 1
    assert imported.understood[0].dropped == {"no reading before or after, empty or beyond the range": [5]}


NOISE = np.random.default_rng(1).normal(0, 3e-6, len(ONE))

# name: (content, what the sentence must say)
REFUSED = {
    "microsiemens_said_siemens": (text(in_units("g_{}_S", factor=1e6)), ["'g_before_S'", "conductances in uS"]),
    "kiloohms_said_siemens": (text(in_units("g_{}_S", invert=True, factor=1e-3)), ["resistances in kOhm"]),
    "kiloohms_said_microsiemens": (
        text(in_units("g_{}_uS", invert=True, factor=1e-3)),
        ["go the wrong way", "resistances in kOhm"],
    ),
    "swapped": (text(TABLE.assign(amplitude_V=-TABLE["amplitude_V"])), ["swapped"]),
    "microseconds_said_seconds": (text(TABLE.assign(width_s=1.0)), ["'width_s'", "in us"]),
    "volts_said_millivolts": (text(TABLE.rename(columns={"amplitude_V": "amplitude_mV"})), ["'amplitude_mV'", "in V"]),
    "no_width": (text(TABLE.drop(columns="width_s")), ["'width' of the pulses is missing", "width_s"]),
    "no_amplitude": (text(TABLE.drop(columns="amplitude_V")), ["'amplitude' of the pulses is missing"]),
    "state_before_misnamed": (
        text(TABLE.rename(columns={"g_before_S": "g_start_S"})),
        ["'g_start_S' does not say", "beside 'g_after_S'", "g_before_S"],
    ),
    "state_after_misnamed": (text(TABLE.rename(columns={"g_after_S": "g_S"})), ["'g_S' does not say", "'g_before_S'"]),
    "no_states": (text(TABLE.drop(columns=["g_before_S", "g_after_S"])), ["no column of states found"]),
    "magnitudes_in_noise": (
        text(magnitudes(SAME).assign(g_after_S=np.abs(25e-6 + NOISE), g_before_S=25e-6)),
        ["does not tell SET from RESET"],
    ),
    "not_a_number": (text().replace("0,3,", "0,x,", 1), ["line 5", "'pulse_index'", "is not a number"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_doubt_ends_in_one_sentence(tmp_path, name):
    content, expected = REFUSED[name]
    assert_refused(folder(tmp_path, "recorded", content), ["pulses.csv", *expected])


def test_sweeps_in_other_units_are_read_beside_the_pulses(tmp_path):
    place = folder(tmp_path, "recorded", text())
    table = IV.assign(g0_S=IV["g0_S"] * 1e6, temperature_C=298.15, voltage_V=IV["voltage_V"] * 1e3)
    table["current_A"] *= 1e9
    table.columns = ["Device", "G0 (µS)", "Temperature (K)", "Voltage (mV)", "Current (nA)"]
    (place / "iv.txt").write_text(table.to_csv(index=False, sep="\t"))
    imported = import_measurements(place)
    pd.testing.assert_frame_equal(imported.iv, IV, check_exact=False, rtol=1e-9)
    assert len(imported.understood) == 2


def test_a_fault_of_sweeps_names_the_line_of_the_file(tmp_path):
    place = folder(tmp_path, "recorded", text())
    (place / "iv.csv").write_text("# station 2\n" + IV.to_csv(index=False).replace("0.4", "0.8"))
    with pytest.raises(InputError, match=r"iv\.csv: line 5, column 'voltage_V': the value is 0\.8"):
        import_measurements(place)


def test_devices_without_files_to_import_are_told_so(tmp_path):
    place = folder(tmp_path, "recorded", text())
    description = (place / "device.yaml").read_text().replace("recorded", "synthetic")
    (place / "device.yaml").write_text(description)
    with pytest.raises(InputError, match="measurements is 'synthetic', of which there is no file to import"):
        import_measurements(place)
