"""What a noise trace looks like: distribution, autocorrelation, spectrum, tests of randomness, min-entropy."""

import numpy as np
import pandas as pd
from scipy import signal, stats

from rramgan.noise.entropy import ESTIMATES, LEAST_BITS, min_entropy
from rramgan.noise.trace import Trace

TESTED_BITS = 200_000
"""Bits of a trace from which its min-entropy is estimated."""

LAGS = 20
"""Lags at which correlation in time is tested."""


def characterise(traces: dict[str, Trace]) -> dict[str, pd.DataFrame]:
    """Tables of traces by the name of their noise.

    They are `distribution`, `autocorrelation`, `spectrum`, `moments`, `entropy` and `tests` (see `randomness`; with
    p_adjusted after Benjamini and Hochberg 1995, over all noises and tests).
    """
    tables = {
        "distribution": {name: distribution(trace.z) for name, trace in traces.items()},
        "autocorrelation": {name: autocorrelation(trace.z) for name, trace in traces.items()},
        "spectrum": {name: spectrum(trace.z, trace.sample_interval_s) for name, trace in traces.items()},
        "moments": {name: pd.DataFrame([moments(trace.z) | costs(trace)]) for name, trace in traces.items()},
        "entropy": {name: pd.DataFrame([entropy(trace.z)]) for name, trace in traces.items()},
        "tests": {name: randomness(trace.z) for name, trace in traces.items()},
    }
    gathered = {
        name: pd.concat([table.assign(noise=noise) for noise, table in by_noise.items()])
        for name, by_noise in tables.items()
    }
    gathered["tests"]["p_adjusted"] = stats.false_discovery_control(gathered["tests"]["p_value"])
    return gathered


def costs(trace: Trace) -> dict[str, float]:
    """What a sample of one input takes in energy, and a row of all inputs in time."""
    return {
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
    """Probability density of all samples of `z` on `bins` equal bins within +-4 standard deviations."""
    reach = 4 * float(z.std())
    density, edges = np.histogram(z, bins=np.linspace(-reach, reach, bins + 1), density=True)
    return pd.DataFrame({"value": 0.5 * (edges[:-1] + edges[1:]), "density": density})


def autocorrelation(z, lags: int = 50) -> pd.DataFrame:
    """Autocorrelation over rows at lags 0..`lags` samples: the covariance averaged over channels, over the variance."""
    ac = z - z.mean(axis=0)
    variance = np.mean(ac**2)
    values = [np.mean(ac[: len(ac) - lag] * ac[lag:]) / variance for lag in range(lags + 1)]
    return pd.DataFrame({"lag_samples": range(lags + 1), "autocorrelation": values})


def spectrum(z, sample_interval_s: float) -> pd.DataFrame:
    """One-sided power spectral density (1/Hz) by Welch's method, averaged over channels.

    Leaves out the ends, zero frequency and half the sampling rate, where a one-sided density has half its height.
    """
    frequency_Hz, density = signal.welch(z, fs=1 / sample_interval_s, nperseg=min(1024, len(z)), axis=0)
    return pd.DataFrame({"frequency_Hz": frequency_Hz[1:-1], "density_per_Hz": density.mean(axis=1)[1:-1]})


def moments(z) -> dict[str, float]:
    """Mean, standard deviation, skewness, excess kurtosis and lag-one autocorrelation of all samples."""
    return {
        "mean": float(z.mean()),
        "std": float(z.std()),
        "skewness": float(stats.skew(z, axis=None)),
        "excess_kurtosis": float(stats.kurtosis(z, axis=None)),
        "lag_one_autocorrelation": float(autocorrelation(z, lags=1)["autocorrelation"].iloc[1]),
    }
