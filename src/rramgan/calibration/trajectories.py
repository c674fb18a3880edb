"""Mean trajectories of a device under trains of equal pulses, and how far they lie from measured ones."""

import numpy as np
import pandas as pd

from rramgan.calibration.misses import MISS, MOST_MISSED
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


def followed(model: ParametricKinetics, points: pd.DataFrame) -> pd.DataFrame:
    """Every point beside the state that the mean steps integrate to from the start of its train.

    `points` as `read_trajectories` returns them. Columns: `polarity`, `path` (the train, for people), `device_id` (its
    number), `pulse_index`, `measured_S`, `predicted_S`.
    """
    tables = []
    for number, (_, own) in enumerate(points.groupby(TRAIN, sort=False)):
        g_initial_S, amplitude_V, width_s = own[TRAIN].to_numpy()[0]
        pulse = Pulse(amplitude_V, width_s)
        trajectory_S = mean_trajectory(model, g_initial_S, pulse, int(np.ceil(own["pulses"].max())))
        columns = {"pulse_index": own["pulses"], "measured_S": own["g0_S"]}
        name = f"{g_initial_S / MICRO:.3g} µS, {amplitude_V:+.3g} V"
        table = pd.DataFrame(columns).assign(polarity=pulse.polarity, path=name, device_id=number)
        tables.append(table.assign(predicted_S=state_after(trajectory_S, own["pulses"])))
    return pd.concat(tables, ignore_index=True)


def deviations_decades(model: ParametricKinetics, points: pd.DataFrame) -> pd.DataFrame:
    """log10 of predicted over measured G0 for every point after the start of its train.

    `points` as `read_trajectories` returns them. Returns `polarity` and `deviation_decades`, one row per point; the
    start of a train is given to the model and says nothing about it.
    """
    table = followed(model, points)
    table = table[table["pulse_index"] > 0].reset_index(drop=True)
    deviation = np.log10(table["predicted_S"] / table["measured_S"])
    return pd.DataFrame({"polarity": table["polarity"], "deviation_decades": deviation})


def trajectory_misses(model: ParametricKinetics, points: pd.DataFrame) -> pd.DataFrame:
    """Miss of every train: rms of its points less the integrated steps, as a share of the range of all states.

    Columns: `part` (the polarity), `device_id` (number of the train), `miss`. Raises InputError if the steps miss too
    many trains of a polarity.
    """
    table = followed(model, points)
    table = table[table["pulse_index"] > 0]
    table["square"] = ((table["measured_S"] - table["predicted_S"]) / np.ptp(points["g0_S"])) ** 2
    trains = table.groupby(["polarity", "device_id", "path"], as_index=False)["square"].mean()
    trains["miss"] = np.sqrt(trains["square"])
    for polarity in trains["polarity"].unique():
        own = trains[trains["polarity"] == polarity]
        failed = own[own["miss"] > MISS]
        if len(failed) > MOST_MISSED * len(own):
            raise InputError(
                f"trajectories: the recalibrated {polarity.upper()} steps, integrated over the measured trains, miss "
                f"those from {'; '.join(failed['path'])} by up to {failed['miss'].max():.0%} of the range of states; "
                f"expected at most {MISS:.0%}: a shift of the time constants does not make the published steps theirs"
            )
    return trains.rename(columns={"polarity": "part"})[["part", "device_id", "miss"]]


def rms_decades(model: ParametricKinetics, points: pd.DataFrame) -> dict[str, float]:
    """Root mean square of `deviations_decades` over all points of each polarity that `points` holds."""
    deviations = deviations_decades(model, points)
    rows = {polarity: deviations[deviations["polarity"] == polarity]["deviation_decades"] for polarity in POLARITIES}
    return {polarity: float(np.sqrt(np.mean(row**2))) for polarity, row in rows.items() if len(row)}
