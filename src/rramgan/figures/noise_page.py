"""A page per noise source: what its samples look like, each panel with what theory or independence says."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from rramgan.figures.noise import TRACE_ROWS
from rramgan.figures.style import NEUTRAL, new_figure, noise_colours, prefixed, styled
from rramgan.noise.trace import Trace

LEVEL = 0.05
"""Adjusted p-values below it speak against independent, unbiased samples."""

LEAST_P = 1e-6
"""Smaller p-values are drawn here."""


@styled
def noise_page(
    traces: dict[str, Trace],
    distribution: pd.DataFrame,
    autocorrelation: pd.DataFrame,
    cross_correlation: pd.DataFrame,
    spectrum: pd.DataFrame,
    tests: pd.DataFrame,
    sp800_22: pd.DataFrame,
    noise: str,
) -> Figure:
    """Trace, distribution, correlations, spectrum and p-values of one `noise`.

    The tables are those of `characterise`. Black lines are a fitted density, the spectrum in theory, and what
    independent samples have; grey bands hold 95 % of those.
    """
    trace, colour = traces[noise], noise_colours(traces)[noise]
    tables = [t[t["noise"] == noise] for t in (distribution, spectrum, autocorrelation, cross_correlation)]
    figure = new_figure(12, 6.6)
    panels = figure.subplots(2, 3)
    _trace(panels[0, 0], trace, colour)
    for draw, axes, table in zip((_distribution, _spectrum), panels[0, 1:], tables[:2], strict=True):
        draw(axes, table, colour)
    _autocorrelation(panels[1, 0], tables[2], trace.sample_interval_s, colour)
    _cross_correlation(panels[1, 1], tables[3], colour)
    families = pd.concat([tests, sp800_22])
    _p_values(panels[1, 2], families[families["noise"] == noise], colour)
    return figure


def _trace(axes, trace, colour):
    """The first samples of the first channel."""
    factor, unit = prefixed([TRACE_ROWS * trace.sample_interval_s], "s")
    samples = trace.z[:TRACE_ROWS, 0]
    time_s = np.arange(len(samples)) * trace.sample_interval_s
    axes.plot(time_s * factor, samples, drawstyle="steps-post", color=colour, lw=1.1)
    axes.set(xlabel=f"Time ({unit})", ylabel="Generator input z (1)", title="First samples of one input")
    axes.margins(x=0)


def _distribution(axes, table, colour):
    """Histogram and fitted density."""
    axes.fill_between(table["value"], table["density"], step="mid", color=colour, alpha=0.45, lw=0)
    axes.plot(table["value"], table["fitted"], color="black", lw=1.1, label=f"{table['law'].iloc[0]} density, fitted")
    axes.set(xlabel="Generator input z (1)", ylabel="Probability density (1)", title="Distribution")
    axes.set_ylim(0, 1.25 * max(table["density"].max(), table["fitted"].max()))
    axes.legend(loc="upper right")


def _spectrum(axes, table, colour):
    """Measured spectrum and its theory."""
    axes.loglog(table["frequency_Hz"] / 1e3, table["density_per_Hz"], color=colour, lw=1.4)
    if table["theory_per_Hz"].notna().any():
        axes.plot(table["frequency_Hz"] / 1e3, table["theory_per_Hz"], color="black", lw=1.1, ls="--", label="theory")
        axes.legend(loc="upper right")
    shown = table[["density_per_Hz", "theory_per_Hz"]]
    axes.set_ylim(shown.min(axis=None) / 2, 3 * shown.max(axis=None))
    axes.set(xlabel="Frequency (kHz)", ylabel="Spectral density (1/Hz)", title="Spectrum, mean over inputs")


def _autocorrelation(axes, table, interval_s, colour):
    """Autocorrelation, and what independent samples keep within."""
    factor, unit = prefixed([table["lag_samples"].max() * interval_s], "s")
    shown = table[table["lag_samples"] > 0]
    lag = shown["lag_samples"] * interval_s * factor
    axes.fill_between(lag, -shown["band"], shown["band"], color=NEUTRAL, alpha=0.3, lw=0, label="95 % of independent")
    axes.axhline(0, color=NEUTRAL, lw=0.8)
    axes.plot(lag, shown["autocorrelation"], "o-", color=colour, ms=2.5, lw=1.0)
    least = 4 * shown["band"].max()
    low, high = shown["autocorrelation"].min(), shown["autocorrelation"].max()
    axes.set_ylim(min(-least, 1.1 * low), max(1.6 * least, 1.3 * high))
    axes.set(xlabel=f"Lag ({unit})", ylabel="Autocorrelation (1)", title="Autocorrelation, mean over inputs")
    axes.legend(loc="upper right")


def _cross_correlation(axes, table, colour):
    """Correlations of all pairs of inputs, and those of independent ones."""
    axes.fill_between(table["correlation"], table["density"], step="mid", color=colour, alpha=0.45, lw=0)
    normal = stats.norm.pdf(table["correlation"])
    axes.plot(table["correlation"], normal, color="black", lw=1.1, label="independent samples")
    axes.set(xlabel="Correlation of two inputs (standard errors)", ylabel="Probability density (1)")
    axes.set(title="Pairs of inputs", ylim=(0, 1.3 * max(table["density"].max(), normal.max())))
    axes.legend(loc="upper right")


def _p_values(axes, rows, colour):
    """Adjusted p-values by test; those left of the line speak against independent, unbiased samples."""
    rows = rows[rows["p_adjusted"].notna()][::-1]
    axes.plot(rows["p_adjusted"].clip(lower=LEAST_P), range(len(rows)), "o", color=colour, ms=5, clip_on=False)
    axes.axvline(LEVEL, color="black", lw=1.0)
    axes.set(xscale="log", xlim=(LEAST_P, 1), xlabel=f"Adjusted p-value (line: {LEVEL:g})", title="Tests of randomness")
    axes.set_yticks(range(len(rows)), rows["test"].str.replace("_", " "), fontsize=8)
    axes.set_ylim(-0.7, len(rows) - 0.3)
