"""Fit of the static model to current-voltage samples: A1, A3 of every sweep, then their surfaces over (G0, T)."""

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from ..errors import InputError
from .earned_digits import earned_digits, significant
from .mixed import AVERAGE_DEVICE, POPULATION, Block, fit_mixed
from .static import StaticModel, mean_a1_terms, mean_a3_terms, spread_a1_terms, spread_a3_terms

SURFACES = {"a1": (mean_a1_terms, spread_a1_terms), "a3": (mean_a3_terms, spread_a3_terms)}
"""Regressors of mean and spread of each coefficient of I(V)."""

MIN_SWEEPS = 20
"""Fewer sweeps than this do not determine the nine spread coefficients."""


def sweep_coefficients(iv: pd.DataFrame) -> pd.DataFrame:
    """A1 (S) and A3 (S/V^2) of every sweep by least squares on V and V^3, with their variances.

    A sweep is what shares device_id, g0_S and temperature_C. Columns: these three, a1, a3, a1_variance, a3_variance
    (from the sweep's own residuals). Sweeps with fewer than four voltages are left out.
    """
    groups = iv.groupby(["device_id", "g0_S", "temperature_C"], sort=True)
    index = groups.ngroup().to_numpy()
    v, i = iv["voltage_V"].to_numpy(), iv["current_A"].to_numpy()
    v2, v4, v6, vi, v3i, ii = (np.bincount(index, x) for x in (v**2, v**4, v**6, v * i, v**3 * i, i**2))
    voltages = np.bincount(index)
    determinant = v2 * v6 - v4**2
    good = (voltages >= 4) & (determinant > 1e-9 * v2 * v6)
    v2, v4, v6, vi, v3i, ii, voltages, determinant = (x[good] for x in (v2, v4, v6, vi, v3i, ii, voltages, determinant))
    a1, a3 = (v6 * vi - v4 * v3i) / determinant, (v2 * v3i - v4 * vi) / determinant
    noise = np.clip(ii - a1 * vi - a3 * v3i, 1e-12 * ii, None) / (voltages - 2)
    keys = groups.size().index.to_frame(index=False)[good].reset_index(drop=True)
    return keys.assign(a1=a1, a3=a3, a1_variance=noise * v6 / determinant, a3_variance=noise * v2 / determinant)


def fit_static(iv: pd.DataFrame) -> tuple[StaticModel, dict]:
    """Fit the static model; returns it with its standard errors and goodness of fit; InputError for too few sweeps."""
    sweeps = sweep_coefficients(iv)
    if len(sweeps) < MIN_SWEEPS:
        raise InputError(f"I-V measurements: {len(sweeps)} complete sweeps; expected at least {MIN_SWEEPS}")
    ids, device = np.unique(sweeps["device_id"], return_inverse=True)
    place = sweeps["g0_S"].to_numpy(), sweeps["temperature_C"].to_numpy()
    fit = fit_mixed([_block(device, *place, sweeps, name) for name in SURFACES], len(ids))
    coefficients, standard_error, covariances = {}, {}, {}
    for k, name in enumerate(SURFACES):
        parts = zip(("mean", "spread"), SURFACES[name], (fit.theta[k], fit.spread[k]), fit.covariance[k], strict=True)
        for part, terms, values, covariance in parts:
            scale = _scale(terms(*place))
            covariance = covariance / np.outer(scale, scale)
            coefficients[f"{part}_{name}"] = earned_digits(values / scale, covariance)
            standard_error[f"{part}_{name}"] = significant(np.sqrt(np.diag(covariance)))
            covariances[f"{part}_{name}"] = significant(covariance, 12)
    model = StaticModel(**{name: tuple(values.tolist()) for name, values in coefficients.items()})
    report = {
        "standard_error": standard_error,
        "covariance": covariances,
        "devices": len(ids),
        "outlier_devices": ids[fit.outlier].tolist(),
        "sweeps": len(sweeps),
        "sweeps_rejected": dict(zip(SURFACES, fit.rejected, strict=True)),
        "relative_residual": dict(zip(SURFACES, map(float, fit.noise), strict=True)),
        "mean_of": AVERAGE_DEVICE if fit.averaged else POPULATION,
        "converged": fit.converged,
    }
    return model, report


def _scale(terms):
    """Root mean square of every regressor, so that coefficients of very different units meet the solver alike."""
    return np.sqrt(np.mean(terms**2, axis=0))


def _block(device, g0_S, temperature_C, sweeps, name):
    """Block of the mixed fit for A1 or A3; starts from a robust regression with relative errors."""
    mean_terms, spread_terms = (terms(g0_S, temperature_C) for terms in SURFACES[name])
    design = mean_terms / _scale(mean_terms)
    response = sweeps[name].to_numpy()
    typical = np.median(np.abs(response))
    weight = 1 / (np.abs(response) + 0.01 * typical)
    start = least_squares(
        lambda theta: weight * (design @ theta - response) / 0.1,
        np.full(design.shape[1], typical),
        lambda _: weight[:, None] * design / 0.1,
        loss="soft_l1",
        x_scale="jac",
    )
    return Block(
        device=device,
        response=response,
        mean=lambda theta: (design @ theta, design),
        terms=spread_terms / _scale(spread_terms),
        relative=False,
        noise_variance=sweeps[f"{name}_variance"].to_numpy(),
        theta=start.x,
        prior_precision=np.zeros(design.shape[1]),
    )
