"""Numbers as files write them: decimal marks, thousands separators, and marks of a reading beyond the range."""

import math
import re
from collections.abc import Iterable

from rramgan.errors import InputError

OVERFLOW_A = 9.8e37
"""From here on a number is an instrument's mark of overflow (9.9E37 and 9.91E37 of the SCPI standard)."""

_BEYOND_RANGE = re.compile(
    r"-{2,}|\*+|o\.?l\.?|o\.?f\.?|ovr?ld|ovr|over|overflow|over ?range|overload|compliance|[+-]?inf(inity)?|[+-]?∞"
    r"|#div/0!|#num!|#value!|#n/a|#ref!|n/?a|nan|null|none|invalid",
    re.IGNORECASE,
)
_GROUPS = "'’\u00a0\u2009\u202f "
"""Separators of thousands besides comma and point."""

_NUMERAL = re.compile(rf"[+\-−]?(?=[.,]?\d)[\d.,{_GROUPS}]*(?:e[+\-−]?\d+)?", re.IGNORECASE)
_POINT_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d*)?")


def looks_numeric(cell: str) -> bool:
    """Whether a cell holds a number in any dialect, or the mark of one that is missing."""
    return bool(_NUMERAL.fullmatch(cell)) or bool(_BEYOND_RANGE.fullmatch(cell))


def decimal_mark(cells: Iterable[str], place: str) -> str:
    """The decimal mark, "." or ",", of the cells of a table.

    Raises InputError, naming both readings, if every comma may as well separate thousands.
    """
    commas = [cell.lstrip("+-−") for cell in cells if "," in cell and looks_numeric(cell)]
    if not commas:
        return "."
    doubtful = [cell for cell in commas if _POINT_GROUPS.fullmatch(cell) and not cell.startswith("0")]
    if len(doubtful) < len(commas):
        return ","
    if any("." in cell or cell.count(",") > 1 for cell in doubtful):
        return "."
    raise InputError(
        f"{place}: {doubtful[0]!r} is either {doubtful[0].replace(',', '')} with a comma between the thousands or "
        f"{doubtful[0].replace(',', '.')} with a decimal comma; expected decimal points, and no separators of thousands"
    )


def number(cell: str, mark: str = ".") -> float:
    """The number in a cell, NaN for a mark of a missing one; raises ValueError if it is none of either."""
    try:
        value = float(cell)
        if "_" not in cell:
            return value if abs(value) < OVERFLOW_A else math.nan
    except ValueError:
        pass
    if _BEYOND_RANGE.fullmatch(cell):
        return math.nan
    if not _NUMERAL.fullmatch(cell):
        raise ValueError(cell)
    text = cell.replace("−", "-")
    for separator in _GROUPS:
        text = text.replace(separator, "")
    mantissa = re.split("[eE]", text.lstrip("+-"))[0]
    if mark == ",":
        text = text.replace(".", "") if _COMMA_GROUPS.fullmatch(mantissa) else text
        return float(text.replace(",", "."))
    return float(text.replace(",", "") if _POINT_GROUPS.fullmatch(mantissa) else text)
