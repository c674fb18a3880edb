"""The study `quick` on a SLURM of one node, through profiles/slurm as shipped: `make test-cluster`.

Every file is compared with a run on this machine. Then again from the start, while a job is cancelled, slurmd killed
and the process that submits killed: nothing may be lost and nothing run twice. Skipped, with the reason, where SLURM
cannot be installed. Writes the wall times to results/benchmarks/cluster.json.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cluster.one_node import OneNode, installed, slurm
from rramgan.tables import write_json
from support.project import ROOT, Project

CONFIG = "config/quick.yaml"
OVERHEAD_ALLOWED = 1.5
WAIT_s = 600


def snakemake(project, *arguments) -> subprocess.Popen:
    """Snakemake at work in a copy of the project; its words go to a file there."""
    command = [sys.executable, "-m", "snakemake", "--configfile", CONFIG, *arguments]
    with (project.folder / "snakemake.out").open("ab") as out:
        return subprocess.Popen(command, cwd=project.folder, stdout=out, stderr=out)


def on_slurm(project) -> subprocess.Popen:
    """The study through the profile."""
    return snakemake(project, "--profile", "profiles/slurm")


def wall_time_s(process, project) -> float:
    """Wait for the end of a run, which must be a good one."""
    start = time.monotonic()
    if process.wait():
        sys.exit(f"failed:\n{(project.folder / 'snakemake.out').read_text()[-4000:]}")
    print(f"{project.folder.name}: {(seconds := time.monotonic() - start):.0f} s", flush=True)
    return seconds


def wait_for(what, condition):
    """Wait until the condition holds."""
    end = time.monotonic() + WAIT_s
    while not (answer := condition()):
        if time.monotonic() > end:
            sys.exit(f"failed: waited {WAIT_s} s for {what}")
        time.sleep(0.2)
    print(what, answer, flush=True)
    return answer


def running(word: str) -> str:
    """The id of a running job whose name holds the word."""
    rows = slurm("squeue", "--noheader", "--states=RUNNING", "--format=%i %j").splitlines()
    return next((row.split()[0] for row in rows if word in row), "")


def results(project) -> dict[str, bytes]:
    """Content of every result by path."""
    paths = sorted((project.folder / "results/quick").rglob("*"))
    return {str(path.relative_to(project.folder)): path.read_bytes() for path in paths if path.is_file()}


def compare(before, after):
    """Stop unless both have the same files with the same content."""
    old, new = results(before), results(after)
    different = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    print(f"{len(old)} files compared, {len(different)} differ", *different, sep="\n", flush=True)
    if different or not old:
        sys.exit(1)


def submitted(project) -> tuple[Counter, Counter]:
    """How often each job of the pipeline was sent to SLURM, and how often it came to a good end there."""
    sent, done = Counter(), Counter()
    for record in (project.folder / "logs/slurm/jobs").glob("*.json"):
        targets, note = json.loads(record.read_text()), record.with_suffix(".exit")
        sent.update(targets)
        done.update(targets if note.is_file() and note.read_text().strip() == "0" else ())
    return sent, done


def with_faults(project, node):
    """Run the study while a job is cancelled, slurmd is killed and the submitting process is killed."""
    process = on_slurm(project)
    slurm("scancel", wait_for("cancelled: the preparation, job", lambda: running(".quick")))
    wait_for("slurmd killed and the submitting process killed during trainings, job", lambda: running("train_physical"))
    node.kill_node()
    process.send_signal(signal.SIGKILL)
    process.wait()
    node.start_node()
    snakemake(project, "--unlock", "--cores", "1").wait()
    wall_time_s(on_slurm(project), project)
    sent, done = submitted(project)
    twice = [target for target, times in done.items() if times > 1]
    again = [
        target for target, times in sent.items() if times > 1 and target.startswith("train_") and "judge" not in target
    ]
    print(
        f"{len(done)} jobs ended well, {len(twice)} of them twice; {len(again)} trainings were sent twice", flush=True
    )
    if twice or again:
        sys.exit(f"failed: run twice: {twice + again}")


def main():
    if reason := installed():
        return print(f"skipped: {reason}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # The daemons are stopped, too.
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        places = {place: Path(name) / place for place in ("local", "cluster", "faults")}
        for folder in places.values():
            folder.mkdir()
        local, cluster, faults = map(Project, places.values())
        (Path(name) / "slurm").mkdir()
        with OneNode(Path(name) / "slurm") as node:
            seconds = {"local": wall_time_s(snakemake(local, "--cores", "1"), local)}
            seconds["cluster"] = wall_time_s(on_slurm(cluster), cluster)
            compare(local, cluster)
            with_faults(faults, node)
            compare(local, faults)
        overhead = seconds["cluster"] / seconds["local"]
        print(f"cluster {seconds['cluster']:.0f} s, local {seconds['local']:.0f} s: overhead {overhead:.2f}")
        took = {"local_s": seconds["local"], "cluster_s": seconds["cluster"], "cluster_overhead": overhead}
        write_json(ROOT / "results/benchmarks/cluster.json", took)
        if overhead > OVERHEAD_ALLOWED:
            sys.exit(f"failed: the overhead is {overhead:.2f}; expected at most {OVERHEAD_ALLOWED}")


if __name__ == "__main__":
    main()
