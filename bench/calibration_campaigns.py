"""Is a step law that the calibration accepts ever wrong? Random staircase campaigns of known devices.

Usage: python bench/calibration_campaigns.py [campaigns] [folder] [first seed]

1 to 40 devices, 1 to 20 cycles, 20 to 2,000 pulses, reading noise of 0 to 60 steps, sparse reads, devices that run on
at their own limits, up to two stuck devices, clipped readings, glitches. A campaign is silently wrong if it is accepted
and the law, integrated over the range it claims, is off the mean staircase of the devices measured by more than 5 % of
that range (rms). Coverage is that of the 95 % intervals: of the population's mean step, its spread, the cycle-to-cycle
spread and the reading noise.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.calibration.paths.fit import fit_staircase
from rramgan.device.kinetics import POLARITIES
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.errors import InputError
from rramgan.streams import stream
from rramgan.tables import write_json, write_table

PULSES = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7))
LOW_S, WIDTH_S = 400e-6, 35e-6
WRONG = 0.05
MOST_READINGS = 200_000


def campaign(seed):
    """What a campaign is made of, drawn at random."""
    rng = stream(seed, "bench", "campaign")
    pulses = int(np.exp(rng.uniform(np.log(20), np.log(2000))))
    devices, cycles = int(np.exp(rng.uniform(0, np.log(40.99)))), int(rng.integers(1, 21))
    reads = rng.choice(["every pulse", "every tenth", "logarithmic", "irregular"], p=[0.55, 0.15, 0.15, 0.15])
    per_ramp = {"every pulse": pulses, "every tenth": pulses // 10, "logarithmic": 12, "irregular": pulses // 4}[reads]
    saturated = rng.random() < 0.35
    travel = rng.uniform(1.5, 4.0) if saturated else rng.uniform(0.5, 1.3)
    return {
        "pulses": pulses,
        "devices": devices,
        "cycles": max(1, min(cycles, MOST_READINGS // (2 * devices * max(per_ramp, 1)))),
        "reads": str(reads),
        "noise_steps": float(rng.choice([0.0, np.exp(rng.uniform(np.log(0.02), np.log(60)))], p=[0.15, 0.85])),
        "cycle_spread": float(rng.uniform(0.02, 0.5)),
        "spread": float(rng.uniform(0.02, 0.35)),
        "shape": {p: [str(rng.choice(["exponential", "linear"])), float(rng.uniform(0, 2.5))] for p in POLARITIES},
        "travel": float(travel),
        "saturated": bool(saturated),
        "stuck": int(rng.integers(0, 3)) if devices >= 3 and rng.random() < 0.4 else 0,
        "clipped": bool(rng.random() < 0.15),
        "glitches": 0.002 if rng.random() < 0.15 else 0.0,
    }


def law(made, polarity, x):
    """Mean step at x (0..1 of the range), as a share of the range, in the direction of the pulses."""
    kind, bend = made["shape"][polarity]
    room = x if polarity == "set" else 1 - x
    end = np.exp(-bend)
    if kind == "exponential":
        shape = np.exp(-bend * room)
        whole = bend / (1 / end - 1) if bend > 1e-3 else 1.0
    else:
        shape = np.maximum(end + (1 - end) * (1 - room), 0.1 * end)
        whole = (1 - end) / bend if bend > 1e-3 else 1.0
    return made["travel"] / made["pulses"] * shape / whole


def simulate(made, seed):
    """The long table of a campaign, and the devices' factors per polarity (NaN if stuck)."""
    rng = stream(seed, "bench", "staircase")
    n, pulses = made["devices"], made["pulses"]
    factors = {p: 1 + made["spread"] * rng.standard_normal(n).clip(-2.5, 2.5) for p in POLARITIES}
    stuck = rng.permutation(n)[: made["stuck"]]
    limits = np.array([[0.0], [1.0]]) + 0.03 * rng.standard_normal((2, n))
    limits = limits if made["saturated"] else np.array([[-np.inf], [np.inf]]) * np.ones((2, n))
    stuck_at = rng.uniform(0.1, 0.9, n)
    read = _read_at(made, rng)
    # Noise is told in steps of the larger law; those of the other polarity may be smaller.
    noise = made["noise_steps"] * made["travel"] / pulses
    rails = (0.08, 0.88) if made["clipped"] else (-np.inf, np.inf)
    rows = []
    for cycle in range(made["cycles"]):
        for polarity, sign in POLARITIES.items():
            x = np.full(n, 0.0 if sign > 0 else 1.0) + 0.01 * rng.standard_normal(n)
            x = np.clip(x, *limits)
            for k in range(pulses + 1):
                if k:
                    relative = factors[polarity] + made["cycle_spread"] * rng.standard_normal(n)
                    x = np.clip(x + sign * law(made, polarity, x) * relative, *limits)
                    x[stuck] = stuck_at[stuck]
                if k in read:
                    seen = np.clip(x + noise * rng.standard_normal(n), *rails)
                    glitch = rng.random(n) < made["glitches"]
                    rows.append((cycle, polarity, k, np.where(glitch, rng.uniform(-0.5, 3, n), seen)))
    cycles, directions, indices, seen = zip(*rows, strict=True)
    columns = {"cycle": cycles, "direction": directions, "pulse_index": indices}
    table = pd.DataFrame({name: np.repeat(values, n) for name, values in columns.items()})
    table = table.assign(
        device_id=np.tile(np.arange(n), len(rows)), conductance_S=LOW_S + WIDTH_S * np.concatenate(seen)
    )
    for polarity in POLARITIES:
        factors[polarity][stuck] = np.nan
    return table, factors, noise * WIDTH_S


def _read_at(made, rng):
    """Pulses after which the state is read."""
    pulses = made["pulses"]
    if made["reads"] == "every tenth":
        return set(range(0, pulses + 1, 10))
    if made["reads"] == "logarithmic":
        return {0, pulses, *(d * 10**k for k in range(4) for d in (1, 2, 5) if d * 10**k <= pulses)}
    if made["reads"] == "irregular":
        return {0, pulses, *rng.choice(pulses + 1, max(pulses // 4, 2), replace=False).tolist()}
    return set(range(pulses + 1))


def integrated(step, grid_S, sign, pulses):
    """Staircase (S) that the steps give from the end of the grid where pulses start, within the grid."""
    state_S = grid_S[0] if sign > 0 else grid_S[-1]
    path_S = [state_S]
    for _ in range(pulses):
        state_S = float(np.clip(state_S + step(state_S), grid_S[0], grid_S[-1]))
        path_S.append(state_S)
    return np.array(path_S)


def miss(model, made, factors, polarity):
    """Miss of the integrated law, rms as a share of the range of the grid."""
    grid_S, sign = model.grid_S, POLARITIES[polarity]
    mean = np.nanmean(factors[polarity])
    truth = integrated(
        lambda g: sign * WIDTH_S * mean * law(made, polarity, (g - LOW_S) / WIDTH_S), grid_S, sign, made["pulses"]
    )
    found = integrated(lambda g: np.interp(g, grid_S, model.mean_S[polarity]), grid_S, sign, made["pulses"])
    return float(np.sqrt(np.mean((truth - found) ** 2)) / np.ptp(grid_S))


def coverage(report, made, factors, polarity, noise_S):
    """Which intervals of a report hold the truth they were made from."""
    knots_S, ends = np.array(report.knots_S), np.sort(np.abs(report.mean_interval_95_S), axis=1)
    lone = np.sum(np.isfinite(factors[polarity])) == 1
    population = np.nanmean(factors[polarity]) if lone else 1.0
    true_S = WIDTH_S * population * law(made, polarity, (knots_S - LOW_S) / WIDTH_S)
    held = {"mean step": np.mean((ends[:, 0] <= true_S) & (true_S <= ends[:, 1]))}
    held["mean step, " + ("lone" if lone else "few" if made["devices"] < 6 else "many")] = held["mean step"]
    if report.spread_interval_95 is not None:
        ends = np.array(report.spread_interval_95)
        held["spread"] = np.mean((ends[:, 0] <= made["spread"]) & (made["spread"] <= ends[:, 1]))
    ends, true = np.array(report.cycle_spread_interval_95), made["cycle_spread"] / population
    held["cycle spread"] = np.mean((ends[:, 0] <= true) & (true <= ends[:, 1]))
    ends = report.reading_noise_interval_95_S
    held["reading noise"] = float(ends[0] <= noise_S <= ends[1])
    return held


def tried(seed):
    """One campaign, as a row of the table: what came of it, and how many of its intervals hold the truth."""
    made = campaign(seed)
    table, factors, noise_S = simulate(made, seed)
    row = {"seed": seed, "tried": 1, "refused": 0, "silently_wrong": 0}
    try:
        model, reports = fit_staircase(table, PULSES)
    except InputError as error:
        return row | {"refused": 1, "sentence": str(error)}
    misses = [miss(model, made, factors, polarity) for polarity in POLARITIES]
    held = [coverage(reports[polarity], made, factors, polarity, noise_S) for polarity in POLARITIES]
    covered = pd.DataFrame(held).mean().add_prefix("covered, ").to_dict()
    return row | {"silently_wrong": int(max(misses) > WRONG), "miss": max(misses)} | covered


def main(campaigns=200, folder="results/benchmarks", first=4000):
    """Try all campaigns; write what came of each, and how many came to what."""
    rows = []
    for seed in range(int(first), int(first) + int(campaigns)):
        rows.append(tried(seed))
        print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    write_table(Path(folder) / "campaigns.csv", table)
    counts = table[["tried", "refused", "silently_wrong"]].sum().to_dict()
    write_json(Path(folder) / "campaigns.json", counts)
    print(counts)
    print(table.filter(like="covered").agg(["mean", "count"]).T.round(3).to_string())


if __name__ == "__main__":
    main(*sys.argv[1:])
