"""Memory that the jobs of a study need, so that a study that cannot fit is refused before it starts."""

import os

from rramgan.digits import PIXELS
from rramgan.errors import InputError
from rramgan.learning.architecture import layer_shapes

GIGA = 1e9

PER_NOISE_SAMPLE_B = 40
"""Bytes at most while a sample of a trace is drawn: double precision, its product and the float32 that is kept."""

PER_PAIR_B = 400
"""Bytes of a pair of devices in training: states, deviates, stuck devices, coefficients of reads and of steps."""

PER_BATCH_VALUE_B = 100
"""Bytes of a pixel or a unit of one image of a batch: values, errors and what both networks keep of them."""

PER_PIXEL_B = 50
"""Bytes of a pixel of the images that are assessed, by all judges."""

PER_READING_B = 400
"""Bytes of a reading of a synthetic campaign while it is made and fitted."""

SWEEP_READINGS = 17
"""Readings of one I-V sweep of a synthetic campaign."""


def needed_B(config: dict) -> dict[str, float]:
    """Bytes that the largest jobs of a complete configuration need, by the keys that they grow with."""
    network, campaign = config["network"], config["campaign"]
    own_inputs = (noise.get("inputs") or 0 for noise in config["noises"].values())
    inputs, hidden, batch = max(network["noise_inputs"], *own_inputs), network["hidden_units"], network["batch"]
    pairs = sum(rows * columns for rows, columns in layer_shapes(inputs, hidden).values())
    longest = max((block["steps"] for block in config["trainings"]), default=0)
    trace_rows = config["trace_rows"] or longest * batch + config["evaluation"]["images"]
    sweeps = campaign["states_per_device"] * len(campaign["temperatures_C"]) * SWEEP_READINGS
    return {
        "trace_rows and inputs of the noise": trace_rows * inputs * PER_NOISE_SAMPLE_B,
        "network.hidden_units and inputs of the noise": pairs * PER_PAIR_B,
        "network.batch": batch * (inputs + 2 * hidden + 2 * PIXELS) * PER_BATCH_VALUE_B,
        "evaluation.images": config["evaluation"]["images"] * PIXELS * PER_PIXEL_B,
        "campaign": campaign["devices"] * (sweeps + campaign["pulses_per_device"]) * PER_READING_B,
    }


def installed_B() -> int:
    """Bytes of memory of this computer."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def check_memory(config: dict, available_B: float | None = None) -> None:
    """Raise InputError if a job of a complete configuration needs more than is available, by default all there is."""
    available_B = available_B or installed_B()
    keys, needed = max(needed_B(config).items(), key=lambda item: item[1])
    if needed > available_B:
        raise InputError(
            f"configuration: a job needs about {needed / GIGA:.3g} GB of memory by {keys}; expected less than the "
            f"{available_B / GIGA:.3g} GB of this computer"
        )
