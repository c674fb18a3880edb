"""What the pulses of a passive tile do to the devices they are not meant for.

An unselected device sees its fraction of the pulse in every phase and moves by the same kinetics. Below the voltages
these were measured at nothing is known, and nothing is moved unless extrapolation is on.
"""

import numpy as np

from rramgan.crossbar.biasing import Scheme
from rramgan.crossbar.response import Response
from rramgan.device.kinetics import POLARITIES, bin_index

KINDS = ("along", "across", "elsewhere")
"""How an unselected device can lie to the lines of a phase; properties of Scheme."""


def half_select_steps(responses: dict[str, Response], amplitude_V: dict[str, float], scheme: Scheme, boost: float):
    """What one phase does to unselected devices: (phase, kind, polarity, mean step (S), spread) of each case, by bins.

    `amplitude_V` of the pulses by polarity; `boost` is the factor of the unselected devices' voltages over the nominal
    ones. `phase` is the polarity of the selected devices' pulse, `polarity` that of the voltage across the unselected
    ones: V/3 biasing turns it round elsewhere. Cases that move nothing are left out.
    """
    cases = []
    for phase in responses:
        for kind in KINDS:
            volts = getattr(scheme, kind) * amplitude_V[phase] * boost
            polarity = "set" if volts > 0 else "reset"
            table = responses[polarity]
            if table.moves(abs(volts)):
                steps = [table.at(abs(volts), level)[:2] for level in range(len(table.edges_S) - 1)]
                cases.append((phase, kind, polarity, *np.transpose(steps)))
    return cases


def line_counts(direction, scheme: Scheme) -> dict[str, dict[str, np.ndarray]]:
    """How often each device (rows, columns) of a tile is half-selected in a round by lines, by polarity and kind."""
    counts = {}
    for polarity, sign in POLARITIES.items():
        pulsed = direction == sign
        if scheme.addresses == "bitline":
            pulsed = pulsed.T
        addressed, selections = pulsed.any(axis=1, keepdims=True), pulsed.sum(axis=0, keepdims=True)
        by_kind = {
            "along": addressed & ~pulsed,
            "across": selections - pulsed,
            "elsewhere": addressed.sum() - addressed - selections + pulsed,
        }
        counts[polarity] = by_kind if scheme.addresses == "wordline" else {kind: c.T for kind, c in by_kind.items()}
    return counts


def outer_counts(row_signs, column_signs) -> dict[str, dict[str, np.ndarray]]:
    """The same for the four phases of an outer-product update, which address rows and select columns."""
    nowhere = np.zeros((len(row_signs), len(column_signs)), dtype=int)
    counts = {polarity: dict.fromkeys(KINDS, nowhere) for polarity in POLARITIES}
    for row in (1, -1):
        for column in (1, -1):
            addressed, selected = (row_signs == row)[:, None], (column_signs == column)[None, :]
            if addressed.any() and selected.any():
                by_kind = counts["set" if row == column else "reset"]
                by_kind["along"] = by_kind["along"] + (addressed & ~selected)
                by_kind["across"] = by_kind["across"] + (~addressed & selected)
                by_kind["elsewhere"] = by_kind["elsewhere"] + (~addressed & ~selected)
    return counts


def disturbance_S(g_S, counts, deviates, steps, edges_S) -> np.ndarray:
    """Change of conductance (S) of a tile's devices by the phases they were half-selected in.

    `g_S` (rows, columns) conductances; `counts` from `line_counts` or `outer_counts`; `deviates` (rows, columns) by
    polarity; `steps` from `half_select_steps`, in the bins of G0 that `edges_S` separates.
    """
    level = bin_index(g_S, edges_S.astype(g_S.dtype))
    change_S = np.zeros(g_S.shape)
    for phase, kind, polarity, mean_S, spread in steps:
        change_S += counts[phase][kind] * (mean_S[level] + deviates[polarity] * (mean_S * spread)[level])
    return change_S
