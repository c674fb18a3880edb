"""Fit of the static model to current-voltage samples: A1, A3 of every sweep, then their surfaces over (G0, T)."""

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from rramgan.calibration.mixed.equations import Block
from rramgan.calibration.mixed.fit import few_devices, fit_mixed
from rramgan.calibration.mixed.outliers import fifty_percent_outliers
from rramgan.calibration.read_noise import read_noise
from rramgan.calibration.reports import OHMIC_REPORT, StaticReport
from rramgan.calibration.rounding import independent_columns, round_to_information, significant
from rramgan.device.static import (
    OHMIC,
    REFERENCE_READ_V,
    StaticModel,
    mean_a1_terms,
    mean_a3_terms,
    spread_a1_terms,
    spread_a3_terms,
)
from rramgan.errors import InputError

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


def fit_static_or_ohmic(iv: pd.DataFrame | None, fifty_percent_rule: bool = False) -> tuple[StaticModel, StaticReport]:
    """What `fit_static` returns; that of an ohmic device where no current was swept."""
    return (OHMIC, OHMIC_REPORT) if iv is None else fit_static(iv, fifty_percent_rule)


def fit_static(iv: pd.DataFrame, fifty_percent_rule: bool = False) -> tuple[StaticModel, StaticReport]:
    """Fit the static model; returns it with its standard errors, joint covariance, goodness of fit and read noise.

    `fifty_percent_rule` leaves out devices that are half off the typical one before anything is fitted.
    Coefficients that the data cannot tell from others (those of the temperature, if there is but one) are zero and
    listed as undetermined. Raises InputError for too few sweeps.
    """
    sweeps = sweep_coefficients(iv)
    if len(sweeps) < MIN_SWEEPS:
        raise InputError(f"I-V measurements: {len(sweeps)} complete sweeps; expected at least {MIN_SWEEPS}")
    ids = np.unique(sweeps["device_id"])
    left_out = fifty_percent_outliers(sweeps["device_id"], *_chords_S(sweeps)) if fifty_percent_rule else ids[:0]
    sweeps = sweeps[~sweeps["device_id"].isin(left_out)]
    kept, device = np.unique(sweeps["device_id"], return_inverse=True)
    states = sweeps["g0_S"].to_numpy(), sweeps["temperature_C"].to_numpy()
    fit = fit_mixed([_block(device, sweeps, name) for name in SURFACES], len(kept))
    coefficients, standard_error, scales = {}, {}, []
    for k, name in enumerate(SURFACES):
        parts = zip(
            ("mean", "spread"), SURFACES[name], (fit.theta[k], fit.spread[k]), fit.covariance_of(k), strict=True
        )
        for part, terms, values, covariance in parts:
            scale = _scale(terms(*states))
            covariance = covariance / np.outer(scale, scale)
            coefficients[f"{part}_{name}"] = round_to_information(values / scale, covariance)
            standard_error[f"{part}_{name}"] = significant(np.sqrt(np.diag(covariance)))
            scales.append(scale)
    scale = np.concatenate(scales)
    model = StaticModel(**{name: tuple(values.tolist()) for name, values in coefficients.items()})
    report = StaticReport(
        standard_error=standard_error,
        undetermined=[f"{n}[{k}]" for n, errors in standard_error.items() for k, e in enumerate(errors) if e == 0],
        covariance_of=list(coefficients),
        covariance=significant(fit.covariance / np.outer(scale, scale), 12),
        temperature_C=[float(iv["temperature_C"].min()), float(iv["temperature_C"].max())],
        devices=len(ids),
        outlier_devices=sorted([*left_out.tolist(), *kept[fit.outlier].tolist()]),
        sweeps=len(sweeps),
        sweeps_rejected=dict(zip(SURFACES, fit.rejected, strict=True)),
        relative_residual=dict(zip(SURFACES, map(float, fit.noise), strict=True)),
        read_noise=read_noise(iv[iv["device_id"].isin(kept[~fit.outlier])]),
        mean_of=fit.mean_of,
        converged=fit.converged,
        remark=few_devices(len(kept)),
    )
    return model, report


def _scale(terms):
    """Root mean square of every regressor, so that coefficients of very different units meet the solver alike."""
    return np.sqrt(np.mean(terms**2, axis=0))


def _robust_mean(design, response):
    """Coefficients of a robust regression with relative errors; those the data cannot tell are zero."""
    determined = independent_columns(design)
    typical = np.median(np.abs(response))
    weight = 1 / (np.abs(response) + 0.01 * typical)

    def misfit(theta):
        return weight * (design[:, determined] @ theta - response) / 0.1

    def slopes(_):
        return weight[:, None] * design[:, determined] / 0.1

    start = least_squares(misfit, np.full(len(determined), typical), slopes, loss="soft_l1", x_scale="jac")
    theta = np.zeros(design.shape[1])
    theta[determined] = start.x
    return theta


def _designs(sweeps, name):
    """Regressors of mean and spread of A1 or A3 at every sweep, each of unit root mean square."""
    terms = (surface(sweeps["g0_S"].to_numpy(), sweeps["temperature_C"].to_numpy()) for surface in SURFACES[name])
    return [columns / _scale(columns) for columns in terms]


def _chords_S(sweeps):
    """Conductance I/V at the reference voltage of every sweep, and what a robust regression expects of it."""
    weights = {"a1": 1.0, "a3": REFERENCE_READ_V**2}
    seen_S = sum(weight * sweeps[name].to_numpy() for name, weight in weights.items())
    designs = {name: _designs(sweeps, name)[0] for name in weights}
    typical_S = sum(
        weight * (designs[name] @ _robust_mean(designs[name], sweeps[name].to_numpy()))
        for name, weight in weights.items()
    )
    return seen_S, typical_S


def _block(device, sweeps, name):
    """Block of the mixed fit for A1 or A3."""
    design, spread_terms = _designs(sweeps, name)
    response = sweeps[name].to_numpy()
    return Block(
        device=device,
        response=response,
        mean=lambda theta: (design @ theta, design),
        terms=spread_terms,
        relative=False,
        noise_variance=sweeps[f"{name}_variance"].to_numpy(),
        theta=_robust_mean(design, response),
        prior_precision=np.zeros(design.shape[1]),
    )
