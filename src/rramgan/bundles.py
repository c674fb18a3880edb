"""What the jobs of a study cost, as measured, and which of them go to a cluster together."""

from collections.abc import Mapping

SECONDS_PER_STEP = {"physical": 0.007, "released": 0.02, "software": 0.002}
"""Seconds of one step of a training by protocol, on the default network and arrays."""

START_s = 2.0
"""Seconds a job takes before it works: Python and its imports."""


def training_s(protocol: str, steps: int) -> float:
    """About how long a training takes (s)."""
    return START_s + steps * SECONDS_PER_STEP[protocol]


def bundled(seconds: Mapping[str, float], shortest_s: float) -> dict[str, int]:
    """The number of the bundle of each name, in order, so that no bundle takes less than `shortest_s` in all.

    Fewer seconds than that in all give one bundle.
    """
    bundles: dict[str, int] = {}
    bundle, filled_s, left_s = 0, 0.0, sum(seconds.values())
    for name, cost_s in seconds.items():
        if bundles and filled_s >= shortest_s <= left_s:
            bundle, filled_s = bundle + 1, 0.0
        bundles[name] = bundle
        filled_s, left_s = filled_s + cost_s, left_s - cost_s
    return bundles
