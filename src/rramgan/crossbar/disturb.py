"""What the pulses of a passive tile do to the devices they are not meant for.

An unselected device sees its fraction of the pulse in every phase and answers by the same kinetics. Below the voltages
these were measured at nothing is known, and nothing is moved unless extrapolation is on.
"""

import numpy as np

from ..device.dynamic import bin_index
from .biasing import Scheme
from .response import Response

KINDS = ("along", "across", "elsewhere")
"""How an unselected device can lie to the lines of a phase; properties of Scheme."""


def half_select_V(scheme: Scheme, amplitude_V: float, boost) -> dict[str, np.ndarray]:
    """Voltage across unselected devices of each kind; `boost` is their factor over the nominal one."""
    return {kind: getattr(scheme, kind) * amplitude_V * np.asarray(boost) for kind in KINDS}


def line_counts(direction, scheme: Scheme) -> dict[str, dict[str, np.ndarray]]:
    """How often each device (rows, columns) of a tile is half-selected in a round by lines, by polarity and kind."""
    counts = {}
    for name, sign in (("set", 1), ("reset", -1)):
        pulsed = direction == sign
        if scheme.addresses == "bitline":
            pulsed = pulsed.T
        addressed, selections = pulsed.any(axis=1, keepdims=True), pulsed.sum(axis=0, keepdims=True)
        by_kind = {
            "along": addressed & ~pulsed,
            "across": selections - pulsed,
            "elsewhere": addressed.sum() - addressed - selections + pulsed,
        }
        counts[name] = by_kind if scheme.addresses == "wordline" else {kind: c.T for kind, c in by_kind.items()}
    return counts


def outer_counts(row_signs, column_signs) -> dict[str, dict[str, np.ndarray]]:
    """The same for the four phases of an outer-product update, which address rows and select columns."""
    counts = {name: dict.fromkeys(KINDS, 0) for name in ("set", "reset")}
    for row in (1, -1):
        for column in (1, -1):
            addressed, selected = (row_signs == row)[:, None], (column_signs == column)[None, :]
            if addressed.any() and selected.any():
                by_kind = counts["set" if row == column else "reset"]
                by_kind["along"] = by_kind["along"] + (addressed & ~selected)
                by_kind["across"] = by_kind["across"] + (~addressed & selected)
                by_kind["elsewhere"] = by_kind["elsewhere"] + (~addressed & ~selected)
    return counts


def disturbance_S(g_S, counts, deviates, responses: dict[str, Response], amplitude_V, scheme: Scheme, boost: float):
    """Change of conductance (S) of a tile's devices by the phases they were half-selected in.

    `g_S` (rows, columns) conductances; `counts` from `line_counts` or `outer_counts`; `deviates` (rows, columns),
    `responses` and `amplitude_V` by polarity; `boost`: factor of the voltages over the nominal ones. V/3 biasing turns
    the polarity round in the devices elsewhere.
    """
    level = bin_index(g_S, responses["set"].edges_S)
    change_S = np.zeros(g_S.shape)
    for name, by_kind in counts.items():
        for kind, volts in half_select_V(scheme, amplitude_V[name], boost).items():
            polarity = "set" if volts > 0 else "reset"
            table = responses[polarity]
            steps = [table.at(abs(volts), bin_) for bin_ in range(len(table.edges_S) - 1)]
            mean_S, spread = (np.array(column)[level] for column in zip(*steps, strict=True))
            change_S += by_kind[kind] * mean_S * (1 + deviates[polarity] * spread)
    return change_S
