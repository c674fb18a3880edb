"""The kinds of measurements a device can be known from: the one place that lists them.

A new kind is a subclass of `Measurements` under the decorator `measurements_kind`, in a module of its own; nothing else
asks what kind of device there is.
"""

from collections.abc import Mapping
from pathlib import Path

from rramgan.calibration.kinds.base import Measurements
from rramgan.calibration.kinds.pulses import Recorded, Synthetic
from rramgan.calibration.kinds.staircase import Staircase
from rramgan.calibration.kinds.trajectories import Trajectories
from rramgan.device.description import DeviceDescription

KINDS: dict[str, type[Measurements]] = {cls.kind: cls for cls in (Recorded, Staircase, Synthetic, Trajectories)}
"""Every kind of measurements by its name in device.yaml."""


def measurements_kind(cls: type[Measurements]) -> type[Measurements]:
    """Enter another kind of measurements into `KINDS`; a class decorator."""
    KINDS[cls.kind] = cls
    return cls


def measurements_of(content: Mapping, folder: Path = Path()) -> Measurements:
    """The measurements that a checked device.yaml, or the keys of it that a job is given, describes."""
    return KINDS[content["measurements"]](DeviceDescription(content, folder))


def device_schema(schema: dict, content: Mapping) -> dict:
    """The `schema` of device.yaml with the kinds of measurements there are, and the own keys of the one in `content`.

    With the own keys of all kinds, none of them required, if `content` names none of them.
    """
    chosen = {name: kind for name, kind in KINDS.items() if name == content.get("measurements")}
    own: dict[str, dict] = {}
    for kind in (chosen or KINDS).values():
        for name, key in kind.properties.items():
            holders = ", ".join(other.kind for other in KINDS.values() if name in other.properties)
            own[name] = key | {"description": f"With measurements {holders}: {key['description']}"}
    meanings = [f"{name}: {(kind.__doc__ or '').splitlines()[0].rstrip('.')}" for name, kind in KINDS.items()]
    listed = {"type": "string", "enum": list(KINDS), "description": "; ".join(meanings) + "."}
    required = [name for name, key in own.items() if chosen and "default" not in key]
    return schema | {
        "properties": schema["properties"] | {"measurements": listed} | own,
        "required": [*schema["required"], *required],
    }
