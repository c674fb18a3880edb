"""What a training had spent when it reached a quality: the comparison at equal quality instead of equal steps."""

import numpy as np
import pandas as pd


def energy_at(history: pd.DataFrame, target: float, energy: str = "total_J") -> float:
    """Energy (J) when the best Frechet distance so far first falls to `target`.

    NaN if it never does, or has done so before the first evaluation: when is not known then.
    `history`: frechet_distance and the column `energy`, a row per evaluation in their order. Between two evaluations
    the energy is interpolated linearly in the distance.
    """
    best, spent_J = np.minimum.accumulate(history["frechet_distance"].to_numpy()), history[energy].to_numpy()
    reached = np.flatnonzero(best <= target)
    if not reached.size or reached[0] == 0:
        return np.nan
    row = reached[0]
    return float(np.interp(-target, -best[row - 1 : row + 1], spent_J[row - 1 : row + 1]))


def energies_at_equal_quality(first: pd.DataFrame, second: pd.DataFrame, energy: str) -> tuple[float, float]:
    """Energies (J) at which two trainings reach the least Frechet distance that both of them reach.

    The target treats both sides alike. NaN for a training that was there before its first evaluation.
    """
    target = max(first["frechet_distance"].min(), second["frechet_distance"].min())
    return energy_at(first, target, energy), energy_at(second, target, energy)
