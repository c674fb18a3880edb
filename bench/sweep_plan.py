"""What a dry run of a sweep of 10,000 trainings takes: `python bench/sweep_plan.py DIRECTORY`.

Writes sweep.json: trainings, seconds of processor and memory. The sweep is generated, a hundred seeds of a hundred
conditions; nothing is trained. Processor time is told, since it depends least on what else the machine does.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from rramgan.tables import write_json

SEEDS, NOISES, RULES = 100, 10, 10


def sweep() -> dict:
    """The configuration of the sweep."""
    noises = {f"noise{number}": {"kind": "gaussian"} for number in range(NOISES)}
    rules = {f"rule{number}": {"kind": "manhattan"} for number in range(RULES)}
    block = {"protocol": "physical", "noises": [*noises], "variations": ["full"], "rules": [*rules], "steps": 100}
    study = {"run": "sweep", "device": "nili2020", "seeds": SEEDS, "trainings": [block]}
    return study | {"noises": noises, "rules": rules}


def main(directory: str) -> None:
    """Plan the sweep and write what it took."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(sweep(), file)
        file.flush()
        command = [sys.executable, "-m", "snakemake", "--configfile", file.name, "--dry-run", "--quiet", "all"]
        subprocess.run([*command, "--cores", "1"], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {"sweep_dry_run_s": used.ru_utime + used.ru_stime, "sweep_memory_MB": used.ru_maxrss / 1024}
    took = {"sweep_trainings": SEEDS * NOISES * RULES} | took
    write_json(Path(directory) / "sweep.json", took)
    print(took)


if __name__ == "__main__":
    main(*sys.argv[1:])
