"""Make badcrossbar_solutions.npz: tiles solved by badcrossbar (D. Joksas, A. Mehonic, SoftwareX 12, 100617, 2020).

Run as `python make_badcrossbar_solutions.py` where badcrossbar 1.1.0 is installed (it needs the cairo headers).
badcrossbar takes no device of zero resistance, hence 1 milliohm for "shorted".
"""

import logging
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("badcrossbar_solutions.npz")


def tiles():
    """Tiles by name: device conductances (S), ohm per wordline and bitline segment, input vectors (V)."""
    rng = np.random.default_rng(20211128)

    def tile(rows, columns, wordline_ohm, bitline_ohm, vectors=3):
        g_S = rng.uniform(150e-6, 300e-6, (rows, columns))
        return g_S, wordline_ohm, bitline_ohm, rng.uniform(0, 0.2, (vectors, rows))

    cases = {
        "single_device": tile(1, 1, 1.0, 3.0),
        "single_row": tile(1, 40, 1.0, 2.0),
        "single_column": tile(40, 1, 1.0, 2.0),
        "wide": tile(7, 19, 0.7, 2.3),
        "tall": tile(19, 7, 2.3, 0.7),
        "copper": tile(24, 24, 0.1, 0.1),
        "lossy": tile(24, 24, 100.0, 30.0),
        "ideal_wires": tile(9, 6, 0.0, 0.0),
        "ideal_wordlines": tile(9, 6, 0.0, 2.0),
        "ideal_bitlines": tile(9, 6, 2.0, 0.0),
        "missing_devices": tile(16, 16, 1.0, 1.0),
        "missing_row_and_column": tile(12, 12, 1.0, 1.0),
        "shorted_devices": tile(16, 16, 1.0, 1.0),
        "six_decades": tile(16, 16, 1.0, 1.0),
        "full_tile": tile(64, 64, 1.0, 1.0, vectors=64),
    }
    cases["missing_devices"][0][rng.random((16, 16)) < 0.3] = 0.0
    cases["missing_row_and_column"][0][3] = 0.0
    cases["missing_row_and_column"][0][:, 7] = 0.0
    cases["shorted_devices"][0][rng.random((16, 16)) < 0.02] = 1e3
    cases["six_decades"][0][:] = 10 ** rng.uniform(-8, -2, (16, 16))
    return cases


def solve(g_S, wordline_ohm, bitline_ohm, inputs_V):
    """Output currents (A), one row per input vector, by badcrossbar."""
    import badcrossbar

    logging.disable(logging.CRITICAL)
    with np.errstate(divide="ignore"):
        ohm = 1 / g_S
    wires = {"r_i_word_line": float(wordline_ohm), "r_i_bit_line": float(bitline_ohm)}
    solution = badcrossbar.compute(inputs_V.T, ohm, **wires, node_voltages=False, all_currents=False)
    logging.disable(logging.NOTSET)
    return solution.currents.output


def main():
    """Solve all tiles and store inputs and outputs."""
    stored = {}
    for name, tile in tiles().items():
        quantities = ("g_S", "wordline_ohm", "bitline_ohm", "inputs_V", "outputs_A")
        for quantity, value in zip(quantities, (*tile, solve(*tile)), strict=True):
            stored[f"{name}/{quantity}"] = value
    np.savez_compressed(FILE, **stored)


if __name__ == "__main__":
    main()
