"""Synthesise a measurement campaign from the published table."""

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.device.model import published_model
from rramgan.jobs import logged_to
from rramgan.tables import write_table

with logged_to(snakemake.log[0]):
    campaign = snakemake.params.campaign
    truth = published_model(snakemake.input.static_table, snakemake.input.dynamic_table)
    shared = {"devices": campaign["devices"], "read_bandwidth_Hz": campaign["read_bandwidth_Hz"], "seed": 0}
    iv = simulate_iv(
        truth,
        temperatures_C=campaign["temperatures_C"],
        states_per_device=campaign["states_per_device"],
        **shared,
    )
    write_table(snakemake.output.iv, iv)
    pulses = simulate_pulses(truth, pulses_per_device=campaign["pulses_per_device"], **shared)
    write_table(snakemake.output.pulses, pulses)
