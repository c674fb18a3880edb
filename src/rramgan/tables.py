"""Reading and writing of every file: whole or not at all, typed, without pickle, and with what made it."""

import errno
import json
import os
import shutil
import warnings
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from rramgan.errors import InputError

FIRST_LINE = 2
"""Line of the file that holds a table's first row: the header is line 1."""

LARGEST_WHOLE = 2**53
"""Beyond it not every whole number can be told from the next."""


@contextmanager
def readable(path, expected: str):
    """Tell what keeps the block from reading the file `path` in the sentence of an InputError: it is `expected`."""
    try:
        yield
    except FileNotFoundError:
        fault = "is a link that leads nowhere" if Path(path).is_symlink() else "no such file"
        raise InputError(f"{path}: {fault}; expected {expected}") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; expected {expected}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not {expected} (byte {error.start} is not UTF-8 text)") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); expected {expected}") from None


def present(path) -> bool:
    """Whether there is a file at `path`; InputError if there is something else, such as a folder or a broken link."""
    if not os.path.lexists(path):
        return False
    with readable(path, "a file, or nothing of this name"), Path(path).open("rb"):
        return True


@contextmanager
def whole_file(path):
    """Yield a temporary path beside `path` that becomes `path` if the block succeeds and vanishes if it does not.

    The temporary name keeps the suffix of `path`, because writers such as `savefig` choose the format by it. Raises
    InputError where nothing can be written, and for a full disk.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({_obstacle(error, temporary)})") from None
    finally:
        if os.path.lexists(temporary):
            temporary.unlink()


def _obstacle(error: OSError, temporary: Path) -> str:
    """What keeps a file from being written, with bytes if the disk is full."""
    if error.errno != errno.ENOSPC:
        return error.strerror or str(error)
    written = temporary.stat().st_size if temporary.exists() else 0
    free = shutil.disk_usage(temporary.parent).free + written
    return f"{error.strerror}: more than {written} bytes are needed and {free} are free"


def write_table(path, table: pd.DataFrame) -> None:
    """Write `table` as CSV without its index; floats in the shortest form that reads back to the same bits."""
    with whole_file(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def write_joined(path, tables: Iterable[pd.DataFrame]) -> None:
    """Write tables of the same columns one below the other as `write_table` does, with one in memory at a time."""
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        columns: list[str] = []
        for table in tables:
            if columns and table.columns.tolist() != columns:
                raise InputError(f"{path}: a part has the columns {list(table.columns)}; expected {columns}")
            table.to_csv(file, index=False, header=not columns, lineterminator="\n")
            columns = table.columns.tolist()


def write_tables(paths: Mapping, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write each of `tables` to the path of its name."""
    for name, table in tables.items():
        write_table(paths[name], table)


def read_table(path, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Read a CSV table and check that it has `columns`; raises InputError if it is unreadable or lacks one.

    If `columns` says of them whether they are float, int or str, their cells are such, finite and none empty.
    """
    try:
        with readable(path, "a CSV table"), warnings.catch_warnings():
            # More cells than columns, as with decimal commas, are an error and not cut off or made an index.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            table = pd.read_csv(path, index_col=False)
    except pd.errors.ParserWarning:
        raise InputError(
            f"{path}: a row has more cells than the header; expected one per column, separated by commas, with decimal "
            "points (are there decimal commas?)"
        ) from None
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path}: not a CSV table ({' '.join(str(error).split())})") from None
    _check_header(path, table, columns)
    if isinstance(columns, Mapping):
        by_line = table.set_axis(table.index + FIRST_LINE)
        for name, kind in columns.items():
            cells = text if kind is str else numbers
            table[name] = cells(path, pd.Series(by_line[name]), kind).to_numpy()
    return table


def _check_header(path, table, columns) -> None:
    """Raise InputError if a table lacks one of `columns`."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        other = next((name for mark, name in ((";", "semicolons"), ("\t", "tabs")) if mark in table.columns[0]), None)
        raise InputError(
            f"{path}: column {missing[0]!r} is missing; expected the columns {', '.join(columns)}, "
            f"found {', '.join(' '.join(name.split()) for name in table.columns)}"
            + (f" (is the file separated by {other} instead of commas?)" if other else "")
        )


def read_result(path, columns: Iterable[str] = (), words: Iterable[str] = ()) -> pd.DataFrame:
    """Read a table that the workflow has made, as `read_table` does; InputError also if it has no row or is damaged.

    Damaged is a column of numbers with words between them; those called `words` may hold any.
    """
    table = read_table(path, columns)
    if table.empty:
        raise InputError(f"{path}: holds no rows below its header; expected at least one")
    for name in table.columns.difference(list(words)):
        column = table[name].set_axis(table.index + FIRST_LINE)
        if not pd.api.types.is_numeric_dtype(column) and pd.to_numeric(column, errors="coerce").notna().any():
            numbers(path, pd.Series(column.dropna()), float)
    return table


def numbers(path, column: pd.Series, kind: type) -> pd.Series:
    """A column, indexed by lines of the file `path`, as float or int by `kind`, finite; InputError names the line."""
    values = pd.to_numeric(column, errors="coerce")
    expected = "a whole number" if kind is int else "a number"
    faults = [
        ("is empty or NaN", column.isna()),
        ("is not a number", values.isna()),
        ("is not finite", np.isinf(values.astype(float))),
    ]
    if kind is int:
        faults.append(("is not a whole number", (values % 1 != 0) | (values.abs() > LARGEST_WHOLE)))
    for fault, rows in faults:
        _refuse(path, column, rows, fault, expected)
    return values.astype(kind)


def text(path, column: pd.Series, kind: type = str) -> pd.Series:
    """A column, indexed by lines of the file `path`, as text; InputError names the line of an empty cell."""
    _refuse(path, column, column.isna(), "is empty", "a word")
    return column.astype(kind)


def _refuse(path, column, rows, fault, expected) -> None:
    """Raise InputError for the first of the `rows` at fault."""
    if rows.any():
        row = int(np.argmax(rows))
        value = "the cell" if column.isna().iloc[row] else repr(str(column.iloc[row])[:40])
        raise InputError(
            f"{path}: line {column.index[row]}, column {column.name!r}: {value} {fault}; expected {expected}"
        )


def write_json(path, content: Mapping) -> None:
    """Write `content` as indented JSON; raises ValueError for NaN or infinity, which JSON cannot hold."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def write_yaml(path, content: Mapping) -> None:
    """Write `content`, of plain types, as YAML in the order of its keys."""
    with whole_file(path) as temporary:
        temporary.write_text(yaml.safe_dump(dict(content), sort_keys=False), encoding="utf-8")


def read_json(path) -> dict:
    """Read a JSON object; raises InputError naming the line if the file is not one, or for NaN and infinity in it."""
    with readable(path, "a JSON object"):
        text = Path(path).read_text(encoding="utf-8")
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a JSON {type(content).__name__}; expected an object")
    return content


def _refuse_constant(name: str):
    """Raise ValueError for what Python would write as JSON but JSON cannot hold."""
    raise ValueError(f"{name} is no number of JSON")


def write_arrays(path, arrays: Mapping[str, np.ndarray], made_by: Mapping | None = None) -> None:
    """Write named arrays as an NPZ archive, and their provenance `made_by` as JSON text beside them.

    It is compressed if any numbers are whole; others, noisy as they are, shrink by a tenth in ten times the time.
    Raises ValueError for object arrays, which would need pickle.
    """
    if made_by is not None:
        arrays = {**arrays, "made_by": np.array(json.dumps(made_by))}
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise ValueError(f"{path}: array {name!r} holds Python objects; expected numbers or text")
    with whole_file(path) as temporary, temporary.open("wb") as file:
        save = np.savez_compressed if any(np.asarray(a).dtype.kind in "biu" for a in arrays.values()) else np.savez
        save(file, allow_pickle=False, **arrays)


@dataclass(frozen=True)
class Layout:
    """What an array of an archive has to be: numbers from `low` to `high`."""

    shape: tuple[str | int, ...]
    """Its dimensions: sizes, or names of sizes that are at least 1 and the same wherever they stand."""
    low: float = -np.inf
    """Least element."""
    high: float = np.inf
    """Largest element."""
    whole: bool = False
    """Whether its elements are whole numbers."""
    gaps: bool = False
    """Whether some may be NaN."""

    def __str__(self) -> str:
        """The end of a sentence about an array that is not so."""
        what = "whole numbers" if self.whole else "finite numbers, or NaN," if self.gaps else "finite numbers"
        shape = str(self.shape).replace("'", "")
        limits = [f" from {self.low:g}" * (self.low > -np.inf), f" to {self.high:g}" * (self.high < np.inf)]
        return f"{what}{''.join(limits)} of shape {shape}"

    def holds(self, array: np.ndarray, sizes: dict[str, int]) -> bool:
        """Whether `array` is so; `sizes` are those of the names so far, to which its own are added."""
        if array.ndim != len(self.shape) or array.dtype.kind not in ("iu" if self.whole else "f"):
            return False
        expected = [size if isinstance(size, int) else sizes.setdefault(size, n) for size, n in self._sized(array)]
        if tuple(expected) != array.shape or 0 in array.shape:
            return False
        elements = array[~np.isnan(array)] if self.gaps else array
        return bool(np.isfinite(elements).all() and (self.low <= elements).all() and (elements <= self.high).all())

    def _sized(self, array):
        """Named or fixed sizes, and those of `array`."""
        return zip(self.shape, array.shape, strict=True)


def read_arrays(path, layouts: Iterable[str] = ()) -> dict[str, np.ndarray]:
    """Read an NPZ archive and check that it has the arrays named, and their Layout where one is given by name.

    Raises InputError if it is truncated, lacks an array or has one that is laid out otherwise.
    """
    expected = "a complete NPZ archive"
    try:
        with readable(path, expected), Path(path).open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except InputError:
        raise
    except Exception as error:  # damaged bytes make zipfile, zlib and numpy raise almost anything
        raise InputError(f"{path}: not {expected} ({' '.join(str(error).split())})") from None
    missing = [name for name in layouts if name not in arrays]
    if missing:
        raise InputError(f"{path}: array {missing[0]!r} is missing; expected {', '.join(layouts)}")
    if isinstance(layouts, Mapping):
        check_arrays(path, arrays, layouts)
    return arrays


def check_arrays(path, arrays: Mapping[str, np.ndarray], layouts: Mapping[str, Layout]) -> None:
    """Raise InputError for the first of the `arrays` of the file `path` that is not laid out as expected."""
    sizes: dict[str, int] = {}
    for name, layout in layouts.items():
        array = arrays[name]
        if not layout.holds(array, sizes):
            raise InputError(f"{path}: array {name!r} is {array.dtype} of shape {array.shape}; expected {layout}")
