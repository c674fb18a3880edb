"""Synthetic campaigns on the published device."""

from rramgan.calibration.campaign import simulate_campaign
from support.devices import published_device

TEMPERATURES_C = [25, 40, 55, 70, 85, 100]
BANDWIDTH_HZ = 1e3


def published_campaign(devices, pulses_per_device, seed):
    """I-V sweeps of four states per device at six temperatures, and pulses."""
    tables = simulate_campaign(published_device(), devices, TEMPERATURES_C, 4, pulses_per_device, BANDWIDTH_HZ, seed)
    return tables["iv"], tables["pulses"]
