"""How long the default study takes from nothing, on all cores: what `make reproduce` takes after its set-up.

Usage: python bench/study_time.py DIRECTORY. Runs the study as results/timed, writes study_time.json, and study_time.csv
with what each rule took of it, and removes the results. On a machine that does other work the numbers say little.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from rramgan.report.method import rule_of, rules_table
from rramgan.tables import write_json, write_table

RUN = "timed"


def main(directory: str) -> None:
    """Time one run."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    start = perf_counter()
    subprocess.run(["snakemake", "--cores", "all", "--quiet", "all", "--config", f"run={RUN}"], check=True)
    minutes = {"default_study_minutes": (perf_counter() - start) / 60, "cores": os.cpu_count()}
    write_json(folder / "study_time.json", minutes)
    benchmarks = Path("benchmarks") / RUN
    rules = {rule_of(path.relative_to(benchmarks)): () for path in sorted(benchmarks.rglob("*.tsv"))}
    table = rules_table(benchmarks, rules).drop(columns="Reads the files of")
    write_table(folder / "study_time.csv", table)
    print(table.to_string(index=False), json.dumps(minutes, indent=2), sep="\n")
    for made in ("results", "logs", "benchmarks"):
        shutil.rmtree(Path(made) / RUN)


if __name__ == "__main__":
    main(sys.argv[1])
