"""How a study was made: versions, commit, processor, what each rule took, and how it differs from the default study."""

import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

import pandas as pd
import yaml

from rramgan import __version__
from rramgan.dependencies import PACKAGE
from rramgan.machine import processor

LIBRARIES = ("numpy", "scipy", "pandas", "numba", "scikit-learn", "matplotlib", "snakemake")
"""Libraries whose versions are told."""

UNNAMED = ("fingerprint",)
"""Keys of a configuration that nobody has set."""


def provenance(config: Mapping) -> dict[str, str]:
    """What made the study, by what it is called."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return {
        "Run": config["run"],
        "Device": config["device"],
        "rramgan": __version__,
        "Commit": commit(PACKAGE.parents[1]),
        "Fingerprint of configuration and device (SHA-256)": config["fingerprint"],
        "Processor that wrote this page": processor(),
        "Python": python_version(),
        "Libraries": libraries,
    }


def commit(root: Path) -> str:
    """The commit of the checkout at `root`, and whether files differ from it; says so where there is none."""
    try:
        told = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--long", "--dirty=, with changes", "--abbrev=12"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown: not a git checkout"
    return told.stdout.strip()


def rules_table(benchmarks: Path, sources: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """What every rule that ran took, from the benchmark files below a folder, in the order of the flow.

    `sources`: rules in that order, and those whose files they read.
    """
    files = sorted(benchmarks.rglob("*.tsv"))
    jobs = pd.DataFrame({"rule": [], "s": [], "cpu_time": [], "max_rss": []})
    if files:
        jobs = pd.concat(
            [pd.read_csv(path, sep="\t").assign(rule=rule_of(path.relative_to(benchmarks))) for path in files]
        )
    took = dict(list(jobs.groupby("rule")))
    rows = [
        {
            "Rule": rule,
            "Reads the files of": ", ".join(read),
            "Jobs": len(took[rule]),
            "Time, all jobs (s)": f"{took[rule]['s'].sum():.1f}",
            "Longest job (s)": f"{took[rule]['s'].max():.1f}",
            "Processor time (s)": f"{took[rule]['cpu_time'].sum():.1f}",
            "Most memory (MB)": f"{took[rule]['max_rss'].max():.0f}",
        }
        for rule, read in sources.items()
        if rule in took
    ]
    return pd.DataFrame(rows)


def rule_of(path: Path) -> str:
    """The rule whose benchmark lies at `path` below the folder of a run."""
    if path.parts[0] != "train":
        return Path(path.parts[0]).stem
    protocol = path.parts[1].removeprefix("protocol~")
    return f"train_{protocol}" if path.stem == "train" else f"{path.stem}_condition"


def differences(config: Mapping, default: Mapping) -> pd.DataFrame:
    """Keys of a configuration that differ from the default one, with both values."""
    here, usual = flattened(config), flattened(default)
    rows = [
        (key, _text(usual.get(key)), _text(here.get(key)))
        for key in {**usual, **here}
        if here.get(key) != usual.get(key) and key not in UNNAMED
    ]
    return pd.DataFrame(rows, columns=["Key", "Default study", "This study"])


def flattened(content: Mapping, prefix: str = "") -> dict[str, Any]:
    """Values of nested mappings by their keys joined with points."""
    flat: dict[str, Any] = {}
    for key, value in content.items():
        inner = isinstance(value, Mapping) and value
        flat |= flattened(value, f"{prefix}{key}.") if inner else {f"{prefix}{key}": value}
    return flat


def _text(value) -> str:
    """A value as YAML; a dash for none."""
    if value is None:
        return "–"
    return (
        value
        if isinstance(value, str)
        else yaml.safe_dump(value, sort_keys=False, width=60).removesuffix("...\n").strip()
    )
