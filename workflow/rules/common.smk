# Shared by all other files here: the checked configuration, the list of trainings, the modules a script depends on.
import ast
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import Paramspace, validate

ROOT = Path(workflow.basedir)
# Jobs and this file import the package of this checkout, installed or not.
sys.path.insert(0, str(ROOT / "src"))
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])))

from rramgan.conditions import check_files, check_order, steps_by_protocol, study_table
from rramgan.config import check, load_yaml
from rramgan.errors import InputError
from rramgan.jobs import fingerprint

SCHEMAS = ROOT / "workflow" / "schemas"


def published_tables(device):
    """The two tables of a published model."""
    return {f"{part}_table": f"data/raw/{device}/{device}_table1_{part}.csv" for part in ("static", "dynamic")}


def checked(content, schema_name, place):
    """The content with the schema's defaults filled in; one sentence if it breaks the schema."""
    check(content, load_yaml(SCHEMAS / schema_name), place)
    validate(content, str(SCHEMAS / schema_name))
    return content


try:
    checked(config, "config.schema.yaml", "configuration")
    DEVICE_FOLDER = Path("data") / "raw" / config["device"]
    DEVICE = checked(load_yaml(DEVICE_FOLDER / "device.yaml"), "device.schema.yaml", str(DEVICE_FOLDER / "device.yaml"))
    check_order(config, DEVICE)
    STUDY = Paramspace(study_table(config))
    STEPS = steps_by_protocol(config)
    config["fingerprint"] = fingerprint({"config": config, "device": DEVICE})
    check_files(DEVICE, DEVICE_FOLDER)
except InputError as error:
    raise WorkflowError(str(error)) from None

RUN = config["run"]
SEEDS = range(config["seeds"])
MODEL_OF_SEED = (
    "results/{run}/calibration/draws/seed~{seed}/model.json"
    if config["calibration_draws"]
    else "results/{run}/calibration/model.json"
)
TRAINING_PATTERN = STUDY.wildcard_pattern
CONDITION_FOLDER = f"results/{{run}}/train/{TRAINING_PATTERN.rpartition('/')[0]}"
TRAININGS = expand("results/{run}/train/{training}/history.csv", run=RUN, training=STUDY.instance_patterns)
CONDITIONS = sorted({training.rpartition("/")[0] for training in STUDY.instance_patterns})
ON_ARRAYS = [training for training in STUDY.instance_patterns if training.startswith("protocol~physical/")]
NOISES = list(STUDY.dataframe["noise"].unique())
# The released code has the table of this device built in.
RELEASED_TABLES = published_tables("nili2020")
PUBLISHED_TABLES = published_tables(DEVICE.get("base", config["device"]))
# Without I-V sweeps a device is taken as ohmic.
SWEEPS = {"iv": DEVICE_FOLDER / "iv.csv"} if (DEVICE_FOLDER / "iv.csv").is_file() else {}
MEASUREMENTS = {
    "recorded": {"pulses": DEVICE_FOLDER / "pulses.csv", **SWEEPS},
    "staircase": {"staircase": DEVICE_FOLDER / "staircase.csv", **SWEEPS},
    "synthetic": {name: f"results/{{run}}/calibration/{name}.csv" for name in ("iv", "pulses")},
    "trajectories": {
        "trajectories": f"data/raw/{DEVICE.get('base')}/{DEVICE.get('base')}_fig7cd_mean_trajectories.csv"
    },
}[DEVICE["measurements"]]

# A device known from trajectories alone has no single steps to compare with.
HAS_MEASURED_STEPS = DEVICE["measurements"] != "trajectories"
FIT_TABLES = {
    name: report(
        f"results/{{run}}/calibration/{name}.csv",
        caption=f"../report/{name}.rst",
        category="Device",
        labels={"table": title},
    )
    for name, title in {
        "coefficients": "What the fit has determined",
        **({"quality": "What entered the fit", "devices": "Devices"} if HAS_MEASURED_STEPS else {}),
    }.items()
}


wildcard_constraints:
    run="[A-Za-z0-9_-]+",
    seed="[0-9]+",
    noise="gaussian|uniform|thermal|rtn",
    variation="none|spatial|temporal|full",
    rule="manhattan|adam",
    protocol="physical|released|software",
    array="[A-Za-z0-9_-]+",


def training_files(protocol, folder, *names):
    """Paths by name, in `folder`, of a training with this protocol."""
    pattern = TRAINING_PATTERN.replace("{protocol}", protocol)
    if protocol != "physical":
        pattern = pattern.replace("{array}", "none")
    return {Path(name).stem: f"{folder}/{pattern}/{name}" for name in names}


def modules(script):
    """Files of the package that a script uses, directly or not: a change in one of them must rerun the script's rule.

    Snakemake sees the script but not what it imports.
    """
    found, waiting = set(), [ROOT / "workflow" / "scripts" / script]
    while waiting:
        path = waiting.pop()
        for module in _imported(path):
            if module not in found:
                found.add(module)
                waiting.append(module)
    return sorted(str(path.relative_to(ROOT)) for path in found)


def _imported(path):
    """Files of the package that a Python file imports at any place in it."""
    source = ROOT / "src"
    package = path.parent.relative_to(source).parts if path.is_relative_to(source) else ()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        above = package[: len(package) - node.level + 1] if node.level else ()
        parts = (*above, *(node.module.split(".") if node.module else ()))
        if parts[:1] != ("rramgan",):
            continue
        for name in [(), *((alias.name,) for alias in node.names)]:
            for candidate in (Path(*parts, *name).with_suffix(".py"), Path(*parts, *name, "__init__.py")):
                if (source / candidate).is_file():
                    yield source / candidate
