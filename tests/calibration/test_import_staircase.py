"""Staircases in the dialects and layouts of instruments, spreadsheets and people."""

import io
import re

import numpy as np
import pandas as pd
import pytest
from lab_devices import assert_refused, folder, staircase

from rramgan.calibration.import_measurements import import_measurements, main
from rramgan.errors import InputError

TABLE = staircase()
ONE = staircase(devices=1, cycles=1)
KEYS = ["device_id", "cycle", "direction", "pulse_index"]


def text(table=TABLE, **how):
    """The table as CSV."""
    return table.to_csv(index=False, **how)


def renamed(table=TABLE, factor=1.0, invert=False, **names):
    """The table with its readings in other units, under other names."""
    values = (1 / table["conductance_S"] if invert else table["conductance_S"]) * factor
    return table.assign(conductance_S=values).rename(columns=names)


def readings(direction, device=0, cycle=0, table=TABLE):
    """Readings of one ramp."""
    rows = (table["device_id"] == device) & (table["cycle"] == cycle) & (table["direction"] == direction)
    return table.loc[rows, "conductance_S"].to_numpy()


def wide(columns):
    """CSV of columns of ramps, padded with blanks."""
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()}).to_csv(index=False)


def workbook(sheets, **how):
    """A writer of a spreadsheet with these sheets."""

    def write(path):
        with pd.ExcelWriter(path) as book:
            for name, table in sheets.items():
                table.to_excel(book, sheet_name=name, index=False, **how)

    return write


def lines_with(content, at, *lines):
    """The text with lines put in before line `at` (from 0)."""
    rows = content.split("\n")
    return "\n".join([*rows[:at], *lines, *rows[at:]])


def workbook_bytes(sheets):
    """A spreadsheet as bytes."""
    content = io.BytesIO()
    workbook(sheets)(content)
    return content.getvalue()


def by_blocks(table, header, between):
    """The cycles of one device, one below the other, without their numbers."""
    columns = ["direction", "pulse_index", "conductance_S"]
    return header + between.join(text(cycle[columns], header=False) for _, cycle in table.groupby("cycle"))


def readings_of_device(device):
    """All readings of a device in the order they were taken."""
    return TABLE.loc[TABLE["device_id"] == device, "conductance_S"].to_numpy()


def marked():
    """The table with readings beyond the range."""
    rows = text().split("\n")
    for k, mark in enumerate(["----", "OVLD", "9.9E37", "+Inf", "NaN", ""]):
        rows[11 + k] = rows[11 + k].rsplit(",", 1)[0] + "," + mark
    return "\n".join(rows)


def numbered():
    """The table as R writes it."""
    header, *rows = text(sep=" ").rstrip().split("\n")
    return "\n".join([header, *(f'"{k}" {row}' for k, row in enumerate(rows, start=1))])


def merged():
    """The table with owners written once, as merged cells are saved."""
    owners = ["device_id", "cycle", "direction"]
    same = (TABLE[owners] == TABLE[owners].shift()) & (TABLE[["pulse_index"]] != 0).to_numpy()
    return TABLE.astype(object).mask(same.reindex(columns=TABLE.columns, fill_value=False), "")


def below_a_title(device):
    """Readings of a device without its number."""
    return text(TABLE.loc[TABLE["device_id"] == device, ["pulse_index", "direction", "conductance_S"]], header=False)


WAYS = ("set", "reset")
TITLES = (("LTP", "set"), ("LTD", "reset"))
HEADER = "direction,pulse,conductance_S\n"
THREE = staircase(devices=1, cycles=3)
SIX = staircase(devices=6, cycles=1, spread=0.3)
RUN_ON = pd.concat([ramp.iloc[[*range(41), *[40] * 60]] for _, ramp in ONE.groupby("direction", sort=False)])
RUN_ON["pulse_index"] = [*range(101)] * 2
NOISY = staircase(devices=1, cycles=1, pulses=1000, step_S=60e-9)
NOISY["conductance_S"] += 1.3e-6 * np.random.default_rng(0).standard_normal(len(NOISY))
UP_AND_DOWN = ONE["conductance_S"].to_numpy()
PREAMBLE = [f"Setting {k},value {k}" for k in range(18)] + ["Points,164", "Read voltage,0.1 V"]
ANALYSER = (
    "SetupTitle, Pulsed G\nPrimitiveTest, I/V Sweep\nTestParameter, Channel.UnitType, SMU, SMU\nMetaData, 25, 3\n"
)

# name: (content, name of the file, table expected)
READ = {
    "as_documented": (text(), None, TABLE),
    "blanks_behind_commas": (text().replace(",", ", "), None, TABLE),
    "semicolons": (text(sep=";"), None, TABLE),
    "semicolons_decimal_comma": (text(sep=";", decimal=","), None, TABLE),
    "tabs_decimal_comma": (text(sep="\t", decimal=","), "staircase.txt", TABLE),
    "bars": (text(sep="|"), "staircase.dat", TABLE),
    "single_blanks": (text(sep=" "), "staircase.txt", TABLE),
    "aligned_with_blanks": (TABLE.to_string(index=False, float_format="{:.7e}".format), "staircase.txt", TABLE),
    "quoted": (text(quoting=1), None, TABLE),
    "quoted_decimal_comma": (text(quoting=1, decimal=","), None, TABLE),
    "byte_order_mark": (text().encode("utf-8-sig"), None, TABLE),
    "utf16_with_mark": (text(sep="\t").encode("utf-16"), None, TABLE),
    "utf16_little_endian": (text().encode("utf-16-le"), None, TABLE),
    "utf16_big_endian": (text().encode("utf-16-be"), None, TABLE),
    "windows_line_ends": (text().replace("\n", "\r\n"), None, TABLE),
    "old_macintosh_line_ends": (text().replace("\n", "\r"), None, TABLE),
    "mixed_line_ends": (text().replace("\n", "\r\n", 20), None, TABLE),
    "trailing_delimiters": (text().replace("\n", ",,\n"), None, TABLE),
    "trailing_delimiter_below_header": (text().replace("\n", ",\n").replace(",\n", "\n", 1), None, TABLE),
    "trailing_empty_rows": (text() + ",,,,\n" * 5, None, TABLE),
    "blank_rows_within": (lines_with(lines_with(text(), 90, ""), 30, "", ""), None, TABLE),
    "announced_delimiter": ("sep=;\n" + text(sep=";"), None, TABLE),
    "hash_comments": ("# Keithley 4200A, die B3, 2024-02-11\n# read 0.1 V\n" + text(), None, TABLE),
    "comments_within": (lines_with(text(), 40, "# paused, 5 min"), None, TABLE),
    "percent_comments": ("% read 0.1 V\n" + text(), None, TABLE),
    "header_in_comment": ("# " + text(sep=" "), "staircase.txt", TABLE),
    "preamble": ("\n".join(PREAMBLE) + "\n" + text(), None, TABLE),
    "preamble_and_blank_row": ("\n".join(PREAMBLE) + "\n\n" + text(), None, TABLE),
    "parameter_analyser": (
        ANALYSER + "DataName, " + re.sub(r"\n(?=.)", "\nDataValue, ", text().replace(",", ", ")),
        None,
        TABLE,
    ),
    "footer": (text() + "*** end of data ***\n", None, TABLE),
    "row_of_units": (lines_with(text(renamed(factor=1e6, conductance_S="G")), 1, ",,,,uS"), None, TABLE),
    "row_of_units_in_brackets": (
        lines_with(text(renamed(factor=1e6, conductance_S="G")), 1, "-,-,-,-,(µS)"),
        None,
        TABLE,
    ),
    "capital_header": (
        text().replace("device_id,cycle,direction,pulse_index,", "DEVICE_ID,CYCLE,DIRECTION,PULSE_INDEX,"),
        None,
        TABLE,
    ),
    "index_column": (TABLE.to_csv(), None, TABLE),
    "date_column": (text(TABLE.assign(Date="2024-02-11 10:31:07", Time="10:31:07")), None, TABLE),
    "empty_columns": (text(TABLE.assign(a="", b="").rename(columns={"a": "", "b": " "})), None, TABLE),
    "leading_empty_column": (text().replace("\n", "\n,")[:-1].replace("device_id", ",device_id"), None, TABLE),
    "device_names": (text(TABLE.assign(device_id=TABLE["device_id"].map({0: "A1", 1: "B7"}))), None, TABLE),
    "microsiemens": (text(renamed(factor=1e6, conductance_S="conductance_uS")), None, TABLE),
    "microsiemens_latin1": (text(renamed(factor=1e6, conductance_S="Conductance (µS)")).encode("latin-1"), None, TABLE),
    "microsiemens_greek": (text(renamed(factor=1e6, conductance_S="Conductance [μS]")), None, TABLE),
    "microsiemens_slash": (text(renamed(factor=1e6, conductance_S="Leitwert / µS")), None, TABLE),
    "millisiemens": (text(renamed(factor=1e3, conductance_S="G (mS)")), None, TABLE),
    "nanosiemens": (text(renamed(factor=1e9, conductance_S="G (nS)")), None, TABLE),
    "power_of_ten": (text(renamed(factor=1e6, conductance_S="G (1E-6 S)")), None, TABLE),
    "ohms": (text(renamed(invert=True, conductance_S="Resistance (Ohm)")), None, TABLE),
    "kiloohms": (text(renamed(invert=True, factor=1e-3, conductance_S="R_kOhm")), None, TABLE),
    "megaohms_greek": (text(renamed(invert=True, factor=1e-6, conductance_S="R (MΩ)")), None, TABLE),
    "negative_resistances": (text(renamed(invert=True, factor=-1e-3, conductance_S="R (kΩ)")), None, TABLE),
    "currents": (
        text(renamed(factor=0.1 * 1e6, conductance_S="I (uA)").assign(**{"Read voltage (mV)": 100})),
        None,
        TABLE,
    ),
    "currents_at_negative_voltage": (
        text(renamed(factor=-0.1 * 1e6, conductance_S="I (uA)").assign(**{"ReadVoltage": -0.1})),
        None,
        TABLE,
    ),
    "thousands_separators": (
        text(renamed(factor=1e9, conductance_S="G (nS)").round(3), quoting=2, float_format="{:,.3f}".format),
        None,
        TABLE,
    ),
    "swiss_thousands": (
        text(renamed(factor=1e9, conductance_S="G (nS)"), float_format=lambda g: f"{g:,.3f}".replace(",", "'")),
        None,
        TABLE,
    ),
    "german_thousands": (
        text(
            renamed(factor=1e9, conductance_S="G (nS)"),
            sep=";",
            float_format=lambda g: f"{g:,.3f}".translate(str.maketrans(",.", ".,")),
        ),
        None,
        TABLE,
    ),
    "ltp_ltd": (text(TABLE.replace({"set": "LTP", "reset": "LTD"})), None, TABLE),
    "p_d": (text(TABLE.replace({"set": "P", "reset": "D"}).rename(columns={"direction": "P/D"})), None, TABLE),
    "potentiation": (text(TABLE.replace({"set": "Potentiation", "reset": "Depression"})), None, TABLE),
    "signs": (text(TABLE.replace({"set": "+1", "reset": "-1"})), None, TABLE),
    "signed_amplitudes": (
        text(
            TABLE.assign(direction=np.where(TABLE["direction"] == "set", 1.4, -1.6)).rename(
                columns={"direction": "Amplitude (V)"}
            )
        ),
        None,
        TABLE,
    ),
    "other_words": (
        text(TABLE.replace({"set": "1", "reset": "0"}).rename(columns={"direction": "branch"})),
        None,
        TABLE,
    ),
    "no_device": (text(ONE.drop(columns="device_id")), None, ONE),
    "no_cycle": (text(TABLE.drop(columns="cycle")), None, TABLE),
    "no_cycle_no_pulse": (text(TABLE.drop(columns=["cycle", "pulse_index"])), None, TABLE),
    "no_pulse": (text(TABLE.drop(columns="pulse_index")), None, TABLE),
    "no_direction": (text(TABLE.drop(columns=["direction"])), None, TABLE),
    "pulses_from_one": (
        text(ONE.assign(pulse_index=ONE["pulse_index"] + 1)),
        None,
        ONE.assign(pulse_index=ONE["pulse_index"] + 1),
    ),
    "pulses_counted_on": (text(ONE.assign(pulse_index=np.arange(len(ONE)))), None, ONE),
    "sorted_by_pulse": (text(TABLE.sort_values(["pulse_index", "direction", "cycle"])), None, TABLE),
    "cycles_in_blocks": (by_blocks(THREE, "direction,pulse,conductance_S\n", "\n"), None, THREE),
    "appended_runs": (by_blocks(THREE, HEADER, HEADER), None, THREE),
    "ramps_below_titles": (
        "".join(
            f"{title}\npulse,G (uS)\n"
            + "".join(f"{k},{g * 1e6:.10g}\n" for k, g in enumerate(readings(way, table=ONE)))
            for title, way in (("LTP", "set"), ("LTD", "reset"))
        ),
        None,
        ONE,
    ),
    "two_plain_columns": (wide({f"{way}_S": readings(way) for way in WAYS}), None, ONE),
    "two_columns_microsiemens": (wide({f"{way}_uS": readings(way) * 1e6 for way in WAYS}), None, ONE),
    "two_columns_kiloohms": (wide({f"{way} (kOhm)": 1e-3 / readings(way) for way in WAYS}), None, ONE),
    "two_columns_p_d": (wide({"P": readings("set"), "D": readings("reset")}), None, ONE),
    "unequal_columns": (
        wide({"pulse": np.arange(41), "set_uS": readings("set") * 1e6, "reset_uS": readings("reset")[:30] * 1e6}),
        None,
        ONE[(ONE["direction"] == "set") | (ONE["pulse_index"] < 30)],
    ),
    "column_per_ramp": (
        wide({f"{way}_{k + 1}": readings(way, cycle=k, table=THREE) for way in WAYS for k in range(3)}),
        None,
        THREE.assign(cycle=THREE["cycle"] + 1),
    ),
    "column_per_device": (
        wide({f"dev{d} {way} (uS)": readings(way, device=d, table=SIX) * 1e6 for d in range(6) for way in WAYS}),
        None,
        SIX,
    ),
    "column_per_device_and_cycle": (
        wide({f"device {d} cycle {c} {way}": readings(way, d, c) for d in range(2) for c in range(2) for way in WAYS}),
        None,
        TABLE,
    ),
    "up_and_down_in_one_column": (wide({"Conductance (uS)": UP_AND_DOWN * 1e6}), None, ONE),
    "up_and_down_decimal_comma": (wide({"Conductance (uS)": UP_AND_DOWN * 1e6}).replace(".", ","), None, ONE),
    "up_and_down_counted": (wide({"Pulse number": np.arange(82), "R (kOhm)": 1e-3 / UP_AND_DOWN}), None, ONE),
    "up_and_down_twice": (
        wide({"N": np.arange(164), "G (uS)": readings_of_device(0) * 1e6}),
        None,
        TABLE[TABLE["device_id"] == 0],
    ),
    "up_and_down_without_header": (wide({"": UP_AND_DOWN}).partition("\n")[2], None, ONE),
    "counted_without_header": ("".join(f"{k},{g!r}\n" for k, g in enumerate(UP_AND_DOWN.tolist())), None, ONE),
    "up_and_down_per_device": (
        wide({f"Device {d + 1}": readings_of_device(d) for d in range(2)}),
        None,
        TABLE.assign(device_id=TABLE["device_id"] + 1),
    ),
    "documented_without_header": (text(header=False), None, TABLE),
    "spreadsheet": (workbook({"Sheet1": TABLE}), "staircase.xlsx", TABLE),
    "spreadsheet_with_units": (
        workbook({"Data": renamed(factor=1e6, conductance_S="Conductance (µS)")}, startrow=3, startcol=1),
        "Staircase.XLSX",
        TABLE,
    ),
    "spreadsheet_with_notes": (
        workbook({"Notes": pd.DataFrame({"text": ["read at 0.1 V"]}), "Data": TABLE}),
        "staircase.xlsx",
        TABLE,
    ),
    "spreadsheet_of_ltp_and_ltd": (
        workbook(
            {title: pd.DataFrame({"pulse": np.arange(41), "G (uS)": readings(way) * 1e6}) for title, way in TITLES}
        ),
        "staircase.xlsx",
        ONE,
    ),
    "spreadsheet_named_csv": (workbook_bytes({"Sheet1": TABLE}), None, TABLE),
    "interleaved_without_cycle": (
        text(SIX.drop(columns="cycle").sort_values(["pulse_index", "direction", "device_id"])),
        None,
        SIX,
    ),
    "two_columns_per_device": (
        text(SIX.pivot_table("conductance_S", ["device_id", "pulse_index"], "direction").reset_index()),
        None,
        SIX,
    ),
    "row_numbers_without_a_name": (numbered(), "staircase.txt", TABLE),
    "merged_cells": (text(merged()), None, TABLE),
    "devices_below_titles": (
        "".join(f"Device {k}\npulse,direction,conductance_S\n" + below_a_title(k) for k in range(2)),
        None,
        TABLE,
    ),
    "conductance_and_normalised": (text(TABLE.assign(**{"G (norm.)": TABLE["conductance_S"] / 45e-6})), None, TABLE),
    "conductance_and_resistance": (text(TABLE.assign(**{"R (kOhm)": 1e-3 / TABLE["conductance_S"]})), None, TABLE),
    "long_names_units_comments": (
        lines_with(text(renamed(factor=1e6, conductance_S="G")), 1, ",,,,µS", ",,,,Die B3"),
        None,
        TABLE,
    ),
    "name_over_two_lines": (
        text(renamed(factor=1e6, conductance_S="Conductance\n(µS)")),
        None,
        TABLE,
    ),
    "up_and_down_sparse": (
        wide({"Pulse": np.arange(82) * 10, "G (uS)": UP_AND_DOWN * 1e6}),
        None,
        ONE.assign(pulse_index=ONE["pulse_index"] * 10),
    ),
    "up_and_down_sharing_the_turn": (
        wide({"G (uS)": np.append(readings("set", table=ONE), readings("set", table=ONE)[-2::-1]) * 1e6}),
        None,
        pd.concat([ONE[:41], ONE[:41].assign(direction="reset", conductance_S=readings("set", table=ONE)[::-1])]),
    ),
    "up_and_down_beyond_saturation": (wide({"G (uS)": RUN_ON["conductance_S"] * 1e6}), None, RUN_ON),
    "up_and_down_in_noise": (wide({"G (uS)": NOISY["conductance_S"] * 1e6}), None, NOISY),
    "spreadsheet_of_devices": (
        workbook({f"D{k}": SIX.loc[SIX["device_id"] == k].drop(columns="device_id") for k in range(1, 3)}),
        "staircase.xlsx",
        SIX[SIX["device_id"].isin([1, 2])],
    ),
    "spreadsheet_of_a_data_set": (workbook({"Data set 1": ONE.drop(columns="direction")}), "staircase.xlsx", ONE),
    "overflow_marks": (marked(), None, TABLE[~TABLE.index.isin(range(10, 16))]),
}


@pytest.mark.parametrize("name", READ)
def test_every_dialect_and_layout_gives_the_documented_table(tmp_path, name):
    content, file, expected = READ[name]
    imported = import_measurements(folder(tmp_path, "staircase", content, file))
    expected = expected.sort_values(["device_id", "direction", "cycle", "pulse_index"], ignore_index=True)
    pd.testing.assert_frame_equal(imported.measurements, expected, check_exact=False, rtol=1e-9, atol=0)


# name: (content, what the sentence must say)
REFUSED = {
    "microsiemens_said_siemens": (
        text(renamed(factor=1e6)),
        ["'conductance_S'", "conductances in uS", "conductance_uS"],
    ),
    "millisiemens_said_siemens": (text(renamed(factor=1e3)), ["conductances in mS"]),
    "nanosiemens_said_siemens": (text(renamed(factor=1e9)), ["conductances in nS"]),
    "kiloohms_said_siemens": (text(renamed(invert=True, factor=1e-3)), ["resistances in kOhm", "resistance_kOhm"]),
    "ohms_said_siemens": (text(renamed(invert=True)), ["resistances in Ohm"]),
    "kiloohms_said_microsiemens": (
        text(renamed(invert=True, factor=1e-3, conductance_S="conductance_uS")),
        ["go the wrong way", "resistances in kOhm"],
    ),
    "kiloohms_said_microsiemens_and_swapped": (
        text(renamed(invert=True, factor=1e-3, conductance_S="G (uS)").replace({"set": "reset", "reset": "set"})),
        ["resistances in kOhm with set and reset swapped"],
    ),
    "microsiemens_said_kiloohms": (text(renamed(factor=1e6, conductance_S="R (kOhm)")), ["conductances in uS"]),
    "siemens_without_a_unit": (text(renamed(factor=1e6, conductance_S="G")), ["as no unit is written", "in uS"]),
    "swapped": (text(TABLE.replace({"set": "reset", "reset": "set"})), ["swapped"]),
    "microsiemens_or_kiloohms": (
        wide({"": UP_AND_DOWN * 1e6}).partition("\n")[2],
        ["conductances in uS or resistances in kOhm"],
    ),
    "outside_the_window": (text(renamed(factor=5.0)), ["expected states that fill", "15 to 40 uS"]),
    "relative": (text(renamed(factor=2e4, conductance_S="Conductance (%)")), ["is relative", "in a unit"]),
    "conductance_in_kiloohms": (
        text(renamed(factor=1e6, conductance_S="conductance_kOhm")),
        ["is a conductance by its name and a resistance by its unit"],
    ),
    "currents_without_voltage": (text(renamed(factor=1e5, conductance_S="I (uA)")), ["holds currents", "read voltage"]),
    "not_a_number": (text().replace("0,0,set,3,", "0,0,set,3,x"), ["line 5", "'conductance_S'", "is not a number"]),
    "not_a_number_in_the_first_row": (text().replace("0,0,set,0,", "0,0,set,0,x"), ["line 2", "is not a number"]),
    "not_a_direction": (text().replace("0,0,set,3", "0,0,sat,3"), ["line 5", "'sat' is no direction", "set or reset"]),
    "fraction_of_a_pulse": (text().replace("0,0,set,3", "0,0,set,3.5"), ["line 5", "'3.5' is not a whole number"]),
    "repeated": (text().replace("0,0,set,3,", "0,0,set,2,"), ["line 5", "2 occurs again"]),
    "negative_reading": (text().replace("0,0,set,3,", "0,0,set,3,-"), ["line 5", "expected 1e-12 to 0.1 S"]),
    "decimal_comma_between_commas": (
        text().replace(".", ","),
        ["more cells than the header", "commas both between the cells and in the numbers?"],
    ),
    "thousands_or_decimals": (
        text(renamed(factor=1e3, conductance_S="G (mS)"), sep=";", float_format=lambda g: f"{g * 1e4:.3f}").replace(
            ".", ","
        ),
        ["either", "between the thousands", "with a decimal comma"],
    ),
    "devices_or_cycles": (
        wide({f"{way}_{k}": readings(way, device=k, table=SIX) for way in WAYS for k in range(6)}),
        ["'set_0' and 'set_1'", "devices or cycles", "device_1_set or cycle_1_set"],
    ),
    "runs_that_collide": (text() + text(), ["line 331", "0 occurs again"]),
    "two_sheets_of_the_same": (workbook_bytes({"a": TABLE, "b": TABLE}), ["occurs again"]),
    "measured_and_fitted": (
        text(TABLE.assign(**{"G fit (S)": TABLE["conductance_S"]})),
        ["'conductance_S' and 'G fit (S)' both hold states"],
    ),
    "log_of_pulses_and_reads": (
        text(TABLE.assign(**{"Amplitude (V)": np.resize([1.0, 0.0, -1.0, 0.0], len(TABLE))}).drop(columns="direction")),
        ["is a log of pulses", "pulses.csv"],
    ),
    "rows_in_no_order": (
        text(TABLE.drop(columns="cycle").sample(frac=1, random_state=0)),
        ["expected ramps of several readings"],
    ),
    "no_reading": (text(TABLE.drop(columns="conductance_S")), ["no column of readings", "conductance_uS"]),
    "neither_up_nor_down": (wide({"G (uS)": 20 + np.sin(np.arange(99) * 99)}), ["neither rise nor fall"]),
    "numbers_without_header": (text(TABLE.assign(x=1.5), header=False), ["has no header", "names of the columns"]),
    "whole_numbers_without_header": ("10,5\n12,3\n13,1\n14,9\n", ["two ramps or one with decimal commas"]),
    "empty": ("", ["holds no text"]),
    "header_only": ("device_id,cycle\n", ["holds no rows"]),
    "binary": (bytes(range(256)) * 9, ["is a binary file"]),
    "old_spreadsheet": (b"\xd0\xcf\x11\xe0" + bytes(99), ["old format .xls"]),
    "broken_spreadsheet": (b"PK\x03\x04" + bytes(99), ["not a spreadsheet that can be read"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_doubt_ends_in_one_sentence(tmp_path, name):
    content, expected = REFUSED[name]
    assert_refused(folder(tmp_path, "staircase", content), ["staircase.csv", *expected])


def test_two_files_of_one_kind_are_refused(tmp_path):
    place = folder(tmp_path, "staircase", text())
    (place / "staircase.txt").write_text(text())
    with pytest.raises(InputError, match=r"holds staircase\.csv and staircase\.txt"):
        import_measurements(place)


def test_the_command_prints_what_was_understood_and_writes_the_table(tmp_path, capsys):
    content = text(renamed(factor=1e6, conductance_S="Conductance (µS)"), sep=";", decimal=",").encode("latin-1")
    assert main([str(folder(tmp_path, "staircase", content)), "--to", str(tmp_path / "calibration")]) == 0
    printed = capsys.readouterr().out
    for part in ("windows-1252", "semicolons", "decimal mark ','", "'Conductance (µS)': conductance in uS", "328 rows"):
        assert part in printed
    assert list(pd.read_csv(tmp_path / "calibration/measurements.csv")) == list(TABLE.columns)


def test_the_command_says_a_fault_in_one_line(tmp_path, capsys):
    assert main([str(folder(tmp_path, "staircase", ""))]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("unit", ["Ohm", "kOhm", "MOhm", "S", "mS", "uS", "nS"])
@pytest.mark.parametrize("said", ["conductance_S", "G (mS)", "G (uS)", "G (nS)", "R (Ohm)", "R (kOhm)", "R (MOhm)"])
@pytest.mark.parametrize("is_swapped", [False, True])
def test_no_chain_of_hints_ends_in_a_wrong_device(tmp_path, unit, said, is_swapped):
    exponent = {"m": 3, "u": 6, "n": 9, "k": -3, "M": -6}.get(unit[0], 0)
    file = renamed(TABLE, 10.0**exponent, unit.endswith("Ohm"), conductance_S=said)
    if is_swapped:
        file = file.replace({"set": "reset", "reset": "set"})
    try:
        imported = import_measurements(folder(tmp_path, "staircase", text(file))).measurements
    except InputError:
        return
    # What is accepted is the device: the states and the way they go.
    assert not is_swapped
    np.testing.assert_allclose(np.sort(imported["conductance_S"]), np.sort(TABLE["conductance_S"]), rtol=1e-9)
