"""The numbers that README and docs quote, from the results of the reference studies: `python -m rramgan.headline`.

Renews the tables and figures kept in docs/reference, writes docs/reference/headline.json and fills every mark in the
prose. `0.84<!-- headline: software_recall .2f -->` is a number by its name and format; the lines between
`<!-- table: arrays -->` and `<!-- end -->` are a table. Studies without results here keep what they have.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from rramgan.evaluation.verdicts import NOT_SUPPORTED, SUPPORTED, UNDECIDED
from rramgan.machine import machine, processor
from rramgan.prose_tables import TABLES, kept_in
from rramgan.quoted import NUMBERS
from rramgan.tables import read_json, read_table, whole_file, write_json

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
            for name in (*FIGURES_KEPT, "training_software", "variation_effect", "energy_breakdown", "claims")
        ),
        *(f"figures/{name}.png" for name in ("fit", "trajectories", "noise", "source_rtn")),
    ),
    "full": (*TABLES_KEPT, "main_results.csv", "figures/accuracy_energy.png", "figures/claims.png"),
    "spread": ("summary.csv", "components.csv"),
    "rules": ("summary.csv", "summary_by_condition.csv"),
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
    "benchmarks": ("training_step.csv", "study_time.csv", "training_step.png"),
    "calibration-draws": ("summary_by_condition.csv", "figures/accuracy_energy.png"),
}
"""What is kept of every reference study."""


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
            with whole_file(folder / Path(name).name) as temporary:
                shutil.copyfile(results / study / name, temporary)
            if name == "summary.csv":
                write_json(folder / "machine.json", machine())
    path = REFERENCE / "headline.json"
    numbers = (read_json(path) if path.is_file() else {}) | measured(results)
    write_json(path, numbers)
    for page in pages(Path()):
        text = filled(page.read_text(encoding="utf-8"), numbers, REFERENCE)
        with whole_file(page) as temporary:
            temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
