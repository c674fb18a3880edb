"""Make ngspice_solutions.npz: operating points of 16 x 16 tiles by the circuit simulator ngspice.

Run as `python make_ngspice_solutions.py` where ngspice is on PATH (made with version 39).
"""

import re
import subprocess
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("ngspice_solutions.npz")
SIZE = 16
WORDLINE_OHM, BITLINE_OHM, SOURCE_OHM, SENSE_OHM = 1.5, 2.5, 40.0, 25.0


def operating_points():
    """Operating points by name: a1 (S), a3 (S/V^2) of the devices, line biases (V), whether both ends are driven."""
    rng = np.random.default_rng(20211128)
    shape = (SIZE, SIZE)
    a1_S, a3_S_per_V2 = rng.uniform(150e-6, 300e-6, shape), rng.uniform(50e-6, 300e-6, shape)
    linear = np.zeros(shape)
    read_V = rng.uniform(0, 0.2, SIZE), np.zeros(SIZE)
    # V/2: row 5 gets half the write voltage, every third column the other half with opposite sign, the rest nothing.
    write_V = np.where(np.arange(SIZE) == 5, 0.5, 0.0), np.where(np.arange(SIZE) % 3 == 0, -0.5, 0.0)
    return {
        "read": (a1_S, linear, *read_V, False),
        "half_bias_write": (a1_S, linear, *write_V, False),
        "half_bias_write_both_sides": (a1_S, linear, *write_V, True),
        "cubic_half_bias_write": (a1_S, a3_S_per_V2, *write_V, False),
    }


def netlist(a1_S, a3_S_per_V2, wordline_V, bitline_V, both_sides):
    """SPICE deck that prints the node voltages w<i>_<j> and b<i>_<j> and the currents of the line sources."""
    lines = ["* tile", ".options reltol=1e-10 abstol=1e-15 vntol=1e-12 gmin=1e-25"]
    probes = []

    def resistor(a, b, ohm):
        lines.append(f"r{len(lines)} {a} {b} {ohm!r}")

    def source(name, volt):
        lines.append(f"v{name} {name} 0 {float(volt)!r}")
        probes.append(f"i(v{name})")

    for i in range(SIZE):
        source(f"row{i}", wordline_V[i])
        source(f"col{i}", bitline_V[i])
        resistor(f"row{i}", f"w{i}_0", SOURCE_OHM + WORDLINE_OHM)
        resistor(f"b{SIZE - 1}_{i}", f"col{i}", SENSE_OHM + BITLINE_OHM)
        if both_sides:
            resistor(f"row{i}", f"w{i}_{SIZE - 1}", SOURCE_OHM + WORDLINE_OHM)
            resistor(f"b0_{i}", f"col{i}", SENSE_OHM + BITLINE_OHM)
    for i in range(SIZE):
        for j in range(SIZE):
            a, b = f"w{i}_{j}", f"b{i}_{j}"
            a1, a3 = float(a1_S[i, j]), float(a3_S_per_V2[i, j])
            if a3:  # ngspice's ^ drops the sign of a negative base
                lines.append(f"bd{i}_{j} {a} {b} i={a1!r}*v({a},{b})+{a3!r}*v({a},{b})*v({a},{b})*v({a},{b})")
            else:
                resistor(a, b, 1 / a1)
            if j:
                resistor(f"w{i}_{j - 1}", a, WORDLINE_OHM)
            if i:
                resistor(f"b{i - 1}_{j}", b, BITLINE_OHM)
            probes += [f"v({a})", f"v({b})"]
    prints = [f"print {probe}" for probe in probes]
    return "\n".join([*lines, ".control", "set numdgt=16", "op", *prints, "quit", ".endc", ".end", ""])


def solve(a1_S, a3_S_per_V2, wordline_V, bitline_V, both_sides):
    """Device voltages (V), currents into the wordlines and out of the bitlines (A), by ngspice."""
    deck = netlist(a1_S, a3_S_per_V2, wordline_V, bitline_V, both_sides)
    run = subprocess.run(["ngspice", "-b"], input=deck, capture_output=True, text=True, check=False)
    values = {name: float(value) for name, value in re.findall(r"^(\S+\)) = (\S+)$", run.stdout, flags=re.MULTILINE)}
    every = range(SIZE)
    device_V = np.array([[values[f"v(w{i}_{j})"] - values[f"v(b{i}_{j})"] for j in every] for i in every])
    # SPICE counts a source's current from its positive terminal through the source.
    wordline_A = np.array([-values[f"i(vrow{i})"] for i in every])
    bitline_A = np.array([values[f"i(vcol{j})"] for j in every])
    return device_V, wordline_A, bitline_A


def main():
    """Solve all operating points and store inputs and solutions."""
    stored = {}
    for name, point in operating_points().items():
        inputs = ("a1_S", "a3_S_per_V2", "wordline_V", "bitline_V", "both_sides")
        outputs = ("device_V", "wordline_A", "bitline_A")
        for quantity, value in zip((*inputs, *outputs), (*point, *solve(*point)), strict=True):
            stored[f"{name}/{quantity}"] = value
    np.savez_compressed(FILE, **stored)


if __name__ == "__main__":
    main()
