import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]
TINY = "tests/workflow/tiny.yaml"


class Project:
    """A private copy of what the workflow needs, so that tests cannot disturb the checkout or each other."""

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


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A project whose tiny study has run on two cores; tests must leave its results as they are.

    All workers of pytest-xdist share it: the first to come runs the study and the others wait for it. Groups of tests
    would not do, since pytest 9.2 does not hear what pytest-xdist 3.8 says of them.
    """
    folder = tmp_path_factory.getbasetemp().parent / "finished"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tmp_path_factory.mktemp("finished")
    with FileLock(folder.with_suffix(".lock")):
        project, done = Project.at(folder), folder.with_suffix(".done")
        if not done.exists():
            project = Project(folder)
            run = project.snakemake()
            assert run.returncode == 0, run.stderr[-4000:]
            done.touch()
    return project
