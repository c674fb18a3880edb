"""The table in a sheet of cells: its header, unit row and body, without what stands around it."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from rramgan.calibration.lab_files.cells import COMMENT_MARKS, Sheet
from rramgan.calibration.lab_files.columns import column_of, title_labels
from rramgan.calibration.lab_files.numerals import decimal_mark, looks_numeric, number
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.calibration.lab_files.units import RELATIVE, unit_of
from rramgan.errors import InputError

_SAMPLE = 2000
"""Rows looked at to tell what a row of the body looks like."""


@dataclass
class Table:
    """Columns of cells, with where they come from."""

    place: str
    """File, and sheet of a spreadsheet, for errors."""
    names: list[str]
    """Column names; empty without a header."""
    units: list[str]
    """Cells of the row of units, empty where there is none."""
    rows: list[list[str]]
    """Cells of the body, row by row, equally many in each."""
    lines: np.ndarray
    """Line of the file of every row."""
    blocks: np.ndarray
    """Number of the block of every row; blank rows, titles and repeated headers divide blocks."""
    titles: dict[int, str] = field(default_factory=dict)
    """Title above a block; of a spreadsheet the sheet's name, above the first."""
    mark: str = "."
    """Decimal mark."""

    def cells(self, k: int) -> list[str]:
        """The cells of column `k`."""
        return [row[k] for row in self.rows]

    def numbers(self, k: int) -> np.ndarray:
        """The numbers of column `k`, NaN where a cell is empty or marks a reading beyond the range."""
        values = np.empty(len(self.rows))
        for i, row in enumerate(self.rows):
            try:
                values[i] = number(row[k], self.mark) if row[k] else np.nan
            except ValueError:
                name = f", column {self.names[k]!r}" if self.names else f", cell {k + 1}"
                raise InputError(
                    f"{self.place}: line {self.lines[i]}{name}: {row[k]!r} is not a number; expected a number"
                ) from None
        return values


def find_table(sheet: Sheet, understood: Understanding) -> Table | None:
    """The table of a sheet, or None if there is no row of numbers in it.

    Raises InputError for rows longer than the header and for doubtful decimal marks.
    """
    place = f"{understood.path}" + (f", sheet {sheet.name!r}" if sheet.name else "")
    sheet = _data_records(sheet)
    numeric = _numeric_positions(sheet.rows)
    first = next((i for i, row in enumerate(sheet.rows) if _is_certain(row, numeric)), None)
    if first is None:
        return None
    header = _header(sheet.rows[:first], numeric)
    names = [] if header is None else [" ".join(cell.split()) for cell in _without_mark(sheet.rows[header], numeric)]
    kinds = [_kind(row, numeric, names) for row in sheet.rows]
    if header is not None:
        kinds[:header] = [_kind_above(row) for row in sheet.rows[:header]]
        kinds[header] = "header"
        understood.header_line = sheet.lines[header]
    table = _body(sheet, kinds, _with_row_names(names, sheet.rows, kinds), max(numeric) + 1, place)
    for kind in dict.fromkeys(kinds):
        if kind not in ("body", "header", "title", "row of units"):
            understood.drop(kind, (line for line, of in zip(sheet.lines, kinds, strict=True) if of == kind))
    table.mark = understood.decimal_mark = decimal_mark((cell for row in table.rows for cell in row), place)
    return table


def _data_records(sheet):
    """Rows behind their marks, of the parameter analysers that begin each row with DataName or DataValue."""
    marks = ("DataName", "DataValue")
    kept = [i for i, row in enumerate(sheet.rows) if row and row[0] in marks]
    if not any(sheet.rows[i][0] == "DataValue" for i in kept):
        return sheet
    return Sheet(sheet.name, [sheet.rows[i][1:] for i in kept], [sheet.lines[i] for i in kept])


def _is_comment(row):
    return bool(row) and row[0].startswith(COMMENT_MARKS)


def _numeric_positions(rows):
    """Positions of the body that hold numbers, told by the rows that are like the commonest one."""
    rows = [row for row in rows if not _is_comment(row)]
    rows = rows[:: 1 + len(rows) // _SAMPLE]
    kinds = [frozenset(k for k, cell in enumerate(row) if looks_numeric(cell)) for row in rows]
    counts = Counter(kind for kind in kinds if kind)
    if not counts:
        return []
    commonest = max(counts, key=lambda kind: (counts[kind], len(kind)))
    # Ramps of unequal lengths leave rows with fewer numbers.
    alike = [i for i, kind in enumerate(kinds) if kind and (kind <= commonest or kind >= commonest)]
    numbers = Counter(k for i in alike for k in kinds[i])
    filled = Counter(k for i in alike for k, cell in enumerate(rows[i]) if cell)
    return [k for k in sorted(numbers) if numbers[k] > filled[k] / 2]


def _is_certain(row, numeric):
    """Whether a row belongs to the body beyond doubt: most of its cells are right, and none is a known name."""
    cells = [row[k] for k in numeric if k < len(row) and row[k]]
    words = [cell for cell in cells if not looks_numeric(cell)]
    is_named = any(column_of(word).is_known for word in words)
    return not _is_comment(row) and len(words) < len(cells) / 2 and not is_named


def _header(rows, numeric):
    """Index of the row above the body with the most names that mean something, of equals the last; None without."""
    best, most = None, 0
    for i, row in enumerate(rows):
        names = [name for name in _without_mark(row, numeric) if name]
        known = sum(column_of(name).is_known for name in names if not looks_numeric(name))
        is_wide = len(names) >= (len(numeric) if _is_comment(row) else min(len(numeric), 2))
        if is_wide and (known or not _is_comment(row)) and known >= most and not _is_unit_row(names):
            best, most = i, known
    return best


def _without_mark(row, numeric):
    """A row of names, without the comment mark that some programs write in front of it."""
    if not _is_comment(row):
        return row
    first = row[0].lstrip("#%/!").strip()
    return [first, *row[1:]] if first or len(row) <= max(numeric) + 1 else row[1:]


def _is_unit_row(cells):
    """Whether all cells that are filled name units."""
    cells = [cell.strip("()[]") for cell in cells if cell.strip("-() []")]
    return bool(cells) and all(unit_of(cell) or cell.lower() in (*RELATIVE, "1") for cell in cells)


def _kind(row, numeric, names):
    """What a row below the header is."""
    if len(row) > numeric[0] and looks_numeric(row[numeric[0]]) and not _is_comment(row):
        return "body"
    filled = [cell for cell in row if cell]
    if not filled:
        return "blank"
    if _is_comment(row):
        return "comment"
    if [cell.casefold() for cell in filled] == [name.casefold() for name in names if name]:
        return "repeated header"
    if any(looks_numeric(row[k]) for k in numeric if k < len(row)):
        return "body"
    if _is_unit_row(row):
        return "row of units"
    return "title" if len(filled) == 1 else "no numbers in it"


def _with_row_names(names, rows, kinds):
    """The names, with an empty one before them if every row begins with its number, as R writes tables."""
    body = [row for row, kind in zip(rows, kinds, strict=True) if kind == "body"]
    is_numbered = all(len(row) == len(names) + 1 and row[0] == str(k) for k, row in enumerate(body, start=1))
    return ["", *names] if names and is_numbered else names


def _kind_above(row):
    """What a row above the header is."""
    filled = [cell for cell in row if cell]
    if len(filled) == 1 and any(value is not None for value in title_labels(filled[0]).values()):
        return "title"
    return "above the table" if filled else "blank"


def _body(sheet, kinds, names, least_width, place):
    """The table of the rows that are its body."""
    width = len(names) or least_width
    units, rows, lines, blocks, titles = [""] * width, [], [], [], {}
    block, title = 0, sheet.name
    for row, line, kind in zip(sheet.rows, sheet.lines, kinds, strict=True):
        if kind == "body":
            if any(row[width:]):
                raise InputError(
                    f"{place}: line {line}: the row has more cells than the header; expected one per column (are there "
                    "commas both between the cells and in the numbers?)"
                )
            if title:
                titles[block], title = title, ""
            rows.append(row[:width] + [""] * (width - len(row)))
            lines.append(line)
            blocks.append(block)
            continue
        if kind == "row of units" and not rows:
            units = [*row, *units][:width]
        title = next(filter(None, row)) if kind == "title" else title
        block += bool(blocks) and blocks[-1] == block and kind != "comment"
    return _without_empty_columns(Table(place, names, units, rows, np.array(lines), np.array(blocks), titles))


def _without_empty_columns(table):
    """The table without columns that hold nothing."""
    kept = [k for k in range(len(table.rows[0])) if any(row[k] for row in table.rows)]
    if len(kept) < len(table.rows[0]):
        table.rows = [[row[k] for k in kept] for row in table.rows]
        table.units = [table.units[k] for k in kept]
        table.names = [table.names[k] for k in kept] if table.names else []
    return table
