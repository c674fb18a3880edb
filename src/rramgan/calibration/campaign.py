"""Synthetic measurement campaigns: what a device group would have recorded of devices that follow a known model.

The protocol is the published one (Nili et al. 2020, doi 10.1109/TNANO.2020.2982128): quasi-static I-V sweeps of many
devices in many states at several temperatures, and single pulses of random polarity, amplitude and width. The tables
have the format of `measurements.py`, so a calibration cannot tell them from a user's own.
"""

import numpy as np
import pandas as pd

from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.static import MAX_READ_VOLTAGE_V, REFERENCE_READ_V, thermal_noise_std_A
from rramgan.streams import stream

SWEEP_V = np.round(np.linspace(-MAX_READ_VOLTAGE_V, MAX_READ_VOLTAGE_V, 17), 3)
"""Voltages of one I-V sweep."""

READ_TEMPERATURE_C = 25.0
"""Temperature at which states are read and pulses applied."""

FRESH_START_PROBABILITY = 0.3
"""Share of pulses before which the device is set to a random state, so that every bin sees both polarities."""


def simulate_campaign(
    model: DeviceModel,
    devices: int,
    temperatures_C,
    states_per_device: int,
    pulses_per_device: int,
    read_bandwidth_Hz: float,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """The tables `iv` and `pulses` of one campaign; see `simulate_iv` and `simulate_pulses`."""
    return {
        "iv": simulate_iv(model, devices, temperatures_C, states_per_device, read_bandwidth_Hz, seed),
        "pulses": simulate_pulses(model, devices, pulses_per_device, read_bandwidth_Hz, seed),
    }


def simulate_iv(
    model: DeviceModel, devices: int, temperatures_C, states_per_device: int, read_bandwidth_Hz: float, seed: int
) -> pd.DataFrame:
    """I-V sweeps -0.4..0.4 V of `devices` devices in log-uniform random states at every temperature.

    Each device keeps one device-to-device variable; every current sample carries thermal noise of `read_bandwidth_Hz`
    (variance 4 kB T f I/V, Table I), and so does the reading of the state, taken at 0.1 V before the sweep. Returns
    the table `iv.csv`, one row per sample. Raises ValueError for temperatures not above 0 degC.
    """
    temperature_C = np.asarray(temperatures_C, dtype=float)
    deviate = stream(seed, "campaign", "iv", "deviate").standard_normal(devices)
    g0_S = _random_states(model, stream(seed, "campaign", "iv", "state"), (devices, states_per_device))
    shape = (devices, states_per_device, len(temperature_C), len(SWEEP_V))
    a1, a3 = model.static.coefficients(g0_S[:, :, None], temperature_C, deviate[:, None, None])
    conductance_S = a1[..., None] + a3[..., None] * SWEEP_V**2
    noise_std_A = np.stack(
        [
            thermal_noise_std_A(np.abs(conductance_S[:, :, k]), read_bandwidth_Hz, value)
            for k, value in enumerate(temperature_C)
        ],
        axis=2,
    )
    noise = stream(seed, "campaign", "iv", "noise").standard_normal(shape)
    reading_noise = stream(seed, "campaign", "iv", "reading").standard_normal(g0_S.shape)
    reading_S = g0_S + reading_noise * _reading_noise_S(g0_S, read_bandwidth_Hz)
    columns = {
        "device_id": np.arange(devices)[:, None, None, None],
        "g0_S": reading_S[:, :, None, None],
        "temperature_C": temperature_C[:, None],
        "voltage_V": SWEEP_V,
        "current_A": conductance_S * SWEEP_V + noise * noise_std_A,
    }
    return pd.DataFrame({name: np.broadcast_to(values, shape).ravel() for name, values in columns.items()})


def simulate_pulses(
    model: DeviceModel, devices: int, pulses_per_device: int, read_bandwidth_Hz: float, seed: int
) -> pd.DataFrame:
    """Single pulses of random polarity, amplitude (uniform) and width (log-uniform) over the model's fitted ranges.

    Each device keeps one variable per polarity; the two are independent, because the sign of the table's spread is
    immaterial and leaves their correlation open. A step ends at the limits of the window. States are read at 0.1 V
    and 25 degC with thermal noise of `read_bandwidth_Hz`. Returns the table `pulses.csv`, ordered by device and pulse.
    """
    kinetics = model.kinetics
    shape = (pulses_per_device, devices)
    plan = {name: stream(seed, "campaign", "pulses", name) for name in ("pulse", "state", "deviate", "reading")}
    amplitude_V = {name: plan["pulse"].uniform(*kinetics.amplitude_V[name], shape) for name in POLARITIES}
    is_set = plan["pulse"].random(shape) < 0.5
    width_s = 10 ** plan["pulse"].uniform(*np.log10(kinetics.width_s), shape)
    fresh = plan["state"].random(shape) < FRESH_START_PROBABILITY
    fresh[0] = True
    start_S = _random_states(model, plan["state"], shape)
    deviate = {name: plan["deviate"].standard_normal(devices) for name in POLARITIES}
    noise = plan["reading"].standard_normal((2, *shape))

    g_before_S, g_after_S = np.empty(shape), np.empty(shape)
    g0_S = reading_S = start_S[0]
    for k in range(pulses_per_device):
        g0_S = np.where(fresh[k], start_S[k], g0_S)
        fresh_reading_S = g0_S + noise[0, k] * _reading_noise_S(g0_S, read_bandwidth_Hz)
        g_before_S[k] = np.where(fresh[k], fresh_reading_S, reading_S)
        step_S = {}
        for name in POLARITIES:
            pulse = (g0_S, amplitude_V[name][k], width_s[k], name)
            step_S[name] = kinetics.mean_step(*pulse) * (1 + deviate[name] * kinetics.relative_spread(*pulse))
        g0_S = np.clip(
            g0_S + np.where(is_set[k], step_S["set"], step_S["reset"]), kinetics.edges_S[0], kinetics.edges_S[-1]
        )
        reading_S = g0_S + noise[1, k] * _reading_noise_S(g0_S, read_bandwidth_Hz)
        g_after_S[k] = reading_S

    columns = {
        "device_id": np.broadcast_to(np.arange(devices), shape),
        "pulse_index": np.broadcast_to(np.arange(pulses_per_device)[:, None], shape),
        "g_before_S": g_before_S,
        "amplitude_V": np.where(is_set, amplitude_V["set"], amplitude_V["reset"]),
        "width_s": width_s,
        "g_after_S": g_after_S,
    }
    return pd.DataFrame({name: values.T.ravel() for name, values in columns.items()})


def _random_states(model, rng, shape):
    """States (S), log-uniform over the model's window."""
    return np.exp(rng.uniform(*np.log(model.kinetics.state_range_S), shape))


def _reading_noise_S(g0_S, bandwidth_Hz):
    """Standard deviation (S) of one reading of a state at 0.1 V."""
    return thermal_noise_std_A(g0_S, bandwidth_Hz, READ_TEMPERATURE_C) / REFERENCE_READ_V
