"""Every kind of measurements with one width, amplitude, temperature, device or bin, through to tables and figures."""

import numpy as np
import pandas as pd
import pytest
import yaml
from lab_devices import folder, pulses, staircase

from rramgan.calibration.fit import calibrate
from rramgan.calibration.fit_tables import remarks
from rramgan.calibration.mixed.fit import few_devices
from support.calibration import calibrated
from support.devices import ROOT


def recorded(amplitudes=1, widths=1, devices=6):
    """Trains of pulses as `lab_devices.pulses`, by amplitudes and widths about the nominal ones."""
    table = pulses(devices, trains=4, length=30)
    rng = np.random.default_rng(1)
    stretch = rng.choice(np.linspace(0.9, 1.1, amplitudes) if amplitudes > 1 else [1.0], len(table))
    width_s = rng.choice(np.geomspace(0.5e-6, 2e-6, widths) if widths > 1 else [1e-6], len(table))
    return table.assign(amplitude_V=table["amplitude_V"] * stretch, width_s=width_s)


def sweeps(devices):
    """Quasi-static sweeps of devices in 20 states each, slightly above Ohm's law, at one temperature."""
    axes = [range(devices), np.linspace(15e-6, 40e-6, 20), np.linspace(-0.4, 0.4, 9)]
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


@pytest.mark.parametrize("devices", [1, 2])
def test_recorded_pulses_of_few_devices(tmp_path, devices):
    table, iv = recorded(3, 3, devices), sweeps(devices)
    done = calibrated(described(tmp_path, "recorded", table, iv, bins_uS=[5, 100]), tmp_path)
    assert done.model.kinetics.mean_step(30e-6, 1.0, 1e-6, "set") == pytest.approx(1e-6, rel=0.05)
    own = done.tables["coefficients"].query("quantity == 'mean step of the pulse in use' and part == 'set'").iloc[0]
    assert own["low_95"] < 1e-6 < own["high_95"]
    assert sum(f"{devices} device(s): spread" in sentence for sentence in remarks(done.tables["quality"])) == 3


def test_a_stuck_device_of_two_is_left_out():
    table = recorded(devices=2)
    table.loc[table["device_id"] == 1, ["g_before_S", "g_after_S"]] = 30e-6
    model = calibrate(None, table, "bench", "own bench", np.array([5e-6, 100e-6]))
    assert model.kinetics.mean_step(30e-6, 1.0, 1e-6, "set") == pytest.approx(1e-6, rel=0.05)
    report = model.fit.kinetics["set"]
    assert report.outlier_devices == [1]
    assert report.remark == "devices that behave apart, left out: 1; " + few_devices(1)


def test_trajectories_of_a_published_device(tmp_path):
    done = calibrated(ROOT / "data/raw/nili2020-fig7", tmp_path)
    assert "posterior_check" in done.figures
    assert done.tables["quality"]["miss"].max() < 0.06


def test_recorded_pulses_without_trains_are_drawn_all_the_same(tmp_path):
    """Every second pulse of a log is missing."""
    table = recorded()
    alternate = table[table["pulse_index"] % 2 == 0]
    done = calibrated(described(tmp_path, "recorded", alternate, bins_uS=[5, 100]), tmp_path)
    assert done.tables["integrated"].empty
    assert "posterior_check" in done.figures
