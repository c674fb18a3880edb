"""Links and commands of the documentation: the former lead somewhere, the latter name what is there."""

import ast
import re
from functools import cache
from importlib.util import find_spec

import pytest

from support.devices import ROOT

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "config/*.md", "results/*.md", "data/raw/*/*.md")
    for path in ROOT.glob(pattern)
)
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|^    .*?$", re.MULTILINE | re.DOTALL)


def links(page):
    """Texts and targets of the links of a page to files of the repository."""
    found = LINK.finditer(CODE.sub("", page.read_text(encoding="utf-8")))
    return [(link["text"], link["target"]) for link in found if not re.match(r"\w+:", link["target"])]


@cache
def anchors(page):
    """The anchors that headings of a page have."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def names(module):
    """Dotted names of what a module defines: constants, functions, classes and what is in these."""

    def inside(body, prefix=""):
        for node in body:
            if isinstance(node, ast.Assign):
                yield from (prefix + target.id for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign):
                yield prefix + node.target.id
            elif hasattr(node, "name"):
                yield prefix + node.name
                if isinstance(node, ast.ClassDef):
                    yield from inside(node.body, f"{prefix}{node.name}.")

    return set(inside(ast.parse(module.read_text(encoding="utf-8")).body))


def blocks(page):
    """Language and text of the fenced blocks of a page."""
    return re.findall(r"^```(\S*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page):
    """Lines of a page's plain code blocks that call a program of the project, without remarks."""
    plain = "".join(block for language, block in blocks(page) if not language)
    lines = re.findall(r"^(?:\w+=\S+ )*((?:make|snakemake|python) [^#\n]*)", plain, re.MULTILINE)
    return [line.strip() for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    for _, target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists() and file.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_code_name_what_is_there(page):
    for text, target in links(page):
        if target.endswith(".py") and not text.endswith(".py"):
            assert text.strip("`") in names((page.parent / target).resolve()), f"{text} is not in {target}"


@pytest.mark.parametrize("page", [ROOT / "Makefile", *PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_targets_stand_before_the_configuration(page):
    """Snakemake takes a word after `--configfile FILE` for another file."""
    found = re.findall(r"--configfile [^\s`]+ +(\w\S*)", page.read_text(encoding="utf-8"))
    assert not found, found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_name_what_is_there(page):
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for command in commands(page):
        program, *words = command.split()
        if program == "make":
            assert words[0] in targets, command
        named = [word for word in words if re.match(r"(config|profiles|bench|docs|data/raw/(nili|example))\S*$", word)]
        assert all((ROOT / word).exists() for word in named), command
        if words[:1] == ["-m"]:
            assert find_spec(words[1]), command


def test_every_page_is_in_the_contents():
    contents = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").splitlines()
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"} <= set(contents)


def test_every_formula_of_the_theory_names_its_code():
    sections = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert all("../src/rramgan/" in part for section in sections for part in section.split("\n### ")[1:] or [section])
