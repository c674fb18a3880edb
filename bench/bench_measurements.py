"""What checking a table of pulses costs beside reading it, and what fitting it does: ratios within one run."""

from time import perf_counter

import pandas as pd
import pytest

from rramgan.calibration.campaign import simulate_pulses
from rramgan.calibration.fit import PUBLISHED_EDGES_S
from rramgan.calibration.measurements import read_pulses
from rramgan.calibration.parametric_fit import fit_parametric
from rramgan.tables import write_table
from support.devices import published_device


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    model = published_device()
    path = tmp_path_factory.mktemp("campaign") / "pulses.csv"
    write_table(path, simulate_pulses(model, 324, 1000, 1e3, seed=0))
    return path


def seconds(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def test_a_checked_table_takes_at_most_four_times_as_long_as_an_unchecked_one(path, note):
    read_pulses(path)  # The first call pays for imports and caches.
    bare_s, _ = seconds(lambda: pd.read_csv(path))
    checked_s, pulses = seconds(lambda: read_pulses(path))
    fit_s, _ = seconds(lambda: fit_parametric(pulses, PUBLISHED_EDGES_S))
    times = f"checked {checked_s / bare_s:.1f}, fitted {fit_s / bare_s:.0f} times"
    print(f"{len(pulses)} pulses: read in {bare_s:.2f} s, {times}")
    note("checking_over_reading", checked_s / bare_s)
    note("fitting_over_reading", fit_s / bare_s)
    assert checked_s < 4 * bare_s
