"""States in the readings of a table: conductance from conductance, resistance or current; and who they belong to."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rramgan.calibration.lab_files.columns import READINGS, Column
from rramgan.calibration.lab_files.tables import Table
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.calibration.lab_files.units import Unit
from rramgan.errors import InputError

_OWNERS = ("device", "word_line", "bit_line", "cycle", "direction")
"""Quantities that say what a row belongs to."""

_SHOWN = 5
"""Names of devices shown of many."""


@dataclass(frozen=True)
class Stated:
    """What a file says its readings are."""

    column: str
    """Name of the column, empty without a header."""
    unit: Unit
    """Unit, the SI unit if none is written."""
    is_quantity_written: bool
    """Whether the name of the column, or its unit, says what was read."""
    is_unit_written: bool
    """Whether the unit is written."""
    is_direction_written: bool = True
    """Whether the file, and not the movement of the states, says which way each pulse goes."""


def find(columns: list[Column], *quantities: str) -> int | None:
    """Position of the first column of the first of the quantities that the table has."""
    return next((k for name in quantities for k, column in enumerate(columns) if column.quantity == name), None)


def reading_positions(table: Table, columns: list[Column], understood: Understanding) -> list[int]:
    """Positions of the columns that hold readings, all of the plainest quantity that the table has.

    Raises InputError if there is none, or if nothing tells two of them apart.
    """
    readings = [k for k, column in enumerate(columns) if column.is_reading]
    quantity = next((name for name in READINGS if any(columns[k].quantity == name for k in readings)), None)
    used = [k for k in readings if columns[k].quantity == quantity]
    if not used:
        raise InputError(
            f"{table.place}: no column of readings found; expected one such as conductance_uS, "
            f"found {', '.join(column.name for column in columns)}"
        )
    for k in sorted(set(readings) - set(used)):
        understood.remark(f"{columns[k].name!r} is not used, as {columns[used[0]].name!r} tells the states")
    labels: dict[tuple, Column] = {}
    for k in used:
        column = columns[k]
        twin = labels.setdefault((column.direction, column.device, column.cycle, column.number), column)
        if twin is not column:
            raise InputError(
                f"{table.place}: columns {twin.name!r} and {column.name!r} both hold states, and nothing tells which "
                "to take; expected one column of readings, or names such as device_1_set for a column per ramp"
            )
    return used


def stated(columns: list[Column], k: int) -> Stated:
    """What the table says of the readings in column `k`."""
    column = columns[k]
    unit = column.unit or Unit(column.quantity or "conductance")
    return Stated(column.name, unit, column.quantity is not None, column.unit is not None)


def states_S(table: Table, columns: list[Column], k: int, understood: Understanding) -> np.ndarray:
    """Conductances (S) of the readings in column `k`, NaN without a reading; readings at negative voltage as positive.

    Raises InputError for currents without a read voltage.
    """
    column, values = columns[k], stated(columns, k).unit.to_si(table.numbers(k))
    if column.unit is None:
        understood.remark(
            f"no unit is written with the readings: taken as {Unit(column.quantity or 'conductance').symbol}"
        )
    if column.quantity == "resistance":
        values = 1 / np.where(values == 0, np.nan, values)
    elif column.quantity == "current":
        voltage = find(columns, "read_voltage", "voltage")
        if voltage is None:
            raise InputError(
                f"{table.place}: column {column.name!r} holds currents; expected conductances or resistances, or the "
                "read voltage in a column beside the currents"
            )
        voltage_V = (columns[voltage].unit or Unit("voltage")).to_si(table.numbers(voltage))
        values = values / np.where(voltage_V == 0, np.nan, voltage_V)
    if np.nanmax(np.append(values, -np.inf)) < 0:
        understood.remark(f"{column.name!r} is negative throughout, as read at a negative voltage: taken as positive")
        values = -values
    return values


def whole_numbers(table: Table, columns: list[Column], k: int) -> np.ndarray:
    """Whole numbers from 0 in column `k`; raises InputError naming the line of the first cell that holds none."""
    values = table.numbers(k)
    faults = ~((values >= 0) & (values % 1 == 0) & (values < 2**53))
    if faults.any():
        row = int(np.argmax(faults))
        cell = table.rows[row][k]
        fault = f"{cell!r} is not a whole number" if cell else "the cell is empty"
        raise InputError(
            f"{table.place}: line {table.lines[row]}, column {columns[k].name!r}: {fault}; expected a whole number "
            "from 0"
        )
    return values.astype(np.int64)


def fill_down(table: Table, columns: list[Column], understood: Understanding) -> None:
    """Fill the blanks of columns that name what a row belongs to, where most are blank, as merged cells leave them.

    Raises InputError for a blank cell among filled ones.
    """
    for k, column in enumerate(columns):
        blank = [not row[k] for row in table.rows]
        if column.quantity not in _OWNERS or not any(blank):
            continue
        if sum(blank) < len(blank) / 2 or blank[0]:
            raise InputError(
                f"{table.place}: line {table.lines[blank.index(True)]}, column {column.name!r}: the cell is empty; "
                f"expected a {column.quantity.replace('_', ' ')}"
            )
        for above, row in pairwise(table.rows):
            row[k] = row[k] or above[k]
        understood.remark(f"blank cells of {column.name!r} stand for the one above them")


def devices(table: Table, columns: list[Column]) -> list[str] | None:
    """Device of every row, from a column of devices or of word and bit lines; None if the table has neither."""
    device = find(columns, "device")
    lines = [k for k in (find(columns, "word_line"), find(columns, "bit_line")) if k is not None]
    names = [table.cells(k) for k in (lines if device is None else [device])]
    return [" x ".join(name) for name in zip(*names, strict=True)] if names else None


def device_numbers(names, understood: Understanding) -> np.ndarray:
    """Devices as whole numbers: their own if all of them are, otherwise counted in the order of the file."""
    names = np.asarray(names, dtype=object)
    distinct = list(dict.fromkeys(names))
    try:
        numbers = {name: float(name) for name in distinct}
    except ValueError:
        numbers = {name: float(k) for k, name in enumerate(distinct)}
        shown = ", ".join(f"{name} is {k}" for k, name in enumerate(distinct[:_SHOWN]))
        understood.remark(f"devices numbered: {shown}{', ...' if len(distinct) > _SHOWN else ''}")
    return np.array([numbers[name] for name in names])
