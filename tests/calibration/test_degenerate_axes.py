"""Every kind of measurements with one width, amplitude, temperature, device or bin, through to tables and figures."""

import numpy as np
import pandas as pd
import pytest
import yaml
from lab_devices import folder, pulses, staircase

from rramgan.errors import InputError
from support.calibration import calibrated


def recorded(amplitudes=1, widths=1, devices=6):
    """Trains of pulses as `lab_devices.pulses`, by amplitudes and widths about the nominal ones."""
    table = pulses(devices, trains=4, length=30)
    rng = np.random.default_rng(1)
    stretch = rng.choice(np.linspace(0.9, 1.1, amplitudes) if amplitudes > 1 else [1.0], len(table))
    width_s = rng.choice(np.geomspace(0.5e-6, 2e-6, widths) if widths > 1 else [1e-6], len(table))
    return table.assign(amplitude_V=table["amplitude_V"] * stretch, width_s=width_s)


def sweeps(devices):
    """Quasi-static sweeps of devices in five states each, slightly above Ohm's law, at one temperature."""
    axes = [range(devices), np.linspace(15e-6, 40e-6, 5), np.linspace(-0.4, 0.4, 9)]
    table = pd.MultiIndex.from_product(axes, names=["device_id", "g0_S", "voltage_V"]).to_frame(index=False)
    bend = 0.3 + 0.02 * table["device_id"]
    current_A = table["g0_S"] * table["voltage_V"] * (1 + bend * (table["voltage_V"] ** 2 - 0.01))
    return table.assign(temperature_C=25.0, current_A=current_A)


WINDOW = {"g_min_uS": 18, "g_max_uS": 36}


def described(path, kind, table, iv=None, **changes):
    """The folder of a device with these measurements, its description changed."""
    place = folder(path / "mydevice", kind, lambda file: table.to_csv(file, index=False))
    description = yaml.safe_load((place / "device.yaml").read_text())
    (place / "device.yaml").write_text(yaml.safe_dump(description | changes))
    if iv is not None:
        iv.to_csv(place / "iv.csv", index=False)
    return place


@pytest.mark.parametrize(
    ("amplitudes", "widths", "bins"), [(1, 1, [5, 100]), (3, 1, [5, 100]), (1, 3, [5, 100]), (3, 3, "quantile")]
)
def test_recorded_pulses_of_one_amplitude_or_width_and_in_one_bin(tmp_path, amplitudes, widths, bins):
    place = described(tmp_path, "recorded", recorded(amplitudes, widths), bins_uS=bins)
    done = calibrated(place, tmp_path)
    assert set(done.figures) == {"steps", "fit", "posterior_check", "pulse_map", "iv_curves", "trajectories", "cv"}
    ranges = done.model.kinetics.amplitude_V
    assert all((low < high) == (amplitudes > 1) for low, high in ranges.values())
    step_S = done.model.kinetics.mean_step(30e-6, 1.0, 1e-6, "set")
    assert step_S == pytest.approx(1e-6, rel=0.05)


@pytest.mark.parametrize(("devices", "cycles"), [(1, 1), (1, 3), (2, 2), (3, 1)])
def test_staircases_of_one_device_or_cycle(tmp_path, devices, cycles):
    done = calibrated(described(tmp_path, "staircase", staircase(devices, cycles, spread=0.1), window=WINDOW), tmp_path)
    assert set(done.figures) == {"step_law", "posterior_check"}
    assert done.tables["quality"]["miss"].count() == 2 * devices


def test_sweeps_at_one_temperature(tmp_path):
    iv = sweeps(devices=6)
    done = calibrated(described(tmp_path, "staircase", staircase(3, 2, spread=0.1), iv, window=WINDOW), tmp_path)
    assert "iv" in set(done.tables["coefficients"]["part"])


def test_one_device_with_recorded_pulses_is_told_what_to_expect(tmp_path):
    with pytest.raises(InputError, match="pulses of 5 devices; expected more pulses or wider bins"):
        calibrated(described(tmp_path, "recorded", recorded(devices=1), bins_uS="quantile"), tmp_path)


def test_recorded_pulses_without_trains_are_drawn_all_the_same(tmp_path):
    """Every second pulse of a log is missing."""
    table = recorded()
    alternate = table[table["pulse_index"] % 2 == 0]
    done = calibrated(described(tmp_path, "recorded", alternate, bins_uS=[5, 100]), tmp_path)
    assert done.tables["integrated"].empty
    assert "posterior_check" in done.figures
