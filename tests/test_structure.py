"""The house keeps its shape: short functions, small modules and rooms, no circles, floors as documented."""

import ast
import re
import tomllib
from graphlib import TopologicalSorter

import grimp
import pytest

from support.devices import ROOT

SOURCE = ROOT / "src" / "rramgan"
MODULES = {path: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))}
LENGTHS = {path: len(text.splitlines()) for path, text in MODULES.items()}


def test_no_module_is_longer_than_300_lines():
    assert {path.name: length for path, length in LENGTHS.items() if length > 300} == {}


@pytest.mark.parametrize("folder", ["src", "workflow", "tests", "bench"])
def test_no_function_is_longer_than_50_lines(folder):
    functions = [
        (path.name, node.name, node.end_lineno - node.lineno + 1)
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert [function for function in functions if function[2] > 50] == []


def test_no_room_holds_a_quarter_of_the_lines():
    rooms = {}
    for path, length in LENGTHS.items():
        rooms[path.parent] = rooms.get(path.parent, 0) + length
    assert max(rooms.values()) < sum(rooms.values()) / 4


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("rramgan", cache_dir=None)
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()


def test_nothing_asks_for_the_kind_of_kinetics():
    asks = re.compile(r"(isinstance|hasattr)\(.*[kK]inetics|kinetics\.kind\b *[=!]=")
    assert [path.name for path, text in MODULES.items() if asks.search(text)] == []


def test_the_documentation_shows_the_floors_of_the_contract():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("| floor |")[1].split("\n\n")[0]
    cells = [row.split("|")[1] for row in page.splitlines()[2:]]
    shown = [name for cell in cells for name in re.findall(r"`(\w+)(?:/|\.py)`", cell)]
    assert shown == [name for floor in floors for name in re.split(r" [:|] ", floor)]
