"""One layer on differential pairs of devices: forward reads, transposed reads, pulsed updates, and their energy."""

from dataclasses import dataclass

import numba
import numpy as np

from ..device.dynamic import Kinetics
from ..device.pulses import PulsePair
from ..device.static import REFERENCE_READ_V, StaticModel, thermal_noise_std_A
from .mapping import Window, decode
from .population import Population
from .programming import Scheme, program

PHASES = ("read_forward", "read_backward", "write_selected", "write_unselected")
"""The phases an array dissipates energy in."""


@dataclass(frozen=True)
class ArrayDesign:
    """What all arrays of a chip share: devices, window, tile, pulses, reads.

    `read_voltage_V` is the full scale of an input, `read_width_s` the duration of one read; `nonlinear` reads through
    A1 V + A3 V^3 instead of the chord conductance at 0.1 V.
    """

    static: StaticModel
    kinetics: Kinetics
    window: Window
    pulses: PulsePair
    scheme: Scheme
    tile_shape: tuple[int, int]
    read_voltage_V: float
    read_width_s: float
    temperature_C: float
    nonlinear: bool


class Crossbar:
    """A weight matrix with a bias row on devices; the last wordline carries the constant input 1.

    Inputs of a read are scaled so that the largest of a vector meets the read voltage (one scale per vector, undone
    digitally), which keeps every device inside the range of its I-V model. Left out: converters and line resistance.
    """

    def __init__(self, population: Population, w_max: float, design: ArrayDesign, noise: np.random.Generator | None):
        """Take the devices of `population`; `noise` draws the thermal noise of each read, None switches it off."""
        self.design, self.w_max, self._noise = design, w_max, noise
        self._g_S = np.where(np.isnan(population.stuck_S), population.g_S, population.stuck_S)
        self._stuck = ~np.isnan(population.stuck_S)
        self._static = population.static
        self._deviates = {"set": population.set, "reset": population.reset}
        self._steps = {
            pulse.polarity: design.kinetics.step_table(pulse) for pulse in (design.pulses.set, design.pulses.reset)
        }
        quadratics = design.static.quadratics(design.temperature_C)
        if not design.nonlinear:
            quadratics = np.stack([*(quadratics[:2] + REFERENCE_READ_V**2 * quadratics[2:]), np.zeros(3), np.zeros(3)])
        self._quadratics = quadratics
        self.energy_J = dict.fromkeys(PHASES, 0.0)
        self._refresh()

    @property
    def g_S(self) -> np.ndarray:
        """A copy of the conductances (2, rows, columns)."""
        return self._g_S.copy()

    @property
    def weights(self) -> np.ndarray:
        """The weights (rows, columns) that the conductances stand for, bias row last."""
        return decode(self._g_S, self.w_max, self.design.window)

    def forward(self, inputs) -> np.ndarray:
        """Weighted sums (vectors, columns) of `inputs` (vectors, rows - 1), the bias added."""
        with_bias = np.concatenate([inputs, np.ones((len(inputs), 1), dtype=inputs.dtype)], axis=1)
        return self._read(with_bias, self._a1, self._a3, self._line_sums[:, 0], self._line_sums[:, 1], "read_forward")

    def backward(self, errors) -> np.ndarray:
        """Transposed weighted sums (vectors, rows - 1) of `errors` (vectors, columns), without the bias row."""
        a3 = None if self._a3 is None else self._a3.T
        sums = self._read(errors, self._a1.T, a3, self._bitline_sums[:, 0], self._bitline_sums[:, 1], "read_backward")
        return sums[:, :-1]

    def update(self, signs) -> None:
        """Move each weight one pulse up (+1), down (-1) or not (0); `signs` is int8 (rows, columns).

        Up is SET on G+ and RESET on G-, down the reverse.
        """
        for side, direction in enumerate((signs, -signs)):
            exposures = program(
                self._g_S[side],
                direction,
                self._steps,
                {polarity: deviates[side] for polarity, deviates in self._deviates.items()},
                self._stuck[side],
                (self.design.window.g_min_S, self.design.window.g_max_S),
                self.design.tile_shape,
            )
            for pulse in (self.design.pulses.set, self.design.pulses.reset):
                exposure = exposures[pulse.polarity]
                self.energy_J["write_selected"] += exposure.selected_J(pulse)
                self.energy_J["write_unselected"] += exposure.unselected_J(pulse, self.design.scheme)
        self._refresh()

    def _refresh(self) -> None:
        """Renew what reads need of the conductances: coefficients of each pair and sums along the lines."""
        self._a1, a3, self._line_sums, self._bitline_sums = _pair_coefficients(
            self._g_S, self._static, self._quadratics
        )
        self._a3 = a3 if self.design.nonlinear else None

    def _read(self, vectors, a1, a3, driven_a1, driven_a3, phase) -> np.ndarray:
        """Apply `vectors` as voltages to lines of total coefficients `driven_*`; return the sensed sums as weights."""
        scale = np.max(np.abs(vectors), axis=1, keepdims=True)
        scale[scale == 0] = 1
        voltages_V = vectors * (self.design.read_voltage_V / scale)
        squares = voltages_V * voltages_V
        currents_A = voltages_V @ a1
        power_W = np.sum(squares @ driven_a1)
        if a3 is not None:
            currents_A += (squares * voltages_V) @ a3
            power_W += np.sum((squares * squares) @ driven_a3)
        if self._noise is not None:
            currents_A += self._read_noise_A(currents_A.shape, phase)
        self.energy_J[phase] += float(power_W) * self.design.read_width_s
        gain = self.w_max / self.design.window.span_S / self.design.read_voltage_V
        return currents_A * (np.float32(gain) * scale)

    def _read_noise_A(self, shape, phase) -> np.ndarray:
        """Thermal noise (A) of the sensed lines, white up to half the read rate.

        The conductance of a device is taken at zero bias, A1: at 0.2 V the exact I/V is at most 10 % larger.
        """
        sensed_S = (self._bitline_sums if phase == "read_forward" else self._line_sums)[:, 0]
        std_A = thermal_noise_std_A(sensed_S, 0.5 / self.design.read_width_s, self.design.temperature_C)
        return self._noise.standard_normal(shape, dtype=np.float32) * std_A.astype(np.float32)


@numba.njit(cache=True)
def _pair_coefficients(g, static, quadratics):
    """A1 and A3 of each pair (difference), and of each wordline and bitline (sum over both devices of its pairs)."""
    _, rows, columns = g.shape
    a1_pairs = np.empty((rows, columns), dtype=np.float32)
    a3_pairs = np.empty((rows, columns), dtype=np.float32)
    line_sums = np.zeros((rows, 2))
    bitline_sums = np.zeros((columns, 2))
    mean1, spread1, mean3, spread3 = quadratics
    for i in range(rows):
        for j in range(columns):
            a1_pair = 0.0
            a3_pair = 0.0
            for side in range(2):
                x = float(g[side, i, j])
                n = float(static[side, i, j])
                a1 = mean1[0] + x * (mean1[1] + x * mean1[2]) + n * (spread1[0] + x * (spread1[1] + x * spread1[2]))
                a3 = mean3[0] + x * (mean3[1] + x * mean3[2]) + n * (spread3[0] + x * (spread3[1] + x * spread3[2]))
                sign = 1.0 - 2.0 * side
                a1_pair += sign * a1
                a3_pair += sign * a3
                line_sums[i, 0] += a1
                line_sums[i, 1] += a3
                bitline_sums[j, 0] += a1
                bitline_sums[j, 1] += a3
            a1_pairs[i, j] = a1_pair
            a3_pairs[i, j] = a3_pair
    return a1_pairs, a3_pairs, line_sums, bitline_sums
