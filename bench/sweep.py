"""What a sweep of 10,000 trainings takes to plan and to gather: `python bench/sweep.py DIRECTORY`.

Writes sweep.json: trainings, seconds of processor and memory of a dry run, and memory while the histories of one
setting are gathered for its figure. The sweep is generated, a hundred seeds of a hundred conditions; nothing is
trained, the histories are made up. Processor time is told, since it depends least on what else the machine does.
"""

import resource
import subprocess
import sys
import tempfile
import tracemalloc
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from rramgan.figures.inputs import read_input
from rramgan.study import HISTORY
from rramgan.tables import write_json, write_table

SEEDS, NOISES, RULES = 100, 10, 10
HISTORY_ROWS = 100
MEGA = 1e6


def sweep() -> dict:
    """The configuration of the sweep."""
    noises = {f"noise{number}": {"kind": "gaussian"} for number in range(NOISES)}
    rules = {f"rule{number}": {"kind": "manhattan"} for number in range(RULES)}
    block = {"protocol": "physical", "noises": [*noises], "variations": ["full"], "rules": [*rules], "steps": 100}
    study = {"run": "sweep", "device": "nili2020", "seeds": SEEDS, "trainings": [block]}
    return study | {"noises": noises, "rules": rules}


def planned() -> dict[str, float]:
    """Seconds of processor and memory (MB) of the dry run."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(sweep(), file)
        file.flush()
        command = [sys.executable, "-m", "snakemake", "--configfile", file.name, "--dry-run", "--quiet", "all"]
        subprocess.run([*command, "--cores", "1"], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"sweep_dry_run_s": used.ru_utime + used.ru_stime, "sweep_memory_MB": used.ru_maxrss * 1024 / MEGA}


def gathered() -> dict[str, float]:
    """Most memory (MB) while the histories of one rule are read from those of all trainings."""
    history = pd.DataFrame({"step": np.arange(HISTORY_ROWS), **dict.fromkeys(HISTORY, 0.1)})
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            f"{folder}/noise~noise{noise}/rule~rule{rule}/seed~{seed}/history.csv"
            for noise, rule, seed in product(range(NOISES), range(RULES), range(SEEDS))
        ]
        for path in paths:
            write_table(path, history)
        tracemalloc.start()
        for rule in range(2):
            read_input("histories", paths, {"rule": f"rule{rule}"})
        return {"sweep_gathering_MB": tracemalloc.get_traced_memory()[1] / MEGA}


def main(directory: str) -> None:
    """Plan and gather the sweep, and write what it took."""
    took = {"sweep_trainings": SEEDS * NOISES * RULES} | planned() | gathered()
    write_json(Path(directory) / "sweep.json", took)
    print(took)


if __name__ == "__main__":
    main(*sys.argv[1:])
