"""Choice of the SET and RESET pulse whose steps balance best over a conductance window.

Training by fixed pulses needs a step up and a step down of equal size wherever the device is, not in one bin only.
"""

import numpy as np
import pandas as pd

from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from rramgan.errors import InputError

AMPLITUDE_STEP_V = 0.01
"""Distance of the amplitudes tried."""

WIDTHS_PER_DECADE = 4
"""Widths tried."""

STATES = 64
"""States, evenly spaced over the window, at which steps are compared."""

STEP_TOLERANCE = 0.1
"""A pulse pair meets the target when its mean step is within 10 % of it."""


def check_pulses(model: DeviceModel, window: Window, pulses: PulsePair, place: str = "device.yaml") -> PulsePair:
    """The `pulses`; raises InputError if the model does not know their steps, or not in all of the window.

    `place` is where they are asked for.
    """
    try:
        model.check_window(window)
        model.check_pulses(pulses)
    except ValueError as error:
        raise InputError(f"{place}: {error}") from None
    return pulses


def pulse_map(model: ParametricKinetics, window_S: tuple[float, float]) -> pd.DataFrame:
    """Steps and energies of all pulse pairs of equal width within the model's range, over the window (low, high) in S.

    Columns: `set_amplitude_V`, `reset_amplitude_V`, `width_s`; `set_step_S`, `reset_step_S`: geometric mean over the
    window of the mean step's size; `step_S`: geometric mean of the two; `worst_ratio`: the larger step over the smaller
    in the state where they differ most (1 is balanced everywhere); `steps_per_window`: width of the window over
    `step_S`; `set_energy_J`, `reset_energy_J`: V^2 G t of one pulse, averaged over the window; `energy_J`: their mean.
    """
    width_s = _widths_s(model)
    states_S = np.linspace(*window_S, STATES)
    amplitude_V, log_step, energy_J = {}, {}, {}
    for polarity, (low_V, high_V) in model.amplitude_V.items():
        count = round((high_V - low_V) / AMPLITUDE_STEP_V) + 1
        amplitude_V[polarity] = v = np.round(np.linspace(low_V, high_V, count), 6)
        step_S = model.mean_step(states_S, v[:, None, None], width_s[:, None], polarity)
        log_step[polarity] = np.log(np.abs(step_S) + np.finfo(float).tiny)
        energy_J[polarity] = v[:, None] ** 2 * width_s * np.mean(states_S)
    mean_log = {polarity: values.mean(axis=-1) for polarity, values in log_step.items()}
    worst = np.max(np.abs(log_step["set"][:, None] - log_step["reset"][None]), axis=-1)
    mean = (mean_log["set"][:, None] + mean_log["reset"][None]) / 2
    columns = {
        "set_amplitude_V": amplitude_V["set"][:, None, None],
        "reset_amplitude_V": amplitude_V["reset"][:, None],
        "width_s": width_s,
        "set_step_S": np.exp(mean_log["set"])[:, None],
        "reset_step_S": np.exp(mean_log["reset"]),
        "step_S": np.exp(mean),
        "worst_ratio": np.exp(np.minimum(worst, 100.0)),
        "steps_per_window": (window_S[1] - window_S[0]) / np.exp(mean),
        "set_energy_J": energy_J["set"][:, None],
        "reset_energy_J": energy_J["reset"],
        "energy_J": (energy_J["set"][:, None] + energy_J["reset"][None]) / 2,
    }
    return pd.DataFrame({name: np.broadcast_to(values, worst.shape).ravel() for name, values in columns.items()})


def choose_pulses(pairs: pd.DataFrame, target_step_S: float) -> PulsePair:
    """The pair of a `pulse_map` with the smallest worst ratio among those whose step is within 10 % of the target.

    Of pairs balanced alike (to 1 %) the one of least energy. Raises InputError if no pair makes such a step.
    """
    near = pairs[np.abs(pairs["step_S"] / target_step_S - 1) <= STEP_TOLERANCE]
    if near.empty:
        raise InputError(
            f"device.yaml: no pulse pair moves the device by {target_step_S:g} S on average over the window; the "
            f"model's pulses make steps from {pairs['step_S'].min():.3g} to {pairs['step_S'].max():.3g} S"
        )
    balanced = near[near["worst_ratio"] <= near["worst_ratio"].min() * 1.01]
    best = balanced.loc[balanced["energy_J"].idxmin()]
    width_s = float(best["width_s"])
    return PulsePair(Pulse(float(best["set_amplitude_V"]), width_s), Pulse(float(best["reset_amplitude_V"]), width_s))


def _widths_s(model):
    """Pulse widths over the model's range, evenly spaced in the logarithm."""
    low, high = np.log10(model.width_s)
    return 10 ** np.linspace(low, high, round((high - low) * WIDTHS_PER_DECADE) + 1)
