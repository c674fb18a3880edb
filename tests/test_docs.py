"""Links between the pages of the documentation lead somewhere, as pages of a repository and as a site."""

import ast
import re
from functools import cache

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


def test_every_formula_of_the_theory_names_its_code():
    sections = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert all("../src/rramgan/" in part for section in sections for part in section.split("\n### ")[1:] or [section])
