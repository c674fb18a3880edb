"""Figure of the static model: current over voltage, state and temperature."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rramgan.figures.style import NEUTRAL, SERIES_COLOURS, legend_below, new_figure, scale_for, styled


@styled
def iv_curves(curves: pd.DataFrame, temperature_C: float) -> Figure:
    """Current over voltage with the device-to-device band, that spread over the state, and the temperature dependence.

    Without a spread, or at one temperature, there is no panel of it. `curves`: g0_S, temperature_C, voltage_V, mean_A,
    spread_A (signed); the first two panels are at `temperature_C`.
    """
    spread, warmed = curves["spread_A"].any(), len(curves["temperature_C"].unique()) > 1
    figure = new_figure(4.2 * (1 + spread + warmed), 4.4)
    panels = iter(figure.subplots(1, 1 + spread + warmed, squeeze=False)[0])
    states_S = np.unique(curves["g0_S"])
    states_S = states_S[::-1][:: max(len(states_S) // 4, 1)][:4]
    here = curves[curves["temperature_C"] == temperature_C]
    _currents(next(panels), here, states_S, temperature_C)
    if spread:
        _spread_by_state(next(panels), here)
    if warmed:
        _temperatures(next(panels), curves, states_S)
    return figure


def _low_V(curves) -> float:
    """The voltage nearest to that of the state, 0.1 V."""
    voltages_V = np.unique(curves["voltage_V"])
    return float(voltages_V[np.argmin(np.abs(voltages_V - 0.1))])


def _currents(axes, here, states_S, temperature_C):
    """Current over voltage of some states, with the band of one standard deviation between devices."""
    for colour, g0_S in zip(SERIES_COLOURS, states_S, strict=False):
        shown = here[here["g0_S"] == g0_S]
        bounds_uA = [(shown["mean_A"] + sign * shown["spread_A"]) * 1e6 for sign in (-1, 1)]
        axes.fill_between(shown["voltage_V"], *bounds_uA, color=colour, alpha=0.3, lw=0)
        axes.plot(shown["voltage_V"], shown["mean_A"] * 1e6, color=colour, label=f"{g0_S * 1e6:.3g}")
    band = "band: ±σ" if here["spread_A"].any() else "no spread known"
    axes.set(xlabel="Voltage (V)", ylabel="Current (µA)", title=f"Current at {temperature_C:g} °C ({band})")
    legend_below(axes, title="State G0 (µS)", ncols=4)


def _spread_by_state(axes, here):
    """Signed standard deviation between devices over the state, at a low and at the highest voltage."""
    for voltage_V, style in ((_low_V(here), "-"), (here["voltage_V"].max(), "--")):
        shown = here[here["voltage_V"] == voltage_V]
        share = 100 * shown["spread_A"] / shown["mean_A"]
        axes.plot(shown["g0_S"] * 1e6, share, style, color=NEUTRAL, label=f"at {voltage_V:.2g} V")
    axes.axhline(0, color="black", lw=0.8)
    axes.set(xlabel="State G0 (µS)", ylabel="Spread σ / I (%), signed", title="Spread between devices")
    scale_for(axes, "x", here["g0_S"])
    legend_below(axes, ncols=2)


def _temperatures(axes, curves, states_S):
    """Conductance at low voltage relative to the state, over temperature."""
    low_V = _low_V(curves)
    for colour, g0_S in zip(SERIES_COLOURS, states_S, strict=False):
        read = curves[(curves["g0_S"] == g0_S) & (curves["voltage_V"] == low_V)]
        ratio = read["mean_A"] / (low_V * g0_S)
        axes.plot(read["temperature_C"], ratio, "o-", ms=4, color=colour, label=f"{g0_S * 1e6:.3g}")
    axes.set(xlabel="Temperature (°C)", ylabel=f"I / (V G0) at {low_V:.2g} V (1)", title="Effect of temperature")
    legend_below(axes, title="State G0 (µS)", ncols=4)
