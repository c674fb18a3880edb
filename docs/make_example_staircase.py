"""Make the measurements of the synthetic device in data/raw/example-staircase from a known step law.

Run from the root of the repository: `python docs/make_example_staircase.py`.
"""

import numpy as np
import pandas as pd
from scipy.stats import norm, zscore

from rramgan.streams import stream
from rramgan.tables import write_table

DEVICES, CYCLES, PULSES = 10, 5, 60
LOW_S, HIGH_S = 8e-6, 48e-6
LARGEST_STEP_S = {"set": 1.1e-6, "reset": -1.2e-6}
BEND = 1.5
"""Steps shrink by exp(-BEND) from the end a polarity starts at to the end it runs towards."""

DEVICE_SPREAD, CYCLE_SPREAD, READING_NOISE_S = 0.15, 0.10, 0.02e-6


def mean_step_S(polarity, state_S):
    """The law: SET steps shrink exponentially as the device fills up, RESET steps as it empties."""
    filled = (state_S - LOW_S) / (HIGH_S - LOW_S)
    return LARGEST_STEP_S[polarity] * np.exp(-BEND * (filled if polarity == "set" else 1 - filled))


def staircase() -> pd.DataFrame:
    """Readings in the long format of `staircase.csv`; every device starts empty."""
    rng = stream(0, "example", "staircase")
    # Few devices drawn at random may have any spread; these have exactly the one that the fit is compared with.
    even = zscore(norm.ppf((np.arange(DEVICES) + 0.5) / DEVICES), ddof=1)
    deviate = {polarity: rng.permutation(even) for polarity in LARGEST_STEP_S}
    state_S, tables = np.full(DEVICES, LOW_S), []
    for cycle in range(CYCLES):
        for polarity in LARGEST_STEP_S:
            for pulse in range(PULSES + 1):
                if pulse > 0:
                    scatter = DEVICE_SPREAD * deviate[polarity] + CYCLE_SPREAD * rng.standard_normal(DEVICES)
                    state_S = state_S + mean_step_S(polarity, state_S) * (1 + scatter)
                reading_S = state_S + READING_NOISE_S * rng.standard_normal(DEVICES)
                place = {"device_id": np.arange(DEVICES), "cycle": cycle, "direction": polarity, "pulse_index": pulse}
                tables.append(pd.DataFrame(place | {"conductance_S": [float(f"{g:.4e}") for g in reading_S]}))
    table = pd.concat(tables)
    order = ["device_id", "cycle", "direction", "pulse_index"]
    return table.sort_values(order, key=lambda column: column != "set" if column.name == "direction" else column)


if __name__ == "__main__":
    write_table("data/raw/example-staircase/staircase.csv", staircase())
