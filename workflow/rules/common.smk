# Shared by all other files here: the checked configuration, the list of trainings, the code a script depends on.
import gc
import os
import re
import sys
from dataclasses import asdict
from itertools import chain
from math import ceil
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import Paramspace

# Plans of many trainings hold millions of objects, hardly any of them garbage: it is looked for less often.
gc.set_threshold(100_000, 50, 50)

# Where this workflow lies, which another one may use as a module; results are relative to the working directory.
ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=False)).parents[1]
AT_HOME = ROOT == Path.cwd()
# Jobs and this file import the package of this checkout, installed or not; they draw to files, wherever they are started.
sys.path.insert(0, str(ROOT / "src"))
os.environ.update(
    PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])),
    MPLBACKEND="agg",
    RRAMGAN_PYTHON=sys.executable,
)

from rramgan import slurm
from rramgan.bundles import START_s, bundled, training_s
from rramgan.calibration.kinds import device_schema, measurements_of
from rramgan.conditions import (
    check_order,
    condition_of,
    noise_inputs,
    recordings,
    resolve_designs,
    seeds,
    steps_by_protocol,
    study_table,
    trace_rows,
    training_settings,
)
from rramgan.config import check, complete, load_yaml
from rramgan.dependencies import content_of, modules_of
from rramgan.device.published import published_tables
from rramgan.digits import DIGITS
from rramgan.errors import InputError
from rramgan.extensions import load_extensions
from rramgan.figures.drawings import DEVICE_SHEETS, DRAWINGS, SEARCH_SHEET, noise_drawings, training_drawings
from rramgan.in_short import in_short
from rramgan.jobs import fingerprint
from rramgan.learning.task import VARIATIONS
from rramgan.memory import check_memory
from rramgan.search import check_search

SCHEMAS = ROOT / "workflow" / "schemas"


def shipped(path):
    """What lies at the path in the working directory, or else in this workflow."""
    return Path(path) if AT_HOME or Path(path).exists() else ROOT / path


def check_files(schema):
    """Check every configuration file by itself, as it is written; one sentence if it is no YAML or breaks the schema.

    A module has none: it is given its configuration.
    """
    for path in () if workflow.modifier.skip_configfile else workflow.configfiles:
        check(load_yaml(path), schema | {"required": []}, str(path))


def described(path):
    """A device's description with defaults filled in; one sentence if it breaks the schema."""
    content = load_yaml(path)
    schema = device_schema(load_yaml(SCHEMAS / "device.schema.yaml"), content)
    check(content, schema, str(path))
    return complete(content, schema)


try:
    CONFIG_SCHEMA = load_yaml(SCHEMAS / "config.schema.yaml")
    check_files(CONFIG_SCHEMA)
    check(config, CONFIG_SCHEMA, "configuration")
    config.update(complete(config, CONFIG_SCHEMA))
    load_extensions(config["extensions"])
    config.update(resolve_designs(config))
    DEVICE_FOLDER = shipped(Path("data") / "raw" / config["device"])
    DEVICE = described(DEVICE_FOLDER / "device.yaml")
    MEASUREMENTS = measurements_of(DEVICE, DEVICE_FOLDER)
    MEASUREMENTS.validate(draws=config["calibration_draws"])
    MEASURED = MEASUREMENTS.files()
    check_order(config)
    check_memory(config)
    check_search(config)
    STUDY = Paramspace(study_table(config))
    STEPS = steps_by_protocol(config)
    SHORTEST_JOB_s = config.pop("shortest_job_s")
    config["fingerprint"] = fingerprint({"config": config, "device": DEVICE})
except InputError as error:
    raise WorkflowError(str(error)) from None

RUN = config["run"]
SEEDS = seeds(config)
MODEL_OF_SEED = (
    "results/{run}/calibration/draws/seed~{seed}/model.json"
    if config["calibration_draws"]
    else "results/{run}/calibration/model.json"
)
TRAINING_PATTERN = STUDY.wildcard_pattern
CONDITION_PATTERN = TRAINING_PATTERN.rpartition("/")[0]
CONDITION_FOLDER = f"results/{{run}}/train/{CONDITION_PATTERN}"
TRAININGS = list(STUDY.instance_patterns)
CONDITIONS = sorted({training.rpartition("/")[0] for training in TRAININGS})
ON_ARRAYS = [training for training in TRAININGS if training.startswith("protocol~physical/")]
NOISES = list(STUDY.dataframe["noise"].unique())
DIGITS_IN_USE = list(STUDY.dataframe["digits"].unique())
# What is needed to assess generated images.
JUDGED_BY = {
    "digits": "results/{run}/digits/digits~{digits}/split.npz",
    "classifier": "results/{run}/digits/digits~{digits}/classifier.npz",
}
# The released code has the table of this device built in.
RELEASED_TABLES = published_tables(shipped("data/raw/nili2020"))
# Tables of the calibration that the report shows, with their titles; a kind of measurements has some of them.
REPORTED = {
    "coefficients": "What the fit has determined",
    "quality": "What entered the fit",
    "devices": "Devices",
    "trajectory_evidence": "Logarithm of the mean step",
    "cv_evidence": "Logarithm of the spread",
}
SEARCH = config["search"]
# Of the figures of a device those that its kind of measurements has, and those of a search if there is one.
DRAWN = {
    name: drawing
    for name, drawing in DRAWINGS.items()
    if (drawing.sheet not in DEVICE_SHEETS or name in MEASUREMENTS.figures)
    and (drawing.sheet != SEARCH_SHEET or SEARCH)
}
DRAWN |= noise_drawings(NOISES) | training_drawings(training_settings(STUDY.dataframe))
SHEETS = {
    drawing.sheet: {name: d for name, d in DRAWN.items() if d.sheet == drawing.sheet} for drawing in DRAWN.values()
}
# What the figures of the device are drawn from.
DEVICE_TABLES = [*MEASUREMENTS.fit_tables, *MEASUREMENTS.choice_tables, *MEASUREMENTS.curve_tables()]


def devices_of(run, noise, seed, **others):
    """The devices of a seed whose generator has as many inputs as a noise."""
    return f"results/{run}/crossbar/inputs~{noise_inputs(config, noise)}/seed~{seed}/devices.npz"


def device_part(*keys):
    """The keys of the device's description that a rule depends on, for `measurements_of`."""
    return {key: DEVICE[key] for key in ("measurements", *keys) if key in DEVICE}


def caption(name):
    """The caption of a table or figure in the report; an extension's may have none."""
    path = ROOT / "workflow" / "report" / f"{name}.rst"
    return str(path) if path.is_file() else None


def calibration_tables(names):
    """Paths by name of tables of the calibration."""
    return {name: calibration_table(name) for name in names}


def calibration_table(name):
    """The path of a table of the calibration, in the report if it shows it."""
    path = f"results/{{run}}/calibration/{name}.csv"
    labels = {"table": REPORTED.get(name)}
    return report(path, caption=caption(name), category="Device", labels=labels) if name in REPORTED else path


wildcard_constraints:
    run="[A-Za-z0-9_-]+",
    seed="[0-9]+",
    inputs="[0-9]+",
    digits="|".join(config["digits"]),
    noise="|".join(config["noises"]),
    variation="|".join(VARIATIONS),
    rule="|".join(config["rules"]),
    protocol="|".join(STUDY.dataframe["protocol"].unique()),
    array="|".join(["none", *config["arrays"]]),


def training_files(protocol, folder, *names):
    """Paths by name, in `folder`, of a training with this protocol."""
    pattern = TRAINING_PATTERN.replace("{protocol}", protocol)
    if protocol != "physical":
        pattern = pattern.replace("{array}", "none")
    return {Path(name).stem: f"{folder}/{pattern}/{name}" for name in names}


def code(script, *sources, methods=()):
    """What a script runs beside itself, as a hash: modules of the package that it imports, and extensions.

    With what `sources` use, and what `methods` that it calls import. Snakemake sees the script alone; by this parameter
    of its rule a change in a module reruns what depends on it. Files as inputs would do so, too, but Snakemake looks
    every input of every job up, and there are some eighty.
    """
    script = ROOT / "workflow" / "scripts" / script
    files = modules_of(script, *sources, *map(Path, config["extensions"]), methods=methods)
    return content_of(path for path in files if path != script)


def in_study(paths):
    """Paths below the folder of this study."""
    return [f"results/{RUN}/{path}" for path in paths]


class Values(dict):
    """Values of wildcards as functions of rules take them, by attribute or by key."""

    __getattr__ = dict.__getitem__


def filled(path, training):
    """A path that a rule reads, its wildcards those of a training of this study; or the paths of a function of them."""
    values = condition_of(training) | {"run": RUN}
    values["inputs"] = noise_inputs(config, values["noise"])
    if callable(path):
        paths = path(Values(values))
        return [str(one) for one in ([paths] if isinstance(paths, str | Path) else paths)]
    return [re.sub(r"{(\w+)(?:,[^}]*)?}", lambda wildcard: str(values[wildcard[1]]), str(path))]


def sources_of(rule):
    """Names of the rules that make what a rule reads in a training of any protocol."""
    examples = {condition_of(training)["protocol"]: training for training in TRAININGS}.values()
    paths = {path for read in rule.input for training in examples for path in filled(read, training)}
    return [other.name for other in workflow.rules if any(other.is_producer(path) for path in paths)]
