"""Mean trajectories of a device under trains of equal pulses, and how far they lie from measured ones."""

import numpy as np
import pandas as pd

from rramgan.device.kinetics import POLARITIES
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.pulses import Pulse
from rramgan.errors import InputError
from rramgan.tables import read_table
from rramgan.units import MICRO

TRAIN = ["g_initial_S", "amplitude_V", "width_s"]
"""What distinguishes the pulse trains of a table of trajectories."""


def read_trajectories(path) -> pd.DataFrame:
    """Measured points in SI: those of TRAIN, `pulses` applied (fractions where read off a figure) and state `g0_S`.

    The file has g_initial_uS, pulse_amplitude_V, pulse_width_s, pulses_applied, g_uS; raises InputError otherwise.
    """
    names = ["g_initial_uS", "pulse_amplitude_V", "pulse_width_s", "pulses_applied", "g_uS"]
    table = read_table(path, dict.fromkeys(names, float))
    if table.empty or (table[["g_initial_uS", "pulse_width_s", "g_uS"]] <= 0).any(axis=None):
        raise InputError(f"{path}: expected at least one point, with states and widths above 0")
    return pd.DataFrame(
        {
            "g_initial_S": table["g_initial_uS"] * MICRO,
            "amplitude_V": table["pulse_amplitude_V"],
            "width_s": table["pulse_width_s"],
            "pulses": table["pulses_applied"],
            "g0_S": table["g_uS"] * MICRO,
        }
    )


def mean_trajectory(model: ParametricKinetics, g_initial_S: float, pulse: Pulse, pulses: int) -> np.ndarray:
    """G0 (S) of the mean device before a train and after each of its `pulses` equal pulses; shape (pulses + 1,).

    The state stays between the outermost edges of the model's bins, beyond which no step was fitted.
    """
    states_S = [g_initial_S]
    for _ in range(pulses):
        step_S = model.mean_step(states_S[-1], pulse.amplitude_V, pulse.width_s, pulse.polarity)
        states_S.append(float(np.clip(states_S[-1] + step_S, model.edges_S[0], model.edges_S[-1])))
    return np.array(states_S)


def state_after(trajectory_S, pulses):
    """G0 (S) on a trajectory after `pulses` pulses; counts read off a figure are broken, log G0 is linear between."""
    return np.exp(np.interp(pulses, np.arange(len(trajectory_S)), np.log(trajectory_S)))


def deviations_decades(model: ParametricKinetics, points: pd.DataFrame) -> pd.DataFrame:
    """log10 of predicted over measured G0 for every point after the start of its train.

    `points` as `read_trajectories` returns them. Returns `polarity` and `deviation_decades`, one row per point; the
    start of a train is given to the model and says nothing about it.
    """
    tables = []
    for _, train in points.groupby(TRAIN, sort=False):
        g_initial_S, amplitude_V, width_s = train[TRAIN].to_numpy()[0]
        pulse = Pulse(amplitude_V, width_s)
        train = train[train["pulses"] > 0]
        longest = int(np.ceil(train["pulses"].max()))
        trajectory_S = mean_trajectory(model, g_initial_S, pulse, longest)
        ratio = state_after(trajectory_S, train["pulses"]) / train["g0_S"]
        tables.append(pd.DataFrame({"polarity": pulse.polarity, "deviation_decades": np.log10(ratio)}))
    return pd.concat(tables, ignore_index=True)


def rms_decades(model: ParametricKinetics, points: pd.DataFrame) -> dict[str, float]:
    """Root mean square of `deviations_decades` over all points of each polarity that `points` holds."""
    deviations = deviations_decades(model, points)
    rows = {polarity: deviations[deviations["polarity"] == polarity]["deviation_decades"] for polarity in POLARITIES}
    return {polarity: float(np.sqrt(np.mean(row**2))) for polarity, row in rows.items() if len(row)}
