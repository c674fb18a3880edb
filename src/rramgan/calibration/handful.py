"""Which of a handful of devices behave apart under single pulses: too few for a test against a normal population."""

import numpy as np
import pandas as pd

from rramgan.calibration.mixed.outliers import HANDFUL, MOST_OUTLIERS, handful_outliers, stuck_devices
from rramgan.calibration.parametric_start import multi_start, reading_noise_factor
from rramgan.calibration.pulse_axes import PulseAxes, mean_step_of
from rramgan.device.kinetics import POLARITIES, bin_index
from rramgan.errors import InputError


def apart_of_handful(pulses, ids, edges_S, polarity) -> np.ndarray:
    """Which devices `ids` (devices,) are stuck or move by steps of another size than the others; of many none.

    `pulses` of one polarity: arrays by name, `device` an index of `ids`. Raises InputError if so many are that none is
    the normal one.
    """
    if not 1 < len(ids) <= HANDFUL:
        return np.zeros(len(ids), dtype=bool)
    sizes = _step_sizes(pulses, len(ids), edges_S, polarity)
    stuck = stuck_devices(sizes)
    apart = stuck if stuck.any() else handful_outliers(sizes)
    if apart.sum() > MOST_OUTLIERS * max(len(ids), 4):
        names = ", ".join(map(str, ids[apart]))
        raise InputError(
            f"pulse measurements: {polarity.upper()} pulses move devices {names} of {len(ids)} by steps of another "
            "size than the others; expected devices that behave alike (leave out those that do not, or measure more)"
        )
    return apart


def _step_sizes(pulses, devices, edges_S, polarity):
    """Size of each device's steps (devices,) relative to a common law, in the median over its stronger pulses."""
    axes = PulseAxes.of(pulses["amplitude_V"], pulses["width_s"], POLARITIES[polarity])
    index = bin_index(pulses["g_before_S"], edges_S)
    common_S = np.zeros(len(index))
    for k in np.unique(index):
        rows = {name: values[index == k] for name, values in pulses.items()}
        theta = multi_start(rows, axes, reading_noise_factor(rows, axes), edges_S)
        x, y = axes.scale(rows["amplitude_V"], rows["width_s"])
        common_S[index == k] = mean_step_of(theta, x, y, axes.sign)[0]
    table = pd.DataFrame(
        {"device": pulses["device"], "size": pulses["step_S"] / common_S, "strength": np.abs(common_S)}
    )
    strong = table[table["strength"] >= table.groupby("device")["strength"].transform("median")]
    return strong.groupby("device")["size"].median().reindex(range(devices)).to_numpy()
