"""The figures of a device by name, from the tables of its calibration; `device_figure` adds one.

Every function takes the tables by name, the DeviceDescription and the PulsePair in use, and returns a Figure. Which of
them a device has is said by its kind of measurements.
"""

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.figure import Figure

from rramgan.device.description import DeviceDescription
from rramgan.device.pulses import PulsePair
from rramgan.figures import device as figures
from rramgan.figures.goodness import fit_quality
from rramgan.figures.pulses import pulse_map, step_law

DeviceFigure = Callable[[Mapping[str, pd.DataFrame], DeviceDescription, PulsePair], Figure]

DEVICE_FIGURES: dict[str, DeviceFigure] = {
    "steps": lambda tables, device, pulses: figures.step_surfaces(tables["steps"], _rows(pulses), device.window.ends_S),
    "fit": lambda tables, device, pulses: fit_quality(tables["measured_steps"], tables["devices"]),
    "pulse_map": lambda tables, device, pulses: pulse_map(tables["pulse_map"], _rows(pulses)),
    "iv_curves": lambda tables, device, pulses: figures.iv_curves(tables["iv_curves"], device.temperature_C),
    "trajectories": lambda tables, device, pulses: figures.trajectories(tables["trajectories"]),
    "cv": lambda tables, device, pulses: figures.variation_coefficients(tables["cv"]),
    "step_law": lambda tables, device, pulses: step_law(
        tables["step_law"], tables["measured_steps"], device.window.ends_S
    ),
}
"""Every figure of a device by the name of its file."""


def device_figure(name: str) -> Callable[[DeviceFigure], DeviceFigure]:
    """Enter another figure into `DEVICE_FIGURES`; a decorator."""

    def register(draw: DeviceFigure) -> DeviceFigure:
        DEVICE_FIGURES[name] = draw
        return draw

    return register


def _rows(pulses: PulsePair) -> pd.DataFrame:
    """A table of the pulses: polarity, amplitude_V, width_s."""
    return pd.DataFrame([{"polarity": polarity, **pulse} for polarity, pulse in pulses.description().items()])
