"""How long does a large staircase campaign take, from a CSV or an xlsx file to a law?

Usage: python bench/calibration_time.py

488,000 readings: 40 devices, 10 cycles, 609 pulses each way. Prints seconds of processor time; the fit is the same for
either file.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import pandas as pd

from rramgan.calibration.import_measurements import READERS
from rramgan.calibration.paths.fit import fit_staircase
from rramgan.device.kinetics import POLARITIES
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.streams import stream

PULSES = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7))
DEVICE = {
    "measurements": "staircase",
    "window": {"g_min_uS": 15, "g_max_uS": 40},
    "pulses": PULSES.description(),
}
DEVICES, CYCLES, STEPS = 40, 10, 609
LOW_S, WIDTH_S, NOISE_S = 10e-6, 35e-6, 20e-9


def campaign() -> pd.DataFrame:
    """The long table: steps of 0.12 uS exp(-1.5 x) that scatter by 15 % between devices and 10 % between cycles."""
    rng = stream(0, "bench", "time")
    factor = 1 + 0.15 * rng.standard_normal((DEVICES, 1))
    tables = []
    for polarity, sign in POLARITIES.items():
        x = np.zeros((DEVICES, CYCLES, STEPS + 1))
        for k in range(STEPS):
            scatter = factor + 0.1 * rng.standard_normal((DEVICES, CYCLES))
            x[:, :, k + 1] = x[:, :, k] + 0.12e-6 / WIDTH_S * np.exp(-1.5 * x[:, :, k]) * scatter
        state_S = LOW_S + WIDTH_S * (x if sign > 0 else 1 - x) + NOISE_S * rng.standard_normal(x.shape)
        names = ["Device", "Cycle", "Pulse"]
        index = pd.MultiIndex.from_product([range(size) for size in x.shape], names=names)
        table = index.to_frame(index=False).assign(Direction=polarity)
        tables.append(table.assign(**{"Conductance (uS)": np.round(state_S.ravel() * 1e6, 4)}))
    return pd.concat(tables, ignore_index=True)


def timed(work: Callable):
    """What the work returns, after its seconds of processor time."""
    start = process_time()
    result = work()
    return process_time() - start, result


def main():
    """Read and fit the campaign from either file."""
    table = campaign()
    with TemporaryDirectory() as folder:
        paths = {suffix: Path(folder) / f"staircase.{suffix}" for suffix in ("csv", "xlsx")}
        table.to_csv(paths["csv"], index=False)
        table.to_excel(paths["xlsx"], index=False)
        for suffix, path in paths.items():
            read_s, (staircase, _) = timed(lambda path=path: READERS["staircase"].read(path, DEVICE))
            fit_s, _ = timed(lambda staircase=staircase: fit_staircase(staircase, PULSES))
            print(f"{len(staircase)} readings, {suffix}: read in {read_s:.1f} s, fitted in {fit_s:.1f} s", flush=True)


if __name__ == "__main__":
    main()
