"""The calibration at the published size: 324 devices x 6,000 pulses = 1.9 million rows.

Usage: python bench/calibration_full_size.py [pulses per device] [share of gross outliers in percent] [seed]

Writes a synthetic campaign, reads it back through the validator, fits it, and prints seconds of processor time, peak
memory and the recovery of the truth: of the population the devices were drawn from, and (spread only) of these very
devices. Outliers are pulses after which the device is found in a random state of the window, and I-V samples with the
wrong factor (0.3 to 3).
"""

import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.calibration.fit import PUBLISHED_EDGES_S, calibrate
from rramgan.calibration.measurements import read_iv, read_pulses
from rramgan.streams import stream
from rramgan.tables import write_table
from support.devices import published_device
from support.recovery import as_drawn, recovery_table


@contextmanager
def timed(what):
    """Print how many seconds of processor time the block took."""
    start = time.process_time()
    yield
    print(f"{what:10s} {time.process_time() - start:6.1f} s")


def spoil(iv, pulses, share):
    """Replace a share of all rows by gross outliers."""
    rng = stream(0, "bench", "outliers")
    bad = rng.random(len(pulses)) < share
    states_S = np.exp(rng.uniform(*np.log(PUBLISHED_EDGES_S[[0, -1]]), len(pulses)))
    pulses["g_after_S"] = np.where(bad, states_S, pulses["g_after_S"])
    factor = np.exp(rng.uniform(np.log(0.3), np.log(3), len(iv)))
    iv["current_A"] *= np.where(rng.random(len(iv)) < share, factor, 1.0)


def main(pulses_per_device=6000, outliers_percent=0, seed=0):
    """Print times, memory and recovery."""
    truth = published_device()
    with timed("simulate"):
        iv = simulate_iv(truth, 324, [25, 40, 55, 70, 85, 100], 4, 1e3, seed)
        pulses = simulate_pulses(truth, 324, pulses_per_device, 1e3, seed)
        spoil(iv, pulses, outliers_percent / 100)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "iv.csv", Path(folder) / "pulses.csv"]
        with timed("write"):
            for path, table in zip(paths, (iv, pulses), strict=True):
                write_table(path, table)
        with timed("read"):
            iv, pulses = read_iv(paths[0]), read_pulses(paths[1])
    with timed("fit"):
        model = calibrate(iv, pulses, "bench", "bench")
    print(f"peak memory of the whole run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    of_these = recovery_table(model, as_drawn(truth, 324, seed))
    table = recovery_table(model, truth).assign(
        of_these_median=of_these["spread_error_median"], of_these_worst=of_these["spread_error_worst"]
    )
    print(table.round(4).to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
