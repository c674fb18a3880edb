"""Estimates of memory against what is allocated."""

import numpy as np
import pytest

from bad_inputs.study import CONFIG_SCHEMA, DEFAULT
from rramgan.config import complete
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.learning.chip import draw_chip
from rramgan.memory import check_memory, installed_B, needed_B
from rramgan.noise import NOISES, OperatingPoint
from support.devices import published_device
from support.memory import peak_B

CONFIG = complete(DEFAULT, CONFIG_SCHEMA)


@pytest.mark.parametrize("kind", NOISES.shipped())
def test_a_trace_takes_no_more_than_estimated(kind):
    point = OperatingPoint(published_device().static, Window(1e-4, 3e-4), 0.1, 25.0)
    source, rng = NOISES.build(kind, {}), np.random.default_rng(0)
    source.generate(point, 200, 10, np.random.default_rng(0))
    estimate_B = needed_B(CONFIG | {"trace_rows": 4000})["trace_rows and inputs of the noise"]
    assert 0.1 * estimate_B < peak_B(lambda: source.generate(point, 4000, 100, rng)) < 1.2 * estimate_B


def test_devices_take_no_more_than_estimated():
    limits = {"generator": 0.1, "discriminator": 0.1}
    estimate_B = needed_B(CONFIG)["network.hidden_units and inputs of the noise"]
    assert 0.1 * estimate_B < peak_B(lambda: draw_chip(100, 128, limits, Window(1e-4, 3e-4), 0.1, 0)) < estimate_B


def test_what_fits_runs_and_what_does_not_is_refused():
    check_memory(CONFIG)
    check_memory(CONFIG, 1e9)
    with pytest.raises(InputError, match="a job needs about 40 GB of memory by trace_rows"):
        check_memory(CONFIG | {"trace_rows": 10_000_000}, 8e9)
    assert installed_B() > 1e8
