"""Posterior check of recorded pulses: the fitted steps integrated over every measured train of one polarity."""

import numpy as np
import pandas as pd

from rramgan.calibration.misses import MISS, MOST_MISSED, misses
from rramgan.calibration.reports import PolarityReport
from rramgan.device.kinetics import POLARITIES
from rramgan.device.parametric import ParametricKinetics
from rramgan.errors import InputError

MIN_TRAIN = 5
"""Pulses of a train; shorter ones tell no more than their steps do."""

MAX_GAP = 0.02
"""Change of the state between two pulses, as a share of the range of states, beyond which a train ends."""


def integrated_trains(
    pulses: pd.DataFrame, kinetics: ParametricKinetics, reports: dict[str, PolarityReport]
) -> pd.DataFrame:
    """States after each pulse of a train as measured, and as the steps integrate to from its measured start.

    `pulses` in the format of `measurements.py`. Columns: `polarity`, `device_id`, `train`, `pulse_index` (pulses of the
    train so far), `measured_S`, `predicted_S`, `scatter_S` (standard deviation by cycle-to-cycle noise), `residual_S`.
    Devices that were left out of the fit are left out here.
    """
    tables = []
    for polarity, report in reports.items():
        table = _trains(pulses, POLARITIES[polarity])
        known = set(report.variables) - set(report.outlier_devices)
        table = table[table["device_id"].isin(known)].reset_index(drop=True)
        tables.append(_with_predictions(table, kinetics, polarity, report.variables).assign(polarity=polarity))
    return pd.concat(tables, ignore_index=True)


def train_misses(trains: pd.DataFrame, range_S: float) -> pd.DataFrame:
    """Misses of every polarity and device (columns of `misses`, and `polarity`) as shares of the range of states.

    Raises InputError if the steps miss too many devices.
    """
    tables = [misses(own, range_S).assign(polarity=polarity) for polarity, own in trains.groupby("polarity")]
    for table in tables:
        failed = table[table["fails"]]
        if len(failed) > MOST_MISSED * len(table):
            raise InputError(
                f"pulse measurements: the fitted {table['polarity'].iloc[0].upper()} steps, integrated over the "
                f"measured trains, miss devices {', '.join(map(str, failed['device_id']))} by up to "
                f"{failed['miss'].max():.0%} of the range of states; expected at most {MISS:.0%}: their steps do not "
                "depend on the state, amplitude and width alone, or the bins are too wide"
            )
    return pd.concat(tables) if tables else misses(trains, range_S).assign(polarity="")


def _trains(pulses, sign):
    """Pulses of one sign in trains without a gap, each row with its train and its place there from 0 on."""
    rows = pulses.sort_values(["device_id", "pulse_index"], ignore_index=True)
    range_S = np.ptp(rows["g_before_S"])
    follows = (rows["device_id"].diff() == 0) & (rows["pulse_index"].diff() == 1)
    follows &= np.sign(rows["amplitude_V"]).diff() == 0
    follows &= (rows["g_before_S"] - rows["g_after_S"].shift()).abs() <= MAX_GAP * range_S
    rows["train"] = (~follows).cumsum()
    rows = rows[np.sign(rows["amplitude_V"]) == sign]
    trains = rows.groupby("train")["train"]
    return rows.assign(place=trains.cumcount())[trains.transform("size") >= MIN_TRAIN]


def _with_predictions(table, kinetics, polarity, variables):
    """The table of trains with the states that the steps integrate to, all trains at once."""
    low_S, high_S = kinetics.edges_S[0], kinetics.edges_S[-1]
    deviate = table["device_id"].map(variables).to_numpy()
    amplitude_V, width_s, place = (table[name].to_numpy() for name in ("amplitude_V", "width_s", "place"))
    predicted_S, variance = np.zeros(len(table)), np.zeros(len(table))
    state_S = table["g_before_S"].to_numpy().copy()
    for k in range(int(place.max()) + 1 if len(place) else 0):
        rows = np.flatnonzero(place == k)
        if k:
            state_S[rows], variance[rows] = predicted_S[rows - 1], variance[rows - 1]
        pulse = (state_S[rows], amplitude_V[rows], width_s[rows], polarity)
        step_S = kinetics.mean_step(*pulse)
        noise_S = kinetics.relative_cycle_spread(state_S[rows], polarity) * step_S
        moved_S = step_S * (1 + deviate[rows] * kinetics.relative_spread(*pulse))
        predicted_S[rows] = np.clip(state_S[rows] + moved_S, low_S, high_S)
        variance[rows] += noise_S**2
    return pd.DataFrame(
        {
            "device_id": table["device_id"],
            "train": table["train"],
            "pulse_index": place + 1,
            "measured_S": table["g_after_S"],
            "predicted_S": predicted_S,
            "scatter_S": np.sqrt(variance),
            "residual_S": table["g_after_S"] - predicted_S,
        }
    )
