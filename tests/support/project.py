"""A private copy of the project, in which its workflow runs."""

import shutil
import subprocess
import sys
from pathlib import Path

from support.devices import ROOT

TINY = "tests/workflow/tiny.yaml"

PARTS = shutil.ignore_patterns("*.tmp.*", "tmp*", "*.pyc.*")
"""Compiled code that is still being written."""


class Project:
    """A private copy of what the workflow needs, so that tests cannot disturb the checkout or each other.

    With what Python and numba have compiled of the package so far: it is theirs as long as sources keep size and time,
    and compiling the kernels anew would take each project longer than its trainings.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        tracked = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
        for name in filter(None, tracked):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        for compiled in (ROOT / "src").rglob("__pycache__"):
            shutil.copytree(compiled, folder / compiled.relative_to(ROOT), ignore=PARTS, dirs_exist_ok=True)

    @classmethod
    def at(cls, folder: Path) -> "Project":
        """The project that is already at `folder`."""
        project = cls.__new__(cls)
        project.folder = folder
        return project

    def copy(self, folder: Path) -> "Project":
        """The same project with all its results at `folder`."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return self.at(folder)

    def snakemake(self, *arguments, config=TINY, cores=2):
        """Run snakemake here; it imports the package of this copy."""
        command = [sys.executable, "-m", "snakemake", *arguments, "--cores", str(cores), "--configfile", config]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def results(self) -> dict[str, bytes]:
        """Content of every result by path."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted((self.folder / "results/tiny").rglob("*"))
            if path.is_file()
        }

    def planned(self, *arguments, config=TINY) -> dict[str, int]:
        """Rules and job counts of a dry run."""
        run = self.snakemake(*arguments, "--dry-run", "--quiet", "reason", config=config)
        assert run.returncode == 0, run.stderr
        lines = (run.stdout + run.stderr).split("Job stats:")
        if len(lines) == 1:
            return {}
        rows = (line.split() for line in lines[1].splitlines()[3:])
        counts = {}
        for row in rows:
            if len(row) != 2 or row[0] == "total":
                break
            counts[row[0]] = int(row[1])
        return counts
