"""Random tables written in random dialects and layouts come back as they were, or are refused; never otherwise."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lab_devices import folder, pulses, staircase

from rramgan.calibration.import_measurements import import_measurements

UNITS = {
    "S": (0, False),
    "mS": (3, False),
    "uS": (6, False),
    "µS": (6, False),
    "μS": (6, False),
    "nS": (9, False),
    "Ohm": (0, True),
    "Ω": (0, True),
    "kOhm": (-3, True),
    "kΩ": (-3, True),
    "MOhm": (-6, True),
}
HEADERS = ("{} ({})", "{} [{}]", "{}_{}", "{} / {}", "{} {}", "{}, {}", "{} in {}")
WORDS = (("set", "reset"), ("SET", "RESET"), ("LTP", "LTD"), ("P", "D"), ("+1", "-1"), ("potentiation", "depression"))


@st.composite
def dialects(draw):
    """How a file is written."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    unit = draw(st.sampled_from(list(UNITS)))
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"] + ["windows-1252"] * (unit.isascii() or unit == "µS")
    return {
        "delimiter": delimiter,
        "decimal": draw(st.sampled_from([".", ","] if delimiter != "," else ["."])),
        "unit": unit,
        "header": draw(st.sampled_from(HEADERS)),
        "encoding": draw(st.sampled_from(encodings)),
        "line_end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "quoting": draw(st.sampled_from([0, 1])),
        "comments": draw(st.integers(0, 3)),
        "preamble": draw(st.integers(0, 20)),
        "blank_rows": draw(st.integers(0, 3)),
        "trailing": draw(st.integers(0, 2)),
        "words": draw(st.sampled_from(WORDS)),
        "upper": draw(st.booleans()),
        "extra": draw(st.sampled_from(["", "index", "date", "tag"])),
        "format": draw(st.sampled_from(["{!r}", "{:.8e}", "{:.9G}"])),
        "positions": draw(st.lists(st.floats(0, 1), max_size=3)),
    }


def written(table, how):
    """The table as bytes in the dialect; its first numbers are those of `table` to nine digits."""
    table = table.copy()
    if how["extra"]:
        table.insert(0, {"index": "", "date": "Date", "tag": "Tag"}[how["extra"]], _extra(how["extra"], len(table)))
    rows = [[_cell(value, how) for value in row] for row in table.itertuples(index=False)]
    quote = '"{}"'.format if how["quoting"] else "{}".format
    names = [name.upper() if how["upper"] and name.isascii() and not name.endswith("S") else name for name in table]
    # A name that holds the delimiter has to be quoted.
    header = how["delimiter"].join(f'"{name}"' if how["delimiter"] in name else quote(name) for name in names)
    lines = [how["delimiter"].join(map(quote, row)) + how["delimiter"] * how["trailing"] for row in rows]
    for k in range(how["blank_rows"]):
        at = int(how["positions"][k] * len(lines)) if k < len(how["positions"]) else len(lines)
        lines.insert(at, how["delimiter"] * how["trailing"])
    above = [f"# note {k}" for k in range(how["comments"])]
    above += [f"Parameter {k}{how['delimiter']}value" for k in range(how["preamble"])]
    return how["line_end"].join([*above, header, *lines, ""]).encode(how["encoding"])


def _cell(value, how):
    if isinstance(value, float):
        return how["format"].format(float(value)).replace(".", how["decimal"])
    return str(value)


def _extra(kind, count):
    return {"index": np.arange(count), "date": ["2024-02-11 10:31:07"] * count, "tag": ["F R15 V=0.5"] * count}[kind]


def in_unit(values, unit):
    """Conductances (S) in the unit."""
    exponent, invert = UNITS[unit]
    return (1 / values if invert else values) * 10.0**exponent


def reading(how, word=""):
    """Name of a column of readings."""
    quantity = "Resistance" if UNITS[how["unit"]][1] else "Conductance"
    return how["header"].format(f"{word} {quantity}".strip(), how["unit"])


FUZZ = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check(tmp_path, kind, table, content, keys):
    """The import gives the table back, to the digits written."""
    imported = import_measurements(folder(tmp_path, kind, content)).measurements
    expected = table.sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(imported.sort_values(keys, ignore_index=True), expected, rtol=2e-8, atol=0)


KEYS = ["device_id", "cycle", "direction", "pulse_index"]


@FUZZ
@given(
    how=dialects(),
    devices=st.integers(1, 3),
    cycles=st.integers(1, 3),
    count=st.integers(8, 40),
    seed=st.integers(0, 99),
)
def test_long_staircases(tmp_path, how, devices, cycles, count, seed):
    table = staircase(devices, cycles, count, seed=seed, step_S=60e-6 / count)
    file = table.assign(
        direction=table["direction"].map(dict(zip(("set", "reset"), how["words"], strict=True))),
        conductance_S=in_unit(table["conductance_S"], how["unit"]),
    )
    check(tmp_path, "staircase", table, written(file.rename(columns={"conductance_S": reading(how)}), how), KEYS)


@FUZZ
@given(how=dialects(), cycles=st.integers(1, 4), count=st.integers(8, 40), seed=st.integers(0, 99))
def test_wide_staircases(tmp_path, how, cycles, count, seed):
    table = staircase(1, cycles, count, seed=seed, step_S=60e-6 / count)
    how |= {"blank_rows": 0}
    words = dict(zip(("set", "reset"), how["words"], strict=True)) if how["words"][0] != "+1" else {}
    columns = {
        f"{reading(how, f'{words.get(way, way)} {cycle}')}": in_unit(ramp["conductance_S"].to_numpy(), how["unit"])
        for (cycle, way), ramp in table.groupby(["cycle", "direction"])
    }
    check(tmp_path, "staircase", table, written(pd.DataFrame(columns), how), KEYS)


@FUZZ
@given(how=dialects(), cycles=st.integers(1, 4), count=st.integers(8, 40), seed=st.integers(0, 99))
def test_up_and_down_in_one_column(tmp_path, how, cycles, count, seed):
    table = staircase(1, cycles, count, seed=seed, step_S=60e-6 / count)
    column = {"Pulse": np.arange(len(table)), reading(how): in_unit(table["conductance_S"], how["unit"])}
    check(tmp_path, "staircase", table, written(pd.DataFrame(column), how), KEYS)


@FUZZ
@given(
    how=dialects(),
    devices=st.integers(1, 3),
    trains=st.integers(1, 3),
    is_signed=st.booleans(),
    seed=st.integers(0, 99),
)
def test_pulses(tmp_path, how, devices, trains, is_signed, seed):
    table = pulses(devices, trains, seed=seed)
    states = {name: in_unit(table[name], how["unit"]) for name in ("g_before_S", "g_after_S")}
    file = table.assign(**states, amplitude_V=table["amplitude_V"] if is_signed else table["amplitude_V"].abs())
    names = {f"g_{moment}_S": reading(how, moment) for moment in ("before", "after")}
    content = written(file.rename(columns=names), how)
    check(tmp_path, "recorded", table, content, ["device_id", "pulse_index"])
