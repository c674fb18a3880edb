"""Tables without a header: meanings of the columns where the shape leaves no doubt."""

from dataclasses import replace

import numpy as np

from rramgan.calibration.lab_files.columns import Column, direction_of
from rramgan.calibration.lab_files.numerals import looks_numeric
from rramgan.calibration.lab_files.tables import Table
from rramgan.errors import InputError

_STAIRCASE = [Column("", name) for name in ("device", "cycle", "direction", "pulse")] + [Column("", number=0)]
_PULSES = [
    *(Column("", "device"), Column("", "pulse"), Column("", "conductance", moment="before")),
    *(Column("", "amplitude"), Column("", "width"), Column("", "conductance", moment="after")),
]


def columns_by_shape(table: Table) -> list[Column]:
    """Meanings of the columns of a table without names, which get the names "column 1" and so on.

    Known shapes are the documented formats, a column of readings with or without a count before it, and columns of
    ramps. Raises InputError for others.
    """
    shape = "".join(_kind(table, k) for k in range(len(table.rows[0])))
    if shape == "iiwix":
        columns = _STAIRCASE
    elif shape == "iixxxx":
        columns = _PULSES
    elif shape[1:] in ("x", "i") and _counts(table.numbers(0)):
        columns = [Column("", "pulse"), Column("", number=0)]
    elif set(shape) == {"x"} or shape == "i":
        columns = [Column("", number=k) for k in range(len(shape))]
    else:
        doubt = (
            "; two columns of whole numbers are either two ramps or one with decimal commas" if shape == "ii" else ""
        )
        raise InputError(
            f"{table.place}: has no header, and its {len(shape)} columns do not tell what they are{doubt}; expected "
            "names of the columns in the first line, such as pulse_index and conductance_uS"
        )
    table.names = [f"column {k + 1}" for k in range(len(shape))]
    return [replace(column, name=name) for name, column in zip(table.names, columns, strict=True)]


def _counts(numbers):
    return numbers[0] in (0, 1) and bool(np.all(np.diff(numbers) == 1))


def _kind(table, k):
    """ "w" for a column of words for directions, "i" of whole numbers, "x" of numbers, "?" of anything else."""
    cells = table.cells(k)
    if all(map(looks_numeric, filter(None, cells))):
        values = table.numbers(k)
        return "i" if np.all(values % 1 == 0) else "x"
    return "w" if all(map(direction_of, cells)) else "?"
