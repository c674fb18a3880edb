# Shared by all other files here: the checked configuration, the list of trainings, the modules a script depends on.
import ast
import inspect
import os
import sys
import textwrap
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import Paramspace, validate

ROOT = Path(workflow.basedir)
# Jobs and this file import the package of this checkout, installed or not.
sys.path.insert(0, str(ROOT / "src"))
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])))

from rramgan.calibration.kinds import device_schema, measurements_of
from rramgan.conditions import (
    check_order,
    resolve_designs,
    steps_by_protocol,
    study_table,
    training_settings,
)
from rramgan.config import check, complete, load_yaml
from rramgan.device.published import published_tables
from rramgan.errors import InputError
from rramgan.extensions import load_extensions
from rramgan.jobs import fingerprint
from rramgan.learning.task import VARIATIONS

SCHEMAS = ROOT / "workflow" / "schemas"


def checked(content, schema_name, name):
    """The content with the schema's defaults filled in; one sentence if it breaks the schema."""
    check(content, load_yaml(SCHEMAS / schema_name), name)
    validate(content, str(SCHEMAS / schema_name))
    return content


def described(path):
    """A device's description with defaults filled in; one sentence if it breaks the schema."""
    content = load_yaml(path)
    schema = device_schema(load_yaml(SCHEMAS / "device.schema.yaml"), content)
    check(content, schema, str(path))
    return complete(content, schema)


try:
    checked(config, "config.schema.yaml", "configuration")
    load_extensions(config["extensions"])
    config.update(resolve_designs(config))
    DEVICE_FOLDER = Path("data") / "raw" / config["device"]
    DEVICE = described(DEVICE_FOLDER / "device.yaml")
    MEASUREMENTS = measurements_of(DEVICE, DEVICE_FOLDER)
    MEASUREMENTS.validate(draws=config["calibration_draws"])
    MEASURED = MEASUREMENTS.files()
    check_order(config)
    STUDY = Paramspace(study_table(config))
    STEPS = steps_by_protocol(config)
    config["fingerprint"] = fingerprint({"config": config, "device": DEVICE})
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
RELEASED_TABLES = published_tables(Path("data/raw/nili2020"))
# Tables of the calibration that the report shows, with their titles; a kind of measurements has some of them.
REPORTED = {
    "coefficients": "What the fit has determined",
    "quality": "What entered the fit",
    "devices": "Devices",
    "trajectory_evidence": "Logarithm of the mean step",
    "cv_evidence": "Logarithm of the spread",
}
# What the figures of the device are drawn from.
DEVICE_TABLES = [*MEASUREMENTS.fit_tables, *MEASUREMENTS.choice_tables, *MEASUREMENTS.curve_tables()]


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


def modules(script, *methods):
    """Files of the package that a script uses, directly or not, and extensions: a change in one reruns its rule.

    Snakemake sees the script but not what it imports. What a method of a class imports in its body counts only for the
    `methods` that the script calls.
    """
    sources = [(ROOT / "workflow" / "scripts" / script).read_text(encoding="utf-8")]
    sources += [textwrap.dedent(inspect.getsource(method)) for method in methods]
    found, waiting = set(), [path for source in sources for path in _imported(ast.walk(ast.parse(source)))]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(ast.parse(path.read_text(encoding="utf-8")).body)
    return sorted(str(path.relative_to(ROOT)) for path in found) + config["extensions"]


def _imported(nodes):
    """Files of the package that the import statements among syntax nodes name."""
    source = ROOT / "src"
    for node in nodes:
        if not isinstance(node, ast.ImportFrom) or node.module.split(".")[0] != "rramgan":
            continue
        for name in [(), *((alias.name,) for alias in node.names)]:
            parts = Path(*node.module.split("."), *name)
            for candidate in (parts.with_suffix(".py"), parts / "__init__.py"):
                if (source / candidate).is_file():
                    yield source / candidate
