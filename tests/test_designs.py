"""Families of named designs: what comes from the fields of a kind, and what is told of mistakes."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from rramgan import designs
from rramgan.config import check
from rramgan.designs import REQUIRED, Family, parameter, schema
from rramgan.errors import InputError

GLYPHS = ["serif"]
SHAPES = Family("shapes", "What is drawn.")


@dataclass(frozen=True)
class Point:
    """A place."""

    x: int = parameter(REQUIRED, "Column.", minimum=0)


@SHAPES.register
@dataclass(frozen=True)
class Circle:
    """A round shape."""

    kind: ClassVar[str] = "circle"

    radius_m: float = parameter(1, "Radius.", unit="m", above=0)
    range_m: tuple[float, float] = parameter((1.0, 2.0), "Range.", above=0)
    points: tuple[Point, ...] = parameter((), "Places.")
    digits: int | list[int] | str = parameter("all", "Which.")
    most: int | None = parameter(None, "How many at most.")
    filled: bool = parameter(True, "Whether it is filled.")

    def __post_init__(self):
        if self.radius_m > 100:
            raise ValueError("too large")


@SHAPES.register
@dataclass(frozen=True)
class Picture:
    """A shape from a file."""

    kind: ClassVar[str] = "picture"

    file: Path = parameter(REQUIRED, "Where it is.")
    glyph: str = parameter("serif", "Letters.", choices=GLYPHS)


def test_the_object_has_the_types_of_its_fields():
    given = {"radius_m": 2, "range_m": [1, 3], "points": [{"x": 4}], "digits": [3, 5], "most": 7, "filled": False}
    assert SHAPES.build("circle", given) == Circle(2.0, (1.0, 3.0), (Point(4),), [3, 5], 7, False)
    assert isinstance(SHAPES.build("circle", {"radius_m": 2}).radius_m, float)
    assert SHAPES.build("mine", {"kind": "picture", "file": "a.png"}) == Picture(Path("a.png"))


def test_schema_default_and_meaning_come_from_the_fields():
    keys = schema(Circle)["properties"]
    assert keys["radius_m"] == {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 1,
        "unit": "m",
        "description": "Radius.",
    }
    assert keys["range_m"]["items"] == {"type": "number", "exclusiveMinimum": 0}
    assert keys["points"]["items"]["required"] == ["x"]
    assert keys["digits"]["type"] == ["integer", "array", "string"]
    assert schema(Picture)["required"] == ["file"]
    check({"radius_m": 3}, schema(Circle), "here")


def test_every_kind_that_needs_nothing_is_a_design():
    assert list(SHAPES.resolve({})) == ["circle"]
    resolved = SHAPES.resolve({"circle": {"radius_m": 3}, "mine": {"kind": "picture", "file": "a"}})
    assert resolved["circle"]["radius_m"] == 3 and resolved["circle"]["range_m"] == [1.0, 2.0]
    assert resolved["mine"] == {"kind": "picture", "file": "a", "glyph": "serif"}
    assert SHAPES.resolve({"circle": resolved["circle"]})["circle"] == resolved["circle"]


def test_a_usual_kind_has_one_standard_design():
    family = Family("boxes", "Boxes.", usual="circle")
    family.register(Circle)
    assert list(family.resolve({})) == ["standard"]
    assert family.resolve({"large": {"radius_m": 9}})["large"] == family.resolve({})["standard"] | {"radius_m": 9}


@pytest.mark.parametrize(
    ("design", "sentence"),
    [
        ({"kind": "circel"}, "shapes.mine.kind is 'circel'; did you mean 'circle'?"),
        ({"kind": ["circle"]}, "shapes.mine.kind is ['circle']; did you mean 'circle'?"),
        ({"radius_m": 1}, "shapes.mine has no kind; expected kind: one of circle, picture"),
        ({"kind": "circle", "radius": 1}, "unknown key 'radius' at shapes.mine; did you mean 'radius_m'?"),
        ({"kind": "circle", "radius_m": 0}, "shapes.mine.radius_m is 0; expected more than 0"),
        ({"kind": "circle", "radius_m": "1e-6"}, "expected a number (YAML reads 1e-7 as text"),
        ({"kind": "circle", "radius_m": math.nan}, "shapes.mine.radius_m is nan; expected a finite number"),
        ({"kind": "circle", "radius_m": math.inf}, "shapes.mine.radius_m is inf; expected a finite number"),
        ({"kind": "circle", "range_m": [2, 1]}, "shapes.mine.range_m runs from 2.0 to 1.0; expected ascending values"),
        ({"kind": "circle", "range_m": [1, -math.inf]}, "shapes.mine.range_m[1] is -inf; expected a finite number"),
        ({"kind": "circle", "range_m": [1]}, "shapes.mine.range_m is [1]; expected at least 2 items"),
        ({"kind": "circle", "points": [{"x": -1}]}, "shapes.mine.points[0].x is -1; expected at least 0"),
        ({"kind": "circle", "points": [{}]}, "key 'x' is missing at shapes.mine.points[0]"),
        ({"kind": "circle", "radius_m": 101}, "shapes.mine: too large"),
        ({"kind": "picture"}, "key 'file' is missing at shapes.mine"),
        ({"kind": "picture", "file": "a", "glyph": "sans"}, "shapes.mine.glyph is 'sans'; expected one of serif"),
    ],
)
def test_mistakes_are_told_in_one_sentence(design, sentence):
    for attempt in (SHAPES.build, lambda name, design: SHAPES.resolve({name: design})):
        with pytest.raises(InputError) as caught:
            attempt("mine", design)
        assert str(caught.value).startswith("configuration: ") and sentence in str(caught.value)
        assert "\n" not in str(caught.value)


def test_choices_grow_with_their_registry():
    GLYPHS.append("gothic")
    try:
        assert SHAPES.build("mine", {"kind": "picture", "file": "a", "glyph": "gothic"}).glyph == "gothic"
    finally:
        GLYPHS.remove("gothic")


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match="shapes: the kind 'circle' is registered twice"):
        SHAPES.register(Circle)
    with pytest.raises(ValueError, match="shapes: the kind 'a/b' is not a word"):
        SHAPES.register(type("Odd", (), {"kind": "a/b"}))


def test_the_example_of_the_module_holds():
    import doctest

    assert doctest.testmod(designs).failed == 0
