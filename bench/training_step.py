"""What a training step with everything on costs, against its matrix products, Python loops and other simulators.

Usage: python bench/training_step.py DIRECTORY. Writes training_step.csv (every time and ratio), training_step.json (the
ratios by name), training_step_growth.csv and training_step.png (over hidden units and batch size). All methods of a
comparison run in turns, on one thread; times are medians of CPU time, which other jobs on the machine disturb least.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, thread_time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from released_loops import signs_of, update
from rramgan.noise import NOISES, OperatingPoint
from rramgan.streams import stream
from rramgan.tables import whole_file, write_json, write_table
from step_parts import (
    BATCH,
    BYTES_PER_PAIR,
    DESIGN,
    HIDDEN,
    INPUTS,
    PIXELS,
    copying,
    function_bytes,
    functions,
    layers,
    pairs_of_devices,
    products,
    read_noise,
    reads,
    step,
    updates_of_all_layers,
)
from support.arrays import MODEL


def loops_s() -> float:
    """Seconds one step takes in Python loops over the devices, its products apart."""
    rng, start = stream(0, "bench"), thread_time()
    for array in layers(HIDDEN).values():
        devices = array._devices
        deviates = {"set": np.nan_to_num(devices.set), "reset": np.nan_to_num(devices.reset)}
        signs = signs_of(rng.standard_normal(array.weights.shape))
        update(array.g_S.astype(float), deviates, signs, MODEL.kinetics, DESIGN.pulses, DESIGN.window)
    return thread_time() - start


def aihwkit_step():
    """The same network on aihwkit's analog layers, or None where it is not installed."""
    if find_spec("aihwkit") is None:
        return None
    import torch
    from aihwkit.nn import AnalogLinear, AnalogSequential
    from aihwkit.optim import AnalogSGD

    torch.set_num_threads(1)
    generator = AnalogSequential(
        AnalogLinear(INPUTS, HIDDEN), torch.nn.ReLU(), AnalogLinear(HIDDEN, PIXELS), torch.nn.Tanh()
    )
    discriminator = AnalogSequential(AnalogLinear(PIXELS, HIDDEN), torch.nn.LeakyReLU(0.01), AnalogLinear(HIDDEN, 1))
    optimisers = [AnalogSGD(network.parameters(), lr=0.01) for network in (discriminator, generator)]
    loss, real = torch.nn.BCEWithLogitsLoss(), torch.rand(BATCH, PIXELS) * 2 - 1

    def run():
        images = generator(torch.randn(BATCH, INPUTS))
        logits = discriminator(torch.cat([real, images.detach()]))
        targets = torch.cat([torch.ones(BATCH, 1), torch.zeros(BATCH, 1)])
        for optimiser, value in (
            (optimisers[0], lambda: loss(logits, targets)),
            (optimisers[1], lambda: loss(discriminator(images), torch.ones(BATCH, 1))),
        ):
            for each in optimisers:
                each.zero_grad()
            value().backward()
            optimiser.step()

    return run


def in_turns(methods: dict, seconds: float = 10.0) -> dict[str, float]:
    """Median CPU time (s) of each method, all taking turns for about so many seconds.

    Each goes before once untimed in every turn: a training finds its devices where its last step has left them.
    """
    spent, stop = {name: [] for name in methods}, perf_counter() + seconds
    while perf_counter() < stop or len(next(iter(spent.values()))) < 5:
        for name, method in methods.items():
            method()
            start = thread_time()
            method()
            spent[name].append(thread_time() - start)
    return {name: float(np.median(times)) for name, times in spent.items()}


def growth() -> pd.DataFrame:
    """Step and own products over hidden units at batch 64, and over the batch at 128 hidden units."""
    cases = [(hidden, BATCH) for hidden in (64, 128, 256, 512, 1024, 2048)]
    cases += [(HIDDEN, batch) for batch in (1, 4, 16, 64, 256, 1024)]
    rows = []
    for hidden, batch in cases:
        turns = in_turns({"step": step(hidden, batch), "own_products": products(hidden, batch, 2)}, seconds=2.0)
        times_ms = {f"{name}_ms": 1e3 * s for name, s in turns.items()}
        rows.append({"hidden": hidden, "batch": batch, **times_ms, "ratio": turns["step"] / turns["own_products"]})
        layers.cache_clear() if hidden > 512 else None
    return pd.DataFrame(rows)


def draw_growth(table: pd.DataFrame, path) -> None:
    """Both curves of both sweeps."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
    sweeps = (("hidden", "hidden units", table[:6]), ("batch", "images in a batch", table[6:]))
    for axis, (column, label, rows) in zip(axes, sweeps, strict=True):
        axis.loglog(rows[column], rows["step_ms"], "o-", label="training step, everything on")
        axis.loglog(rows[column], rows["own_products_ms"], "k--", label="limit: its matrix products")
        axis.set_xlabel(label)
    axes[0].set_ylabel("CPU time (ms)")
    axes[0].legend()
    with whole_file(path) as temporary:
        figure.savefig(temporary, dpi=150)


def steps_per_second(jobs: int, seconds: float = 5.0) -> float:
    """Steps per second (wall clock) of so many training jobs at once, all together."""
    command = [sys.executable, __file__, "--job", str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(jobs)]
    return sum(float(job.communicate()[0]) for job in running)


def first_step() -> dict[str, float]:
    """CPU time (s) and peak memory (MB) of a process with a training job's imports until its first step is done."""
    code = f"""import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
import rramgan.study, step_parts
step_parts.step()()
peak_kB = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time(), int(peak_kB) / 1024)"""
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(5)]
    spent_s, peak_MB = np.median([[float(number) for number in run.stdout.split()] for run in runs], axis=0)
    return {"first_step_s": float(spent_s), "first_step_MB": float(peak_MB)}


def job(seconds: float) -> float:
    """Steps per second of this job."""
    run, steps = step(), 0
    run()
    start = perf_counter()
    while perf_counter() < start + seconds:
        run()
        steps += 1
    return steps / (perf_counter() - start)


def sources_per_second() -> dict[str, float]:
    """Samples per second of CPU time that the noise sources in devices give."""
    point, rows, inputs = OperatingPoint(MODEL.static, DESIGN.window, 0.2, 25.0), 20_000, INPUTS
    made = {kind: NOISES.build(kind, {}) for kind in ("thermal", "rtn")}
    turns = in_turns(
        {kind: lambda s=s: s.generate(point, rows, inputs, stream(0, "bench")) for kind, s in made.items()}, 3.0
    )
    return {kind: rows * inputs / seconds for kind, seconds in turns.items()}


def measure() -> tuple[pd.DataFrame, dict]:
    """Every time with its limit, and the ratios by name."""
    methods = {
        "step": step(),
        "ideal_products": products(),
        "own_products": products(per_read=2),
        "read_products": products(per_read=2, per_gradient=0),
        "gradients": products(per_read=0),
        "reads": reads(),
        "read_noise": read_noise(),
        "updates": updates_of_all_layers(),
        "functions": functions(),
        "copy": copying(),
        "step_256": step(256),
        "own_products_256": products(256, per_read=2),
    }
    other = aihwkit_step()
    turns = in_turns(methods | ({"aihwkit": other} if other else {}), 30.0)
    loops, sources = loops_s(), sources_per_second()
    bandwidth = 2 * 4 * 14 * pairs_of_devices() / turns["copy"]
    limits_s = {
        "step": turns["own_products"],
        "reads": turns["read_products"],
        "gradients": turns["gradients"],
        "updates": BYTES_PER_PAIR * pairs_of_devices() / bandwidth,
        "functions": function_bytes() / bandwidth,
        "rest": 0.0,
    }
    parts = {name: turns[name] for name in ("reads", "gradients", "updates", "functions")}
    parts["rest"] = turns["step"] - sum(parts.values())
    alone, together = (np.median([steps_per_second(jobs) for _ in range(3)]) for jobs in (1, 2))
    rows = [
        (name, 1e3 * s, 1e3 * limits_s.get(name, np.nan), s / turns["step"] if name in parts else np.nan)
        for name, s in (turns | parts | {"loops": loops}).items()
    ]
    ratios = {
        "step_over_ideal": turns["step"] / turns["ideal_products"],
        "step_over_own_products": turns["step"] / turns["own_products"],
        "step_over_own_products_256_hidden": turns["step_256"] / turns["own_products_256"],
        "step_speedup_over_aihwkit": turns["aihwkit"] / turns["step"] if other else None,
        "step_speedup_over_loops": loops / turns["step"],
        "device_updates_per_s": 2 * pairs_of_devices() / turns["updates"],
        "update_traffic_over_copy_bandwidth": limits_s["updates"] / turns["updates"],
        "two_jobs_over_twice_one": float(together / (2 * alone)),
        **first_step(),
        **{f"{kind}_samples_per_s": rate for kind, rate in sources.items()},
    }
    return pd.DataFrame(rows, columns=["part", "time_ms", "limit_ms", "share"]), ratios


def main(directory: str) -> None:
    """Measure everything and write it down."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    table, ratios = measure()
    write_table(folder / "training_step.csv", table)
    write_json(folder / "training_step.json", ratios)
    print(table.to_string(index=False, float_format="%.3f"))
    print(json.dumps(ratios, indent=2))
    sweep = growth()
    write_table(folder / "training_step_growth.csv", sweep)
    draw_growth(sweep, folder / "training_step.png")
    print(sweep.to_string(index=False, float_format="%.3f"))


if __name__ == "__main__":
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        sys.exit("error: set OPENBLAS_NUM_THREADS=1, as `make bench` does")
    if sys.argv[1] == "--job":
        print(job(float(sys.argv[2])))
    else:
        main(sys.argv[1])
