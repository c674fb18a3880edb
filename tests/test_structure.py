"""The house keeps its proportions: short functions, rooms of one thing, and no question for the class of kinetics."""

import ast
import re
import tomllib
from collections import Counter
from graphlib import TopologicalSorter
from itertools import chain

import grimp
import pytest

from rramgan.dependencies import PACKAGE
from support.devices import ROOT

MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    lengths = {
        node.name: node.end_lineno - node.lineno + 1 for node in ast.walk(TREES[path]) if isinstance(node, FUNCTIONS)
    }
    assert {name: length for name, length in lengths.items() if length > 50} == {}


def test_the_largest_room_holds_under_a_quarter_of_the_lines():
    lines = Counter()
    for path in MODULES:
        lines[path.parent] += len(path.read_text(encoding="utf-8").splitlines())
    (room, most), *_ = lines.most_common(1)
    assert most < sum(lines.values()) / 4, room


def test_nothing_asks_for_the_class_of_kinetics():
    names = {"kinetics", "ParametricKinetics", "StaircaseKinetics", "Kinetics"}
    asked = []
    for path, tree in TREES.items():
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
        for call in calls:
            if call.func.id in ("isinstance", "hasattr"):
                words = chain.from_iterable(ast.walk(argument) for argument in call.args)
                found = {getattr(word, "id", getattr(word, "attr", None)) for word in words}
                asked += [f"{path}:{call.lineno}"] if found & names else []
    assert asked == []


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("rramgan", cache_dir=None)
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()


def test_the_documentation_shows_the_floors_of_the_import_contract():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("| floor |")[1].split("\n\n")[0]
    cells = [row.split("|")[1] for row in page.splitlines()[2:]]
    shown = [name for cell in cells for name in re.findall(r"`(\w+)(?:/|\.py)`", cell)]
    assert shown == [name for floor in floors for name in re.split(r" [:|] ", floor)]


def test_every_rule_goes_to_a_cluster_with_others():
    """But the search, which takes long, and targets, which run nothing."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
    rules = re.split(r"^ *rule(?: (\w+))?:\n", text, flags=re.MULTILINE)
    alone = [
        name for name, body in zip(rules[1::2], rules[2::2], strict=True) if "script:" in body and "group:" not in body
    ]
    assert alone == ["search_recipe"]
