"""Import of a device's measurements from the files its laboratory has.

    python -m rramgan.calibration.import_measurements data/raw/mydevice --to results/mine/calibration

prints what was understood; with `--to` it writes `measurements.csv` (and `iv.csv`) in the format of `measurements.py`.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from rramgan.calibration.lab_files.cells import read_cells
from rramgan.calibration.lab_files.columns import columns_of
from rramgan.calibration.lab_files.headerless import columns_by_shape
from rramgan.calibration.lab_files.hypotheses import Moves, check_axis, check_readings
from rramgan.calibration.lab_files.places import measurement_files
from rramgan.calibration.lab_files.pulses import arrange_pulses
from rramgan.calibration.lab_files.staircases import arrange_staircase
from rramgan.calibration.lab_files.states import fill_down, find
from rramgan.calibration.lab_files.sweeps import arrange_sweeps
from rramgan.calibration.lab_files.tables import find_table
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.calibration.measurements import check_iv, check_pulses, check_staircase
from rramgan.config import load_yaml
from rramgan.device.kinetics import POLARITIES
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.tables import write_tables


@dataclass(frozen=True)
class Imported:
    """Measurements of a device in the documented format, and how they were read."""

    measurements: pd.DataFrame
    """The table of `pulses.csv` or `staircase.csv`."""
    iv: pd.DataFrame | None
    """The table of `iv.csv`, if there is such a file."""
    understood: list[Understanding]
    """How each file was read."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by the names of the files that they are kept in."""
        return {"measurements": self.measurements} | ({} if self.iv is None else {"iv": self.iv})

    def sentences(self) -> list[str]:
        """What was understood, as lines for people."""
        return [sentence for understood in self.understood for sentence in understood.sentences()]


def import_measurements(folder) -> Imported:
    """Read the measurement files beside `device.yaml` in `folder`, whatever their dialect, unit and layout.

    Every fault, and every doubt about what the numbers mean, is one sentence of an InputError.
    """
    folder = Path(folder)
    device = load_yaml(folder / "device.yaml")
    kind = device.get("measurements")
    if kind not in READERS:
        raise InputError(
            f"{folder / 'device.yaml'}: measurements is {kind!r}, of which there is no file to import; expected "
            f"{' or '.join(READERS)}"
        )
    return import_files(measurement_files(folder, READERS[kind].stem), device)


def import_files(files: Mapping[str, Path], device: Mapping) -> Imported:
    """Read the `files` by name of a `device` (its device.yaml); errors as `import_measurements`."""
    reader = READERS[device["measurements"]]
    measurements, understood = reader.read(files[reader.stem], device)
    iv, how = read_iv_file(files["iv"]) if "iv" in files else (None, None)
    return Imported(measurements, iv, [understood, how] if how else [understood])


def read_staircase_file(path, device: Mapping) -> tuple[pd.DataFrame, Understanding]:
    """Staircases of a file in any dialect, and how it was read; errors as `import_measurements`."""
    tables, understood = _tables(path)
    staircase, said = arrange_staircase(tables, understood)
    ends = staircase.groupby(["device_id", "cycle", "direction"])["conductance_S"].agg(["first", "last"])
    sign = ends.index.get_level_values("direction").map(POLARITIES).to_numpy()
    moves = Moves(ends["first"].to_numpy(), ends["last"].to_numpy(), sign)
    check_readings(str(path), staircase["conductance_S"], moves, said, _window_S(path, device))
    staircase = check_staircase(path, staircase)
    understood.rows = len(staircase)
    return staircase, understood


def read_pulses_file(path, device: Mapping) -> tuple[pd.DataFrame, Understanding]:
    """Pulses of a file in any dialect, and how it was read; errors as `import_measurements`."""
    tables, understood = _tables(path)
    pulses, said = arrange_pulses(tables, understood)
    before_S, after_S = pulses["g_before_S"].to_numpy(), pulses["g_after_S"].to_numpy()
    moves = Moves(before_S, after_S, np.sign(pulses["amplitude_V"].to_numpy()))
    check_readings(str(path), np.append(before_S, after_S), moves, said, _window_S(path, device))
    columns = tables[0][1]
    for name, quantities in (("amplitude_V", ("amplitude", "voltage")), ("width_s", ("width",))):
        check_axis(str(path), columns[find(columns, *quantities)], pulses[name], _training_pulses(device, name))
    pulses = check_pulses(path, pulses)
    understood.rows = len(pulses)
    return pulses, understood


def read_iv_file(path) -> tuple[pd.DataFrame, Understanding]:
    """Current-voltage samples of a file in any dialect, and how it was read; errors as `import_measurements`."""
    tables, understood = _tables(path)
    iv = check_iv(path, arrange_sweeps(tables, understood))
    understood.rows = len(iv)
    return iv, understood


class Reader(NamedTuple):
    """How measurements of one kind are read."""

    stem: str
    """Name of their file, without its suffix."""
    read: Callable
    """Reads it, given its path and the device."""


READERS = {"recorded": Reader("pulses", read_pulses_file), "staircase": Reader("staircase", read_staircase_file)}
"""By the `measurements` of device.yaml."""


def _tables(path):
    """The tables of a file with the meanings of their columns."""
    understood = Understanding(Path(path))
    tables = []
    for sheet in read_cells(Path(path), understood):
        table = find_table(sheet, understood)
        if table is None:
            understood.remark(f"sheet {sheet.name!r} holds no table")
            continue
        columns = columns_of(table.names, table.units, table.place) if table.names else columns_by_shape(table)
        fill_down(table, columns, understood)
        understood.columns |= {column.name: column.meaning() for column in columns}
        tables.append((table, columns))
    if not tables:
        raise InputError(f"{path}: holds no rows of numbers; expected at least one measurement")
    return tables, understood


def _window_S(path, device):
    """The ends of the window (S) that `device.yaml` states."""
    try:
        return Window.of(device["window"]).ends_S
    except (KeyError, TypeError, ValueError):
        raise InputError(
            f"{Path(path).parent / 'device.yaml'}: window is {device.get('window')!r}; expected g_min_uS below g_max_uS"
        ) from None


def _training_pulses(device, name):
    """Amplitudes or widths of the pulses that `device.yaml` trains with; none where they are to be chosen."""
    pulses = device.get("pulses") or {}
    return [float(pulses[polarity][name]) for polarity in POLARITIES if name in (pulses.get(polarity) or {})]


def main(arguments=None) -> int:
    """Print what was understood of a device's measurements, and write them if asked to; 1 for a fault."""
    parser = argparse.ArgumentParser(description="Show how the measurements of a device are read, without a fit.")
    parser.add_argument("folder", type=Path, help="folder of the device, with its device.yaml")
    parser.add_argument("--to", type=Path, help="folder to write measurements.csv (and iv.csv) to")
    options = parser.parse_args(arguments)
    try:
        imported = import_measurements(options.folder)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(imported.sentences()))
    if options.to:
        write_tables({name: options.to / f"{name}.csv" for name in imported.tables}, imported.tables)
    return 0


if __name__ == "__main__":
    sys.exit(main())
