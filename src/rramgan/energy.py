"""The energy ledger: joules by layer and phase, nothing counted twice and nothing hidden.

What is counted: pulses in the selected devices (V^2 G t), the same pulses' fraction in the unselected devices of a
passive tile, forward and backward reads (V I t in every device, both of a pair), and the devices that make noise.
Not counted: line resistance, converters, digital arithmetic and memory.
"""

import pandas as pd

COMPONENTS = ("write_selected", "write_unselected", "read_forward", "read_backward", "noise")
"""The phases of the ledger in the order of its columns."""


def ledger(layers: dict, noise_J: float) -> pd.DataFrame:
    """Energy (J) so far: one row per layer plus one for the noise source, one column `<component>_J` per phase.

    `layers` have `energy_J` by phase if they are arrays; layers in memory count zero.
    """
    rows = [
        {"layer": name, **{f"{c}_J": getattr(layer, "energy_J", {}).get(c, 0.0) for c in COMPONENTS}}
        for name, layer in layers.items()
    ]
    rows.append({"layer": "noise_source", **{f"{c}_J": noise_J if c == "noise" else 0.0 for c in COMPONENTS}})
    return pd.DataFrame(rows)


def totals(table: pd.DataFrame) -> dict[str, float]:
    """Energy (J) by component over all layers, and their sum `total_J`."""
    by_component = {f"{c}_J": float(table[f"{c}_J"].sum()) for c in COMPONENTS}
    return {**by_component, "total_J": sum(by_component.values())}
