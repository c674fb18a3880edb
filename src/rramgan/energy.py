"""The ledger: joules and seconds by layer and phase, nothing counted twice and nothing hidden.

Dissipated, and summed in `total_J`: pulses in the selected devices (V^2 G t), the fraction of these pulses in the
unselected devices of a passive tile, forward and backward reads (V I t in every device, both of a pair), the devices
that make noise, the wires where their resistance is solved, and converters where they have a price.

Writes take devices as ohmic at G0, V^2 G t, as the literature and the released code do. The static model, which holds
up to 0.4 V, would add 35 to 50 % to half-selected devices at 0.4 V (150 to 300 uS at 25 degC); of 0.8 V it says
nothing.

Beside the total, not in it: the part of the writes that changed something (`write_changed`: selected devices that were
neither stuck nor at the end of their window), and what digital hardware would need for the multiply-adds of all reads.
Digital arithmetic outside the reads and memory are in the whole bill (`learning.bill`). Not counted anywhere: control,
drivers, noise amplifiers.
"""

import pandas as pd

DISSIPATED = ("write_selected", "write_unselected", "read_forward", "read_backward", "noise", "wires", "converters")
"""What dissipates, in the order of the columns `<name>_J`."""

TIMED = ("write", "read_forward", "read_backward", "noise")
"""What takes time, in the order of the columns `<name>_s`."""

MULTIPLY_ADD_J = {"fp32": 3.7e-12 + 0.9e-12, "int8": 0.2e-12 + 0.03e-12}
"""Energy (J) of one multiplication and one addition at 45 nm (Horowitz, ISSCC 2014, doi 10.1109/ISSCC.2014.6757323).

That of int8 is a lower bound, with an 8-bit addition; the whole bill adds products of 8 bits in 32.
"""


def ledger(layers: dict, noise_J: float, noise_s: float = 0.0) -> pd.DataFrame:
    """Energy and time so far: one row per layer plus one for the noise source.

    `layers` have `energy_J` and `time_s` by phase, `write_changed_J` and `multiply_adds` if they are arrays; layers in
    memory count zero. `noise_J` and `noise_s` are those of the generator's inputs.
    """
    rows = [
        _row(
            name,
            getattr(layer, "energy_J", {}),
            getattr(layer, "time_s", {}),
            getattr(layer, "write_changed_J", 0.0),
            getattr(layer, "multiply_adds", 0),
        )
        for name, layer in layers.items()
    ]
    return pd.DataFrame([*rows, _row("noise_source", {"noise": noise_J}, {"noise": noise_s}, 0.0, 0)])


def totals(table: pd.DataFrame) -> dict[str, float]:
    """Sums of a ledger's columns over all layers, with `total_J` over what dissipates and `total_s` over all phases.

    Tiles of a layer work in parallel, layers and phases one after another.
    """
    sums = {column: float(table[column].sum()) for column in table.columns if column != "layer"}
    total = {
        "total_J": sum(sums[f"{name}_J"] for name in DISSIPATED),
        "total_s": sum(sums[f"{name}_s"] for name in TIMED),
    }
    return sums | total


def _row(layer, energy_J, time_s, write_changed_J, multiply_adds) -> dict:
    """One row of the ledger."""
    return {
        "layer": layer,
        **{f"{name}_J": energy_J.get(name, 0.0) for name in DISSIPATED},
        "write_changed_J": write_changed_J,
        **{f"digital_{name}_J": price_J * multiply_adds for name, price_J in MULTIPLY_ADD_J.items()},
        **{f"{name}_s": time_s.get(name, 0.0) for name in TIMED},
    }
