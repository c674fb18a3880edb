"""The numbers that README and docs quote, from the results of the reference studies: `python -m rramgan.headline`.

Writes docs/reference/headline.json, renews the reference tables and figures beside it, and fills every mark in the
prose: `0.84<!-- headline: software_recall .2f -->` is a number by its name here and its format. Studies without results
here keep the numbers they have.
"""

import platform
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.tables import read_json, read_table, write_json

REFERENCE = Path("docs/reference")
MARK = re.compile(r"(?P<told>[-+.\d]+|\?)(?P<mark><!-- headline: (?P<name>\w+) (?P<format>\S+) -->)")
MISSING = "?"
"""What stands in the prose for a number that has not been measured."""

KEPT = (
    *("summary.csv", "summary_by_condition.csv", "effects.csv", "anchors.csv", "judges.csv", "judge_agreement.csv"),
    *(f"figures/{name}.png" for name in ("accuracy_energy", "digits", "variation_effect", "energy_breakdown")),
    *(f"figures/{name}.png" for name in ("training_software_adam", "training_physical_standard")),
)
"""What is kept of a study for reference."""


@dataclass(frozen=True)
class Number:
    """Where a number stands in the results of a study."""

    study: str
    table: str
    rows: str
    """Which rows of the table, as a query."""

    column: str
    unit: str = "1"
    gather: str = "mean"
    """How several rows are gathered: mean, min, max or sum."""

    def read(self, results: Path) -> float:
        """The number."""
        return float(
            read_table(results / self.study / self.table, [self.column]).query(self.rows)[self.column].agg(self.gather)
        )


QUALITY = {"fd": ("frechet_distance", "features squared"), "recall": ("recall", "1"), "coverage": ("coverage", "1")}
"""Held-out quality: column and unit."""

REAL = f"anchor == 'real' and judge == '{MAIN_JUDGE}'"
ROWS = {
    "real": ("anchors.csv", REAL),
    "software": ("summary.csv", "protocol == 'software' and rule == 'adam' and noise == 'gaussian'"),
    "physical": ("summary.csv", "protocol == 'physical' and noise == 'gaussian' and variation == 'full'"),
    "released": ("summary.csv", "protocol == 'released' and noise == 'gaussian' and variation == 'full'"),
}
"""Who is measured: table and rows."""


def _quality(study: str, prefix: str) -> dict[str, Number]:
    """Held-out quality and accuracy of everybody in a study."""
    measures = QUALITY | {"accuracy": ("accuracy", "1")}
    return {
        f"{prefix}{who}_{measure}": Number(study, table, rows, column, unit)
        for who, (table, rows) in ROWS.items()
        for measure, (column, unit) in measures.items()
    }


ALL_PHYSICAL, ALL_RELEASED = "protocol == 'physical'", "protocol == 'released'"
SAVED = "protocol == 'physical' and variation == 'full'"
NUMBERS: dict[str, Number] = {
    **_quality("mnist", ""),
    "physical_energy": Number("mnist", *ROWS["physical"], "total_J", "J"),
    **_quality("default", "default_"),
    "default_physical_energy": Number(
        "default", "summary.csv", "protocol == 'physical' and variation == 'none'", "total_J", "J"
    ),
    "default_physical_accuracy_least": Number("default", "summary.csv", ALL_PHYSICAL, "accuracy", gather="min"),
    "default_physical_accuracy_most": Number("default", "summary.csv", ALL_PHYSICAL, "accuracy", gather="max"),
    "default_physical_coverage_least": Number("default", "summary.csv", ALL_PHYSICAL, "coverage", gather="min"),
    "default_physical_recall_most": Number("default", "summary.csv", ALL_PHYSICAL, "recall", gather="max"),
    "default_physical_collapsed": Number("default", "summary.csv", ALL_PHYSICAL, "collapsed", "trainings", "sum"),
    "default_released_collapsed": Number("default", "summary.csv", ALL_RELEASED, "collapsed", "trainings", "sum"),
    "default_released_coverage_most": Number("default", "summary.csv", ALL_RELEASED, "coverage", gather="max"),
    "default_energy_change_least": Number("default", "effects.csv", SAVED, "total_J_change", "J", "max"),
    "default_energy_change_most": Number("default", "effects.csv", SAVED, "total_J_change", "J", "min"),
    "default_accuracy_change_least": Number("default", "effects.csv", SAVED, "accuracy_change", gather="min"),
    "default_accuracy_change_most": Number("default", "effects.csv", SAVED, "accuracy_change", gather="max"),
}
"""Every number by name."""


def measured(results: Path) -> dict[str, dict]:
    """Value, unit, study and processor of every number whose study has results in the folder `results`."""
    rows = {}
    for name, number in NUMBERS.items():
        if (results / number.study / number.table).is_file():
            rows[name] = {"value": number.read(results), "unit": number.unit}
            rows[name] |= {"study": number.study, "processor": processor()}
    return rows


def processor() -> str:
    """The processor that this runs on, as it calls itself."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def filled(text: str, numbers: Mapping[str, Mapping]) -> str:
    """The prose `text` with the number of every mark; raises ValueError for a name there is not."""

    def fill(match: re.Match) -> str:
        name = match["name"]
        if name not in NUMBERS:
            raise ValueError(f"the mark {match['mark']} names no number of NUMBERS")
        told = format(numbers[name]["value"], match["format"]) if name in numbers else MISSING
        return told + match["mark"]

    return MARK.sub(fill, text)


def pages(root: Path) -> list[Path]:
    """The pages of prose below `root` that may quote numbers."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def main(results: Path = Path("results")) -> None:
    """Renew numbers, reference files and prose from the folder `results`."""
    path = REFERENCE / "headline.json"
    numbers = (read_json(path) if path.is_file() else {}) | measured(results)
    write_json(path, numbers)
    for study in sorted({number.study for number in NUMBERS.values()}):
        folder = REFERENCE if study == "default" else REFERENCE / study
        folder.mkdir(exist_ok=True)
        for name in filter(lambda name: (results / study / name).is_file(), KEPT):
            shutil.copyfile(results / study / name, folder / Path(name).name)
    for page in pages(Path()):
        page.write_text(filled(page.read_text(encoding="utf-8"), numbers), encoding="utf-8")


if __name__ == "__main__":
    main()
