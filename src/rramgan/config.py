"""Configuration checked against its JSON schema; a fault is told in one sentence.

`python -m rramgan.config FILE...` says whether files are YAML mappings, as `make` asks before Snakemake reads them.
"""

import difflib
import re
import reprlib
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.exceptions import best_match

from rramgan.errors import InputError
from rramgan.tables import readable

WORD = "[A-Za-z0-9_-]{1,64}"
"""Names of studies, kinds and designs, which stand in paths and tables."""

SCALE = (1e-15, 1e15)
"""Least and largest magnitude of a number other than 0 in the unit of any key: beyond it no quantity here is meant."""

_JSON_TYPES = Draft202012Validator.TYPE_CHECKER


def _is_number(checker, value) -> bool:
    """Whether `value` is a finite number of a sensible scale; NaN, which compares with nothing, is none."""
    return _JSON_TYPES.is_type(value, "number") and (value == 0 or SCALE[0] <= abs(value) <= SCALE[1])


def _is_integer(checker, value) -> bool:
    """Whether `value` is a number written as an integer: 4.0 is not."""
    return _is_number(checker, value) and isinstance(value, int)


def _is_object(checker, value) -> bool:
    """Whether `value` is a mapping with text for keys."""
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _whole_match(validator, pattern, instance, schema):
    """The keyword `pattern` for all of a text: a line break at its end matches nothing."""
    if validator.is_type(instance, "string") and not re.fullmatch(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


TYPES = _JSON_TYPES.redefine_many({"number": _is_number, "integer": _is_integer, "object": _is_object})
Validator = validators.extend(Draft202012Validator, {"pattern": _whole_match}, type_checker=TYPES)

WORDS_FOR_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
    "null": "null",
}
"""What the types of JSON schema are called in sentences."""


BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}
"""What the bounds of JSON schema are called in sentences."""


NUMBER_TAGS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
NOT_DECIMAL = re.compile(r"[-+]?0[0-9box]|.*[_:]")
"""Numbers that YAML 1.1 reads in another system: 010 is eight, 1:30 ninety, 1_0 ten."""


class _Loader(yaml.SafeLoader):
    """YAML as data; a key is text and stands once, nothing holds itself, and numbers are decimal."""

    def __init__(self, text: str, path):
        """Read `text` of the file `path`, by which faults are told."""
        super().__init__(text)
        self.name, self._open = str(path), set[str]()

    def compose_node(self, parent, index):
        """Refuse an alias of what is not complete yet."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) and event.anchor in self._open:
            raise _fault(event, f"the alias *{event.anchor} stands inside of what it repeats; expected it elsewhere")
        anchor = getattr(event, "anchor", None) or ""
        self._open.add(anchor)
        try:
            return super().compose_node(parent, index)
        finally:
            self._open.discard(anchor)

    def construct_object(self, node, deep=False):
        """Refuse numbers that are not what they look like."""
        if node.tag in NUMBER_TAGS and NOT_DECIMAL.match(str(node.value)):
            raise _fault(node, f"the number {_shown(node.value)} is not decimal; expected decimal digits, without _")
        return super().construct_object(node, deep)

    def construct_mapping(self, node, deep=False):
        """Refuse keys that are no text, and those that stand twice."""
        keys = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for place, key in enumerate(keys):
            if key.tag != "tag:yaml.org,2002:str":
                raise _fault(key, f"the key {_shown(key.value)} is no text; expected a word, in quotes if need be")
            if key.value in [other.value for other in keys[:place]]:
                raise _fault(key, f"the key {_shown(key.value)} stands twice; expected every key once")
        return super().construct_mapping(node, deep)


def _fault(place, sentence) -> InputError:
    """What is wrong at a node or event of a YAML file."""
    return InputError(f"{place.start_mark.name}: line {place.start_mark.line + 1}: {sentence}")


def load_yaml(path) -> dict:
    """Read a YAML mapping whose keys are text and differ; raises InputError if the file is missing or none such."""
    expected = "a YAML mapping"
    with readable(path, expected):
        text = Path(path).read_text(encoding="utf-8-sig")
    try:
        content = _Loader(text, path).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise InputError(f"{path}: not YAML ({place}{error.problem}); expected {expected}") from None
    except InputError:
        raise
    except (
        yaml.YAMLError,
        ValueError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:  # of PyYAML's constructors
        raise InputError(f"{path}: not YAML ({' '.join(str(error).split())[:200]}); expected {expected}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a {type(content).__name__}; expected a YAML mapping of keys to values")
    return content


def check(content: dict, schema: dict, source: str) -> None:
    """Raise InputError, naming the `source` and the key, if `content` breaks `schema` (JSON Schema 2020-12).

    What a schema expects of a value may be said in words of its own under `expected`.
    """
    error = best_match(Validator(schema).iter_errors(content))
    while error is not None and error.parent is not None and "expected" in error.parent.schema:
        error = error.parent
    if error is not None:
        raise InputError(f"{source}: {_sentence(error)}")


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


def _shown(value) -> str:
    """A value as a sentence can hold it: on one line, and shortened in the middle if it is long."""
    brief = reprlib.Repr()
    brief.maxstring = brief.maxother = brief.maxlong = 60
    return "nothing" if value is None else brief.repr(value)


def _sentence(error) -> str:
    """What is wrong by a ValidationError, where, and what was expected."""
    key = error.json_path.removeprefix("$").lstrip(".") or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = next(name for name in error.instance if name not in known)
        return f"unknown key {_shown(unknown)} at {key}; {did_you_mean(unknown, known)}"
    if error.validator == "required" and "expected" not in error.schema:
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"key {missing!r} is missing at {key}"
    name = f"the name {_shown(error.instance)} at {key}" if "propertyNames" in error.absolute_schema_path else None
    return f"{name or f'{key} is {_shown(error.instance)}'}; expected {_expectation(error)}"


def _expectation(error) -> str:
    """What was expected instead of the value of a ValidationError."""
    types = error.schema.get("type", "object")
    value = error.validator_value
    if error.validator == "type" and TYPES.is_type(error.instance, "string") and "number" in types:
        return f"{_type_words(value)} (YAML reads 1e-7 as text; write 1.0e-7)"
    beyond = _JSON_TYPES.is_type(error.instance, "number") and not TYPES.is_type(error.instance, "number")
    if error.validator == "type" and beyond:
        return f"a finite number, 0 or of a magnitude from {SCALE[0]:g} to {SCALE[1]:g}"
    if error.validator == "type" and isinstance(error.instance, dict):
        return "keys that are text, in quotes if need be" if types == "object" else _type_words(value)
    if "expected" in error.schema and error.validator not in BOUNDS:
        return error.schema["expected"]
    if error.validator in BOUNDS:
        return f"{BOUNDS[error.validator]} {value}"
    expected = {
        "type": _type_words,
        "enum": lambda value: f"one of {', '.join(map(str, value))}",
        "minItems": lambda value: f"at least {value} item{'s' * (value > 1)}",
        "maxItems": lambda value: f"at most {value} items",
        "minLength": lambda value: "text that is not empty",
        "maxLength": lambda value: f"at most {value} letters",
        "uniqueItems": lambda value: "items that differ",
        "pattern": lambda value: f"text that matches {value}",
    }.get(error.validator)
    return expected(value) if expected else f"another value ({error.validator})"


def _type_words(types) -> str:
    """Types of JSON schema in words."""
    return " or ".join(WORDS_FOR_TYPES[name] for name in ([types] if isinstance(types, str) else types))


if __name__ == "__main__":
    try:
        for file in sys.argv[1:]:
            load_yaml(file)
    except InputError as fault:
        sys.exit(f"error: {fault}")
