"""Static current-voltage model of an analog RRAM device: nonlinear I-V, device-to-device spread, read noise.

Source of every formula here: Nili et al., IEEE Trans. Nanotechnol. 19, 344 (2020), doi 10.1109/TNANO.2020.2982128,
Table I. The device state is G0, its nominal conductance I(0.1 V)/0.1 V. Temperatures are degrees Celsius, as in the
table; only the thermal noise needs kelvin.
"""

from dataclasses import dataclass

import numpy as np
from pydantic import ConfigDict
from scipy.constants import Boltzmann

from rramgan.units import kelvin

MAX_READ_VOLTAGE_V = 0.4
"""The I-V model holds for |V| <= 0.4 V (Nili 2020, section III)."""

REFERENCE_READ_V = 0.1
"""The voltage at which G0 is defined (Nili 2020)."""


def mean_a1_terms(g0_S, temperature_C):
    """Regressors of the mean linear coefficient: 1, G0, T; shape (..., 3)."""
    g0_S, temperature_C = np.broadcast_arrays(g0_S, temperature_C)
    return np.stack([np.ones(g0_S.shape), g0_S, temperature_C], axis=-1)


def mean_a3_terms(g0_S, temperature_C):
    """Regressors of the mean cubic coefficient: G0, G0^2, T^-1.33; shape (..., 3)."""
    g0_S, temperature_C = np.broadcast_arrays(g0_S, np.asarray(temperature_C, dtype=float))
    return np.stack([g0_S, g0_S**2, temperature_C**-1.33], axis=-1)


def spread_a1_terms(g0_S, temperature_C):
    """Regressors of the device-to-device spread of the linear coefficient: 1, G0, T, G0^2; shape (..., 4)."""
    g0_S, temperature_C = np.broadcast_arrays(g0_S, temperature_C)
    return np.stack([np.ones(g0_S.shape), g0_S, temperature_C, g0_S**2], axis=-1)


def spread_a3_terms(g0_S, temperature_C):
    """Regressors of the spread of the cubic coefficient: 1, G0, T, G0^2, G0 T; shape (..., 5)."""
    g0_S, temperature_C = np.broadcast_arrays(g0_S, temperature_C)
    return np.stack([np.ones(g0_S.shape), g0_S, temperature_C, g0_S**2, g0_S * temperature_C], axis=-1)


@dataclass(frozen=True)
class StaticModel:
    """Coefficients of I(V) = A1 V + A3 V^3 with A = mean(G0, T) + n spread(G0, T), n ~ N(0, 1) once per device.

    Coefficients stand in the order of the regressors above.
    """

    mean_a1: tuple[float, ...]
    """Mean of A1: coefficients of 1 (S), G0 (1), T (S/degC)."""
    mean_a3: tuple[float, ...]
    """Mean of A3: coefficients of G0 (1/V^2), G0^2 (1/(S V^2)), T^-1.33 (degC^1.33 S/V^2)."""
    spread_a1: tuple[float, ...]
    """Spread of A1: coefficients of 1 (S), G0 (1), T (S/degC), G0^2 (1/S)."""
    spread_a3: tuple[float, ...]
    """Spread of A3: of 1 (S/V^2), G0 (1/V^2), T (S/(degC V^2)), G0^2 (1/(S V^2)), G0 T (1/(degC V^2))."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    def __post_init__(self):
        """Raise ValueError unless every row has the number of coefficients its regressors need."""
        for name, count in (("mean_a1", 3), ("mean_a3", 3), ("spread_a1", 4), ("spread_a3", 5)):
            if len(getattr(self, name)) != count:
                raise ValueError(f"static model: {name} has {len(getattr(self, name))} coefficients; expected {count}")

    def coefficients(self, g0_S, temperature_C, deviate=0.0):
        """A1 (S) and A3 (S/V^2) of devices in state `g0_S` with device-to-device variable `deviate`.

        Arguments broadcast. `temperature_C` must be above 0 degC, where T^-1.33 is defined; ValueError otherwise.
        """
        if np.any(np.asarray(temperature_C) <= 0):
            raise ValueError(f"temperature {temperature_C} degC: the static model is defined above 0 degC only")
        a1 = mean_a1_terms(g0_S, temperature_C) @ self.mean_a1
        a3 = mean_a3_terms(g0_S, temperature_C) @ self.mean_a3
        spread_a1 = spread_a1_terms(g0_S, temperature_C) @ self.spread_a1
        spread_a3 = spread_a3_terms(g0_S, temperature_C) @ self.spread_a3
        return a1 + deviate * spread_a1, a3 + deviate * spread_a3

    def current(self, voltage_V, g0_S, temperature_C, deviate=0.0):
        """Noise-free current (A) at `voltage_V`; arguments broadcast; ValueError beyond |V| = 0.4 V."""
        if np.any(np.abs(voltage_V) > MAX_READ_VOLTAGE_V * (1 + 1e-9)):
            raise ValueError(f"read voltage {np.max(np.abs(voltage_V))} V: the I-V model holds for |V| <= 0.4 V")
        a1, a3 = self.coefficients(g0_S, temperature_C, deviate)
        return a1 * voltage_V + a3 * np.power(voltage_V, 3)

    def quadratics(self, temperature_C: float) -> np.ndarray:
        """Mean A1, spread A1, mean A3, spread A3 as quadratics in G0 at one temperature.

        Shape (4, 3), ascending powers of G0 (S). The array kernels evaluate these for every device.
        """
        grid_S = np.array([0.0, 1e-4, 2e-4])
        mean = self.coefficients(grid_S, temperature_C)
        shifted = self.coefficients(grid_S, temperature_C, deviate=1.0)
        rows = (mean[0], shifted[0] - mean[0], mean[1], shifted[1] - mean[1])
        powers = grid_S[:, None] ** np.arange(3)
        return np.stack([np.linalg.solve(powers, row) for row in rows])


OHMIC = StaticModel((0.0, 1.0, 0.0), (0.0,) * 3, (0.0,) * 4, (0.0,) * 5)
"""I = G0 V for every device: what is left to assume of devices whose current was never swept."""


def thermal_noise_std_A(conductance_S, bandwidth_Hz: float, temperature_C: float):
    """Standard deviation (A) of the current noise of a conductance I/V: sqrt(4 kB T f I/V).

    Johnson-Nyquist noise; Table I of Nili 2020 gives 4 kB T f I/V as the VARIANCE of the current sample.
    """
    return np.sqrt(4 * Boltzmann * kelvin(temperature_C) * bandwidth_Hz * np.asarray(conductance_S))
