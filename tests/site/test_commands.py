"""The commands of the documentation as they stand, planned by Snakemake and not run, with the files that pages show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.devices import ROOT
from test_docs import PAGES, commands

PLANNED = [(page, command) for page in PAGES for command in commands(page) if command.startswith("snakemake ")]
SHOWN = re.compile(r"^```\w+\n(# (\S+\.(?:py|yaml))\n.*?)^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = ("/path/to", "data/raw/mydevice", "profiles/slurm")


def test_there_are_commands():
    assert len(PLANNED) > 5


@pytest.mark.parametrize("page, command", PLANNED, ids=lambda part: part.stem if isinstance(part, Path) else part)
def test_snakemake_plans_what_a_page_asks_for(page, command, tmp_path):
    text = page.read_text(encoding="utf-8")
    for content, name in SHOWN.findall(text):
        (tmp_path / name).write_text(content, encoding="utf-8")
    named = re.findall(r"--configfile (\S+)", command)
    if any(place in command for place in ELSEWHERE) or not all(
        (folder / name).is_file() for name in named for folder in [ROOT if name.startswith("config/") else tmp_path]
    ):
        pytest.skip("needs what the reader has")
    words = [str(ROOT / word) if word.startswith("config/") else word for word in command.split()[1:]]
    plan = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "--directory", str(tmp_path), *words]
    done = subprocess.run([*plan, "--dry-run", "--quiet"], env=os.environ, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
