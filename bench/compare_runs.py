"""Whether two folders of results hold the same tables to the bit: `python bench/compare_runs.py BEFORE AFTER`.

For changes that must not change a result. Every CSV table, and every array in NPZ archives, of BEFORE is looked up in
AFTER and compared value by value; what made a result (version, fingerprint) and the order of rows are left out. Renamed
paths, columns and values are given as `--rename old=new`, which applies to all three. Exits with 1 if anything differs
or is missing.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.conditions import CONDITION

KEYS = [*CONDITION, "seed", "judge", "layer", "way", "part", "metric", "other", "name"]
"""What tells the rows of tables apart; of tables without any of them the order counts."""

MADE_BY = {"config_sha256", "rramgan_version", "made_by"}


def contents(path: Path, renames: dict[str, str]) -> dict[str, np.ndarray]:
    """Columns of a table or arrays of an archive by name, renamed, as text where they are not numbers."""
    if path.suffix == ".csv":
        table = pd.read_csv(path, keep_default_na=False, dtype=str).map(lambda value: renamed(value, renames))
        ordered = table.sort_values([name for name in KEYS if name in table], kind="stable")
        columns = {name: ordered[name].to_numpy() for name in ordered}
    else:
        with np.load(path, allow_pickle=False) as archive:
            columns = {name: archive[name] for name in archive.files}
    return {renamed(name, renames): values for name, values in columns.items() if name not in MADE_BY}


def renamed(text: str, renames: dict[str, str]) -> str:
    """The text with every old word replaced."""
    for old, new in renames.items():
        text = text.replace(old, new)
    return text


def differences(before: Path, after: Path, renames: dict[str, str]):
    """One line for every file, column or array that differs; yields None for those that are the same."""
    for path in sorted([*before.rglob("*.csv"), *before.rglob("*.npz")]):
        name = renamed(str(path.relative_to(before)), renames)
        if not (after / name).is_file():
            yield f"{name}: missing"
            continue
        old, new = contents(path, renames), contents(after / name, {})
        for column in old.keys() | new.keys():
            if column not in old or column not in new:
                yield f"{name}: {column} only {'before' if column in old else 'after'}"
            elif old[column].shape != new[column].shape or not same(old[column], new[column]):
                yield f"{name}: {column} differs"
            else:
                yield None


def same(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether two arrays are equal, NaN being equal to NaN."""
    return np.array_equal(old, new, equal_nan=np.issubdtype(old.dtype, np.floating))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--rename", action="append", default=[], metavar="OLD=NEW")
    arguments = parser.parse_args()
    renames = dict(rename.split("=", 1) for rename in arguments.rename)
    found = list(differences(arguments.before, arguments.after, renames))
    different = [line for line in found if line]
    print(*different, f"{len(found)} columns and arrays compared, {len(different)} differ", sep="\n")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
