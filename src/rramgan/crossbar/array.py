"""One layer on differential pairs of devices: forward reads, transposed reads, pulsed updates, and what they cost."""

from functools import partial

import numpy as np

from rramgan.crossbar.delivery import ideal_delivery, solve_delivery
from rramgan.crossbar.design import ArrayDesign, Converters
from rramgan.crossbar.disturb import disturbance_S, half_select_steps, line_counts, outer_counts
from rramgan.crossbar.faults import count_faults, pulse_margin
from rramgan.crossbar.mapping import decode
from rramgan.crossbar.population import Population
from rramgan.crossbar.programming import device_moves, duration_s, program, program_outer
from rramgan.crossbar.reading import read_coefficients
from rramgan.crossbar.response import response
from rramgan.crossbar.tiles import TileGrid
from rramgan.device.kinetics import POLARITIES
from rramgan.device.static import REFERENCE_READ_V, thermal_noise_std_A
from rramgan.errors import InputError

__all__ = ["ArrayDesign", "Converters", "Crossbar"]

DISSIPATED = ("read_forward", "read_backward", "write_selected", "write_unselected", "wires", "converters")
"""What an array dissipates energy in."""

TIMED = ("read_forward", "read_backward", "write")
"""What takes an array time."""


class Crossbar:
    """A weight matrix with a bias row on devices; the last wordline carries the constant input 1.

    Inputs of a read are scaled so that the largest of a vector meets the read voltage (one scale per vector, undone
    digitally), which keeps every device inside the range of its I-V model. Tiles work in parallel, vectors one after
    another.

    Counted since construction: `energy_J` and `time_s` by phase, `multiply_adds` of all reads, and `write_changed_J`,
    the part of the writes' energy in selected devices that changed, neither stuck nor at the end of the window.
    """

    def __init__(self, population: Population, w_max: float, design: ArrayDesign, rng: np.random.Generator | None):
        """Take the devices of `population`.

        `rng` draws what differs from one use to the next: the thermal noise of reads and the cycle-to-cycle part of
        steps; None switches both off.

        A device stuck at 0 S is absent. Raises InputError where wires leave no device a pulse that could move it.
        """
        self.design, self.w_max, self._rng = design, w_max, rng
        self._works = np.isnan(population.stuck_S)
        self._g_S = np.where(self._works, population.g_S, population.stuck_S)
        self._present = self._g_S > 0
        self._grid = TileGrid(*self._g_S.shape[1:], *design.tile_shape)
        self._static = population.deviate_iv
        self._deviates = [
            {"set": n, "reset": m} for n, m in zip(population.deviate_set, population.deviate_reset, strict=True)
        ]
        self._responses = {
            polarity: response(design.kinetics, design.pulses[polarity], design.extrapolate) for polarity in POLARITIES
        }
        quadratics = design.static.quadratics(design.temperature_C)
        if not design.nonlinear:
            quadratics = np.stack([*(quadratics[:2] + REFERENCE_READ_V**2 * quadratics[2:]), np.zeros(3), np.zeros(3)])
        self._quadratics = quadratics
        self.energy_J = dict.fromkeys(DISSIPATED, 0.0)
        self.time_s = dict.fromkeys(TIMED, 0.0)
        self.multiply_adds = 0
        self.write_changed_J = 0.0
        self._updates = 0
        self._renew_delivery()
        self._renew_reads()
        self._check_pulses()

    @property
    def g_S(self) -> np.ndarray:
        """A copy of the conductances (2, rows, columns)."""
        return self._g_S.copy()

    @property
    def weights(self) -> np.ndarray:
        """The weights (rows, columns) that the conductances stand for, bias row last."""
        return decode(self._g_S, self.w_max, self.design.window)

    @property
    def faults(self) -> dict[str, int]:
        """Counts of stuck and absent devices and of dead lines (see `count_faults`)."""
        return count_faults(self._g_S, self._works, self._grid)

    @property
    def pulse_margins(self) -> dict[str, dict[str, float]]:
        """By polarity, how the pulses arrive at the devices that are there (see `pulse_margin`)."""
        drive = max(self._delivery[side].drive.max() for side in self._pulsed_sides)
        arriving_V = {
            polarity: np.concatenate(
                [self._arriving_V(side, polarity)[self._present[side]] for side in self._pulsed_sides]
            )
            for polarity in POLARITIES
        }
        return {
            polarity: pulse_margin(self._responses[polarity], volts, drive)
            for polarity, volts in arriving_V.items()
            if volts.size
        }

    def forward(self, inputs) -> np.ndarray:
        """Weighted sums (vectors, columns) of `inputs` (vectors, rows - 1), the bias added."""
        reads = self._reads
        with_bias = np.concatenate([inputs, np.ones((len(inputs), 1), dtype=inputs.dtype)], axis=1)
        return self._read(with_bias, reads.a1, reads.a3, reads.wordlines, reads.bitlines, "read_forward")

    def backward(self, errors) -> np.ndarray:
        """Transposed weighted sums (vectors, rows - 1) of `errors` (vectors, columns), without the bias row."""
        reads = self._reads
        return self._read(errors, reads.a1.T, reads.a3.T, reads.bitlines, reads.wordlines, "read_backward")[:, :-1]

    def update(self, signs) -> None:
        """Move each weight one pulse up (+1), down (-1) or not (0); `signs` is int8 (rows, columns).

        Up is SET on G+ and RESET on G-, down the reverse; in one-sided pairs G- gets no pulse.
        """
        self._write(program, (signs, -signs), lambda s, tile: line_counts(s[tile], self.design.scheme))

    def update_outer(self, row_signs, column_signs) -> None:
        """Move each weight by the outer product of `row_signs` (rows,) and `column_signs` (columns,), int8.

        The result of `update`, in four phases for the whole tile: what training on single examples allows.
        """
        by_side = (row_signs, column_signs), (-row_signs, column_signs)
        self._write(program_outer, by_side, lambda s, tile: outer_counts(s[0][tile[0]], s[1][tile[1]]))

    @property
    def _pulsed_sides(self) -> range:
        """The sides of the pairs that are programmed: G+ alone, or both."""
        return range(1 if self.design.window.one_sided else 2)

    def _write(self, run, signs_by_side, counts) -> None:
        """Program both twins by `run` (they work in parallel), disturb their other devices, and count the cost."""
        design, durations_s = self.design, []
        for side, signs in zip(self._pulsed_sides, signs_by_side, strict=False):
            moves, delivery = self._moves[side], self._delivery[side]
            exposures = run(self._g_S[side], signs, moves, design.window, design.tile_shape, design.scheme, self._rng)
            for polarity, exposure in exposures.items():
                pulse = design.pulses[polarity]
                selected_J = delivery.selected * exposure.selected_J(pulse)
                unselected_J = delivery.unselected * exposure.unselected_J(pulse, design.scheme)
                self.energy_J["write_selected"] += float(selected_J.sum())
                self.energy_J["write_unselected"] += float(unselected_J.sum())
                self.energy_J["wires"] += float((delivery.wires * (selected_J + unselected_J)).sum())
                self.write_changed_J += float(exposure.changed_J(pulse).sum())
            durations_s.append(duration_s(exposures, design.pulses))
            if any(self._half_select_steps[side]):
                self._disturb(side, partial(counts, signs))
        self.time_s["write"] += max(durations_s)
        self._updates += 1
        if design.wires is not None and self._updates % design.refresh_every == 0:
            self._renew_delivery()
        self._renew_reads()

    def _disturb(self, side, counts) -> None:
        """Move the devices of one twin by what they saw while others were programmed; stuck ones stay."""
        window, g_S, edges_S = self.design.window, self._g_S[side], self._responses["set"].edges_S
        for tile, steps in zip(self._grid.tiles(), self._half_select_steps[side], strict=True):
            deviates = {name: deviate[tile] for name, deviate in self._deviates[side].items()}
            change_S = disturbance_S(g_S[tile], counts(tile), deviates, steps, edges_S)
            moved_S = np.clip(g_S[tile] + change_S, window.g_min_S, window.g_max_S)
            g_S[tile] = np.where(self._works[side][tile], moved_S, g_S[tile])

    def _arriving_V(self, side, polarity) -> np.ndarray:
        """Magnitude (rows, columns) of the voltage that a pulse leaves across each selected device."""
        return abs(self.design.pulses[polarity].amplitude_V) * self._delivery[side].pulse_fraction

    def _renew_delivery(self) -> None:
        """Solve the wires for the present conductances, and tabulate what the pulses that arrive do."""
        design = self.design
        self._delivery = []
        for present, g_S, static in zip(self._present, self._g_S, self._static, strict=True):
            if design.wires is None:
                self._delivery.append(ideal_delivery(present, self._grid))
                continue
            powers = np.stack([np.ones_like(g_S, dtype=float), g_S, g_S.astype(float) ** 2])
            mean_S, spread_S = np.tensordot(self._quadratics[:2], powers, axes=1)
            read_S = np.where(present, mean_S + static * spread_S, 0.0)
            self._delivery.append(
                solve_delivery(read_S, g_S, design.wires, self._grid, design.scheme, design.compensate)
            )
        self._arrival = np.stack([delivery.read_fraction for delivery in self._delivery])
        self._moves, self._half_select_steps = [], []
        amplitude_V = {polarity: design.pulses[polarity].amplitude_V for polarity in POLARITIES}
        for side, works in enumerate(self._works):
            arriving_V = {polarity: self._arriving_V(side, polarity) * works for polarity in POLARITIES}
            noisy = self._rng is not None
            self._moves.append(device_moves(self._responses, self._deviates[side], design.window, arriving_V, noisy))
            # Energy goes with the square of the voltage: the root mean square over the unselected devices of a tile.
            boosts = np.sqrt(self._delivery[side].unselected)
            steps = {
                boost: half_select_steps(self._responses, amplitude_V, design.scheme, boost) for boost in set(boosts)
            }
            self._half_select_steps.append([steps[boost] for boost in boosts])

    def _check_pulses(self) -> None:
        """Raise InputError where the wires leave no device a pulse that could move it."""
        for polarity, margin in self.pulse_margins.items():
            onset_V = self._responses[polarity].magnitude_V[0]
            if margin["strongest_V"] < onset_V * (1 - 1e-9):
                nominal_V = abs(self.design.pulses[polarity].amplitude_V)
                raise InputError(
                    f"array: line resistance leaves {margin['weakest_V']:.3g} to {margin['strongest_V']:.3g} V of the "
                    f"{polarity.upper()} pulses of {nominal_V:.3g} V, and the kinetics hold from {onset_V:.3g} V; "
                    f"expected {nominal_V * margin['needed_drive']:.3g} V or more, compensated drivers or smaller tiles"
                )

    def _renew_reads(self) -> None:
        """Renew what reads need of the conductances."""
        wired = self.design.wires is not None
        self._reads = read_coefficients(self._g_S, self._static, self._arrival, self._quadratics, wired)

    def _read(self, vectors, a1, a3, driven, sensed, phase) -> np.ndarray:
        """Apply `vectors` as voltages to lines of total coefficients `driven`; return the sensed sums as weights."""
        design = self.design
        scale = np.max(np.abs(vectors), axis=1, keepdims=True)
        scale[scale == 0] = 1
        voltages_V = vectors * (design.read_voltage_V / scale)
        squares = voltages_V * voltages_V
        currents_A = voltages_V @ a1
        power_W = driven[0] @ squares.sum(axis=0, dtype=float)
        if design.nonlinear:
            currents_A += (squares * voltages_V) @ a3
            power_W += driven[1] @ (squares * squares).sum(axis=0, dtype=float)
        if self._rng is not None:
            currents_A += self._read_noise_A(currents_A.shape, sensed[0, 0])
        delivered_J, device_J = (float(power) * design.read_width_s for power in power_W)
        self.energy_J[phase] += device_J
        self.energy_J["wires"] += delivered_J - device_J
        self._count_read(len(vectors), phase)
        gain = self.w_max / design.window.full_scale_S / design.read_voltage_V
        return currents_A * (np.float32(gain) * scale)

    def _count_read(self, vectors: int, phase) -> None:
        """Count time, multiply-adds and conversions of a read; a transposed one leaves out the bias row."""
        rows, columns = self._g_S.shape[1:]
        tiles_down, tiles_across = self._grid.shape
        converters = self.design.converters
        if phase == "read_forward":
            conversions_J = rows * tiles_across * converters.dac_J + columns * tiles_down * converters.adc_J
        else:
            rows -= 1
            conversions_J = columns * tiles_down * converters.dac_J + rows * tiles_across * converters.adc_J
        self.time_s[phase] += vectors * self.design.read_width_s
        self.energy_J["converters"] += vectors * conversions_J
        self.multiply_adds += vectors * rows * columns

    def _read_noise_A(self, shape, sensed_S) -> np.ndarray:
        """Thermal noise (A) of sensed lines of conductance `sensed_S`, white up to half the read rate.

        The conductance of a device is taken at zero bias, A1: at 0.2 V the exact I/V is at most 10 % larger. Behind
        wires it counts by the fraction of its current that arrives.
        """
        std_A = thermal_noise_std_A(sensed_S, 0.5 / self.design.read_width_s, self.design.temperature_C)
        return self._rng.standard_normal(shape, dtype=np.float32) * std_A.astype(np.float32)
