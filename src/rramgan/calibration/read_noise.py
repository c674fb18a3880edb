"""Noise of readings: of currents sampled more than once at the same voltage, and by the converter that took them."""

import numpy as np
import pandas as pd
from scipy.constants import Boltzmann

from rramgan.calibration.mixed.variance_components import variance_components
from rramgan.calibration.reports import ReadNoise
from rramgan.calibration.rounding import significant
from rramgan.units import kelvin

REPEATED_BY = ["device_id", "g0_S", "temperature_C", "voltage_V"]
"""Columns that repeated samples of a current agree in."""

COARSE_REPEATS = 4
"""Readings that mostly occur so often, or more, come from a converter of few steps."""

MIN_GROUPS = 20
"""Fewer groups of repeated samples than this tell nothing about how the noise depends on the current."""


def quantum(readings) -> float:
    """Step of the converter that took the readings, in their unit: the least gap between values that occur repeatedly.

    Zero if readings seldom repeat.
    """
    values, counts = np.unique(readings, return_counts=True)
    return float(np.min(np.diff(values))) if np.median(counts) >= COARSE_REPEATS and len(values) > 1 else 0.0


def read_noise(iv: pd.DataFrame) -> ReadNoise | None:
    """Variance of a current sample as 4 kB T f I/V + (r I)^2: thermal noise of bandwidth f plus noise relative to I.

    The first term is that of Table I of Nili et al. 2020 (doi 10.1109/TNANO.2020.2982128), the second the flicker noise
    of filamentary devices (0.01 to 1 % of I). Maximum likelihood over the variances of repeated samples, f and r not
    negative. None if there are fewer than 20 groups of repeated samples.
    """
    groups = iv[iv["voltage_V"] != 0].groupby(REPEATED_BY)["current_A"].agg(["count", "mean", "var"]).reset_index()
    groups = groups[(groups["count"] > 1) & (groups["var"] > 0)]
    if len(groups) < MIN_GROUPS:
        return None
    freedom, variance = groups["count"].to_numpy() - 1, groups["var"].to_numpy()
    thermal = 4 * Boltzmann * groups["temperature_C"].map(kelvin) * (groups["mean"] / groups["voltage_V"]).abs()
    terms = np.stack([thermal, groups["mean"] ** 2], axis=1)
    values, errors = variance_components(variance, freedom, terms)
    relative_std = np.sqrt(values[1])
    return ReadNoise(
        bandwidth_Hz=significant(values[0]),
        relative_std=significant(relative_std),
        bandwidth_standard_error_Hz=significant(errors[0]),
        relative_standard_error=significant(errors[1] / max(2 * relative_std, np.sqrt(errors[1]))),
        groups=len(groups),
    )
