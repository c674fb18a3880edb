"""Exact operating point of a tile with wires: Kirchhoff's laws for every node and branch, by sparse factorisation.

The slow, general counterpart of `wires` (which states the network's geometry) and its reference: it gives every
current, and the power dissipated in devices and in wires. Modified nodal analysis (C. Ho, A. Ruehli, P. Brennan, IEEE
Trans. Circuits Syst. 22, 504, 1975): a branch below 1 kilohm is written by its resistance, v_a - v_b = r i, with its
current as an unknown, any other one by its conductance, i = g (v_a - v_b), so neither form divides by something small.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from rramgan.crossbar.wires import SHORT_CIRCUIT_S, Wires, checked_conductance, line_biases, segment_resistances
from rramgan.errors import InputError

WIRE_OHM = 1e3
"""Branches of less resistance have their current as an unknown; a device usually has more, a wire less."""

IDEAL_OHM = 1e-15
"""A line of less resistance than this counts as ideal."""


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """Voltages, currents and powers of a biased tile; every array starts with the leading axes of the biases.

    `device_V`, `device_A` (..., R, C) count from wordline to bitline. `wordline_A` (..., R) flows from the drivers into
    each wordline, `bitline_A` (..., C) out of each bitline into its sense amplifiers, both ends summed where both are
    connected. The powers (...) are what the sources deliver and what devices and wires (source and sense resistances
    included) dissipate.
    """

    wordline_node_V: np.ndarray
    bitline_node_V: np.ndarray
    device_V: np.ndarray
    device_A: np.ndarray
    wordline_A: np.ndarray
    bitline_A: np.ndarray
    delivered_W: np.ndarray
    device_W: np.ndarray
    wire_W: np.ndarray


def solve(g_S: np.ndarray, wires: Wires, wordline_V: np.ndarray, bitline_V: np.ndarray | float = 0.0) -> OperatingPoint:
    """Operating point of a tile under biases `wordline_V` (..., R) and `bitline_V` (..., C), leading axes broadcast.

    `g_S` (R, C) holds the device conductances in siemens, from 0 to infinity. The biases act behind source and sense
    resistances, at one or both ends of every line as `wires` says. Raises InputError for malformed arguments and
    where a path without resistance joins two lines.
    """
    conductance_S = checked_conductance(g_S)
    rows, columns = shape = conductance_S.shape
    batch, wordline_V, bitline_V = line_biases(shape, wordline_V, bitline_V)
    port_V = np.concatenate([wordline_V, bitline_V])
    incidence, ohm = _branches(conductance_S, *segment_resistances(wires, shape))
    nodes = 2 * conductance_S.size
    node_V, branch_V, branch_A = _solve_branches(incidence[:, :nodes], incidence[:, nodes:], ohm, port_V)
    port_A = incidence[:, nodes:].T @ branch_A
    if np.abs(port_A).max() > SHORT_CIRCUIT_S * np.abs(port_V).max():
        raise InputError("A shorted device and wires without resistance join two lines of different bias.")
    branch_W = branch_V * branch_A

    def per_bias(array, *axes):
        return np.moveaxis(array, -1, 0).reshape((*batch, *axes))

    cells = conductance_S.size
    return OperatingPoint(
        wordline_node_V=per_bias(node_V[:cells], *shape),
        bitline_node_V=per_bias(node_V[cells:], *shape),
        device_V=per_bias(branch_V[:cells], *shape),
        device_A=per_bias(branch_A[:cells], *shape),
        wordline_A=per_bias(port_A[:rows], rows),
        bitline_A=per_bias(-port_A[rows:], columns),
        delivered_W=per_bias((port_V * port_A).sum(axis=0)),
        device_W=per_bias(branch_W[:cells].sum(axis=0)),
        wire_W=per_bias(branch_W[cells:].sum(axis=0)),
    )


def _branches(conductance_S, wordline_ohm, bitline_ohm):
    """Incidence matrix (+1 where a branch leaves a node, -1 where it arrives) and resistance of all branches.

    Rows: devices, wordline segments, bitline segments. Columns: nodes of wordlines, of bitlines, biases of wordlines,
    of bitlines.
    """
    rows, columns = conductance_S.shape
    cells = conductance_S.size
    wordline_node = np.arange(cells).reshape(rows, columns)
    bitline_node = cells + wordline_node
    wordline_port = 2 * cells + np.arange(rows)[:, None]
    bitline_port = 2 * cells + rows + np.arange(columns)[None, :]
    along_wordline = np.hstack([wordline_port, wordline_node, wordline_port])
    along_bitline = np.vstack([bitline_port, bitline_node, bitline_port])
    tail = np.concatenate([a.ravel() for a in (wordline_node, along_wordline[:, :-1], along_bitline[:-1])])
    head = np.concatenate([a.ravel() for a in (bitline_node, along_wordline[:, 1:], along_bitline[1:])])
    with np.errstate(divide="ignore"):
        device_ohm = 1 / conductance_S
    # Driven from both sides, an ideal line would close a loop whose current nothing determines: one side is enough.
    wordline_ohm[wordline_ohm.sum(axis=1) < IDEAL_OHM, -1] = np.inf
    bitline_ohm[0, bitline_ohm.sum(axis=0) < IDEAL_OHM] = np.inf
    ohm = np.concatenate([device_ohm.ravel(), wordline_ohm.ravel(), bitline_ohm.ravel()])
    branch, ones = np.arange(ohm.size), np.ones(ohm.size)
    incidence = sparse.coo_array(
        (np.concatenate([ones, -ones]), (np.concatenate([branch, branch]), np.concatenate([tail, head]))),
        shape=(ohm.size, 2 * cells + rows + columns),
    )
    return incidence.tocsc(), ohm


def _solve_branches(to_nodes, to_ports, ohm, port_V):
    """Node voltages, branch voltages and branch currents (each with one column per bias vector)."""
    low = ohm < WIRE_OHM
    high_S = sparse.diags_array(1 / ohm[~low])
    node_S = to_nodes[~low].T @ high_S
    system = sparse.block_array(
        [[node_S @ to_nodes[~low], to_nodes[low].T], [to_nodes[low], -sparse.diags_array(ohm[low])]], format="csc"
    )
    applied = np.concatenate([node_S @ (to_ports[~low] @ port_V), to_ports[low] @ port_V])
    factors = splu(system)
    unknowns = factors.solve(-applied)
    # Refined once: rows of volts and of amperes are each to rounding then (Skeel 1980, Math. Comp. 35, 817).
    unknowns += factors.solve(-applied - system @ unknowns)
    nodes = to_nodes.shape[1]
    node_V, low_A = unknowns[:nodes], unknowns[nodes:]
    branch_V = to_nodes @ node_V + to_ports @ port_V
    branch_V[low] = ohm[low, None] * low_A
    branch_A = np.empty_like(branch_V)
    branch_A[low] = low_A
    branch_A[~low] = branch_V[~low] / ohm[~low, None]
    return node_V, branch_V, branch_A
