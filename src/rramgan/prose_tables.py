"""The tables of the prose, made from the tables that docs/reference keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rramgan.evaluation.sentences import rows_of, told_change
from rramgan.evaluation.statistics import paired_difference
from rramgan.tables import read_table

QUALITY_COLUMNS = {
    "accuracy": (("accuracy",), 1.0, ".3f"),
    "Frechet distance": (("frechet_distance",), 1.0, ".1f"),
    "recall": (("recall",), 1.0, ".2f"),
    "coverage": (("coverage",), 1.0, ".2f"),
}
ENERGY_COLUMNS = {
    "total (mJ)": (("total_J",), 1e3, ".1f"),
    "selected": (("write_selected_J",), 1e3, ".1f"),
    "unselected": (("write_unselected_J",), 1e3, ".1f"),
    "reads": (("read_forward_J", "read_backward_J"), 1e3, ".1f"),
    "wires": (("wires_J",), 1e3, ".1f"),
}


@dataclass(frozen=True)
class Table:
    """A table in the prose, from one that is kept for reference."""

    study: str
    rows: str
    by: tuple[str, ...]
    """Columns that name its rows."""

    columns: Mapping[str, tuple[tuple[str, ...], float, str]]
    """By heading: which columns are summed, the factor to the unit shown, the format."""

    file: str = "summary_by_condition.csv"
    suffix: str = "_mean"
    """What the file adds to the names of columns."""

    order: tuple[str, ...] = ()
    """Columns by which its rows are sorted; the first one shown if there are none."""

    def markdown(self, reference: Path) -> str:
        """The table from the folder `reference`, one line per row."""
        head = [*self.by, *self.columns]
        lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        path = kept_in(reference, self.study) / self.file
        table = read_table(path).query(self.rows) if path.is_file() else pd.DataFrame()
        first = [f"{name}{self.suffix}" for name in next(iter(self.columns.values()))[0]]
        for _, row in table.sort_values(list(self.order) or first).iterrows() if len(table) else ():
            cells = [str(row[name]) for name in self.by]
            for names, factor, form in self.columns.values():
                cells.append(format(factor * sum(row[f"{name}{self.suffix}"] for name in names), form))
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class ClaimsTable:
    """What became of the claims in a study."""

    study: str
    rows: str
    """Which rows of claims.csv, as a query."""

    def markdown(self, reference: Path) -> str:
        """The table from the folder `reference`, one line per hypothesis."""
        lines = ["| claim | training | compared | change, 95 % interval | verdict |", "|---|---|---|---|---|"]
        path = kept_in(reference, self.study) / "claims.csv"
        for row in rows_of(read_table(path).query(self.rows)) if path.is_file() else ():
            compared = f"{row['first']} to {row['second']}, {row['terms']}"
            says = f"{row['claim']}: {row['says']}"
            array = "" if row["array"] in ("", "none", "standard") else f", {row['array']}"
            lines.append(f"| {says} | {row['protocol']}{array} | {compared} | {told_change(row)} | {row['verdict']} |")
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class PairedTable:
    """How the trainings of one study differ from those of another, seed by seed."""

    studies: tuple[str, str]
    """The first and the second."""

    rows: tuple[str, str]
    """Which rows of their summary.csv, as a query."""

    measures: Mapping[str, tuple[str, float, str]]
    """By heading: column, the factor to the unit shown, the format."""

    def markdown(self, reference: Path) -> str:
        """The table from the folder `reference`, one line per measure; the mean change has its 95 % interval."""
        lines = [f"| | {' | '.join(self.studies)} | change, 95 % interval |", "|---|---|---|---|"]
        paths = [kept_in(reference, study) / "summary.csv" for study in self.studies]
        if all(path.is_file() for path in paths):
            tables = [read_table(path).query(rows) for path, rows in zip(paths, self.rows, strict=True)]
            both = pd.concat(tables, keys=self.studies, names=["study", None]).reset_index("study")
            for heading, (column, factor, form) in self.measures.items():
                means = factor * both.groupby("study")[column].mean()
                changes = (factor * x for x in paired_difference(both, column, "study", *reversed(self.studies)))
                told = "{:+{form}} [{:+{form}}, {:+{form}}]".format(*changes, form=form)
                lines.append(
                    f"| {heading} | {' | '.join(f'{means[study]:{form}}' for study in self.studies)} | {told} |"
                )
        return "\n".join(lines) + "\n"


ANCHORS: dict[str, Any] = {"file": "anchors.csv", "suffix": ""}
CONDITION_NAMES = ("protocol", "rule", "noise", "variation")
TOTAL = {"total (mJ)": ENERGY_COLUMNS["total (mJ)"]}
STANDARD = "protocol == 'physical' and array == 'standard' and rule == 'manhattan'"
HELD_OUT = {
    "energy (mJ)": ("total_J", 1e3, ".1f"),
    "accuracy": ("accuracy", 1.0, ".3f"),
    **{
        name.replace("_", " "): (name, 1.0, ".2f" if name == "frechet_distance" else ".3f")
        for name in ("frechet_distance", "precision", "recall", "density", "coverage")
    },
}
TABLES: dict[str, Table | ClaimsTable | PairedTable] = {
    "claims": ClaimsTable("full", "array != 'fixed_scale' and measure in ('total_J', 'accuracy', 'recall')"),
    "claims-of-all-bills": ClaimsTable("full", "protocol != ''"),
    "spread": Table(
        "spread",
        "variation != 'full'",
        ("measure", "variation"),
        {
            "mean": (("mean",), 1.0, ".3g"),
            "of deals": (("deal_sd",), 1.0, ".2g"),
            "of seeds": (("seed_sd",), 1.0, ".2g"),
            "of both": (("both_sd",), 1.0, ".2g"),
            "mean of one deal": (("mean_sd",), 1.0, ".2g"),
        },
        file="components.csv",
        suffix="",
        order=("measure", "variation"),
    ),
    "default-recipe": PairedTable(
        ("default", "default-recipe"),
        (f"{STANDARD} and noise == 'gaussian' and variation == 'full'", "seed >= 0"),
        HELD_OUT,
    ),
    "recipe": Table("recipe", "n > 0", CONDITION_NAMES, TOTAL | QUALITY_COLUMNS),
    "recipe-digits": Table("recipe-digits", "n > 0", ("digits",), TOTAL | QUALITY_COLUMNS),
    "ten-digits": Table("ten-digits", "n > 0", CONDITION_NAMES, TOTAL | QUALITY_COLUMNS),
    "arrays": Table("arrays", "protocol == 'physical'", ("array",), ENERGY_COLUMNS | QUALITY_COLUMNS),
    "example-staircase": Table("example-staircase", "n > 0", CONDITION_NAMES, TOTAL | QUALITY_COLUMNS),
    "noise": Table("noise", "n > 0", ("protocol", "noise", "variation"), TOTAL | QUALITY_COLUMNS),
    "noise-worth": Table(
        "noise",
        "protocol == 'physical' and variation == 'full'",
        ("noise", "verdict"),
        {
            "energy per image (pJ)": (("energy_per_image_J",), 1e12, ".0f"),
            "time per image (ns)": (("time_per_image_s",), 1e9, ".0f"),
            "devices": (("inputs",), 1.0, ".0f"),
            "change of Frechet distance": (("change",), 1.0, "+.1f"),
            "from": (("change_low",), 1.0, "+.1f"),
            "to": (("change_high",), 1.0, "+.1f"),
        },
        file="noise_worth.csv",
        suffix="",
    ),
    "noise-merits": Table(
        "noise",
        "protocol == 'physical' and variation == 'full' and measure == 'frechet_distance' and rho == rho",
        ("among", "merit"),
        {
            "rank correlation": (("rho",), 1.0, "+.2f"),
            "from": (("rho_low",), 1.0, "+.2f"),
            "to": (("rho_high",), 1.0, "+.2f"),
            "noises": (("noises",), 1.0, ".0f"),
        },
        file="noise_merits.csv",
        suffix="",
    ),
    "mnist": Table("mnist", "n > 0", CONDITION_NAMES, TOTAL | QUALITY_COLUMNS),
    "judge-agreement": Table(
        "default",
        "among in ('all', 'physical') and metric in ('frechet_distance', 'precision', 'recall', 'coverage')",
        ("among", "metric", "judge", "other"),
        {"tau": (("tau",), 1.0, ".2f"), "p": (("p_value",), 1.0, ".2g")},
        file="judge_agreement.csv",
        suffix="",
    ),
    "step": Table(
        "benchmarks",
        "share == share",
        ("part",),
        {
            "time (ms)": (("time_ms",), 1.0, ".2f"),
            "share": (("share",), 1.0, ".0%"),
            "limit (ms)": (("limit_ms",), 1.0, ".2f"),
        },
        file="training_step.csv",
        suffix="",
    ),
    "study-time": Table(
        "benchmarks",
        "Jobs > 0",
        ("Rule",),
        {
            "processor time (s)": (("Processor time (s)",), 1.0, ".0f"),
            "jobs": (("Jobs",), 1.0, ".0f"),
            "longest job (s)": (("Longest job (s)",), 1.0, ".1f"),
        },
        file="study_time.csv",
        suffix="",
    ),
    "mnist-anchors": Table("mnist", "judge != ''", ("judge", "anchor"), QUALITY_COLUMNS, **ANCHORS),
}
"""Every table by name."""


def kept_in(reference: Path, study: str) -> Path:
    """The folder of what is kept of a study."""
    return reference if study == "default" else reference / study
