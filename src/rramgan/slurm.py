"""Jobs of the pipeline on SLURM, for Snakemake's executor cluster-generic: `python -m rramgan.slurm COMMAND ...`.

`check` says whether SLURM answers, `submit SCRIPT` hands a job script over and prints the id of its job, `status ID`
prints whether that job is running or how it ended. A job that was submitted before from the same folder, still waits or
runs and makes all that is asked for is taken over and not submitted again: its submitting process has been lost. What
a job was asked for and how it ended stands in logs/slurm/jobs.
"""

import json
import re
import shlex
import subprocess
import sys
import uuid
from pathlib import Path

from rramgan.errors import InputError
from rramgan.tables import whole_file

LOGS = Path("logs/slurm")
RECORDS = LOGS / "jobs"
ALIVE = {
    "PENDING",
    "CONFIGURING",
    "RUNNING",
    "SUSPENDED",
    "REQUEUED",
    "REQUEUE_HOLD",
    "RESIZING",
    "STOPPED",
    "SIGNALING",
}
"""States of jobs that wait or work."""

ENDING = {"COMPLETING", "STAGE_OUT"}
NAME_LENGTH = 100
QUERY_TIMEOUT_s = 60


def ask(*command: str) -> str | None:
    """What a command of SLURM answers, None if it does not."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=QUERY_TIMEOUT_s)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout if run.returncode == 0 else None


def check() -> None:
    """Raise InputError if jobs of SLURM cannot be asked for their state."""
    if ask("squeue", "--me", "--noheader") is None and ask("sacct", "--noheader") is None:
        raise InputError(
            "slurm: neither squeue nor sacct answers on this host; expected a submit host of a running SLURM"
        )


def submit(script: Path) -> str:
    """The id of the SLURM job that runs a job script of Snakemake: of one in the queue that does, else of a new one."""
    text = script.read_text(encoding="utf-8")
    targets = targets_of(text)
    for line in (ask("squeue", "--me", "--noheader", "--format=%i %T %k") or "").splitlines():
        job_id, state, key = line.split(maxsplit=2)
        if state in ALIVE and set(targets) <= _asked_of(key):
            _record(job_id, key)
            return job_id
    key = uuid.uuid4().hex
    RECORDS.mkdir(parents=True, exist_ok=True)
    _record(f"{key}.json", json.dumps(targets))
    command = ["sbatch", "--parsable", f"--comment={key}", *options(text, name_of(targets))]
    run = subprocess.run(command, input=noted(text, RECORDS.absolute() / f"{key}.exit"), capture_output=True, text=True)
    if run.returncode:
        raise InputError(f"slurm: sbatch refuses {name_of(targets)}: {' '.join(run.stderr.split())}")
    job_id = run.stdout.strip().split(";")[0]
    _record(job_id, key)
    return job_id


def _record(name: str, text: str) -> None:
    """Keep `text` for the processes that ask after a job."""
    with whole_file(RECORDS / name) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _asked_of(key: str) -> set[str]:
    """What the job with this comment was asked for; nothing if it is none of this folder's."""
    record = RECORDS / f"{key}.json"
    return set(json.loads(record.read_text())) if re.fullmatch("[0-9a-f]{32}", key) and record.is_file() else set()


def targets_of(script: str) -> list[str]:
    """The jobs that a job script runs, as `rule:wildcard=value,...`."""
    words = shlex.split(script, comments=True)
    start = words.index("--target-jobs") + 1
    end = next(place for place in range(start, len(words)) if words[place].startswith("-"))
    return sorted(words[start:end])


def name_of(targets: list[str]) -> str:
    """A name that says rule and condition of the first job, and how many others go with it."""
    rule, _, wildcards = targets[0].partition(":")
    values = [pair.partition("=")[2] for pair in wildcards.split(",") if pair]
    others = f"+{len(targets) - 1}" if len(targets) > 1 else ""
    return ".".join([rule, *values])[:NAME_LENGTH] + others


def options(script: str, name: str) -> list[str]:
    """Options of sbatch for a job script, from the properties that Snakemake writes at its head."""
    head = "# properties = "
    properties = json.loads(next(line for line in script.splitlines() if line.startswith(head)).removeprefix(head))
    resources = properties["resources"]
    return [
        f"--job-name={name}",
        f"--output={LOGS / f'{name}-%j.log'}",
        "--open-mode=append",
        f"--cpus-per-task={properties['threads']}",
        f"--mem={resources['mem_mb']}M",
        f"--time={resources['runtime']}",
    ]


def noted(script: str, path: Path) -> str:
    """The job script, which in the end writes its exit code to `path`."""
    return script.replace("\n", f"\ntrap 'echo $? > {shlex.quote(str(path))}' EXIT\n", 1)


def status(job_id: str) -> str:
    """Whether a job is "running", or has ended as "success" or "failed".

    Its own note comes first, for SLURM forgets a job that ended some minutes ago where it keeps no accounts. A job that
    neither squeue nor sacct knows and that left no note has failed; while SLURM does not answer at all, it is running.
    """
    note = RECORDS / f"{(RECORDS / job_id).read_text()}.exit"
    if note.is_file() and (code := note.read_text().strip()):
        return "success" if code == "0" else _failed(job_id, f"exit code {code}")
    state = (ask("squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={job_id}") or "").strip()
    if not state and ask("squeue", "--me", "--noheader") is None:
        return "running"
    state = state or (ask("sacct", "-X", "--noheader", "--format=State", f"--jobs={job_id}") or "lost").split()[0]
    if state in ALIVE | ENDING:
        return "running"
    return "success" if state == "COMPLETED" else _failed(job_id, state)


def _failed(job_id: str, reason: str) -> str:
    """The word for a failed job; its log is named where the user looks."""
    logs = [str(path) for path in LOGS.glob(f"*-{job_id}.log")]
    print(f"slurm: job {job_id} ended: {reason}; its log is {' '.join(logs) or 'empty'}", file=sys.stderr)
    return "failed"


def main(command: str, *arguments: str) -> None:
    """Run one command and print its answer."""
    try:
        if command == "check":
            check()
        elif command == "submit":
            print(submit(Path(*arguments)))
        else:
            print(status(*arguments))
    except InputError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
