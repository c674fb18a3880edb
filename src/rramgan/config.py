"""Configuration checked against its JSON schema; a fault is told in one sentence."""

import difflib
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from rramgan.errors import InputError


def load_yaml(path) -> dict:
    """Read a YAML mapping; raises InputError if the file is missing, not YAML, or not a mapping."""
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; expected a YAML mapping") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not YAML ({' '.join(str(error).split())})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a {type(content).__name__}; expected a mapping of keys to values")
    return content


def check(content: dict, schema: dict, place: str) -> None:
    """Raise InputError, naming `place` and the key, if `content` breaks `schema` (JSON Schema 2020-12)."""
    error = best_match(Draft202012Validator(schema).iter_errors(content))
    if error is not None:
        raise InputError(f"{place}: {_sentence(error)}")


def _sentence(error: ValidationError) -> str:
    """What is wrong, where, and what was expected."""
    key = error.json_path.removeprefix("$").lstrip(".") or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = next(name for name in error.instance if name not in known)
        close = difflib.get_close_matches(str(unknown), known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}"
        return f"unknown key {unknown!r} at {key}; {hint}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"key {missing!r} is missing at {key}"
    expected = {
        "type": lambda value: f"a value of type {value}",
        "enum": lambda value: f"one of {', '.join(map(str, value))}",
        "minimum": lambda value: f"at least {value}",
        "maximum": lambda value: f"at most {value}",
        "exclusiveMinimum": lambda value: f"more than {value}",
        "exclusiveMaximum": lambda value: f"less than {value}",
        "minItems": lambda value: f"at least {value} items",
        "maxItems": lambda value: f"at most {value} items",
        "uniqueItems": lambda value: "items that differ",
        "pattern": lambda value: f"text that matches {value}",
    }.get(error.validator)
    expectation = expected(error.validator_value) if expected else error.message
    if error.validator == "type" and error.validator_value == "number" and isinstance(error.instance, str):
        expectation += " (YAML reads 1e-7 as text; write 1.0e-7)"
    return f"{key} is {error.instance!r}; expected {expectation}"
