"""What a release consists of fits together."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import rramgan
from support.devices import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_latest_release_is_the_same_everywhere():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["tool"]["hatch"]["version"]["fallback-version"] == rramgan.RELEASE == CITATION["version"]
    assert rramgan.RELEASE in re.findall(r"^## (\S+)", changes, re.MULTILINE)


def test_the_citation_has_what_an_archive_asks_for():
    assert {"title", "authors", "abstract", "keywords", "license", "version", "date-released"} <= CITATION.keys()
    assert CITATION["license"] == PROJECT["project"]["license"]


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")), ids=lambda path: path.name)
def test_issue_templates_ask_for_something(path):
    template = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.stem != "config":
        assert {"name", "description", "body"} <= template.keys()
        names = [part["id"] for part in template["body"]]
        assert len(names) == len(set(names)) and all(part["attributes"]["label"] for part in template["body"])


def test_the_catalogue_of_workflows_is_told_how_to_run_this_one():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))["usage"]
    assert usage["report"] is True and usage["software-stack-deployment"]["conda"] is True


@pytest.mark.parametrize("recipe", ["Dockerfile", "rramgan.def"])
def test_containers_hold_the_locked_versions_on_the_tested_python(recipe):
    text = (ROOT / "container" / recipe).read_text(encoding="utf-8")
    assert "--require-hashes --requirement requirements.lock" in text
    least = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert f"python:{least}-" in text


def test_the_version_comes_from_the_tag(tmp_path):
    """And from the fallback where there is no git, as the build backend finds it."""
    pytest.importorskip("hatch_vcs")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())

    def version():
        command = [sys.executable, "-m", "hatchling", "version"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()

    assert version() == rramgan.RELEASE
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    subprocess.run([*git, "tag", "v3.2.1"], check=True)
    assert version() == "3.2.1"
