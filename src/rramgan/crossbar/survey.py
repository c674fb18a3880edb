"""Which tile, metal and window a passive array can live with: read errors and write voltages over a grid of designs."""

from itertools import product

import numpy as np
import pandas as pd

from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.mapping import encode
from rramgan.crossbar.wires import Wires, device_voltages, effective_conductance
from rramgan.device.window import Window
from rramgan.streams import stream
from rramgan.units import MICRO

VECTORS = 64
"""Random input vectors of one read survey."""


def survey(
    tile_sizes, segment_ohms, windows: list[Window], both_sides, schemes, terminal_ohm: float, seed: int
) -> pd.DataFrame:
    """One row per tile size, segment resistance (ohm), window, way of driving and scheme; square tiles, random weights.

    `terminal_ohm` is in series with every line at its driver and at its sense amplifier. See `read_errors` and
    `write_voltages` for the columns.
    """
    rows = []
    for size, ohm, window, both in product(tile_sizes, segment_ohms, windows, both_sides):
        rng = stream(seed, "survey", str(size))
        pairs_S = encode(rng.uniform(-1, 1, (size, size)), 1.0, window)
        inputs = rng.uniform(-1, 1, (VECTORS, size))
        wires = Wires(ohm, ohm, terminal_ohm, terminal_ohm, both)
        reads = read_errors(pairs_S, wires, inputs)
        for scheme in schemes:
            rows.append(
                {
                    "tile": size,
                    "segment_ohm": ohm,
                    "g_min_uS": window.g_min_S * 1e6,
                    "g_max_uS": window.g_max_S * 1e6,
                    "driven_from": "both sides" if both else "one side",
                    "scheme": scheme,
                    **reads,
                    **write_voltages(pairs_S[0], wires, SCHEMES[scheme]),
                }
            )
    return pd.DataFrame(rows)


def configured_survey(description: dict, seed: int) -> pd.DataFrame:
    """The survey that a configuration describes under `wire_survey`."""
    windows = [Window(low * MICRO, high * MICRO) for low, high in description["windows_uS"]]
    both_sides = [False, True] if description["both_sides"] else [False]
    grid = description["tiles"], description["segment_ohm"], windows, both_sides, description["schemes"]
    return survey(*grid, description["terminal_ohm"], seed)


def read_errors(pairs_S, wires: Wires, inputs) -> dict[str, float]:
    """What wires do to the weighted sums of differential pairs (2, rows, columns) for `inputs` (vectors, rows).

    `current_loss`: share of a line's current that is lost when all inputs are alike; `sum_error`: rms error of
    G+ - G- sums over their rms; `sum_error_after_gain`: the same after the best common gain, which a sense amplifier
    can supply.
    """
    plus_S, minus_S = (effective_conductance(g_S, wires) for g_S in pairs_S)
    ideal_S, real_S = pairs_S[0] - pairs_S[1], plus_S - minus_S
    ideal, real = inputs @ ideal_S, inputs @ real_S
    gain = np.sum(ideal * real) / np.sum(real**2)
    return {
        "current_loss": float(1 - (plus_S + minus_S).sum() / pairs_S.sum()),
        "sum_error": _relative_rms(real, ideal),
        "sum_error_after_gain": _relative_rms(gain * real, ideal),
    }


def write_voltages(g_S, wires: Wires, scheme) -> dict[str, float]:
    """Share of the pulse amplitude that the worst placed devices of a tile (rows, columns) see while programmed.

    `selected_worst_alone`: a device that is pulsed alone, farthest from the drivers: in the far corner, or in the
    middle of lines driven from both ends; `selected_worst_half`: while half the devices of the line through it are
    pulsed, as in a dense update; `unselected_most`: the largest share across a device that must not move, then.
    """
    rows, columns = g_S.shape
    row, column = (rows // 2, columns // 2) if wires.both_sides else (0, columns - 1)
    size, far = ((rows, columns), (row, column)) if scheme.addresses == "wordline" else ((columns, rows), (column, row))
    addressed, alone = (np.arange(count) == place for count, place in zip(size, far, strict=True))
    half = np.arange(size[1]) % 2 == far[1] % 2
    volts = [device_voltages(g_S, wires, *scheme.line_biases(addressed, selected)) for selected in (alone, half)]
    chosen = [scheme.fractions(addressed, selected) > 1 - 1e-9 for selected in (alone, half)]
    return {
        "selected_worst_alone": float(volts[0][chosen[0]].min()),
        "selected_worst_half": float(volts[1][chosen[1]].min()),
        "unselected_most": float(np.abs(volts[1][~chosen[1]]).max()),
    }


def _relative_rms(values, reference) -> float:
    """Rms of the difference over the rms of the reference."""
    return float(np.sqrt(np.mean((values - reference) ** 2) / np.mean(reference**2)))
