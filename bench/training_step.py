"""What a training step with everything on costs, against its matrix products, Python loops and other simulators.

Usage: python bench/training_step.py DIRECTORY. Writes training_step.csv (every time and ratio), training_step.json (the
ratios by name), training_step_growth.csv and training_step.png (over hidden units and batch size). All methods of a
comparison run in turns, on one thread; times are medians of CPU time, which other jobs on the machine disturb least.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, thread_time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from released_loops import signs_of, update
from rramgan.crossbar.array import Crossbar
from rramgan.crossbar.normals import Normals
from rramgan.crossbar.population import draw_population
from rramgan.learning.architecture import initial_weights, layer_shapes, weight_limit
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.rules import Manhattan
from rramgan.noise import NOISES, OperatingPoint
from rramgan.streams import stream
from support.arrays import DESIGN as LINEAR_DESIGN
from support.arrays import MODEL

INPUTS, HIDDEN, PIXELS, BATCH = 100, 128, 784, 64
LIMITS = {"generator": 0.12, "discriminator": 0.015}
DESIGN = replace(LINEAR_DESIGN, nonlinear=True)
BYTES_PER_PAIR = 1 + 2 * 4 * (2 + 3 + 2)
"""Traffic of an update: a sign; of two devices, the state (read and written) and three variables; A1 and A3 (which the
processor reads before it writes them)."""


@cache
def layers(hidden):
    """Arrays with full variation, cubic I-V, differential pairs and the ledger."""
    made = {}
    for name, shape in layer_shapes(INPUTS, hidden).items():
        weights, w_max = initial_weights(shape, stream(0, name)), weight_limit(name, LIMITS)
        population = draw_population(weights, w_max, DESIGN.window, 0.02, 0, name)
        made[name] = Crossbar(population, w_max, DESIGN, stream(0, "noise", name))
    return made


def step(hidden=HIDDEN, batch=BATCH):
    """A training step on random images."""
    arrays, rng = layers(hidden), np.random.default_rng(0)
    networks, updates = (build_generator(arrays), build_discriminator(arrays)), {}
    updates = {name: Manhattan().start(rng, 1) for name in arrays}
    real = rng.uniform(-1, 1, (batch, PIXELS)).astype(np.float32)
    noise = rng.standard_normal((batch, INPUTS), dtype=np.float32)
    return lambda: gan_step(*networks, updates, real, noise)


def products(hidden=HIDDEN, batch=BATCH, per_read=1):
    """The matrix products of an ideal step; every read as `per_read` of them (2: linear and cubic part)."""
    rng = np.random.default_rng(0)

    def matrix(rows, columns):
        return rng.standard_normal((rows, columns), dtype=np.float32)

    w_gh, w_go = matrix(INPUTS, hidden), matrix(hidden, PIXELS)
    w_dh, w_do = matrix(PIXELS, hidden), matrix(hidden, 1)
    z, h, x = matrix(batch, INPUTS), matrix(batch, hidden), matrix(batch, PIXELS)
    hh, xx, logits = matrix(2 * batch, hidden), matrix(2 * batch, PIXELS), matrix(2 * batch, 1)
    reads = [(z, w_gh), (h, w_go), (xx, w_dh), (hh, w_do), (logits, w_do.T), (x, w_dh), (h, w_do)]
    reads += [(logits[:batch], w_do.T), (h, w_dh.T), (x, w_go.T)]
    gradients = [(xx.T, hh), (hh.T, logits), (h.T, x), (z.T, h)]
    pairs = reads * per_read + gradients
    return lambda: [a @ b for a, b in pairs]


def updates_of_all_layers(hidden=HIDDEN):
    """One round of pulses on every array."""
    rng, arrays = np.random.default_rng(0), layers(hidden)
    signs = {name: rng.choice(np.array([-1, 1], np.int8), array.weights.shape) for name, array in arrays.items()}
    return lambda: [array.update(signs[name]) for name, array in arrays.items()]


def read_noise(batch=BATCH):
    """As many normal numbers as the reads of a step draw."""
    normals = Normals(np.random.default_rng(0))
    return lambda: normals.draw((batch, INPUTS + 11 * HIDDEN + 3 * PIXELS))


def copying():
    """Copying as many bytes as a step's devices take up."""
    source = np.zeros(pairs_of_devices() * 7 * 2, dtype=np.float32)
    target = np.empty_like(source)
    return lambda: np.copyto(target, source)


def pairs_of_devices(hidden=HIDDEN) -> int:
    """Pairs of devices of the whole GAN."""
    return sum(rows * columns for rows, columns in layer_shapes(INPUTS, hidden).values())


def loops_s() -> float:
    """Seconds one step takes in Python loops over the devices, its products apart."""
    rng, start = np.random.default_rng(0), thread_time()
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
        rows.append({"hidden": hidden, "batch": batch, **{f"{name}_ms": 1e3 * s for name, s in turns.items()}})
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
    figure.savefig(path, dpi=150)


def steps_per_second(jobs: int, seconds: float = 5.0) -> float:
    """Steps per second (wall clock) of so many training jobs at once, all together."""
    command = [sys.executable, __file__, "--job", str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(jobs)]
    return sum(float(job.communicate()[0]) for job in running)


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
        {kind: lambda s=s: s.generate(point, rows, inputs, np.random.default_rng(0)) for kind, s in made.items()}, 3.0
    )
    return {kind: rows * inputs / seconds for kind, seconds in turns.items()}


def measure() -> tuple[pd.DataFrame, dict]:
    """Every time with its limit, and the ratios by name."""
    methods = {
        "step": step(),
        "ideal_products": products(),
        "own_products": products(per_read=2),
        "updates": updates_of_all_layers(),
        "read_noise": read_noise(),
        "copy": copying(),
        "step_256": step(256),
        "own_products_256": products(256, per_read=2),
    }
    other = aihwkit_step()
    turns = in_turns(methods | ({"aihwkit": other} if other else {}), 30.0)
    loops, sources = loops_s(), sources_per_second()
    bandwidth = 2 * 4 * 14 * pairs_of_devices() / turns["copy"]
    rest_s = turns["step"] - turns["own_products"] - turns["updates"] - turns["read_noise"]
    limits_s = {"updates": BYTES_PER_PAIR * pairs_of_devices() / bandwidth, "step": turns["own_products"]}
    alone, together = (np.median([steps_per_second(jobs) for _ in range(3)]) for jobs in (1, 2))
    rows = [(name, 1e3 * s, 1e3 * limits_s.get(name, np.nan)) for name, s in (turns | {"rest": rest_s}).items()]
    rows.append(("loops", 1e3 * loops, np.nan))
    ratios = {
        "step_over_ideal": turns["step"] / turns["ideal_products"],
        "step_over_own_products": turns["step"] / turns["own_products"],
        "step_over_own_products_256_hidden": turns["step_256"] / turns["own_products_256"],
        "step_speedup_over_aihwkit": turns["aihwkit"] / turns["step"] if other else None,
        "step_speedup_over_loops": loops / turns["step"],
        "device_updates_per_s": 2 * pairs_of_devices() / turns["updates"],
        "update_traffic_over_copy_bandwidth": limits_s["updates"] / turns["updates"],
        "two_jobs_over_twice_one": float(together / (2 * alone)),
        **{f"{kind}_samples_per_s": rate for kind, rate in sources.items()},
    }
    return pd.DataFrame(rows, columns=["part", "time_ms", "limit_ms"]), ratios


def main(directory: str) -> None:
    """Measure everything and write it down."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    table, ratios = measure()
    table.to_csv(folder / "training_step.csv", index=False, float_format="%.4g")
    (folder / "training_step.json").write_text(json.dumps(ratios, indent=2) + "\n")
    print(table.to_string(index=False, float_format="%.3f"))
    print(json.dumps(ratios, indent=2))
    sweep = growth()
    sweep.to_csv(folder / "training_step_growth.csv", index=False, float_format="%.4g")
    draw_growth(sweep, folder / "training_step.png")
    print(sweep.assign(ratio=sweep["step_ms"] / sweep["own_products_ms"]).to_string(index=False, float_format="%.3f"))


if __name__ == "__main__":
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        sys.exit("error: set OPENBLAS_NUM_THREADS=1, as `make bench` does")
    if sys.argv[1] == "--job":
        print(job(float(sys.argv[2])))
    else:
        main(sys.argv[1])
