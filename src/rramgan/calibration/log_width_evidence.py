"""What the published figures say about the published table: which logarithm of the pulse width it means.

The paper never says (Nili et al. 2020, doi 10.1109/TNANO.2020.2982128). Its mean trajectories (Fig. 7) tell that of
the mean step, its coefficients of variation (Fig. 4b) that of the spread.
"""

import numpy as np
import pandas as pd

from rramgan.calibration.trajectories import deviations_decades, rms_decades
from rramgan.device.kinetics import bin_index
from rramgan.device.parametric import LOG_WIDTHS, ParametricKinetics, spread_terms

CV_STATE_S = np.sqrt(31.6e-6 * 56.2e-6)
"""A state in the bin of Fig. 4(b) of Nili 2020 (31.6-56.2 uS)."""


def cv_refits(points: pd.DataFrame, published: ParametricKinetics) -> pd.DataFrame:
    """The spread polynomial refitted to measured coefficients of variation, and the printed row, by logarithm.

    `points`: polarity, pulse_width_s, pulse_amplitude_V, cv, of the bin of `CV_STATE_S`. A row per polarity, logarithm
    and coefficient d0..d4: `refitted` and its `standard_error` by least squares; `printed` in the table, turned to
    the sign of the refit (a common sign has no meaning); `difference` of the two; `half_digit`, half a unit of the
    last digit printed; `rms` of the refit and `points` behind it.
    """
    rows = []
    for polarity, measured in points.groupby("polarity", sort=False):
        printed = published.spread_coefficients[polarity][bin_index(CV_STATE_S, published.edges_S)]
        for log_width in LOG_WIDTHS:
            refitted, error, rms = refit_spread(measured, log_width)
            turned = printed * (np.sign(printed @ refitted) or 1.0)
            rows += [
                {
                    "polarity": polarity,
                    "log_width": log_width,
                    "coefficient": f"d{k}",
                    "refitted": refitted[k],
                    "standard_error": error[k],
                    "printed": turned[k],
                    "difference": refitted[k] - turned[k],
                    "half_digit": 0.5 * 10.0 ** -len(f"{printed[k]:f}".rstrip("0").partition(".")[2]),
                    "rms": rms,
                    "points": len(measured),
                }
                for k in range(len(printed))
            ]
    return pd.DataFrame(rows)


def refit_spread(measured: pd.DataFrame, log_width: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients d0..d4 (5,) of the spread polynomial by least squares, standard errors, and rms deviation.

    `measured`: pulse_width_s, pulse_amplitude_V, cv of one polarity; `log_width` is a key of LOG_WIDTHS.
    """
    terms = spread_terms(
        LOG_WIDTHS[log_width](measured["pulse_width_s"].to_numpy()), measured["pulse_amplitude_V"].to_numpy()
    )
    coefficients = np.linalg.lstsq(terms, measured["cv"].to_numpy(), rcond=None)[0]
    residual = measured["cv"].to_numpy() - terms @ coefficients
    variance = np.sum(residual**2) / (len(residual) - terms.shape[1])
    error = np.sqrt(variance * np.diag(np.linalg.inv(terms.T @ terms)))
    return coefficients, error, float(np.sqrt(np.mean(residual**2)))


def trajectory_deviations(models: dict[str, ParametricKinetics], points: pd.DataFrame) -> pd.DataFrame:
    """Root mean square deviation of each model from measured trajectories, by polarity.

    `points` as `trajectories.read_trajectories` returns them. Columns: `source`, `polarity`, `rms_decades`, `points`.
    """
    counts = deviations_decades(next(iter(models.values())), points).groupby("polarity").size()
    rows = [(name, *deviation) for name, model in models.items() for deviation in rms_decades(model, points).items()]
    table = pd.DataFrame(rows, columns=["source", "polarity", "rms_decades"])
    return table.assign(points=table["polarity"].map(counts))
