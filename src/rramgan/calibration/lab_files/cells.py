"""The cells of a file as text, whatever it is: comma-separated, tabulated, or a spreadsheet."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from rramgan.calibration.lab_files.numerals import looks_numeric
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.errors import InputError

_DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "blanks"}

COMMENT_MARKS = ("#", "%", "//", "!")
"""Marks that begin a line which is no row."""

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SAMPLE = 400
"""Lines looked at to tell the delimiter."""

_SEPARATORS = re.compile(r"[,;|\t]")


@dataclass
class Sheet:
    """Rows of cells, blank ones included, and the lines of the file they stand in."""

    name: str
    """Name of the sheet of a spreadsheet, empty otherwise."""
    rows: list[list[str]]
    """Cells, stripped of blanks."""
    lines: list[int]
    """Line of every row."""


def read_cells(path: Path, understood: Understanding) -> list[Sheet]:
    """The sheets of a file; text has one. Raises InputError if it is no text and no spreadsheet, or empty."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); expected a table of measurements") from None
    if content.startswith(b"PK\x03\x04"):
        understood.encoding, understood.delimiter = "spreadsheet", "cells"
        return _read_workbook(path, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{path}: is a spreadsheet of the old format .xls; expected .xlsx, or text such as .csv")
    understood.encoding, text = decode(content)
    if not text.strip() or "\0" in text:
        fault = "holds no text" if not text.strip() else "is a binary file"
        raise InputError(f"{path}: {fault}; expected a table of measurements as text or .xlsx")
    delimiter, first = _announced(text) or (None, 0)
    delimiter = delimiter or delimiter_of(text)
    name = _DELIMITERS.get(delimiter, repr(delimiter))
    understood.delimiter = f"separated by {name}" if delimiter else "a single column"
    rows, lines = _split(text, delimiter)
    return [Sheet("", rows[first:], lines[first:])]


def decode(content: bytes) -> tuple[str, str]:
    """Name of the encoding, and the text.

    Byte-order marks, zero bytes and valid UTF-8 leave no doubt; what remains is Windows' Western code page, of which
    Latin-1 is a part. Detectors by letter statistics (charset-normalizer 3.5) take the one micro sign of a table of
    numbers for Chinese.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return encoding.removesuffix("-sig"), content.decode(encoding, errors="replace")
    zeros = [content[start:2000:2].count(0) for start in (0, 1)]
    if sum(zeros) > min(len(content), 2000) / 4:
        encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        return encoding, content.decode(encoding, errors="replace")
    try:
        return "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252", content.decode("windows-1252", errors="replace")


def delimiter_of(text: str) -> str:
    """The delimiter under which most rows have equally many cells, each a number or words; "" for one column.

    Commas in the numbers but not in the header are decimal ones, in one column.
    `csv.Sniffer` asks for one regular character only and takes the decimal comma, or the "e" of exponents, for it.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(COMMENT_MARKS)]
    # What stands above a table is in the first half of a file.
    body = lines[len(lines) // 2 :]
    sample = body[:: 1 + len(body) // _SAMPLE]
    # Of nearly equal ones the first wins: cells hold blanks more often than tabs.
    merits = {delimiter: round(_merit(sample, delimiter), 1) for delimiter in _DELIMITERS}
    best = max(merits, key=lambda delimiter: merits[delimiter])
    words = [line for line in lines[:_SAMPLE] if not looks_numeric(line.strip())]
    is_decimal = best == "," and words and not any("," in line for line in words)
    return best if merits[best] > 0 and not is_decimal else ""


def _merit(lines, delimiter):
    """Share of the cells that are numbers or words, times the share of rows of the commonest width; 0 for one."""
    rows = [_filled(row) for row in _split("\n".join(lines), delimiter)[0]]
    widths = [len(row) for row in rows]
    width = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    if width < 2:
        return 0.0
    cells = [cell for row in rows if len(row) == width for cell in row]
    return sum(map(_is_whole, cells)) / len(cells) * widths.count(width) / len(widths)


def _is_whole(cell):
    """Whether a cell is a number or words, and not several cells together."""
    parts = cell.split()
    is_several = len(parts) > 1 and sum(map(looks_numeric, parts)) > len(parts) / 2
    return looks_numeric(cell) or not (is_several or _SEPARATORS.search(cell))


def _filled(row):
    """The row without empty cells at its end."""
    return row[: max((k + 1 for k, cell in enumerate(row) if cell), default=0)]


def _split(text, delimiter):
    """Rows of stripped cells, and the line each begins in; quoted cells may hold line ends."""
    if delimiter == " ":
        lines = re.split(r"\r\n|\r|\n", text)
        return _split_at_blanks(lines), list(range(1, len(lines) + 1))
    rows, lines, line = [], [], 1
    # A character that occurs nowhere stands for "no delimiter".
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or "\x1f", skipinitialspace=True)
    for row in reader:
        rows.append([cell.strip() for cell in row])
        lines.append(line)
        line = reader.line_num + 1
    return rows, lines


def _split_at_blanks(lines):
    """Cells between blanks; names that hold single blanks are kept together if wider gaps separate them."""
    lines = [re.sub(r"\s+(?=[(\[])", "", line) for line in lines]
    rows = [[cell.strip('"') for cell in re.findall(r'"[^"]*"|\S+', line)] for line in lines]
    numbers = [len(row) for row in rows if sum(map(looks_numeric, row)) > len(row) / 2]
    width = max(set(numbers), key=numbers.count, default=0)
    wide = (re.split(r"\s{2,}|\t", line.strip()) for line in lines)
    return [gaps if len(gaps) == width != len(row) else row for row, gaps in zip(rows, wide, strict=True)]


def _announced(text):
    """The delimiter announced in a first line such as "sep=;", as spreadsheets write it, and the rows it takes."""
    match = re.match(r'"?sep=(.)"?\r?\n', text)
    return (match[1], 1) if match else None


def _read_workbook(path, content):
    """All worksheets, numbers in the shortest text that reads back to the same bits."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{path}: not a spreadsheet that can be read ({error}); expected .xlsx") from None
    sheets = []
    for sheet in book.worksheets:
        # Some programs write wrong dimensions into the file.
        sheet.reset_dimensions()
        rows = [
            ["" if cell is None else str(cell).strip() for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        sheets.append(Sheet(sheet.title, rows, list(range(1, len(rows) + 1))))
    book.close()
    return sheets
