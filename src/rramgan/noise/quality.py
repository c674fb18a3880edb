"""What a noise trace looks like: distribution, autocorrelation, spectrum."""

import numpy as np
import pandas as pd
from scipy import signal, stats

from rramgan.noise.trace import Trace


def characterise(traces: dict[str, Trace]) -> dict[str, pd.DataFrame]:
    """Tables `distribution`, `autocorrelation`, `spectrum` and `moments` of traces by the name of their noise."""
    tables = {
        "distribution": {name: distribution(trace.z) for name, trace in traces.items()},
        "autocorrelation": {name: autocorrelation(trace.z) for name, trace in traces.items()},
        "spectrum": {name: spectrum(trace.z, trace.sample_interval_s) for name, trace in traces.items()},
        "moments": {name: pd.DataFrame([moments(trace.z)]) for name, trace in traces.items()},
    }
    return {
        name: pd.concat([table.assign(noise=noise) for noise, table in by_noise.items()])
        for name, by_noise in tables.items()
    }


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
