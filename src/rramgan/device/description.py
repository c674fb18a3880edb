"""A device's description, device.yaml, in SI units."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rramgan.device.pulses import PulsePair
from rramgan.device.window import Window
from rramgan.units import MICRO


@dataclass(frozen=True)
class DeviceDescription:
    """What device.yaml says of a device, converted as it is asked for.

    A job is given only the keys its result depends on; asking for another one raises KeyError.
    """

    content: Mapping
    """The keys of device.yaml, checked, with defaults filled in."""
    folder: Path = Path()
    """Where the file lies, and the device's measurements beside it."""

    @property
    def name(self) -> str:
        """Name of the device in figures."""
        return self.content["name"]

    @property
    def source(self) -> str:
        """Publication or campaign the measurements come from."""
        return self.content["source"]

    @property
    def temperature_C(self) -> float:
        """Operating temperature (degC)."""
        return self.content["temperature_C"]

    @property
    def window(self) -> Window:
        """The conductance window of two-sided pairs."""
        return Window.of(self.content["window"])

    @property
    def pulses(self) -> PulsePair | None:
        """The fixed programming pulses; None if they are to be chosen for a target step."""
        return PulsePair.of(self.content["pulses"]) if "set" in self.content["pulses"] else None

    @property
    def target_step_S(self) -> float:
        """Step (S) that chosen pulses are to make on average over the window."""
        return self.content["pulses"]["target_step_uS"] * MICRO

    @property
    def edges_S(self) -> np.ndarray | None:
        """Edges (S) of the bins of G0 that pulses are fitted in; None for quantiles of the measured states."""
        bins_uS = self.content["bins_uS"]
        return None if bins_uS == "quantile" else np.array(bins_uS) * MICRO
