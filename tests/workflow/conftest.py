import os

import pytest
from filelock import FileLock

from support.project import Project


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
