"""Figure of the generator's random inputs: how they look in time and in distribution, correlation and frequency."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from rramgan.figures.style import NEUTRAL, new_figure, noise_colours, prefixed, styled
from rramgan.noise.trace import Trace

TRACE_ROWS = 200


@styled
def noise_sources(
    traces: dict[str, Trace],
    distribution: pd.DataFrame,
    autocorrelation: pd.DataFrame,
    spectrum: pd.DataFrame,
) -> Figure:
    """A short trace, the distribution, the autocorrelation and the spectrum of every noise source.

    `traces` by noise, of which the first channel is shown; `distribution`: noise, value, density; `autocorrelation`:
    noise, lag_samples, autocorrelation; `spectrum`: noise, frequency_Hz, density_per_Hz. Distributions are drawn in
    units of each trace's standard deviation, so that amplitudes apart by orders of magnitude share a panel.
    """
    colours = noise_colours(traces)
    figure = new_figure(11, 3.6 + 0.95 * len(colours))
    grid = figure.add_gridspec(2, 1, height_ratios=[0.4 + 0.95 * len(colours), 3.2])
    rows = grid[0].subgridspec(len(colours), 1).subplots(sharex=True, sharey=True, squeeze=False)[:, 0]
    _traces(rows, traces, colours)

    panels = grid[1].subgridspec(1, 3).subplots(squeeze=False)[0]
    intervals_s = {name: trace.sample_interval_s for name, trace in traces.items()}
    lags_s = autocorrelation["lag_samples"] * autocorrelation["noise"].map(intervals_s)
    factor, unit = prefixed(lags_s, "s")
    for name, colour in colours.items():
        shown = distribution[distribution["noise"] == name]
        std = traces[name].z.std()
        panels[0].plot(shown["value"] / std, shown["density"] * std, drawstyle="steps-mid", color=colour)
        here = autocorrelation["noise"] == name
        panels[1].plot(lags_s[here] * factor, autocorrelation.loc[here, "autocorrelation"], color=colour)
        # The one-sided density counts the highest frequency once and all others twice: not part of the curve.
        shown = spectrum[spectrum["noise"] == name]
        panels[2].plot(shown["frequency_Hz"] / 1e3, shown["density_per_Hz"] * 1e6, color=colour, lw=1.2)
    panels[1].axhline(0, color=NEUTRAL, lw=0.8)
    panels[0].set(xlabel="z over its standard deviation (1)", ylabel="Probability density (1)", title="Distribution")
    panels[1].set(xlabel=f"Lag ({unit})", ylabel="Autocorrelation (1)", title="Autocorrelation")
    panels[2].set(xlabel="Frequency (kHz)", ylabel="Spectral density (1/MHz)", title="Spectrum")
    panels[2].set(xscale="log", yscale="log")
    panels[2].yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.6)))
    panels[2].yaxis.set_major_formatter("{x:g}")
    return figure


def _traces(rows, traces, colours):
    """One short trace below the other; they are the legend of the panels beneath."""
    factor, unit = prefixed([TRACE_ROWS * trace.sample_interval_s for trace in traces.values()], "s")
    for axes, (name, colour) in zip(rows, colours.items(), strict=True):
        samples = traces[name].z[:TRACE_ROWS, 0]
        time_s = np.arange(len(samples)) * traces[name].sample_interval_s
        axes.plot(time_s * factor, samples, drawstyle="steps-post", color=colour, lw=1.1)
        axes.set_ylabel("z (1)")
        axes.set_title(name, loc="left", color=colour)
        axes.margins(x=0)
    rows[-1].set_xlabel(f"Time ({unit})")
