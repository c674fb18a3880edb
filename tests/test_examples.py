"""The examples of the documentation and of the packages run, and print what they say."""

import doctest
import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

import rramgan
from support.devices import ROOT

FENCE = re.compile(r"^```.*$", re.MULTILINE)
"""Borders of code blocks, which doctest would take for output."""

PACKAGES = [f"rramgan.{module.name}" for module in iter_modules(rramgan.__path__) if module.ispkg]


def test_the_page_on_the_library(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = FENCE.sub("", (ROOT / "docs" / "library.md").read_text(encoding="utf-8"))
    result = doctest.DocTestRunner().run(doctest.DocTestParser().get_doctest(page, {}, "library.md", None, 0))
    assert result.attempted and not result.failed


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_an_example(package):
    result = doctest.testmod(import_module(package))
    assert result.attempted and not result.failed
