"""A small study's files, made without training, and the whole check of a configuration as the Snakefile does it."""

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.calibration.kinds import device_schema, measurements_of
from rramgan.conditions import check_order, resolve_designs, steps_by_protocol, study_table
from rramgan.config import check, complete, load_yaml
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.device.window import Window
from rramgan.digits import PIXELS, Digits, DigitSplit
from rramgan.energy import ledger
from rramgan.evaluation.classifier import Classifier
from rramgan.learning.architecture import LAYERS
from rramgan.learning.chip import Chip, draw_chip
from rramgan.memory import check_memory
from rramgan.noise.trace import Trace
from rramgan.study import HISTORY, read_generated, read_made_table
from rramgan.tables import write_arrays, write_json, write_table
from support.devices import ROOT, published_device

CONFIG_SCHEMA = load_yaml(ROOT / "workflow/schemas/config.schema.yaml")
DEVICE_SCHEMA = load_yaml(ROOT / "workflow/schemas/device.schema.yaml")
DEFAULT = load_yaml(ROOT / "config/config.yaml")
DEVICE = load_yaml(ROOT / "data/raw/nili2020/device.yaml")
GIGABYTES = 8e9
"""Memory of the computer that configurations are checked for."""

READERS = {
    "trace.npz": Trace.load,
    "chip.npz": Chip.load,
    "split.npz": DigitSplit.load,
    "images.npz": read_generated,
    "classifier.npz": Classifier.load,
    "model.json": DeviceModel.load,
    "pulses.json": PulsePair.load,
    "metrics.csv": read_made_table,
}
"""Who reads the intermediate files of `write_study`; tables of a training have a reader for all."""


def check_study(change: dict) -> None:
    """All checks of the default configuration with other values."""
    check(change, CONFIG_SCHEMA | {"required": []}, "mine.yaml")
    config = deepcopy(DEFAULT) | change
    check(config, CONFIG_SCHEMA, "configuration")
    config = complete(config, CONFIG_SCHEMA)
    config |= resolve_designs(config)
    check_order(config)
    check_memory(config, GIGABYTES)
    study_table(config)
    steps_by_protocol(config)


def check_device(change: dict) -> None:
    """All checks of the published device's description with other values."""
    content = deepcopy(DEVICE) | change
    schema = device_schema(DEVICE_SCHEMA, content)
    check(content, schema, "device.yaml")
    measurements_of(complete(content, schema), ROOT / "data/raw/nili2020").validate()


def write_study(folder: Path) -> None:
    """Every intermediate file of one training, small."""
    rng = np.random.default_rng(0)
    Trace(rng.standard_normal((40, 3)).astype(np.float32)).save(folder / "trace.npz")
    draw_chip(3, 4, {"generator": 0.1, "discriminator": 0.1}, Window(1e-4, 3e-4), 0.1, seed=0).save(folder / "chip.npz")
    digits = Digits(rng.integers(0, 256, (4, PIXELS), dtype=np.uint8), np.arange(4, dtype=np.uint8))
    DigitSplit(digits, digits, digits, digits).save(folder / "split.npz")
    shapes = {"hidden_weights": (PIXELS, 256), "hidden_bias": 256, "output_weights": (256, 10), "output_bias": 10}
    parameters = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    Classifier(**parameters).save(folder / "classifier.npz")
    write_arrays(folder / "images.npz", {"images": rng.integers(0, 256, (5, PIXELS), dtype=np.uint8)})
    write_table(folder / "history.csv", pd.DataFrame({"step": [5, 10], **dict.fromkeys(HISTORY, 0.5)}))
    write_table(folder / "ledger.csv", ledger(dict.fromkeys(LAYERS), noise_J=1e-9))
    names = {"protocol": "physical", "noise": "3", "judge": "network"}
    write_table(folder / "metrics.csv", pd.DataFrame([names | {"coverage": 0.5, "total_J": 1e-3}] * 3))
    published_device().save(folder / "model.json")
    pulses = {"set": {"amplitude_V": 0.9, "width_s": 1e-7}, "reset": {"amplitude_V": -1.0, "width_s": 1e-7}}
    write_json(folder / "pulses.json", pulses)


def edited_json(path: Path, change) -> None:
    """Apply `change` to the content of a JSON file."""
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
