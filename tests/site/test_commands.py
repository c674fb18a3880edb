"""The commands of README and docs, page by page, as a reader types them in a fresh clone of what is committed.

Studies that train for many minutes are planned by Snakemake, of the test suite all tests are collected; everything else
is run as it stands. Only places that are the reader's own are filled in.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.devices import ROOT
from test_docs import PAGES, blocks

TYPED = re.compile(r"(?:\w+=\S+ )*(?:make|snakemake|python|source|export|ls|rm|conda|\.venv/bin/\w+) ")
SHOWN = re.compile(r"# (\S+\.(?:py|yaml))\n")
LONG = re.compile(r"(?:\w+=\S+ )*make (?:reproduce|report|test)\b")
ELSEWHERE = {"cluster.md": "needs a cluster: `make test-cluster`"}


def session(page):
    """What a reader of the page types, line by line, with the files that it shows."""
    for language, block in blocks(page):
        if language and (name := SHOWN.match(block)):
            yield f"cat > {name[1]} <<'END'\n{block}END"
        elif not language:
            yield from (line.partition(" #")[0].strip() for line in block.splitlines() if TYPED.match(line))


def planned(line):
    """The line, with nothing done that takes long."""
    return f"PYTEST_ADDOPTS='--collect-only --quiet' {line} PROGRESS='--dry-run --quiet'" if LONG.match(line) else line


@pytest.fixture(scope="module")
def surroundings():
    """The environment of somebody who has just logged in: no make around, no virtual environment."""
    environment = {name: value for name, value in os.environ.items() if not re.match("MAKE|PYTHON|VIRTUAL|RRAM", name)}
    folders = environment["PATH"].split(os.pathsep)
    own = Path(sys.executable).parent
    return environment | {"PATH": os.pathsep.join(folder for folder in folders if Path(folder) != own)}


@pytest.fixture(scope="module")
def clone(tmp_path_factory, surroundings):
    """A fresh clone, set up."""
    folder = tmp_path_factory.mktemp("fresh") / "rramgan"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    subprocess.run(["make", "setup"], cwd=folder, env=surroundings, check=True)
    return folder


@pytest.mark.parametrize("page", [page for page in PAGES if any(session(page))], ids=lambda page: page.name)
def test_the_commands_of_a_page_work_as_they_stand(page, clone, surroundings, tmp_path):
    if page.name in ELSEWHERE:
        pytest.skip(ELSEWHERE[page.name])
    subprocess.run(["git", "clean", "-dfxq", "--exclude", ".venv"], cwd=clone, check=True)
    if "data/raw/mydevice" in (text := page.read_text(encoding="utf-8")):
        shutil.copytree(clone / "data/raw/example-staircase", clone / "data/raw/mydevice")
    if "/my/study" in text:
        shutil.copy(clone / "config/quick.yaml", tmp_path / "mine.yaml")
    lines = [line.replace("/path/to/rramgan", str(clone)).replace("/my/study", str(tmp_path)) for line in session(page)]
    script = tmp_path / "typed.sh"
    script.write_text("\n".join(map(planned, lines)), encoding="utf-8")
    done = subprocess.run(["bash", "-ex", script], cwd=clone, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert not subprocess.run(["git", "diff", "--stat"], cwd=clone, capture_output=True, text=True, check=True).stdout
    typed = [line for line in lines if not line.startswith("cat ")]
    print(f"\n{page.name}:", *(f"{'planned' if LONG.match(line) else 'run':8}{line}" for line in typed), sep="\n  ")
