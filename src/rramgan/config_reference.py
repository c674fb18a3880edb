"""Reference of the configuration keys, from the schemas: `python -m rramgan.config_reference > config/README.md`."""

from pathlib import Path

import yaml

from rramgan.config import load_yaml

SCHEMAS = Path("workflow/schemas")
OR = " or "
TABLE_HEAD = "| key | value | default | meaning |\n|---|---|---|---|"
INTRODUCTION = """# Configuration

A study is one YAML file. `config.yaml` is the default study; `quick.yaml` the same chain in under a minute; `full.yaml`
a larger one for a cluster; `arrays.yaml` compares array designs; `nili2020-fig7.yaml` is a quick study on the device
with recalibrated time constants; `calibration-draws.yaml` carries the uncertainty of a small campaign through to the
headline figure; `example-staircase.yaml` is the worked example of another device. Another file's keys replace those of
`config.yaml`: `snakemake --cores 2 --configfile mine.yaml`. An unknown or mistyped key stops the run with one sentence.
Numbers in scientific notation need a dot: 1.0e-7, because YAML reads 1e-7 as text.

This page is made from `workflow/schemas/` by `make reference`.
"""


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
    words = [OR.join(key["type"]) if isinstance(key["type"], list) else key["type"]]
    if "items" in key and "enum" in key["items"]:
        words.append(f"of {OR.join(key['items']['enum'])}")
    for bound, sign in (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<")):
        if bound in key:
            words.append(f"{sign} {key[bound]}")
    return " ".join(words)


def _default(key: dict) -> str:
    """The default of a key as it would be written."""
    if "default" not in key:
        return "-"
    written = yaml.safe_dump(key["default"], default_flow_style=True).splitlines()[0]
    return "see below" if key["default"] == {} else f"`{written}`"


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for title, name in (("The study: config/*.yaml", "config"), ("A device: data/raw/{device}/device.yaml", "device")):
        rows = describe(load_yaml(SCHEMAS / f"{name}.schema.yaml"))
        parts.append("\n".join([f"## {title}\n", TABLE_HEAD, *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
