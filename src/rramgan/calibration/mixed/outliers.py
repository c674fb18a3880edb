"""Devices that do not belong to the population."""

import numpy as np
import pandas as pd
from scipy.stats import t as student_t

OUTLIER_LEVEL = 0.01
"""Chance that a population of normal devices loses one of them as an outlier."""

MOST_OUTLIERS = 0.3
"""Share of the devices that may be outliers; with more of them nothing says which devices are the normal ones."""

STUCK = 0.1
"""A device that moves by less than this share of what the faster half of the devices does is stuck."""

HANDFUL = 6
"""Among so few devices no test of a normal population can tell an outlier."""

SMALLEST, APART, ALIKE = 0.01, 4.0, 8.0
"""There a device is apart whose steps are four times the median one's, or as much smaller, while the others lie eight
times closer together in the median."""

MAX_RELATIVE_DEVIATION = 0.5
"""Relative deviation beyond which the 50 % rule leaves a device out."""


def esd_outliers(values) -> np.ndarray:
    """Which of `values` (n,) are outliers of a normal population, by the generalised extreme Studentized deviate test.

    Rosner, Technometrics 25, 165 (1983): the most distant values are taken out one by one, and the last one that is
    too distant for those still in takes all before it along. Critical values follow the number of values, so that a
    few devices are not expected to lie closer together than many.
    """
    values = np.asarray(values, dtype=float)
    left, removed, outliers = np.arange(len(values)), [], 0
    for _ in range(int(MOST_OUTLIERS * len(values))):
        count = len(left)
        quantile = student_t.ppf(1 - OUTLIER_LEVEL / (2 * count), count - 2)
        critical = quantile * (count - 1) / np.sqrt((count - 2 + quantile**2) * count)
        distance = np.abs(values[left] - np.mean(values[left]))
        farthest = int(np.argmax(distance))
        removed.append(left[farthest])
        if distance[farthest] > critical * np.std(values[left], ddof=1):
            outliers = len(removed)
        left = np.delete(left, farthest)
    return np.isin(np.arange(len(values)), removed[:outliers])


def stuck_devices(moves, errors=0.0) -> np.ndarray:
    """Which devices hardly move, by what each moves (devices,) and its standard error; NaN for devices without."""
    known = np.sort(moves[np.isfinite(moves)])
    return moves + 2 * errors < STUCK * np.median(known[len(known) // 2 :])


def handful_outliers(sizes) -> np.ndarray:
    """Which of a handful of devices (devices,) are apart from the others by the size of their steps; of more none."""
    if not 2 < len(sizes) <= HANDFUL:
        return np.zeros(len(sizes), dtype=bool)
    size = np.log(np.maximum(sizes, SMALLEST))
    far = np.abs(size - np.median(size))
    return far > max(np.log(APART), ALIKE * np.median(far))


def fifty_percent_outliers(device, current, typical) -> np.ndarray:
    """Indices of the devices whose current is more than 50 % off the typical one, in the median over their samples.

    The rule by which devices of published campaigns were left out. `device` (n,) says whose each sample is, `current`
    and `typical` (n,) are in the same unit.
    """
    deviation = pd.Series(np.abs(np.asarray(current) / typical - 1)).groupby(device).median()
    return deviation.index[deviation > MAX_RELATIVE_DEVIATION].to_numpy()
