"""Reading and writing of every file: whole or not at all, typed, without pickle, and with what made it."""

import json
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.errors import InputError


@contextmanager
def whole_file(path):
    """Yield a temporary path beside `path` that becomes `path` if the block succeeds and vanishes if it does not.

    The temporary name keeps the suffix of `path`, because writers such as `savefig` choose the format by it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_table(path, table: pd.DataFrame) -> None:
    """Write `table` as CSV without its index; floats in the shortest form that reads back to the same bits."""
    with whole_file(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def write_tables(paths: Mapping, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write each of `tables` to the path of its name."""
    for name, table in tables.items():
        write_table(paths[name], table)


def read_table(path, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Read a CSV table and check that it has `columns`; raises InputError if it is unreadable or lacks one."""
    try:
        with warnings.catch_warnings():
            # More cells than columns, as with decimal commas, are an error and not cut off or made an index.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(path, index_col=False)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; expected a CSV table") from None
    except pd.errors.ParserWarning:
        raise InputError(
            f"{path}: a row has more cells than the header; expected one per column, separated by commas, with decimal "
            "points (are there decimal commas?)"
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; expected a CSV table") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a CSV table ({str(error).strip()})") from None
    missing = [column for column in columns if column not in table.columns]
    if missing:
        other = next((name for mark, name in ((";", "semicolons"), ("\t", "tabs")) if mark in table.columns[0]), None)
        raise InputError(
            f"{path}: column {missing[0]!r} is missing; expected the columns {', '.join(columns)}, "
            f"found {', '.join(' '.join(name.split()) for name in table.columns)}"
            + (f" (is the file separated by {other} instead of commas?)" if other else "")
        )
    return table


def write_json(path, content: Mapping) -> None:
    """Write `content` as indented JSON; raises ValueError for NaN or infinity, which JSON cannot hold."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path) -> dict:
    """Read a JSON object; raises InputError naming the line if the file is not one."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; expected a JSON object") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a JSON {type(content).__name__}; expected an object")
    return content


def write_arrays(path, arrays: Mapping[str, np.ndarray], made_by: Mapping | None = None) -> None:
    """Write named arrays as a compressed NPZ archive, and their provenance `made_by` as JSON text beside them.

    Raises ValueError for object arrays, which would need pickle.
    """
    if made_by is not None:
        arrays = {**arrays, "made_by": np.array(json.dumps(made_by))}
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise ValueError(f"{path}: array {name!r} holds Python objects; expected numbers or text")
    with whole_file(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_arrays(path, names: Iterable[str] = ()) -> dict[str, np.ndarray]:
    """Read an NPZ archive and check that it has `names`; raises InputError if it is truncated or lacks one."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; expected an NPZ archive") from None
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: not a complete NPZ archive ({error})") from None
    missing = [name for name in names if name not in arrays]
    if missing:
        raise InputError(f"{path}: array {missing[0]!r} is missing; expected {', '.join(names)}")
    return arrays
