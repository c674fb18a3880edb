"""The numbers that README and docs quote, and where each stands in the results of its study."""

from dataclasses import dataclass
from pathlib import Path

from rramgan.evaluation.judges import MAIN_JUDGE
from rramgan.tables import read_json, read_table


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
FIRST_STEP = {"first_step_s": "s", "first_step_MB": "MB"}
METHOD_RATIOS = (
    "badcrossbar_over_ladders",
    "kirchhoff_over_ladders",
    "wires_64_over_products",
    "wires_32_over_products",
    "wires_of_a_training_over_products",
    "checking_over_reading",
    "fitting_over_reading",
)
NOISE_MEASURES = QUALITY | {"accuracy": ("accuracy", "1"), "energy_mJ": ("total_J", "mJ", "mean", 1e3)}
DESIGNS = {
    "few_digits": ("default-recipe", "recipe"),
    "steps_reads": ("recipe-steps", "reads"),
    "steps_verified": ("recipe-steps", "verified"),
    "limits_window": ("recipe-limits", "device_window"),
    "limits_stuck": ("recipe-limits", "stuck_10"),
    "limits_spread": ("recipe-limits", "spread_4"),
    "fig7_long": ("recipe-fig7", "long"),
    "fig7_short": ("recipe-fig7", "short"),
    "staircase": ("recipe-staircase", "recipe"),
}
"""Arrays that the recipe's page compares, with their studies."""

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
    "default_software_memorises": Number("default", *ROWS["software"], "memorises", "trainings", "sum"),
    "default_software_memorised": Number("default", *ROWS["software"], "memorised"),
    "software_memorises": Number("mnist", *ROWS["software"], "memorises", "trainings", "sum"),
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
    **{
        f"rules_{rule.replace('-', '_')}_{measure}": Number("rules", "summary.csv", f"rule == '{rule}'", *where)
        for rule in ("sgd", "sign-sgd")
        for measure, where in QUALITY.items()
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
    **{
        f"{name}_{measure}": Number(study, "summary.csv", f"array == '{array}' and rule == 'recipe'", *where)
        for name, (study, array) in DESIGNS.items()
        for measure, where in NOISE_MEASURES.items()
    },
    **{
        f"{digit}_real_{measure}": Number("recipe-digits", "anchors.csv", f"{REAL} and digits == '{digit}'", *where)
        for digit in ("five", "eight")
        for measure, where in QUALITY.items()
    },
    **{
        f"ten_digits_{way}_whole_bill_mJ": Number(
            "ten-digits", "bill.csv", f"way == '{way}'", "energy_J", "mJ", "sum", 1e3
        )
        for way in ("arrays", "int8")
    },
    **{f"ten_digits_{who}_coverage": Number("ten-digits", *ROWS[who], "coverage") for who in ("physical", "software")},
    "thermal_pJ_per_sample": Number(
        "noise", "noise/moments.csv", "noise == 'thermal'", "energy_per_sample_J", "pJ", factor=1e12
    ),
    **{name: Measurement("training_step.json", name) for name in STEP_RATIOS},
    **{name: Measurement("training_step.json", name, unit) for name, unit in FIRST_STEP.items()},
    "step_ms": Number("benchmarks", "training_step.csv", "part == 'step'", "time_ms", "ms"),
    **{
        f"step_over_own_products_{sweep}": Number("benchmarks", "training_step_growth.csv", rows, "ratio")
        for sweep, rows in {
            "128_units_in_turns": "hidden == 128 and batch == 64",
            "256_units_in_turns": "hidden == 256",
            "256_images_in_turns": "batch == 256",
        }.items()
    },
    **{name: Measurement("ratios.json", name) for name in METHOD_RATIOS},
    "default_study_minutes": Measurement("study_time.json", "default_study_minutes", "min"),
    **{f"campaigns_{n}": Measurement("campaigns.json", n, "campaigns") for n in ("tried", "silently_wrong", "refused")},
    **{f"sweep_{name}": Measurement("sweep.json", f"sweep_{name}", unit) for name, unit in SWEEP.items()},
    "cluster_overhead": Measurement("cluster.json", "cluster_overhead"),
    **{name: Number("faults", "counts.csv", f"name == '{name}'", "value", unit) for name, unit in COUNTED.items()},
}
"""Every number by name."""
