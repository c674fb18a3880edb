"""What a noise trace looks like: distribution, correlations, spectrum, tests of randomness, min-entropy."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy import signal, stats

from rramgan.noise.entropy import ESTIMATES, LEAST_BITS, min_entropy
from rramgan.noise.sources import BLOCK_ROWS
from rramgan.noise.sp800_22 import sp800_22
from rramgan.noise.trace import Trace

LAWS = {"normal": stats.norm, "uniform": stats.uniform, "laplace": stats.laplace}
"""Densities that are fitted to samples, by name."""

Density = Callable[[np.ndarray], np.ndarray]
"""A one-sided spectral density, in any unit, by frequency (Hz)."""

TESTED_BITS = 200_000
"""Bits of a trace from which its min-entropy is estimated."""

BATCH_ROWS = 64
"""Rows that are looked at together: those of a usual batch."""

LAGS = 20
"""Lags at which correlation in time is tested."""


def characterise(traces: dict[str, Trace], theories: Mapping[str, Density]) -> dict[str, pd.DataFrame]:
    """Tables of traces by the name of their noise, with the `theories` of their spectra.

    They are `distribution`, `autocorrelation`, `cross_correlation`, `spectrum`, `moments`, `entropy`, `tests` (see
    `randomness`) and `sp800_22`; the last two with p_adjusted after Benjamini and Hochberg 1995, each over all noises
    and tests.
    """
    tables = {
        "distribution": {name: distribution(trace.z) for name, trace in traces.items()},
        "autocorrelation": {name: autocorrelation(trace.z) for name, trace in traces.items()},
        "cross_correlation": {name: cross_correlation(trace.z) for name, trace in traces.items()},
        "spectrum": {
            name: spectrum(trace.z, trace.sample_interval_s, theories[name]) for name, trace in traces.items()
        },
        "moments": {name: pd.DataFrame([moments(trace.z) | costs(trace)]) for name, trace in traces.items()},
        "entropy": {name: pd.DataFrame([entropy(trace.z)]) for name, trace in traces.items()},
        "tests": {name: randomness(trace.z) for name, trace in traces.items()},
        "sp800_22": {name: sp800_22(signs(trace.z)) for name, trace in traces.items()},
    }
    gathered = {
        name: pd.concat([table.assign(noise=noise) for noise, table in by_noise.items()])
        for name, by_noise in tables.items()
    }
    for family in ("tests", "sp800_22"):
        gathered[family]["p_adjusted"] = _adjusted(gathered[family]["p_value"])
    return gathered


def _adjusted(p_values: pd.Series) -> pd.Series:
    """The p-values adjusted for the number of those that are there."""
    there = p_values.notna()
    adjusted = p_values.copy()
    adjusted[there] = stats.false_discovery_control(p_values[there])
    return adjusted


def costs(trace: Trace) -> dict[str, float]:
    """What a sample of one of the `inputs` takes in energy, and a row of all of them in time."""
    return {
        "inputs": trace.z.shape[1],
        "energy_per_sample_J": trace.energy_per_row_J / trace.z.shape[1],
        "time_per_row_s": trace.time_per_row_s,
    }


def signs(z) -> np.ndarray:
    """Whether samples (rows, inputs) are positive, one channel after the other in time order."""
    return (np.asarray(z) > 0).ravel(order="F")


def entropy(z) -> dict[str, float]:
    """`min_entropy` of the signs of samples (rows, inputs), one channel after the other; NaN if they are too few."""
    bits = signs(z)[:TESTED_BITS]
    if len(bits) < LEAST_BITS:
        return dict.fromkeys(ESTIMATES, np.nan)
    return min_entropy(bits)


def randomness(z) -> pd.DataFrame:
    """p-values of independent samples z (rows, inputs) with equally likely signs, by `test`.

    bias: as many signs of each kind (binomial); time: autocorrelation at LAGS lags, averaged over channels (Ljung and
    Box 1978, doi 10.1093/biomet/65.2.297); channels: correlation of every pair of channels (chi-squared); period: the
    largest of the mean periodogram over channels (Fisher 1929, of gamma variables).
    """
    rows, inputs = z.shape
    positive = signs(z)
    centred = (z - z.mean(axis=0)) / z.std(axis=0)
    lags = np.arange(1, LAGS + 1)
    rho = np.array([np.mean(centred[:-lag] * centred[lag:]) for lag in lags]) * (rows - lags) / rows
    q = rows * inputs * np.sum(rho**2 * rows / (rows - lags))
    pairs = np.corrcoef(centred.T)[np.triu_indices(inputs, 1)] if inputs > 1 else np.zeros(0)
    power = np.abs(np.fft.rfft(centred, axis=0)[1 : (rows - 1) // 2 + 1]) ** 2 / rows
    peak = stats.gamma.sf(power.sum(axis=1).max(), inputs)
    p_values = {
        "bias": float(stats.binomtest(int(positive.sum()), positive.size).pvalue),
        "time": float(stats.chi2.sf(q, LAGS)),
        "channels": float(stats.chi2.sf(rows * np.sum(pairs**2), len(pairs))) if len(pairs) else 1.0,
        "period": float(-np.expm1(len(power) * np.log1p(-peak))),
    }
    return pd.DataFrame({"test": p_values.keys(), "p_value": p_values.values()})


def distribution(z, bins: int = 61) -> pd.DataFrame:
    """Probability density of all samples of `z` on `bins` equal bins within +-4 standard deviations.

    Beside it the likeliest of LAWS, fitted to the samples: its name `law` and its density `fitted`.
    """
    reach = 4 * float(z.std())
    density, edges = np.histogram(z, bins=np.linspace(-reach, reach, bins + 1), density=True)
    value = 0.5 * (edges[:-1] + edges[1:])
    samples = np.ravel(z).astype(np.float64)
    fits = {name: law(*law.fit(samples)) for name, law in LAWS.items()}
    law = max(fits, key=lambda name: fits[name].logpdf(samples).sum())
    return pd.DataFrame({"value": value, "density": density, "law": law, "fitted": fits[law].pdf(value)})


def autocorrelation(z, lags: int = 50) -> pd.DataFrame:
    """Autocorrelation over rows at lags 0..`lags` samples: the covariance averaged over channels, over the variance.

    `band` is what 95 % of independent samples keep within.
    """
    ac = z - z.mean(axis=0)
    variance = np.mean(ac**2)
    values = [np.mean(ac[: len(ac) - lag] * ac[lag:]) / variance for lag in range(lags + 1)]
    band = stats.norm.ppf(0.975) / np.sqrt(z.size)
    return pd.DataFrame({"lag_samples": range(lags + 1), "autocorrelation": values, "band": band})


def cross_correlation(z, bins: int = 41) -> pd.DataFrame:
    """Distribution of the correlations of all pairs of channels, in `bins` equal bins within +-5 of `correlation`.

    `correlation` is in standard errors of independent samples, 1 / sqrt(rows), so that their density is the standard
    normal one; the outermost bins hold what lies beyond. No pairs have the density 0.
    """
    rows, inputs = z.shape
    edges = np.linspace(-5, 5, bins + 1)
    middle = 0.5 * (edges[:-1] + edges[1:])
    if inputs < 2:
        return pd.DataFrame({"correlation": middle, "density": 0.0})
    pairs = np.sqrt(rows) * np.corrcoef(z.T)[np.triu_indices(inputs, 1)]
    density, _ = np.histogram(np.clip(pairs, -5, 5), bins=edges, density=True)
    return pd.DataFrame({"correlation": middle, "density": density})


def spectrum(z, sample_interval_s: float, theory: Density) -> pd.DataFrame:
    """One-sided power spectral density (1/Hz) by Welch's method, averaged over channels, and its theory.

    The theory has the variance of the samples in the band that they resolve. Leaves out the ends, zero frequency and
    half the sampling rate, where a one-sided density has half its height.
    """
    frequency_Hz, density = signal.welch(z, fs=1 / sample_interval_s, nperseg=min(1024, len(z)), axis=0)
    frequency_Hz = frequency_Hz[1:-1]
    resolved_Hz = np.fft.rfftfreq(min(len(z), BLOCK_ROWS), sample_interval_s)[1:]
    scale = float(z.var()) / (theory(resolved_Hz).sum() * resolved_Hz[0])
    return pd.DataFrame(
        {
            "frequency_Hz": frequency_Hz,
            "density_per_Hz": density.mean(axis=1)[1:-1],
            "theory_per_Hz": scale * theory(frequency_Hz),
        }
    )


def moments(z) -> dict[str, float]:
    """Mean, standard deviation, skewness, excess kurtosis and lag-one autocorrelation of all samples.

    effective_inputs is how many independent inputs of equal variance would spread as evenly, (tr C)^2 / tr C^2 of the
    covariance C of the inputs; batch_variance the mean variance within BATCH_ROWS rows in turn, over that of all.
    """
    covariance = np.atleast_2d(np.cov(z, rowvar=False))
    blocks = z[: len(z) // BATCH_ROWS * BATCH_ROWS].reshape(-1, BATCH_ROWS, z.shape[1])
    return {
        "mean": float(z.mean()),
        "std": float(z.std()),
        "skewness": float(stats.skew(z, axis=None)),
        "excess_kurtosis": float(stats.kurtosis(z, axis=None)),
        "lag_one_autocorrelation": float(autocorrelation(z, lags=1)["autocorrelation"].iloc[1]),
        "effective_inputs": float(np.trace(covariance) ** 2 / np.sum(covariance**2)),
        "batch_variance": float(blocks.var(axis=1, dtype=np.float64).mean() / z.var(axis=0, dtype=np.float64).mean()),
    }
