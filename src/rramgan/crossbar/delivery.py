"""What the wires of a passive array leave of its reads and pulses, solved tile by tile.

Reads. The current that a device adds to the sensed line per volt on its driven line is its effective conductance
(`wires.effective_conductance`, exact; by reciprocity the same in the transposed read); divided by its own conductance
it is the fraction rho that arrives. Of the cubic part A3 V^3 of a device's current rho^4 arrives: its voltage is about
rho of the applied one, and so is the share of an extra current that reaches the sense amplifier. Against
`wires.cubic_device_voltages`, sensed currents of 16 x 16 to 64 x 64 tiles of 150-300 uS at 0.1 and 1 ohm per segment
are within 1 % (rms). A device that lets rho of the current through dissipates rho^2 of what it would without wires,
and these take rho (1 - rho): 2 % accurate where the inputs of a tile share their sign, up to 20 % too little for
random signs at 64 x 64 and 1 ohm.

Pulses. Sample phases are solved exactly, each with every other line across selected: a dense update pulses about half
of them per phase, a sparser one loses less. Between the sampled lines the arriving fraction is interpolated, which
errs by 0.5 % (rms) and up to 2 % for 32 x 32 at 1 ohm: a line's own devices make it differ from its neighbours.
"""

from dataclasses import dataclass

import numpy as np

from rramgan.crossbar.biasing import Scheme
from rramgan.crossbar.tiles import TileGrid
from rramgan.crossbar.wires import Wires, device_voltages, effective_conductance

SAMPLED_LINES = 8
"""Addressed lines of a tile whose phases are solved."""


@dataclass(frozen=True)
class Delivery:
    """What arrives at the devices of one array, 1 throughout where wires have no resistance."""

    read_fraction: np.ndarray
    """Fraction (rows, columns) float32 of a device's current that reaches the sensed line."""

    pulse_fraction: np.ndarray
    """Fraction (rows, columns) of the nominal pulse amplitude that a selected device sees."""

    drive: np.ndarray
    """By how much the drivers exceed the nominal amplitude (tiles,)."""

    selected: np.ndarray
    """Energy in selected devices over what the nominal pulse would dissipate in them without wires (tiles,)."""

    unselected: np.ndarray
    """The same of unselected devices (tiles,)."""

    wires: np.ndarray
    """Energy in the wires over that of all devices (tiles,)."""


def ideal_delivery(present: np.ndarray, grid: TileGrid) -> Delivery:
    """Everything arrives at the devices that are `present` (rows, columns) bool."""
    ones = np.ones(grid.shape[0] * grid.shape[1])
    return Delivery(present.astype(np.float32), present.astype(float), ones, ones, ones, 0 * ones)


def solve_delivery(read_S, write_S, wires: Wires, grid: TileGrid, scheme: Scheme, compensate: bool) -> Delivery:
    """Solve the wires of every tile, all alike; conductances (rows, columns) of reads and of writes, 0 if absent.

    `compensate` raises the drive of each tile until its weakest device sees the nominal pulse amplitude.
    """
    read_fraction, pulse_fraction = np.zeros(read_S.shape, dtype=np.float32), np.zeros(read_S.shape)
    by_tile = []
    for tile in grid.tiles():
        tile_S = np.asarray(read_S[tile], dtype=float)
        transfer_S = effective_conductance(tile_S, wires)
        read_fraction[tile] = np.divide(transfer_S, tile_S, out=np.zeros_like(tile_S), where=tile_S > 0)
        present = write_S[tile] > 0
        fraction, *energies = solve_writes(write_S[tile], wires, scheme)
        drive = 1 / fraction[present].min() if compensate and present.any() else 1.0
        pulse_fraction[tile] = drive * fraction * present
        by_tile.append((drive, *(drive**2 * energy for energy in energies[:2]), energies[2]))
    return Delivery(read_fraction, pulse_fraction, *np.array(by_tile).T)


def solve_writes(g_S, wires: Wires, scheme: Scheme) -> tuple[np.ndarray, float, float, float]:
    """Fraction (R, C) of the drive that each device of a tile sees when selected, and where the energy goes.

    The latter: energy in selected and in unselected devices, over what they would dissipate without wires, and in the
    wires over what all devices would, as sums over the sampled phases.
    """
    g_S = np.asarray(g_S, dtype=float)
    lines, across = g_S.shape if scheme.addresses == "wordline" else g_S.shape[::-1]
    sampled = np.unique(np.linspace(0, lines - 1, SAMPLED_LINES).round().astype(int))
    halves = [np.arange(across) % 2 == parity for parity in range(min(across, 2))]
    addressed = np.repeat(np.arange(lines) == sampled[:, None], len(halves), axis=0)
    selected = np.tile(halves, (len(sampled), 1))

    wordline_V, bitline_V = scheme.line_biases(addressed, selected)
    volts = device_voltages(g_S, wires, wordline_V, bitline_V)
    nominal = scheme.fractions(addressed, selected)
    pulsed = addressed[:, :, None] & selected[:, None, :]
    if scheme.addresses == "bitline":
        pulsed = pulsed.swapaxes(1, 2)
    seen = np.where(pulsed, volts, 0).sum(axis=2 if scheme.addresses == "bitline" else 1)
    seen = seen.reshape(len(sampled), len(halves), across).sum(axis=1)
    fraction = np.stack([np.interp(np.arange(lines), sampled, column) for column in seen.T], axis=1)

    device_W, nominal_W = g_S * volts**2, g_S * nominal**2
    delivered_W = (wordline_V * (g_S * volts).sum(axis=2)).sum() - (bitline_V * (g_S * volts).sum(axis=1)).sum()
    return (
        fraction if scheme.addresses == "wordline" else fraction.T,
        _ratio(device_W[pulsed].sum(), nominal_W[pulsed].sum()),
        _ratio(device_W[~pulsed].sum(), nominal_W[~pulsed].sum()),
        _ratio(delivered_W - device_W.sum(), device_W.sum()),
    )


def _ratio(part, whole) -> float:
    """Part of the whole; 1 of nothing."""
    return float(part / whole) if whole > 0 else 1.0
