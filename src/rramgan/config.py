"""Configuration checked against its JSON schema; a fault is told in one sentence."""

import difflib
import math
from collections.abc import Iterable
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match

from rramgan.errors import InputError


def _finite(checker, value) -> bool:
    """Whether `value` is a number other than NaN and infinity, which YAML can write and no key means."""
    return Draft202012Validator.TYPE_CHECKER.is_type(value, "number") and math.isfinite(value)


TYPES = Draft202012Validator.TYPE_CHECKER.redefine("number", _finite)
Validator = validators.extend(Draft202012Validator, type_checker=TYPES)


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
    error = best_match(Validator(schema).iter_errors(content))
    if error is not None:
        raise InputError(f"{place}: {_sentence(error)}")


def complete(content: dict, schema: dict) -> dict:
    """`content` with the defaults that an object `schema` gives for keys it lacks, nested objects included."""
    keys = schema.get("properties", {})
    filled = {name: key["default"] for name, key in keys.items() if "default" in key} | content
    return {
        name: complete(value, keys[name]) if isinstance(value, dict) and name in keys else value
        for name, value in filled.items()
    }


def is_type(value, json_type: str) -> bool:
    """Whether `value` is of a type of JSON schema; numbers are finite."""
    return TYPES.is_type(value, json_type)


def did_you_mean(name, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the known one it resembles, or all of them."""
    close = difflib.get_close_matches(str(name), known := list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}"


def _sentence(error: ValidationError) -> str:
    """What is wrong, where, and what was expected."""
    key = error.json_path.removeprefix("$").lstrip(".") or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = next(name for name in error.instance if name not in known)
        return f"unknown key {unknown!r} at {key}; {did_you_mean(unknown, known)}"
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
    elif error.validator == "type" and isinstance(error.instance, float) and not math.isfinite(error.instance):
        expectation = "a finite number"
    return f"{key} is {error.instance!r}; expected {expectation}"
