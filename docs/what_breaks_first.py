"""Draw what breaks the recipe first, from the kept results of its studies on three devices.

Run from the root of the repository: `python docs/what_breaks_first.py`.
"""

from pathlib import Path

import pandas as pd

from rramgan.figures.limits import what_breaks_first
from rramgan.tables import read_table, whole_file

REFERENCE = Path("docs/reference")
CASES = {
    "default-recipe": {"recipe": "recipe"},
    "recipe-limits": {
        "identical": "no spread, none stuck",
        "unverified": "programmed without verifying",
        "device_window": "window of 150 to 300 uS",
        "stuck_10": "10 % stuck",
        "spread_2": "twice the spread",
        "spread_4": "four times the spread",
        "copper": "wires of 0.1 ohm",
        "one_ohm": "wires of 1 ohm",
    },
    "recipe-fig7": {"long": "nili2020-fig7, 1 us pulses", "short": "nili2020-fig7, 0.1 us pulses"},
    "recipe-staircase": {"recipe": "example-staircase"},
}
"""By study, its arrays as the figure names them."""


def main() -> None:
    """Write what_breaks_first.png beside the results of recipe-limits."""
    tables = []
    for study, cases in CASES.items():
        summary = read_table(REFERENCE / study / "summary.csv")
        named = summary.assign(case=summary["array"].map(cases), energy_mJ=1e3 * summary["total_J"])
        tables += [named[named["array"] == array] for array in cases]
    with whole_file(REFERENCE / "recipe-limits" / "what_breaks_first.png") as temporary:
        what_breaks_first(pd.concat(tables)).savefig(temporary, metadata={"Software": None})


if __name__ == "__main__":
    main()
