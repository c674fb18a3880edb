"""Named designs: whatever a study varies is a dictionary `name: {kind: ..., parameters}` of some family.

A kind is one frozen dataclass whose fields, made by `parameter`, are its keys in the configuration: what is checked,
the defaults, the reference of keys and the object itself all come from them. A family is the registry of its kinds.

>>> from dataclasses import dataclass
>>> from typing import ClassVar
>>> SHAPES = Family("shapes", "What is drawn.")
>>> @SHAPES.register
... @dataclass(frozen=True)
... class Circle:
...     kind: ClassVar[str] = "circle"
...     radius_m: float = parameter(1.0, "Distance of the rim from the centre.", unit="m", above=0)
>>> SHAPES.build("small", {"kind": "circle", "radius_m": 0.1})
Circle(radius_m=0.1)
>>> SHAPES.resolve({"small": {"kind": "circle", "radius_m": 0.1}})
{'circle': {'kind': 'circle', 'radius_m': 1.0}, 'small': {'kind': 'circle', 'radius_m': 0.1}}
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, field, fields, is_dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast, get_args, get_origin, get_type_hints

from rramgan.config import WORD, check, did_you_mean, is_type
from rramgan.errors import InputError

REQUIRED = MISSING
"""Default of a parameter that must be given."""

JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", Path: "string", type(None): "null"}
"""What a field's type is called in a JSON schema."""


class Kind(Protocol):
    """A dataclass that can be registered."""

    kind: ClassVar[str]
    """Its name in the configuration."""


K = TypeVar("K", bound=Kind)
C = TypeVar("C", bound=type[Kind])


def parameter(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
    choices: Iterable[str] | None = None,
) -> Any:
    """A field of a kind: `default` (or REQUIRED), `meaning` in a sentence, unit, inclusive and exclusive bounds.

    Bounds and `choices` hold for every item where the field is a list. `choices` are looked up whenever a schema is
    made, so that a registry given here may grow. Numbers are finite; a pair of numbers is a range and ascends.
    """
    bounds = {"minimum": minimum, "maximum": maximum, "exclusiveMinimum": above, "exclusiveMaximum": below}
    limits = {name: bound for name, bound in bounds.items() if bound is not None}
    return field(default=default, metadata={"meaning": meaning, "unit": unit, "limits": limits, "choices": choices})


def schema(kind: type) -> dict:
    """JSON schema (2020-12) of the parameters of a kind, with defaults and descriptions."""
    properties, hints = {}, get_type_hints(kind)
    for name, metadata in ((f.name, f.metadata) for f in fields(kind)):
        key = _json_type(hints[name])
        limited = key.get("items", key)
        limited |= metadata.get("limits", {})
        if isinstance(key["type"], list):  # One value or a list of such: the bounds hold for both.
            key |= metadata.get("limits", {})
        if metadata.get("choices") is not None:
            limited["enum"] = list(metadata["choices"])
        properties[name] = key | {"description": metadata.get("meaning", "")}
        if metadata.get("unit"):
            properties[name]["unit"] = metadata["unit"]
    defaults = _defaults(kind)
    for name, value in defaults.items():
        properties[name]["default"] = value
    required = [name for name in properties if name not in defaults]
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


class Family(Generic[K]):
    """The registry of the kinds of one family, under its key in the configuration, such as `noises`.

    Every kind that needs no parameter is also a design by its own name, with its defaults. In a family with a `usual`
    kind that kind is what designs without one are of, and the only design there is from the start is `standard`.
    """

    def __init__(self, name: str, meaning: str, usual: str | None = None):
        """Start without kinds."""
        self.name, self.meaning, self.usual = name, meaning, usual
        self.kinds: dict[str, type[K]] = {}

    def register(self, kind: C) -> C:
        """Add a kind, a frozen dataclass with its name in `kind`; ValueError if that is taken or not a WORD."""
        if not re.fullmatch(WORD, kind.kind):
            raise ValueError(f"{self.name}: the kind {kind.kind!r} is not a word of letters, digits, _ and -")
        if kind.kind in self.kinds:
            raise ValueError(f"{self.name}: the kind {kind.kind!r} is registered twice; expected another name")
        self.kinds[kind.kind] = cast(type[K], kind)
        return kind

    def shipped(self) -> dict[str, dict]:
        """The designs there are without a configuration."""
        if self.usual:
            return {"standard": {"kind": self.usual}}
        return {name: {"kind": name} for name, kind in self.kinds.items() if not schema(kind)["required"]}

    def resolve(self, designs: Mapping[str, dict]) -> dict[str, dict]:
        """The shipped designs, those of the configuration added or in their place, with every parameter written out.

        Raises InputError as `build` does.
        """
        resolved = {}
        for name, design in (self.shipped() | dict(designs)).items():
            kind, given = self._parted(name, design)
            self.build(name, design)
            resolved[name] = {"kind": kind, **_defaults(self.kinds[kind]), **given}
        return resolved

    def build(self, name: str, design: Mapping) -> K:
        """The object of one design; InputError, in one sentence, if its kind or a parameter is not as expected."""
        kind, given = self._parted(name, design)
        key = f"configuration: {self.name}.{name}"
        by_name = {"type": "object", "properties": {name: schema(self.kinds[kind])}}
        check({self.name: {name: given}}, {"type": "object", "properties": {self.name: by_name}}, "configuration")
        values = _values(self.kinds[kind], given, key)
        try:
            return self.kinds[kind](**values)
        except ValueError as error:
            raise InputError(f"{key}: {error}") from None

    def _parted(self, name: str, design: Mapping) -> tuple[str, dict]:
        """Kind and given parameters of a design; its name is its kind where it says none and there is such a kind."""
        kind = design.get("kind", name if name in self.kinds else self.usual)
        if kind is None:
            known = ", ".join(self.kinds)
            raise InputError(f"configuration: {self.name}.{name} has no kind; expected kind: one of {known}")
        if not isinstance(kind, str) or kind not in self.kinds:
            hint = did_you_mean(kind, self.kinds)
            raise InputError(f"configuration: {self.name}.{name}.kind is {kind!r}; {hint}")
        return kind, {key: value for key, value in design.items() if key != "kind"}


def _json_type(hint) -> dict:
    """JSON schema of a type: a number, text, truth, path, None, a list or a range of such, a dataclass, a union."""
    if isinstance(hint, type) and is_dataclass(hint):
        return schema(hint)
    if hint in JSON_TYPES:
        return {"type": JSON_TYPES[hint]}
    items = get_args(hint)
    if get_origin(hint) in (tuple, list):
        fixed = get_origin(hint) is tuple and Ellipsis not in items
        return {
            "type": "array",
            "items": _json_type(items[0]),
            **({"minItems": len(items), "maxItems": len(items)} if fixed else {}),
        }
    members = [_json_type(item) for item in items]
    return {key: value for member in members for key, value in member.items()} | {"type": [m["type"] for m in members]}


def _defaults(kind: type) -> dict:
    """Defaults of the parameters of a kind as a configuration would hold them."""
    defaults = {f.name: f.default for f in fields(kind) if f.default is not MISSING}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()}


def _values(kind: type, given: Mapping, key: str) -> dict:
    """Arguments of a kind from checked parameters; InputError for a range that does not ascend."""
    hints = get_type_hints(kind)
    return {name: _value(hints[name], value, f"{key}.{name}") for name, value in given.items()}


def _value(hint, value, key: str):
    """A checked value of a configuration as what the field's type says."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**_values(hint, value, key))
    if hint in JSON_TYPES:
        return None if value is None else hint(value)
    items = get_args(hint)
    if get_origin(hint) not in (tuple, list):
        return _value(next(item for item in items if is_type(value, _json_type(item)["type"])), value, key)
    values = get_origin(hint)(_value(items[0], item, f"{key}[{index}]") for index, item in enumerate(value))
    if items == (float, float) and values[0] >= values[1]:
        raise InputError(f"{key} runs from {values[0]} to {values[1]}; expected ascending values")
    return values
