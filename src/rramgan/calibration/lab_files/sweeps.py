"""The layout of current-voltage sweeps: one sample a row."""

import pandas as pd

from rramgan.calibration.lab_files.states import device_numbers, devices, find
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.calibration.lab_files.units import Unit
from rramgan.errors import InputError

_COLUMNS = {"g0_S": "conductance", "temperature_C": "temperature", "voltage_V": "voltage", "current_A": "current"}


def arrange_sweeps(tables, understood: Understanding) -> pd.DataFrame:
    """Samples in the documented format of `iv.csv`, indexed by their lines.

    `tables`: pairs of a Table and the list of its Column. Raises InputError for a missing column.
    """
    if len(tables) > 1:
        names = " and ".join(table.titles.get(0, "") for table, _ in tables[:2])
        raise InputError(f"{understood.path}: the sheets {names} both hold sweeps; expected one sheet of them")
    table, columns = tables[0]
    understood.layout = "a sample a row"
    samples = {"device_id": device_numbers(devices(table, columns) or [0] * len(table.rows), understood)}
    for name, quantity in _COLUMNS.items():
        k = find(columns, quantity)
        if k is None:
            raise InputError(
                f"{table.place}: column {name!r} is missing; expected the columns device_id, {', '.join(_COLUMNS)}, "
                f"found {', '.join(column.name for column in columns)}"
            )
        samples[name] = (columns[k].unit or Unit(quantity)).to_si(table.numbers(k))
    written = pd.DataFrame(samples, index=table.lines)
    missing = written.isna().any(axis=1)
    understood.drop("no sample, empty or beyond the range", written.index[missing])
    return written[~missing]
