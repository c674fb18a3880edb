"""The device model as one object and one JSON file: static I-V, kinetics, and what the fit knows of itself."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import numpy as np
from pydantic import TypeAdapter, ValidationError

from rramgan.device.kinetics import POLARITIES, Kinetics, KineticsT
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.pulses import PulsePair
from rramgan.device.staircase import StaircaseKinetics
from rramgan.device.static import StaticModel
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.tables import read_json, write_json
from rramgan.units import MICRO

SCHEMA_VERSION = 3

KINETICS: dict[str, type[Kinetics]] = {cls.kind: cls for cls in (ParametricKinetics, StaircaseKinetics)}
"""Every kind of kinetics by the name that model files give it."""


def kinetics_kind(cls: type[Kinetics]) -> type[Kinetics]:
    """Enter another kind of kinetics into `KINETICS`; a class decorator."""
    KINETICS[cls.kind] = cls
    return cls


@dataclass(frozen=True)
class FitReport(Generic[KineticsT]):
    """What a fit says of itself in the model's file; every kind of fit derives a dataclass of plain values from it."""

    def unmeasured(self, kinetics: KineticsT) -> Iterable[tuple[str, float, float]]:
        """Polarity, lowest and highest state (S) of each stretch in the range of states with too few measurements."""
        return ()

    def as_json(self) -> dict:
        """The report as JSON can hold it."""
        return TypeAdapter(type(self)).dump_python(self, mode="json")

    @classmethod
    def from_json(cls, content: dict) -> Self:
        """The report that `as_json` described, to the bit; raises pydantic's ValidationError if it is another one."""
        return TypeAdapter(cls).validate_python(content)


ReportT = TypeVar("ReportT", bound=FitReport | None)
"""The report of a model; None of a published one."""


@dataclass(frozen=True)
class DeviceModel(Generic[KineticsT, ReportT]):
    """A calibrated or published device."""

    name: str
    """Name of the device in figures."""
    source: str
    """Publication or campaign it comes from."""
    static: StaticModel
    """I-V curve of a device in any state."""
    kinetics: KineticsT
    """Steps of the state by programming pulses."""
    fit: ReportT
    """Standard errors and goodness of fit; None for a published model, or one loaded without."""

    def check_window(self, window: Window) -> None:
        """Raise ValueError if the conductance window reaches where the kinetics were not fitted."""
        low_S, high_S = self.kinetics.state_range_S
        reach = f"window from {window.g_min_S / MICRO:.4g} to {window.g_max_S / MICRO:.4g} uS"
        if window.g_min_S < low_S or window.g_max_S > high_S:
            low_uS, high_uS = -_four_digits_down(-low_S / MICRO), _four_digits_down(high_S / MICRO)
            raise ValueError(
                f"the {reach} leaves the states that steps were fitted in; expected one inside "
                f"{low_uS:.4g} to {high_uS:.4g} uS"
            )
        for polarity, from_S, to_S in self.fit.unmeasured(self.kinetics) if self.fit is not None else ():
            if from_S < window.g_max_S and to_S > window.g_min_S:
                raise ValueError(
                    f"the {reach} reaches into {from_S / MICRO:.4g} to {to_S / MICRO:.4g} uS, where too "
                    f"few {polarity.upper()} pulses were measured; expected more pulses there, another window or "
                    "wider bins_uS"
                )

    def check_pulses(self, pulses: PulsePair) -> None:
        """Raise ValueError if the steps of these pulses are not known."""
        for polarity in POLARITIES:
            self.kinetics.step_table(pulses[polarity])

    def save(self, path, made_by: dict | None = None) -> None:
        """Write the model as JSON with its schema version and units, and its provenance `made_by`."""
        write_json(
            path,
            {
                "schema_version": SCHEMA_VERSION,
                "name": self.name,
                "source": self.source,
                "units": "SI; temperatures in degC; step coefficients c0 S, c1, c2, c3 1/V, c4; spread d0..d4",
                "static": {name: list(values) for name, values in vars(self.static).items()},
                "kinetics": {"kind": self.kinetics.kind, **self.kinetics.as_json()},
                "fit": None if self.fit is None else self.fit.as_json(),
                "made_by": made_by,
            },
        )

    @classmethod
    def load(cls: "type[AnyModel]", path, report: type[FitReport] | None = None) -> "AnyModel":
        """Read a model written by `save`, its fit only if the type of its `report` is given.

        Raises InputError if the file is of another version, incomplete, or of a kind of kinetics nobody has registered.
        """
        content = read_json(path)
        if content.get("schema_version") != SCHEMA_VERSION:
            raise InputError(
                f"{path}: schema_version is {content.get('schema_version')!r}; this version reads {SCHEMA_VERSION}"
            )
        try:
            kind = content["kinetics"]["kind"]
            if kind not in KINETICS:
                raise InputError(f"kinetics.kind is {kind!r}; expected one of {', '.join(KINETICS)}")
            return cls(
                name=str(content["name"]),
                source=str(content["source"]),
                static=TypeAdapter(StaticModel).validate_json(json.dumps(content["static"]), strict=True),
                kinetics=KINETICS[kind].from_json(content["kinetics"]),
                fit=report.from_json(content["fit"]) if report else None,
            )
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
        except KeyError as error:
            raise InputError(f"{path}: key {error} is missing; expected a device model") from None
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(map(str, (error.title, *fault["loc"])))
            raise InputError(f"{path}: {key}: {fault['msg']}; expected the model and the report of a fit") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise InputError(f"{path}: not a device model ({' '.join(str(error).split())})") from None


AnyModel = DeviceModel[Any, Any]
"""A model whose kinetics and report nobody has looked at yet."""


def _four_digits_down(value):
    """The largest number of four significant digits not above `value`: a limit that may be taken at its word."""
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 3)
    return np.floor(np.round(value / unit, 6)) * unit
