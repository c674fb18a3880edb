"""Where the measurement files of a device lie."""

from pathlib import Path

from rramgan.errors import InputError
from rramgan.tables import present

SUFFIXES = (".csv", ".txt", ".tsv", ".dat", ".xlsx", ".xlsm", ".xls")
"""Suffixes of measurement files, in either case; what a file is, its content says."""


def measurement_files(folder: Path, needed: str) -> dict[str, Path]:
    """The files in `folder` whose names without suffix are `needed`, and `iv` if there is one, by these.

    Raises InputError if the one needed is missing, if there are two of a name, or if one is no file.
    """
    files = {}
    for stem in (needed, "iv"):
        found = sorted(p for p in folder.glob("*") if p.stem.lower() == stem and p.suffix.lower() in SUFFIXES)
        if len(found) > 1:
            raise InputError(f"{folder}: holds {found[0].name} and {found[1].name}; expected one file of {stem}")
        if found and present(found[0]):
            files[stem] = found[0]
    if needed not in files:
        raise InputError(f"{folder / needed}.csv: no such file; expected a table of measurements")
    return files
