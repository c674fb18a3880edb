"""One layer on differential pairs of devices: forward reads, transposed reads, pulsed updates, and their energy."""

from dataclasses import dataclass

import numba
import numpy as np

from ..device.dynamic import Kinetics
from ..device.pulses import Pulse, PulsePair
from ..device.static import REFERENCE_READ_V, StaticModel, thermal_noise_std_A
from .biasing import Scheme
from .mapping import Window, decode
from .population import Population
from .programming import device_moves, duration_s, program, program_outer

WRITES = ("write_selected", "write_unselected")
READS = ("read_forward", "read_backward")


@dataclass(frozen=True)
class Converters:
    """Energy (J) of one conversion at a tile's edge; zero leaves converters out of the ledger.

    One DAC conversion per driven line and tile (twin tiles share it) and one ADC conversion per sensed pair of lines
    and tile, as partial sums of tiles are added digitally. An 8-bit ADC takes 1.7 to 2.6 pJ per conversion at 32 nm
    (derived from ISAAC, Shafiee et al., ISCA 2016).
    """

    dac_J: float = 0.0
    adc_J: float = 0.0


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
    converters: Converters = Converters()

    @property
    def pulse(self) -> dict[str, Pulse]:
        """The fixed pulses by polarity."""
        return {"set": self.pulses.set, "reset": self.pulses.reset}


class Crossbar:
    """A weight matrix with a bias row on devices; the last wordline carries the constant input 1.

    Inputs of a read are scaled so that the largest of a vector meets the read voltage (one scale per vector, undone
    digitally), which keeps every device inside the range of its I-V model. Tiles work in parallel, vectors one after
    another. Left out: line resistance.

    Counted since construction: `energy_J` and `time_s` by phase, `multiply_adds` of all reads, and `released_J`, the
    writes as the released code counts them: only devices whose conductance changed.
    """

    def __init__(self, population: Population, w_max: float, design: ArrayDesign, noise: np.random.Generator | None):
        """Take the devices of `population`; `noise` draws the thermal noise of each read, None switches it off."""
        self.design, self.w_max, self._noise = design, w_max, noise
        works = np.isnan(population.stuck_S)
        self._g_S = np.where(works, population.g_S, population.stuck_S)
        self._static = population.static
        steps = {name: design.kinetics.step_table(pulse) for name, pulse in design.pulse.items()}
        self._moves = [
            device_moves(
                steps, {"set": population.set[side], "reset": population.reset[side]}, works[side], design.window
            )
            for side in range(2)
        ]
        quadratics = design.static.quadratics(design.temperature_C)
        if not design.nonlinear:
            quadratics = np.stack([*(quadratics[:2] + REFERENCE_READ_V**2 * quadratics[2:]), np.zeros(3), np.zeros(3)])
        self._quadratics = quadratics
        self.energy_J = dict.fromkeys((*READS, *WRITES, "converters"), 0.0)
        self.time_s = dict.fromkeys((*READS, "write"), 0.0)
        self.multiply_adds = 0
        self.released_J = 0.0
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

        Up is SET on G+ and RESET on G-, down the reverse; in one-sided pairs G- gets no pulse.
        """
        design = self.design
        self._write(
            program(self._g_S[side], direction, self._moves[side], design.window, design.tile_shape, design.scheme)
            for side, direction in self._pulsed_sides(signs)
        )

    def update_outer(self, row_signs, column_signs) -> None:
        """Move each weight by the outer product of `row_signs` (rows,) and `column_signs` (columns,), int8.

        The result of `update`, in four phases for the whole tile: what training on single examples allows.
        """
        design = self.design
        self._write(
            program_outer(
                self._g_S[side], signs, column_signs, self._moves[side], design.window, design.tile_shape, design.scheme
            )
            for side, signs in self._pulsed_sides(row_signs)
        )

    def _pulsed_sides(self, signs):
        """The sides of the pairs that are programmed, each with its signs."""
        return ((0, signs),) if self.design.window.one_sided else ((0, signs), (1, -signs))

    def _write(self, rounds) -> None:
        """Count the exposures of a round of pulses on each twin array; twins are programmed in parallel."""
        durations_s = []
        for exposures in rounds:
            for name, pulse in self.design.pulse.items():
                exposure = exposures[name]
                self.energy_J["write_selected"] += float(exposure.selected_J(pulse).sum())
                self.energy_J["write_unselected"] += float(exposure.unselected_J(pulse, self.design.scheme).sum())
                self.released_J += float(exposure.changed_J(pulse).sum())
            durations_s.append(duration_s(exposures, self.design.pulse))
        self.time_s["write"] += max(durations_s)
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
        self._count_read(len(vectors), phase)
        gain = self.w_max / self.design.window.full_scale_S / self.design.read_voltage_V
        return currents_A * (np.float32(gain) * scale)

    def _count_read(self, vectors: int, phase) -> None:
        """Count time, multiply-adds and conversions of a read; a transposed one leaves out the bias row."""
        rows, columns = self._g_S.shape[1:]
        tiles_down, tiles_across = (
            -(-size // tile) for size, tile in zip((rows, columns), self.design.tile_shape, strict=True)
        )
        converters = self.design.converters
        if phase == "read_forward":
            conversions_J = rows * tiles_across * converters.dac_J + columns * tiles_down * converters.adc_J
        else:
            rows -= 1
            conversions_J = columns * tiles_down * converters.dac_J + rows * tiles_across * converters.adc_J
        self.time_s[phase] += vectors * self.design.read_width_s
        self.energy_J["converters"] += vectors * conversions_J
        self.multiply_adds += vectors * rows * columns

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
    pairs = np.empty((2, rows, columns), dtype=np.float32)
    line_sums = np.zeros((rows, 2))
    bitline_sums = np.zeros((2, columns))
    plus, minus = np.empty(columns), np.empty(columns)
    for i in range(rows):
        for order in range(2):
            mean, spread = quadratics[2 * order], quadratics[2 * order + 1]
            _evaluate(g[0, i], static[0, i], mean, spread, plus)
            _evaluate(g[1, i], static[1, i], mean, spread, minus)
            line_sums[i, order] = _combine(plus, minus, pairs[order, i], bitline_sums[order])
    return pairs[0], pairs[1], line_sums, bitline_sums.T


@numba.njit(cache=True, forceinline=True)
def _evaluate(g, n, mean, spread, out):
    """Quadratic in G0 of each device: mean plus its variable times the spread."""
    m0, m1, m2 = mean
    s0, s1, s2 = spread
    for j in range(g.size):
        x = np.float64(g[j])
        out[j] = m0 + x * (m1 + x * m2) + np.float64(n[j]) * (s0 + x * (s1 + x * s2))


@numba.njit(cache=True, forceinline=True, fastmath={"reassoc"})
def _combine(plus, minus, difference, total):
    """Write the differences of pairs, add their sums to `total`, and return the sum of all."""
    line = 0.0
    for j in range(plus.size):
        both = plus[j] + minus[j]
        difference[j] = plus[j] - minus[j]
        total[j] += both
        line += both
    return line
