"""What figures read of a study, and that it does not grow with what they do not show."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from rramgan.conditions import condition_of
from rramgan.figures.inputs import read_input
from rramgan.tables import write_joined, write_table
from support.memory import peak_B

RULES, SEEDS, ROWS = 6, 3, 300


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """Paths of the histories of all rules."""
    folder, paths = tmp_path_factory.mktemp("study"), []
    for number in range(RULES * SEEDS):
        rule, seed = divmod(number, SEEDS)
        paths.append(folder / f"protocol~physical/noise~rtn/rule~r{rule}/seed~{seed}/history.csv")
        write_table(paths[-1], pd.DataFrame(dict.fromkeys("abcdefgh", np.arange(ROWS) + 0.5)))
    return list(map(str, paths))


def test_a_figure_reads_the_histories_of_its_setting(histories):
    table = read_input("histories", histories, {"protocol": "physical", "rule": "r3"})
    assert set(table["rule"]) == {"r3"} and len(table) == SEEDS * ROWS
    assert len(read_input("histories", histories)) == len(histories) * ROWS


def test_memory_follows_the_setting_and_not_the_study(histories, tmp_path):
    few = [path for path in histories if condition_of(path)["rule"] == "r3"]
    read = partial(read_input, "histories", setting={"rule": "r3"})
    read(few)  # Imports and caches are not what is measured.
    few_B, all_B = (peak_B(partial(read, paths)) for paths in (few, histories))
    assert all_B < 1.2 * few_B
    tables = (pd.read_csv(path) for path in histories)
    assert peak_B(lambda: write_joined(tmp_path / "joined.csv", tables)) < few_B
