"""A calibration as the workflow runs it, from a device's folder to its tables and figures, in one process."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rramgan.calibration.import_measurements import import_files
from rramgan.calibration.kinds import device_schema, measurements_of
from rramgan.config import check, complete, load_yaml
from rramgan.device.model import DeviceModel
from rramgan.figures.drawings import DEVICE_SHEETS, DRAWINGS
from rramgan.figures.inputs import read_input
from rramgan.figures.style import save
from rramgan.tables import write_json, write_tables
from support.devices import ROOT


@dataclass(frozen=True)
class Calibration:
    """What a calibration has left: the model, its tables and its figures."""

    model: DeviceModel
    tables: dict[str, pd.DataFrame]
    figures: dict[str, Path]


def calibrated(folder: Path, place: Path) -> Calibration:
    """The calibration of the device in `folder`, all of it written below `place`; raises InputError as its rules do."""
    content = load_yaml(folder / "device.yaml")
    schema = device_schema(load_yaml(ROOT / "workflow/schemas/device.schema.yaml"), content)
    check(content, schema, str(folder / "device.yaml"))
    kind = measurements_of(complete(content, schema), folder)
    kind.validate()
    raw = kind.raw_files()
    imported = import_files(raw, kind.device.content).tables if raw else {}
    paths = {name: place / f"{name}.csv" for name in imported}
    write_tables(paths, imported)
    files = {name: paths.get(path.stem, path) for name, path in kind.files().items()}
    model = kind.fit(files)
    model.save(place / "model.json")
    tables = kind.assess(DeviceModel.load(place / "model.json", kind.report), files)
    pulses, chosen = kind.choose_pulses(model)
    write_json(place / "chosen_pulses.json", pulses.description())
    tables |= chosen | kind.tabulate(model, pulses, files)
    paths |= {name: place / f"{name}.csv" for name in tables} | {"chosen_pulses": place / "chosen_pulses.json"}
    write_tables(paths, tables)
    settings = {"window_S": kind.device.window.ends_S, "temperature_C": kind.device.content["temperature_C"]}
    figures = {name: place / f"{name}.png" for name in kind.figures if DRAWINGS[name].sheet in DEVICE_SHEETS}
    for name, path in figures.items():
        inputs = {key: read_input(key, paths[key]) for key in DRAWINGS[name].inputs if key not in settings}
        save(DRAWINGS[name].draw(inputs | settings), path, path.with_suffix(".svg"))
    return Calibration(model, tables, figures)
