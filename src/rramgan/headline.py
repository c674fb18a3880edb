"""The numbers that README and docs quote, from the results of the reference studies: `python -m rramgan.headline`.

Renews the tables and figures kept in docs/reference, writes docs/reference/headline.json and fills every mark in the
prose. `0.84<!-- headline: software_recall .2f -->` is a number by its name and format; the lines between
`<!-- table: arrays -->` and `<!-- end -->` are a table. Studies without results here keep what they have.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.evaluation.verdicts import NOT_SUPPORTED, SUPPORTED, UNDECIDED
from rramgan.machine import machine, processor
from rramgan.prose_tables import TABLES, kept_in
from rramgan.tables import read_json, read_table, write_json

REFERENCE = Path("docs/reference")
MARK = re.compile(r"(?P<told>[-+.\d]+|\?)(?P<mark><!-- headline: (?P<name>\w+) (?P<format>\S+) -->)")
BLOCK = re.compile(r"(?P<start><!-- table: (?P<name>[\w-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
MISSING = "?"
"""What stands in the prose for a number that has not been measured, or not where the others were."""

TABLES_KEPT = (
    "summary.csv",
    "energy_by_layer.csv",
    "summary_by_condition.csv",
    "effects.csv",
    "claims.csv",
    "anchors.csv",
    "judges.csv",
    "judge_agreement.csv",
)
FIGURES_KEPT = ("accuracy_energy", "digits", "training_physical_standard")
KEPT: dict[str, tuple[str, ...]] = {
    "default": (
        *TABLES_KEPT,
        *(
            f"figures/{name}.png"
            for name in (*FIGURES_KEPT, "training_software_adam", "variation_effect", "energy_breakdown", "claims")
        ),
        *(f"figures/{name}.png" for name in ("fit", "trajectories", "noise", "source_rtn")),
    ),
    "full": (*TABLES_KEPT, "main_results.csv", "figures/accuracy_energy.png", "figures/claims.png"),
    "spread": ("summary.csv", "components.csv"),
    "mnist": (*TABLES_KEPT, *(f"figures/{name}.png" for name in (*FIGURES_KEPT, "training_software"))),
    "recipe": (
        "summary.csv",
        "summary_by_condition.csv",
        "anchors.csv",
        "judges.csv",
        "bill.csv",
        "figures/whole_bill.png",
    ),
    "default-recipe": ("summary.csv",),
    "ten-digits": (
        *(f"{name}.csv" for name in ("summary", "summary_by_condition", "classes", "anchors", "judges", "bill")),
        "figures/digits.png",
    ),
    "recipe-digits": ("summary.csv", "summary_by_condition.csv", "anchors.csv", "judges.csv", "figures/digits.png"),
    "recipe-steps": ("summary.csv", "bill.csv", "figures/design_steps.png"),
    **dict.fromkeys(("recipe-limits", "recipe-fig7", "recipe-staircase"), ("summary.csv",)),
    "arrays": ("summary_by_condition.csv", "anchors.csv", "figures/array_designs.png", "figures/wire_survey.png"),
    "noise": (
        *(f"{name}.csv" for name in ("summary_by_condition", "noise_steps", "noise_merits", "noise_worth")),
        *(f"figures/noise_{name}.png" for name in ("trade_off", "energy_to_quality", "digits", "worth")),
    ),
    "example-staircase": ("summary_by_condition.csv", "anchors.csv"),
    "calibration-draws": ("summary_by_condition.csv", "figures/accuracy_energy.png"),
}
"""What is kept of every reference study."""


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

    factor: float = 1.0
    """From the unit of the column to that of the number."""

    over: str = ""
    """Which rows it is divided by, if any."""

    def read(self, results: Path) -> float:
        """The number."""
        table = read_table(results / self.study / self.table, [self.column])
        value, unit = (
            float(table.query(rows)[self.column].agg(self.gather)) if rows else 1.0 for rows in (self.rows, self.over)
        )
        return self.factor * value / unit


@dataclass(frozen=True)
class Measurement:
    """A number that a benchmark wrote into a JSON file, by its name there."""

    table: str
    """The file, in results/benchmarks."""

    name: str
    unit: str = "1"
    study: str = "benchmarks"

    def read(self, results: Path) -> float | None:
        """The number; None where what it compares with was not installed."""
        value = read_json(results / self.study / self.table)[self.name]
        return None if value is None else float(value)


COUNTED = dict.fromkeys(("bad_inputs_tried", "bad_inputs_unclean", "bad_inputs_accepted"), "inputs")
COUNTED |= dict.fromkeys(("kills_tried", "kills_survived"), "kills")
"""What `make test-faults` counts, with units."""

SWEEP = {"trainings": "trainings", "dry_run_s": "s", "memory_MB": "MB", "gathering_MB": "MB"}
"""What `make bench-sweep` measures, with units."""

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


UNIT_NOISES = "noise in ('gaussian', 'uniform', 'thermal', 'rtn')"
ALL_PHYSICAL, ALL_RELEASED = f"protocol == 'physical' and {UNIT_NOISES}", "protocol == 'released'"
SAVED = "protocol == 'physical' and variation == 'full'"
SCALES = {"own_scale": "standard", "fixed_scale": "fixed_scale"}
"""Arrays whose reads scale every vector by its largest value, and those that keep one scale."""

STEP_RATIOS = (
    "step_over_ideal",
    "step_over_own_products",
    "step_over_own_products_256_hidden",
    "step_speedup_over_loops",
    "step_speedup_over_aihwkit",
    "two_jobs_over_twice_one",
)
NOISE_MEASURES = QUALITY | {"accuracy": ("accuracy", "1"), "energy_mJ": ("total_J", "mJ", "mean", 1e3)}
NUMBERS: dict[str, Number | Measurement] = {
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
    "default_recall_change_least": Number("default", "effects.csv", SAVED, "recall_change", gather="max"),
    "default_recall_change_most": Number("default", "effects.csv", SAVED, "recall_change", gather="min"),
    **{
        f"full_{scale}_energy_change{bound}": Number(
            "full",
            "effects.csv",
            f"{SAVED} and noise == 'gaussian' and array == '{array}'",
            f"total_J_change{bound}",
            "J",
        )
        for scale, array in SCALES.items()
        for bound in ("", "_low", "_high")
    },
    "full_physical_energy": Number(
        "full", "summary.csv", f"{ALL_PHYSICAL} and array == 'standard' and variation == 'none'", "total_J", "J"
    ),
    **{
        f"recipe_{measure}": Number("recipe", *ROWS["physical"], column, unit)
        for measure, (column, unit) in (QUALITY | {"accuracy": ("accuracy", "1")}).items()
    },
    "recipe_real_fd": Number("recipe", *ROWS["real"], "frechet_distance", "features squared"),
    "recipe_real_accuracy": Number("recipe", *ROWS["real"], "accuracy"),
    "recipe_arrays_mJ": Number("recipe", *ROWS["physical"], "total_J", "mJ", factor=1e3),
    "recipe_whole_bill_mJ": Number("recipe", "bill.csv", "way == 'arrays'", "energy_J", "mJ", "sum", 1e3),
    "int8_whole_bill_mJ": Number("recipe", "bill.csv", "way == 'int8'", "energy_J", "mJ", "sum", 1e3),
    "default_recipe_mJ": Number("default-recipe", "summary.csv", "seed >= 0", "total_J", "mJ", factor=1e3),
    "fp32_whole_bill_mJ": Number("recipe", "bill.csv", "way == 'fp32'", "energy_J", "mJ", "sum", 1e3),
    **{
        f"noise_{end}_{measure}": Number("noise", "summary.csv", f"{SAVED} and noise == '{noise}'", *where)
        for end, noise in (("weak", "gaussian_0p003"), ("strong", "gaussian_3"), ("unamplified", "thermal_raw"))
        for measure, where in NOISE_MEASURES.items()
    },
    "ten_digits_fd_over_software": Number(
        "ten-digits", *ROWS["physical"], "frechet_distance", over=ROWS["software"][1]
    ),
    **{
        f"ten_digits_{name}": Number("ten-digits", "classes.csv", "protocol == 'physical'", column, gather=gather)
        for name, column, gather in (
            ("least_share", "share", "min"),
            ("largest_share", "share", "max"),
            ("class_recall", "recall", "mean"),
        )
    },
    "thermal_pJ_per_sample": Number(
        "noise", "noise/moments.csv", "noise == 'thermal'", "energy_per_sample_J", "pJ", factor=1e12
    ),
    **{name: Measurement("training_step.json", name) for name in STEP_RATIOS},
    "default_study_minutes": Measurement("study_time.json", "default_study_minutes", "min"),
    **{f"campaigns_{n}": Measurement("campaigns.json", n, "campaigns") for n in ("tried", "silently_wrong", "refused")},
    **{f"sweep_{name}": Measurement("sweep.json", f"sweep_{name}", unit) for name, unit in SWEEP.items()},
    "cluster_overhead": Measurement("cluster.json", "cluster_overhead"),
    **{name: Number("faults", "counts.csv", f"name == '{name}'", "value", unit) for name, unit in COUNTED.items()},
}
"""Every number by name."""

LISTS = {f"claims_{verdict.replace(' ', '_')}": verdict for verdict in (SUPPORTED, NOT_SUPPORTED, UNDECIDED)}
"""Names of claims by their verdict in the study that tests them."""


def measured(results: Path) -> dict[str, dict]:
    """Value, unit, study and processor of every number whose study has results in the folder `results`."""
    rows: dict[str, dict] = {}
    for name, number in NUMBERS.items():
        if (results / number.study / number.table).is_file():
            rows[name] = {"value": number.read(results), "unit": number.unit}
            rows[name] |= {"study": number.study, "processor": processor()}
    claims = results / "full" / "claims.csv"
    if claims.is_file():
        table = read_table(claims, ["name", "verdict"])
        about = {"unit": "claims", "study": "full", "processor": processor()}
        for name, verdict in LISTS.items():
            rows[name] = {"value": table.loc[table["verdict"] == verdict, "name"].tolist(), **about}
    return rows


def filled(text: str, numbers: Mapping[str, Mapping], reference: Path) -> str:
    """The prose `text` with every number and table in place; raises ValueError or KeyError for a name there is not."""

    def number(match: re.Match) -> str:
        name = match["name"]
        if name not in NUMBERS:
            raise ValueError(f"{name} is no number of NUMBERS")
        value = numbers[name]["value"] if name in numbers else None
        return (MISSING if value is None else format(value, match["format"])) + match["mark"]

    def table(match: re.Match) -> str:
        return match["start"] + TABLES[match["name"]].markdown(reference) + match["end"]

    return BLOCK.sub(table, MARK.sub(number, text))


def pages(root: Path) -> list[Path]:
    """The pages of prose below `root` that may quote numbers."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def main(results: Path = Path("results")) -> None:
    """Renew reference files, numbers and prose from the folder `results`."""
    for study, names in KEPT.items():
        folder = kept_in(REFERENCE, study)
        for name in filter(lambda name: (results / study / name).is_file(), names):
            folder.mkdir(exist_ok=True)
            shutil.copyfile(results / study / name, folder / Path(name).name)
            if name == "summary.csv":
                write_json(folder / "machine.json", machine())
    path = REFERENCE / "headline.json"
    numbers = (read_json(path) if path.is_file() else {}) | measured(results)
    write_json(path, numbers)
    for page in pages(Path()):
        page.write_text(filled(page.read_text(encoding="utf-8"), numbers, REFERENCE), encoding="utf-8")


if __name__ == "__main__":
    main()
