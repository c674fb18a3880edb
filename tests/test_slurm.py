import json

import pytest

from rramgan import slurm
from rramgan.errors import InputError

SCRIPT = """#!/bin/sh
# properties = {"type": "group", "threads": 1, "resources": {"mem_mb": 1000, "runtime": 5}, "jobid": "it's"}
cd /work && /bin/python -m snakemake --snakefile Snakefile --target-jobs 'train:noise=rtn,seed=1' 'judge:' --force \
&& exit 0 || exit 1
"""
TARGETS = ["judge:", "train:noise=rtn,seed=1"]


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A SLURM that answers from a dictionary, in a folder with the records of job 7."""
    monkeypatch.chdir(tmp_path)
    slurm.RECORDS.mkdir(parents=True)
    (slurm.RECORDS / "7").write_text("a" * 32)
    (slurm.RECORDS / f"{'a' * 32}.json").write_text(json.dumps([*TARGETS, "train:noise=rtn,seed=2"]))
    answers = {}
    monkeypatch.setattr(slurm, "ask", lambda command, *_: answers.get(command))
    return answers


def test_targets_and_names_come_from_the_job_script():
    assert slurm.targets_of(SCRIPT) == TARGETS
    assert slurm.name_of(TARGETS[1:]) == "train.rtn.1"
    assert slurm.name_of(TARGETS) == "judge+1"
    assert "--mem=1000M" in slurm.options(SCRIPT, "train") and "--time=5" in slurm.options(SCRIPT, "train")


def test_a_job_still_in_the_queue_is_taken_over(cluster, tmp_path):
    (tmp_path / "script.sh").write_text(SCRIPT)
    cluster["squeue"] = f"3 RUNNING (null)\n7 PENDING {'a' * 32}\n"
    assert slurm.submit(tmp_path / "script.sh") == "7"


@pytest.mark.parametrize("queue", ["7 COMPLETING " + "a" * 32, "7 RUNNING " + "b" * 32, "7 RUNNING ../" + "a" * 32])
def test_other_jobs_are_not_taken_over(cluster, tmp_path, monkeypatch, queue):
    (tmp_path / "script.sh").write_text(SCRIPT)
    cluster["squeue"] = queue + "\n"
    monkeypatch.setenv("PATH", str(tmp_path))
    sbatch = tmp_path / "sbatch"
    sbatch.write_text("#!/bin/sh\necho 8\n")
    sbatch.chmod(0o755)
    assert slurm.submit(tmp_path / "script.sh") == "8"


@pytest.mark.parametrize(
    ("note", "squeue", "sacct", "status"),
    [
        ("0\n", "RUNNING\n", None, "success"),
        ("1\n", "COMPLETED\n", None, "failed"),
        (None, "RUNNING\n", None, "running"),
        (None, "TIMEOUT\n", None, "failed"),
        (None, "", "OUT_OF_MEMORY \n", "failed"),
        (None, "", "COMPLETED \n", "success"),
        (None, "", None, "failed"),
        (None, None, None, "running"),
    ],
)
def test_status_is_read_from_the_note_of_the_job_else_from_slurm(cluster, note, squeue, sacct, status):
    if note:
        (slurm.RECORDS / f"{'a' * 32}.exit").write_text(note)
    cluster.update({"squeue": squeue, "sacct": sacct})
    assert slurm.status("7") == status


def test_a_host_without_slurm_is_refused_in_one_sentence(cluster):
    with pytest.raises(InputError, match="neither squeue nor sacct answers"):
        slurm.check()
