"""Devices that do not belong to the population."""

import numpy as np
import pandas as pd
from scipy.stats import t as student_t

OUTLIER_LEVEL = 0.01
"""Chance that a population of normal devices loses one of them as an outlier."""

MOST_OUTLIERS = 0.3
"""Share of the devices that may be outliers; with more of them nothing says which devices are the normal ones."""

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


def fifty_percent_outliers(device, current, typical) -> np.ndarray:
    """Indices of the devices whose current is more than 50 % off the typical one, in the median over their samples.

    The rule by which devices of published campaigns were left out. `device` (n,) says whose each sample is, `current`
    and `typical` (n,) are in the same unit.
    """
    deviation = pd.Series(np.abs(np.asarray(current) / typical - 1)).groupby(device).median()
    return deviation.index[deviation > MAX_RELATIVE_DEVIATION].to_numpy()
