"""Numbers that tests leave for the headline: a table of names and values, where RRAMGAN_COUNTS says."""

import os
from pathlib import Path

import pandas as pd

from rramgan.tables import write_table


def keep_counts(counts: dict[str, int]) -> None:
    """Print the counts, and enter them into the table if there is to be one."""
    print("", *(f"{name} {count}" for name, count in counts.items()), sep="\n")
    if "RRAMGAN_COUNTS" in os.environ:
        path = Path(os.environ["RRAMGAN_COUNTS"])
        kept = pd.read_csv(path, index_col="name")["value"].to_dict() if path.is_file() else {}
        write_table(path, pd.DataFrame({"name": [*(kept | counts)], "value": [*(kept | counts).values()]}))
