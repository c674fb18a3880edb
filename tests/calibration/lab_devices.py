"""Devices as a laboratory would describe and measure them, for the tests of the reader."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from rramgan.calibration.import_measurements import import_measurements
from rramgan.errors import InputError

WINDOW = {"g_min_uS": 15, "g_max_uS": 40}
LOW_S, RANGE_S = 10e-6, 35e-6


def staircase(devices=2, cycles=2, pulses=40, spread=0.0, seed=0, step_S=1.5e-6) -> pd.DataFrame:
    """Staircases in the documented format: steps `step_S` exp(-1.5 x) that scatter by 10 % from pulse to pulse.

    Devices differ by `spread`.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for device in range(devices):
        factor = 1 + spread * rng.standard_normal()
        for cycle in range(cycles):
            for direction, sign, start in (("set", 1, 0.0), ("reset", -1, 1.0)):
                filled = start
                for pulse in range(pulses + 1):
                    rows.append((device, cycle, direction, pulse, float(f"{LOW_S + RANGE_S * filled:.6e}")))
                    law = np.exp(-1.5 * (filled if sign > 0 else 1 - filled)) * step_S / RANGE_S
                    filled += sign * law * factor * (1 + 0.1 * rng.standard_normal())
    return pd.DataFrame(rows, columns=["device_id", "cycle", "direction", "pulse_index", "conductance_S"])


def pulses(devices=2, trains=2, length=20, seed=0) -> pd.DataFrame:
    """Pulses in the documented format: trains up at 1.0 V and down at -1.2 V, steps of 1 uS that scatter by 10 %."""
    rng = np.random.default_rng(seed)
    rows = []
    for device in range(devices):
        state_S = 20e-6
        for pulse in range(2 * trains * length):
            amplitude_V = 1.0 if (pulse // length) % 2 == 0 else -1.2
            step_S = np.sign(amplitude_V) * 1e-6 * (1 + 0.1 * rng.standard_normal())
            after_S = float(f"{state_S + step_S:.6e}")
            rows.append((device, pulse, state_S, amplitude_V, 1e-6, after_S))
            state_S = after_S
    names = ["device_id", "pulse_index", "g_before_S", "amplitude_V", "width_s", "g_after_S"]
    return pd.DataFrame(rows, columns=names)


def folder(path: Path, kind: str, content, name=None, window=None) -> Path:
    """A device's folder with one measurement file: text as UTF-8, bytes as they are, or what `content(path)` writes."""
    path.mkdir(parents=True, exist_ok=True)
    window = window or (WINDOW if kind == "staircase" else {"g_min_uS": 25, "g_max_uS": 38})
    description = {
        "name": "bench",
        "source": "own bench",
        "measurements": kind,
        "temperature_C": 25,
        "window": window,
        "pulses": {"set": {"amplitude_V": 1.0, "width_s": 1e-6}, "reset": {"amplitude_V": -1.2, "width_s": 1e-6}},
        "read": {"voltage_V": 0.2, "width_s": 1e-7},
    }
    (path / "device.yaml").write_text(yaml.safe_dump(description), encoding="utf-8")
    file = path / (name or {"staircase": "staircase.csv", "recorded": "pulses.csv"}[kind])
    if callable(content):
        content(file)
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


IV = pd.DataFrame(
    {
        "device_id": [0, 0, 0, 1, 1, 1],
        "g0_S": [1e-4] * 3 + [2e-5] * 3,
        "temperature_C": [25.0] * 6,
        "voltage_V": [-0.1, 0.1, 0.4] * 2,
        "current_A": [-1e-5, 1e-5, 5e-5, -2e-6, 2e-6, 1e-5],
    }
)
"""I-V samples of two devices in the documented format."""


def assert_refused(place: Path, parts):
    """The import of the device at `place` ends in one sentence that has all `parts`."""
    with pytest.raises(InputError) as caught:
        import_measurements(place)
    sentence = str(caught.value)
    assert "\n" not in sentence
    for part in parts:
        assert part in sentence, sentence
