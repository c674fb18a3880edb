"""What was understood of a measurement file, to be printed, kept, and checked by whoever measured."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Understanding:
    """How one file was read; the rooms of the reader fill it in as the file passes through them."""

    path: Path
    """The file."""
    encoding: str = ""
    """Encoding of its text, or "spreadsheet"."""
    delimiter: str = ""
    """What separates its cells, in words."""
    decimal_mark: str = "."
    """Decimal mark of its numbers, "." or ","."""
    header_line: int | None = None
    """Line of the column names; None if the file has none."""
    columns: dict[str, str] = field(default_factory=dict)
    """Meaning and unit of every column, by its name in the file."""
    layout: str = ""
    """How its rows and columns are arranged."""
    dropped: dict[str, list[int]] = field(default_factory=dict)
    """Lines left out, by reason."""
    remarks: list[str] = field(default_factory=list)
    """Everything else that was decided."""
    rows: int = 0
    """Rows of the table that came out."""

    def drop(self, reason: str, lines: Iterable[int]) -> None:
        """Record that `lines` of the file were left out for `reason`."""
        lines = [int(line) for line in lines]
        if lines:
            self.dropped.setdefault(reason, []).extend(lines)

    def remark(self, sentence: str) -> None:
        """Record a decision once."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)

    def sentences(self) -> list[str]:
        """The record as lines for people."""
        header = f"header in line {self.header_line}" if self.header_line else "no header"
        marks = f", decimal mark {self.decimal_mark!r}" if self.decimal_mark != "." else ""
        columns = [f"  {name!r}: {meaning}" for name, meaning in self.columns.items()]
        dropped = [f"  left out: {reason} ({_places(lines)})" for reason, lines in self.dropped.items()]
        return [
            f"{self.path}: {self.encoding}, {self.delimiter}{marks}, {header}",
            f"  layout: {self.layout}",
            *columns,
            *dropped,
            *(f"  {remark}" for remark in self.remarks),
            f"  {self.rows} rows read",
        ]


def _places(lines):
    """The first few of many lines."""
    shown = ", ".join(map(str, lines[:3]))
    return f"line {shown}" if len(lines) == 1 else f"{len(lines)} lines: {shown}{', ...' if len(lines) > 3 else ''}"
