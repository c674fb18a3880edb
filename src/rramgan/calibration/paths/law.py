"""The law of one polarity as fitted to paths: what devices do from a measured start, pulse by pulse."""

from dataclasses import dataclass

import numpy as np

from rramgan.calibration.paths.filter import advance, smooth_paths, spline_design
from rramgan.calibration.paths.likelihood import PathFit
from rramgan.calibration.paths.ramps import Ramps
from rramgan.calibration.reports import ScaledLaw


@dataclass(frozen=True)
class PathLaw:
    """Step law of one polarity between `low_S` and `high_S` (S), with the parameters of a `ScaledLaw` as arrays."""

    sign: float
    low_S: float
    high_S: float
    a: np.ndarray
    noise: np.ndarray
    device_ids: np.ndarray
    factors: np.ndarray
    least_variance: float

    @property
    def width_S(self) -> float:
        """Range of states (S) that the scaled 0..1 spans."""
        return self.high_S - self.low_S

    def scaled(self, g_S):
        """States (S) as x, 0 where pulses of this polarity start from."""
        g_S = np.asarray(g_S, dtype=float)
        return (g_S - self.low_S if self.sign > 0 else self.high_S - g_S) / self.width_S

    def state_S(self, x):
        """The inverse of `scaled`."""
        return (self.low_S if self.sign > 0 else self.high_S) + self.sign * np.asarray(x) * self.width_S

    def factor(self, g_S) -> np.ndarray:
        """Factor of each device (devices, n) on the mean step at the states (S)."""
        return self.factors[:, :1] + self.factors[:, 1:] * (2 * self.scaled(g_S) - 1)

    def mean_S(self, g_S) -> np.ndarray:
        """Mean step (S, signed) of the average of these devices at the states (S)."""
        law = np.exp(spline_design(self.scaled(g_S), len(self.a)) @ self.a)
        return self.sign * self.width_S * law * self.factor(g_S).mean(axis=0)

    def cycle_spread(self, g_S) -> np.ndarray:
        """Relative cycle-to-cycle standard deviation of a step at the states (S)."""
        return np.exp(self.noise[0] + self.noise[1] * (2 * self.scaled(g_S) - 1)) / self.factor(g_S).mean(axis=0)

    @property
    def reading_noise_S(self) -> float:
        """Standard deviation (S) of one reading."""
        return float(self.width_S * np.sqrt(np.exp(2 * self.noise[2]) + self.least_variance))

    def smoothed_S(self, ramps: Ramps) -> np.ndarray:
        """State (S) at every reading of these devices as all readings of its ramp tell it."""
        return self.state_S(smooth_paths(*self._arguments(ramps))[0])

    def predicted_S(self, ramps: Ramps) -> tuple[np.ndarray, np.ndarray]:
        """State (S) at every reading, integrated from the ramp's start with the device's own law, and its scatter (S).

        The start is that of the smoothed path; the scatter is what cycle-to-cycle noise adds on the way. NaN before
        the first reading that counts.
        """
        start, device = self.scaled(self.smoothed_S(ramps)), self._device(ramps)
        x, variance = np.full(len(start), np.nan), np.full(len(start), np.nan)
        state, spread = np.nan, np.nan
        for k, gap in enumerate(ramps.gap):
            if gap == 0:
                state = np.nan
            if np.isnan(state):
                state, spread = start[k], 0.0
            else:
                state, spread, _ = advance(state, spread, gap, self.a, self.noise, self.factors[device[k]])
            x[k], variance[k] = state, spread
        return self.state_S(x), self.width_S * np.sqrt(variance)

    def _device(self, ramps):
        """Index among the devices of this law of every reading's device."""
        return np.searchsorted(self.device_ids, ramps.ids)[ramps.device]

    def _arguments(self, ramps):
        reading = self.scaled(ramps.reading_S)
        arrays = (reading, ramps.gap, ramps.used.astype(int), self._device(ramps))
        return *arrays, self.a, self.noise, self.factors, self.least_variance

    def reported(self) -> ScaledLaw:
        """The law as a report holds it."""
        values = vars(self)
        lists = {name: value.tolist() for name, value in values.items() if isinstance(value, np.ndarray)}
        return ScaledLaw(**(values | lists))

    @classmethod
    def of(cls, law: ScaledLaw) -> "PathLaw":
        """The law that a report holds."""
        values = vars(law)
        return cls(**(values | {name: np.array(value) for name, value in values.items() if isinstance(value, list)}))


@dataclass(frozen=True)
class FittedPolarity:
    """One polarity: its law, the fit behind it, the ramps that entered, and what was left out on the way."""

    law: PathLaw
    fit: PathFit
    ramps: Ramps
    apart: tuple
    """Names of the devices left out because they do not behave like the others."""
    glitches: int
    """Readings passed over."""
