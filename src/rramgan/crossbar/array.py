"""One layer on differential pairs of devices: forward reads, transposed reads, pulsed updates, and what they cost."""

from copy import deepcopy
from functools import partial
from typing import Self

import numpy as np

from rramgan.crossbar.delivery import ideal_delivery, solve_delivery
from rramgan.crossbar.design import ArrayDesign, Converters
from rramgan.crossbar.disturb import disturbance_S, half_select_steps, line_counts, outer_counts
from rramgan.crossbar.faults import count_faults, pulse_margin
from rramgan.crossbar.kernels import CHANGED_J, SELECTED_J, TIME_S, UNSELECTED_J, Devices
from rramgan.crossbar.mapping import decode
from rramgan.crossbar.normals import Normals
from rramgan.crossbar.population import Population
from rramgan.crossbar.programming import program, program_outer, pulse_steps
from rramgan.crossbar.reading import Quantiser, Reader
from rramgan.crossbar.response import response
from rramgan.crossbar.tiles import TileGrid
from rramgan.device.kinetics import POLARITIES
from rramgan.device.static import REFERENCE_READ_V, thermal_noise_std_A
from rramgan.errors import InputError

__all__ = ["ArrayDesign", "Converters", "Crossbar"]

DISSIPATED = ("read_forward", "read_backward", "write_selected", "write_unselected", "wires", "converters")
"""What an array dissipates energy in."""

READS = ("read_forward", "read_backward")
"""Phases that read."""

TIMED = ("read_forward", "read_backward", "write")
"""What takes an array time."""


class Crossbar:
    """A weight matrix with a bias row on devices; the last wordline carries the constant input 1.

    Inputs of a read are scaled so that the largest of a vector meets the read voltage (one scale per vector, undone
    digitally), or by the design's fixed range, which cuts larger ones off; either keeps every device inside the range
    of its I-V model. Tiles work in parallel, vectors one after
    another.

    Counted since construction: `energy_J` and `time_s` by phase, `multiply_adds` of all reads, and `write_changed_J`,
    the part of the writes' energy in selected devices that changed, neither stuck nor at the end of the window.
    `full_scales` of the inputs by phase where the design fixes them, else 0.
    """

    forgets = ("_works", "_present", "_responses", "_delivery", "_shares", "_steps", "_half_select_steps")

    def __init__(self, population: Population, w_max: float, design: ArrayDesign, rng: np.random.Generator | None):
        """Take the devices of `population`.

        `rng` draws what differs from one use to the next: the thermal noise of reads and the cycle-to-cycle part of
        steps; None switches both off.

        A device stuck at 0 S is absent. Raises InputError where wires leave no device a pulse that could move it.
        """
        self.design, self.w_max = design, w_max
        self._works = np.isnan(population.stuck_S)
        g_S = np.where(self._works, population.g_S, population.stuck_S)
        self._present = g_S > 0
        self._pulsed = slice(1 if design.window.one_sided else 2)
        self._grid = TileGrid.of(g_S.shape[1:], design.tile_shape)
        of_set, of_reset = (
            np.where(self._works, n, np.float32(np.nan)) for n in (population.deviate_set, population.deviate_reset)
        )
        nowhere = np.empty((2, 0, 0), dtype=np.float32)
        self._devices = Devices(g_S, population.deviate_iv, of_set, of_reset, arrival=nowhere)
        self._responses = {
            polarity: response(design.kinetics, design.pulses[polarity], design.extrapolate) for polarity in POLARITIES
        }
        quadratics = design.static.quadratics(design.temperature_C)
        if not design.nonlinear:
            quadratics = quadratics[:2] + REFERENCE_READ_V**2 * quadratics[2:]
        self._reader = Reader(g_S.shape[1:], quadratics, design.wires is not None)
        self._normals = None if rng is None else Normals(rng)
        self.energy_J = dict.fromkeys(DISSIPATED, 0.0)
        self.time_s = dict.fromkeys(TIMED, 0.0)
        self.full_scales = dict.fromkeys(READS, 0.0)
        self.multiply_adds = 0
        self.write_changed_J = 0.0
        self._updates = 0
        self._renew_delivery()
        self._reader.renew(self._devices)
        self._check_pulses()

    def resumed(self) -> None:
        """Solve the wires as they were solved last, after all numbers were put back."""
        if self.design.wires is not None:
            present_S = self.g_S
            self._devices.g_S[...] = self._delivered_S
            self._renew_delivery()
            self._devices.g_S[...] = present_S

    @property
    def g_S(self) -> np.ndarray:
        """A copy of the conductances (2, rows, columns)."""
        return self._devices.g_S.copy()

    @property
    def weights(self) -> np.ndarray:
        """The weights (rows, columns) that the conductances stand for, bias row last."""
        return decode(self._devices.g_S, self.w_max, self.design.window)

    @property
    def weight_step(self) -> float:
        """Mean size of the change of a weight by one pulse: of both polarities and all states of the window."""
        window, sides = self.design.window, 1 if self.design.window.one_sided else 2
        return sides * self.design.mean_step_S * self.w_max / window.full_scale_S

    @property
    def faults(self) -> dict[str, int]:
        """Counts of stuck and absent devices and of dead lines (see `count_faults`)."""
        return count_faults(self._devices.g_S, self._works, self._grid)

    @property
    def pulse_margins(self) -> dict[str, dict[str, float]]:
        """By polarity, how the pulses arrive at the devices that are there (see `pulse_margin`)."""
        present = self._present[self._pulsed]
        drive = max(delivery.drive.max() for delivery in self._delivery[self._pulsed])
        return {
            polarity: pulse_margin(self._responses[polarity], self._arriving_V(polarity)[self._pulsed][present], drive)
            for polarity in POLARITIES
            if present.any()
        }

    def forward(self, inputs) -> np.ndarray:
        """Weighted sums (vectors, columns) of `inputs` (vectors, rows - 1), the bias added."""
        return self._read(inputs, "read_forward")

    def backward(self, errors) -> np.ndarray:
        """Transposed weighted sums (vectors, rows - 1) of `errors` (vectors, columns), without the bias row."""
        return self._read(errors, "read_backward")

    def snapshot(self) -> Self:
        """A copy: its reads cost this one neither energy nor random numbers."""
        return deepcopy(self)

    def update(self, signs) -> None:
        """Move each weight one pulse up (+1), down (-1) or not (0); `signs` is int8 (rows, columns).

        Up is SET on G+ and RESET on G-, down the reverse; in one-sided pairs G- gets no pulse.
        """
        costs = program(self._devices, signs, self._steps, self.design, self._reader, self._normals)
        self._conclude(costs, lambda up, tile: line_counts(up * signs[tile], self.design.scheme))

    def update_outer(self, row_signs, column_signs) -> None:
        """Move each weight by the outer product of `row_signs` (rows,) and `column_signs` (columns,), int8.

        The result of `update`, in four phases for the whole tile: what training on single examples allows.
        """
        signs = row_signs, column_signs
        costs = program_outer(self._devices, signs, self._steps, self.design, self._reader, self._normals)
        self._conclude(costs, lambda up, tile: outer_counts(up * row_signs[tile[0]], column_signs[tile[1]]))

    def _conclude(self, costs, counts) -> None:
        """Count what a round of pulses costs (see `program`), disturb the other devices, renew the wires if due.

        `counts` of half-selections of a tile for the twin whose SET is `up`.
        """
        in_selected, in_unselected, in_wires = self._shares
        selected_J, unselected_J = in_selected * costs[:, SELECTED_J], in_unselected * costs[:, UNSELECTED_J]
        self.energy_J["write_selected"] += float(selected_J.sum())
        self.energy_J["write_unselected"] += float(unselected_J.sum())
        self.energy_J["wires"] += float((in_wires * (selected_J + unselected_J)).sum())
        self.write_changed_J += float((in_selected * costs[:, CHANGED_J]).sum())
        self.time_s["write"] += float(costs[:, TIME_S].max())
        self._updates += 1
        disturbed = [side for side in range(len(costs)) if any(self._half_select_steps[side])]
        for side in disturbed:
            self._disturb(side, partial(counts, 1 - 2 * side))
        refreshed = self.design.wires is not None and self._updates % self.design.refresh_every == 0
        if refreshed:
            self._renew_delivery()
        if disturbed or refreshed:
            self._reader.renew(self._devices)

    def _disturb(self, side, counts) -> None:
        """Move the devices of one twin by what they saw while others were programmed; stuck ones stay."""
        window, g_S, edges_S = self.design.window, self._devices.g_S[side], self._responses["set"].edges_S
        for tile, steps in zip(self._grid.tiles(), self._half_select_steps[side], strict=True):
            deviates = {name: deviate[side][tile] for name, deviate in self._deviates.items()}
            change_S = disturbance_S(g_S[tile], counts(tile), deviates, steps, edges_S)
            moved_S = np.clip(g_S[tile] + change_S, window.g_min_S, window.g_max_S)
            g_S[tile] = np.where(self._works[side][tile], moved_S, g_S[tile])

    @property
    def _deviates(self) -> dict[str, np.ndarray]:
        """Device-to-device variables by polarity."""
        return {"set": self._devices.set, "reset": self._devices.reset}

    def _arriving_V(self, polarity) -> np.ndarray:
        """Magnitude (2, rows, columns) of the voltage that a pulse leaves across each selected device."""
        fractions = np.stack([delivery.pulse_fraction for delivery in self._delivery])
        return abs(self.design.pulses[polarity].amplitude_V) * fractions

    def _renew_delivery(self) -> None:
        """Solve the wires for the present conductances, and tabulate what the pulses that arrive do."""
        design, self._delivered_S = self.design, self.g_S
        self._delivery = [self._delivered(side) for side in range(2)]
        shares = [(delivery.selected, delivery.unselected, delivery.wires) for delivery in self._delivery[self._pulsed]]
        self._shares = np.array(shares).transpose(1, 0, 2)
        amplitude_V = {polarity: design.pulses[polarity].amplitude_V for polarity in POLARITIES}
        deviates, magnitude_V = None, {p: np.full((1, 1, 1), abs(v)) for p, v in amplitude_V.items()}
        if design.wires is not None:
            arrival = np.stack([delivery.read_fraction for delivery in self._delivery])
            self._devices = self._devices._replace(arrival=arrival)
            deviates, magnitude_V = self._deviates, {p: self._arriving_V(p) for p in POLARITIES}
        self._steps = pulse_steps(self._responses, design.window, magnitude_V, deviates, self._normals is not None)
        self._half_select_steps = []
        for delivery in self._delivery:
            # Energy goes with the square of the voltage: the root mean square over the unselected devices of a tile.
            boosts = np.sqrt(delivery.unselected)
            steps = {
                boost: half_select_steps(self._responses, amplitude_V, design.scheme, boost) for boost in set(boosts)
            }
            self._half_select_steps.append([steps[boost] for boost in boosts])

    def _delivered(self, side):
        """What arrives at the devices of one twin."""
        design, present, g_S = self.design, self._present[side], self._devices.g_S[side]
        if design.wires is None:
            return ideal_delivery(present, self._grid)
        quadratics, spread = self._reader.quadratics[:2].astype(float), self._devices.iv[side]
        mean_S, spread_S = np.tensordot(quadratics, g_S.astype(float) ** np.arange(3)[:, None, None], axes=1)
        read_S = np.where(present, np.maximum(mean_S + spread * spread_S, 0.0), 0.0)
        return solve_delivery(read_S, g_S, design.wires, self._grid, design.scheme, design.compensate)

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

    def _read(self, vectors, phase) -> np.ndarray:
        """Weighted sums of `vectors`, with thermal noise white up to half the read rate.

        The conductance of a device is taken at zero bias, A1, or as the chord at 0.1 V where reads are linear: of the
        published device from 150 to 300 uS at 25 degC, the exact I/V exceeds A1 by 9 to 13 % at 0.2 V, by 38 to 53 % at
        0.4 V.
        """
        design, transposed, noise_A = self.design, phase == "read_backward", None
        if self._normals is not None:
            sensed_S, bandwidth_Hz = self._reader.sensed_S(transposed), 0.5 / design.read_width_s
            noise_A = thermal_noise_std_A(sensed_S, bandwidth_Hz, design.temperature_C)
        gain = self.w_max / design.window.full_scale_S
        if design.read_range is not None:
            vectors = self._cut_off(vectors, phase, design.read_range)
        sums, delivered_W, device_W = self._reader.read(
            vectors, transposed, design.read_voltage_V, gain, noise_A, self._normals, self._quantiser(transposed),
            self.full_scales[phase],
        )  # fmt: skip
        self.energy_J[phase] += device_W * design.read_width_s
        self.energy_J["wires"] += (delivered_W - device_W) * design.read_width_s
        self._count_read(len(vectors), phase)
        return sums

    def _cut_off(self, vectors, phase, read_range) -> np.ndarray:
        """`vectors` within the fixed full scale of a phase, which the first batch that is not 0 decides.

        The bias is a 1 in it.
        """
        if not self.full_scales[phase]:
            largest = float(np.abs(vectors).max(initial=phase == "read_forward"))
            self.full_scales[phase] = read_range * largest if np.isfinite(largest) else 0.0
        full_scale = self.full_scales[phase] or np.inf
        return np.clip(vectors, -full_scale, full_scale)

    def _quantiser(self, transposed) -> Quantiser | None:
        """What converters make of the partial sums of tiles; None if they are ideal."""
        converters, lines = self.design.converters, self.design.tile_shape[1 if transposed else 0]
        bits = converters.bits(transposed)
        if bits is None:
            return None
        levels = 2 ** (bits - 1)
        full_scale = converters.adc_range * np.sqrt(lines) * self.design.read_voltage_V * self.w_max
        return Quantiser(lines, full_scale / levels, levels - 1)

    def _count_read(self, vectors: int, phase) -> None:
        """Count time, multiply-adds and conversions of a read; a transposed one leaves out the bias row."""
        rows, columns = self._grid.rows, self._grid.columns
        tiles_down, tiles_across = self._grid.shape
        converters, transposed = self.design.converters, phase == "read_backward"
        dac_J, adc_J = converters.dac_J, converters.conversion_J(transposed)
        if transposed:
            rows -= 1
            conversions_J = columns * tiles_down * dac_J + rows * tiles_across * adc_J
        else:
            conversions_J = rows * tiles_across * dac_J + columns * tiles_down * adc_J
        self.time_s[phase] += vectors * self.design.read_width_s
        self.energy_J["converters"] += vectors * conversions_J
        self.multiply_adds += vectors * rows * columns
