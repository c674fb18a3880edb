"""A training that was stopped ends as one that was not: to the bit, on arrays with everything on and in software."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rramgan.crossbar.array import Crossbar
from rramgan.crossbar.wires import Wires
from rramgan.learning.checkpoint import Checkpoint, recall, remember
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import RULES, Accumulate, Adam, GradientDescent, MomentumSign, SignDescent, StochasticSign
from rramgan.learning.task import Task, train_layers
from rramgan.learning.training import NoiseFeed, Observer, Plan
from rramgan.noise.trace import Trace
from rramgan.streams import stream
from support import arrays

SHAPES = {
    "generator_hidden": (5, 8),
    "generator_output": (9, 12),
    "discriminator_hidden": (13, 8),
    "discriminator_output": (9, 1),
}
STEPS = 40
WIRED = {"wires": Wires(1.0, 1.0, 0.0, 0.0, False), "refresh_every": 7, "tile_shape": (8, 8), "nonlinear": True}


class Killed(Exception):
    """Stands for whatever ends a job."""


def physical(**changes):
    """Fresh layers on noisy arrays."""
    design = replace(arrays.DESIGN, **changes)
    return {
        name: Crossbar(arrays.random_population(shape, stuck_fraction=0.05), 1.0, design, stream(0, name))
        for name, shape in SHAPES.items()
    }


def software():
    """Fresh layers in memory."""
    return {name: SoftwareLayer(stream(0, name).standard_normal(shape)) for name, shape in SHAPES.items()}


def run(layers, rule, checkpoint=None, killed_after=STEPS):
    """A training of small layers, or Killed."""
    seen = 0

    def recognise(images):
        nonlocal seen
        seen += 1
        if seen > killed_after:
            raise Killed
        return images[:, 0] > 0

    rng = np.random.default_rng(0)
    real = rng.uniform(-1, 1, (30, 12)).astype(np.float32)
    trace = Trace(rng.standard_normal((200, 4)).astype(np.float32))
    observer = Observer(recognise, lambda images: {"mean": float(images.mean())})
    weights = {name: np.empty(0) for name in SHAPES}
    task = Task(real, NoiseFeed(trace, 20), weights, Plan(STEPS, 8, 10), observer, seed=0, checkpoint=checkpoint)
    return train_layers(task, layers, rule)


def check_resumes(tmp_path, build, rule):
    """Kill at five random steps, resume, and compare with the training nobody touched."""
    whole = run(build(), rule)
    for killed_after in np.random.default_rng(1).integers(4, STEPS, 5):
        checkpoint = Checkpoint(tmp_path / f"{killed_after}.npz", 3, {"seed": 0})
        with pytest.raises(Killed):
            run(build(), rule, checkpoint, killed_after)
        assert checkpoint.path.is_file()
        resumed = run(build(), rule, checkpoint)
        pd.testing.assert_frame_equal(resumed.history, whole.history, check_exact=True)
        pd.testing.assert_frame_equal(resumed.ledger, whole.ledger, check_exact=True)
        np.testing.assert_array_equal(resumed.images, whole.images)


RULES_WITH_MEMORY = [
    RULES.kinds["manhattan"](),
    StochasticSign(),
    MomentumSign(),
    Accumulate(learning_rate=0.01, bits=8),
    Accumulate(optimiser="novograd", learning_rate=0.01, updates_per_round=3),
]


@pytest.mark.parametrize("rule", RULES_WITH_MEMORY, ids=lambda rule: rule.kind)
def test_on_arrays(tmp_path, rule):
    check_resumes(tmp_path, physical, rule)


@pytest.mark.parametrize("compensate", [False, True])
def test_on_arrays_with_wires_and_disturbance(tmp_path, compensate):
    check_resumes(
        tmp_path, lambda: physical(compensate=compensate, extrapolate=True, **WIRED), Accumulate(learning_rate=0.1)
    )


@pytest.mark.parametrize("rule", [Adam(), Adam(average=0.9), GradientDescent(), SignDescent()], ids=str)
def test_in_software(tmp_path, rule):
    check_resumes(tmp_path, software, rule)


def test_another_trainings_checkpoint_is_not_used(tmp_path):
    ours, theirs = (Checkpoint(tmp_path / "checkpoint.npz", 3, {"config_sha256": word}) for word in "ab")
    rule = Accumulate(learning_rate=0.01)
    with pytest.raises(Killed):
        run(physical(), rule, theirs, 20)
    resumed, whole = run(physical(), rule, ours), run(physical(), rule)
    pd.testing.assert_frame_equal(resumed.history, whole.history, check_exact=True)


def test_what_is_remembered_must_be_there():
    with pytest.raises(ValueError, match="is not in both"):
        recall({"a": {"x": 1.0}}, remember({"a": {"y": 1.0}}))


def test_no_checkpoint_is_kept_that_is_not_due(tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoint.npz", 0, {})
    run(software(), RULES.kinds["sgd"](), checkpoint)
    assert not checkpoint.path.exists()


def test_each_network_learns_at_its_own_rate():
    before, layers = software(), software()
    run(layers, Adam(0.01, generator_rate=1e-6))
    moved = {name: np.abs(layers[name].weights - before[name].weights).max() for name in SHAPES}
    assert all((most < 1e-6) == name.startswith("generator") for name, most in moved.items())
