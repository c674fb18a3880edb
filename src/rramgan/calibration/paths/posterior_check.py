"""Does the fitted law, integrated pulse by pulse from the measured start, meet the measured staircases?"""

import numpy as np
import pandas as pd

from rramgan.calibration.paths.law import PathLaw
from rramgan.calibration.paths.ramps import Ramps, ramps_of, up_to_limits, without
from rramgan.calibration.reports import StepLawReport


def compared(staircase: pd.DataFrame, reports: dict[str, StepLawReport]) -> pd.DataFrame:
    """Measured and predicted staircases of both polarities, from the table fitted and the reports of its fit.

    Columns of `staircases`, and `polarity`.
    """
    ids = np.unique(staircase["device_id"])
    tables = []
    for polarity, report in reports.items():
        law = PathLaw.of(report.law)
        ramps = without(ramps_of(staircase, polarity, law.sign, ids), report.rails_S)
        ramps, _ = up_to_limits(ramps.of_devices(np.isin(ids, law.device_ids)))
        tables.append(staircases(law, ramps).assign(polarity=polarity))
    return pd.concat(tables, ignore_index=True)


def staircases(law: PathLaw, ramps: Ramps) -> pd.DataFrame:
    """Measured and predicted staircase of every device, in the median over its cycles.

    Columns: `device_id`, `pulse_index`, `cycles`, `measured_S`, `predicted_S`, `scatter_S` (standard deviation that
    cycle-to-cycle noise gives the measured one). Readings that tell nothing (rail, own limit) are left out.
    """
    predicted_S, scatter_S = law.predicted_S(ramps)
    table = pd.DataFrame(
        {
            "device_id": ramps.ids[ramps.device],
            "pulse_index": ramps.pulse,
            "measured_S": ramps.reading_S,
            "predicted_S": predicted_S,
            "scatter_S": scatter_S,
            "residual_S": ramps.reading_S - predicted_S,
        }
    )[ramps.used & np.isfinite(predicted_S)]
    groups = table.groupby(["device_id", "pulse_index"])
    medians = groups.median()
    medians["cycles"] = groups.size()
    medians["scatter_S"] /= np.sqrt(medians["cycles"])
    return medians.reset_index()


def open_share(log_mean_covariance, mean_step_S, grid_S) -> float:
    """Standard error of the integrated staircase (rms over its pulses) as a share of the range of `grid_S` (n,).

    A law that is off by d in log m shifts a path that obeys dx/dk = m(x) by m(x) times the integral of d/m up to x.
    `mean_step_S` (n,) are the steps on the grid in the order of the path, `log_mean_covariance` (n, n) that of their
    logarithms.
    """
    step_S, cell_S = np.abs(mean_step_S), np.abs(np.gradient(grid_S))
    pulses = cell_S / step_S
    lag = np.tril(np.ones((len(grid_S), len(grid_S)))) * pulses
    shift = step_S[:, None] * lag
    variance = np.einsum("ij,jk,ik->i", shift, log_mean_covariance, shift)
    return float(np.sqrt(np.sum(variance * pulses) / np.sum(pulses)) / abs(grid_S[-1] - grid_S[0]))
