"""Reference of configuration keys, from schemas and kinds: `python -m rramgan.config_reference > config/README.md`."""

import re
from itertools import takewhile
from pathlib import Path

import yaml

from rramgan.calibration.kinds import device_schema
from rramgan.conditions import FAMILIES
from rramgan.config import load_yaml
from rramgan.designs import Family, schema

SCHEMAS, STUDIES = Path("workflow/schemas"), Path("config")
OR = " or "
TABLE_HEAD = "| key | value | default | meaning |\n|---|---|---|---|"
INTRODUCTION = """# Configuration

A study is one YAML file. `config.yaml` is the default study; another file is laid over it, mappings key by key, so that
its designs come beside those of `config.yaml` and change them where they share a name:
`snakemake --cores 2 --configfile mine.yaml`. An unknown or mistyped key stops the run with one sentence. Numbers in
scientific notation need a dot: 1.0e-7, because YAML reads 1e-7 as text.

This page is made from the studies, from `workflow/schemas/` and the classes of the kinds by `make reference`.
"""

DESIGNS = """## Named designs

What a study varies has names: `digits`, `arrays`, `noises` and `rules` hold designs, `name: {kind: ..., parameters}`,
which trainings name. A name that is also a kind needs no `kind`: `thermal: {std: 0.3}` replaces the shipped noise
`thermal`. Paths, tables and figures show the names.
"""


def studies() -> list[str]:
    """Rows of a Markdown table, one per study: the first sentence of the comment that its file opens with."""
    rows = []
    for path in sorted(STUDIES.glob("*.yaml")):
        if "run" in load_yaml(path):
            comment = takewhile(lambda line: line.startswith("#"), path.read_text(encoding="utf-8").splitlines())
            first, *_ = re.split(r"(?<=[.?]) ", " ".join(line.strip("# ") for line in comment))
            rows.append(f"| `{path.name}` | {first} |")
    return rows


def describe(schema: dict, prefix: str = "") -> list[str]:
    """Rows of a Markdown table, one per key of an object schema, nested keys after their parent."""
    rows = []
    for name, key in schema["properties"].items():
        definition = schema.get("$defs", {}).get(key.get("$ref", "").removeprefix("#/$defs/"), {})
        key = {**definition, **key, "$defs": schema.get("$defs", {})}
        default = "required" if name in schema.get("required", []) else _default(key)
        rows.append(f"| `{prefix}{name}` | {_allowed(key)} | {default} | {key.get('description', '').strip()} |")
        for inner, mark in ((key, ""), (key.get("items", {}), "[]"), (key.get("additionalProperties"), ".{name}")):
            if inner and "properties" in inner:
                rows += describe({"$defs": key["$defs"], **inner}, f"{prefix}{name}{mark}.")
    return rows


def _allowed(key: dict) -> str:
    """Type and range of a key in words."""
    if "enum" in key:
        return OR.join(key["enum"])
    items = key.get("items", {})
    array = "array"
    if "enum" in items:
        array += f" of {OR.join(items['enum'])}"
    elif isinstance(items.get("type"), str) and items["type"] != "object":
        count = f"{key['minItems']} " if key.get("minItems", 0) == key.get("maxItems") else ""
        array += f" of {count}{items['type']}s"
    types = key["type"] if isinstance(key["type"], list) else [key["type"]]
    words = [OR.join(array if name == "array" else name for name in types)]
    if "unit" in key:
        words.append(f"in {key['unit']}")
    limited = key | items
    for bound, sign in (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<")):
        if bound in limited:
            words.append(f"{sign} {limited[bound]}")
    return " ".join(words)


def _default(key: dict) -> str:
    """The default of a key as it would be written."""
    if "default" not in key:
        return "-"
    written = yaml.safe_dump(key["default"], default_flow_style=True).splitlines()[0]
    return "see below" if key["default"] == {} else f"`{written}`"


def describe_family(family: Family) -> list[str]:
    """Sections of Markdown, one per kind of a family of designs."""
    lines = [f"### {family.name}\n", f"{family.meaning}\n"]
    for name, kind in family.kinds.items():
        keys = schema(kind)
        first = (kind.__doc__ or "").splitlines()[0]
        lines += [f"**{name}**: {first}\n", *([TABLE_HEAD, *describe(keys), ""] if keys["properties"] else [])]
    return lines


def page() -> str:
    """The whole page."""
    study, device = (load_yaml(SCHEMAS / f"{name}.schema.yaml") for name in ("config", "device"))
    parts = [
        INTRODUCTION,
        "| study | what |\n|---|---|",
        *studies(),
        "",
        "## The study: config/*.yaml\n",
        TABLE_HEAD,
        *describe(study),
        "",
        DESIGNS,
        *(line for family in FAMILIES for line in describe_family(family)),
        "## A device: data/raw/{device}/device.yaml\n",
        TABLE_HEAD,
        *describe(device_schema(device, {})),
        "",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
