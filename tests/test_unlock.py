"""A lock that a killed run has left is taken away, that of another one is not."""

import subprocess
import sys

import pytest

from rramgan.unlock import unlock


@pytest.fixture
def locked(tmp_path):
    locks = tmp_path / ".snakemake" / "locks"
    locks.mkdir(parents=True)
    (locks / "0.input.lock").write_text("a\n")
    return tmp_path


def locks(folder):
    return list((folder / ".snakemake" / "locks").iterdir())


def test_nothing_to_free(tmp_path):
    assert unlock(tmp_path) == ""


def test_the_lock_of_a_dead_run_goes(locked):
    assert "freed of the lock" in unlock(locked)
    assert locks(locked) == []


def test_the_lock_of_a_living_run_stays(locked):
    code = "import sys; print('up', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "snakemake"], cwd=locked, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as run:
        run.stdout.readline()
        assert unlock(locked) == f"{locked}: in use by the running process {run.pid}"
    assert len(locks(locked)) == 1
    assert "freed" in unlock(locked)


def test_the_lock_of_another_computer_stays(locked):
    log = locked / ".snakemake" / "log"
    log.mkdir()
    (log / "now.snakemake.log").write_text("System:\n  Host: another-computer\n")
    assert "locked by a run on another-computer" in unlock(locked)
    assert len(locks(locked)) == 1
