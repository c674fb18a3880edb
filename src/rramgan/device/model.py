"""The device model as one object and one JSON file: static I-V, kinetics, and where they come from."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rramgan.device.kinetics import POLARITIES
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.staircase import StaircaseKinetics
from rramgan.device.static import StaticModel
from rramgan.errors import InputError
from rramgan.tables import read_json, read_table, write_json
from rramgan.units import MICRO

SCHEMA_VERSION = 2

KINETICS = {"parametric": ParametricKinetics, "staircase": StaircaseKinetics}
"""Kinds of kinetics by the key of the model file that holds them."""


@dataclass(frozen=True)
class DeviceModel:
    """A calibrated device; `fit` holds standard errors and goodness of fit where the model was fitted to data."""

    name: str
    source: str
    static: StaticModel
    kinetics: ParametricKinetics | StaircaseKinetics
    fit: dict = field(default_factory=dict)

    def check_window(self, low_S: float, high_S: float) -> None:
        """Raise ValueError if the conductance window reaches where the kinetics were not fitted."""
        kinetics = self.kinetics
        edges_S = kinetics.edges_S if isinstance(kinetics, ParametricKinetics) else kinetics.grid_S[[0, -1]]
        reach = f"window from {low_S / MICRO:.4g} to {high_S / MICRO:.4g} uS"
        if low_S < edges_S[0] or high_S > edges_S[-1]:
            raise ValueError(
                f"the {reach} leaves the states that steps were fitted in; expected one inside "
                f"{edges_S[0] / MICRO:.4g} to {edges_S[-1] / MICRO:.4g} uS"
            )
        for polarity, report in self.fit.get("kinetics", {}).items():
            for told, bin_low_S, bin_high_S in zip(report.get("bins", []), edges_S, edges_S[1:], strict=False):
                if "source_bin" in told and bin_low_S < high_S and bin_high_S > low_S:
                    raise ValueError(
                        f"the {reach} reaches into {bin_low_S / MICRO:.4g} to {bin_high_S / MICRO:.4g} uS, where too "
                        f"few {polarity.upper()} pulses were measured; expected more pulses there, another window or "
                        "wider bins_uS"
                    )

    def save(self, path) -> None:
        """Write the model as JSON with its schema version and units."""
        write_json(
            path,
            {
                "schema_version": SCHEMA_VERSION,
                "name": self.name,
                "source": self.source,
                "units": "SI; temperatures in degC; step coefficients c0 S, c1, c2, c3 1/V, c4; spread d0..d4",
                "static": {name: list(values) for name, values in vars(self.static).items()},
                next(kind for kind, cls in KINETICS.items() if isinstance(self.kinetics, cls)): self.kinetics.as_json(),
                "fit": self.fit,
            },
        )

    @classmethod
    def load(cls, path) -> "DeviceModel":
        """Read a model written by `save`; InputError if the file is of another version or incomplete."""
        content = read_json(path)
        if content.get("schema_version") != SCHEMA_VERSION:
            raise InputError(
                f"{path}: schema_version is {content.get('schema_version')!r}; this version reads {SCHEMA_VERSION}"
            )
        try:
            kind = next((kind for kind in KINETICS if kind in content), "parametric")
            return cls(
                name=content["name"],
                source=content["source"],
                static=StaticModel(**{name: tuple(values) for name, values in content["static"].items()}),
                kinetics=KINETICS[kind].from_json(content[kind]),
                fit=content["fit"],
            )
        except KeyError as error:
            raise InputError(f"{path}: key {error} is missing; expected a device model") from None


def published_model(static_table, dynamic_table, log_width: str = "log10_s") -> DeviceModel:
    """The model of Table I of Nili 2020, read from its two tables as printed.

    The ranges are the published ones: SET 0.8..1.15 V, RESET -1.5..-0.8 V, 100 ns..100 ms.
    """
    static = read_table(static_table, ["coefficient", "symbol", "value"])
    values = {f"{row.coefficient}.{row.symbol}": float(row.value) for row in static.itertuples()}

    def row(coefficient, letter, count):
        try:
            return tuple(values[f"{coefficient}.{letter}{k}"] for k in range(count))
        except KeyError as error:
            raise InputError(f"{static_table}: coefficient {error} is missing") from None

    c_names = ["c0_S", "c1", "c2", "c3_per_V", "c4"]
    d_names = ["d0", "d1", "d2_per_V", "d3_per_V2", "d4_per_V3"]
    dynamic = read_table(dynamic_table, ["polarity", "g_min_uS", "g_max_uS", *c_names, *d_names])
    rows = {polarity: dynamic[dynamic["polarity"] == polarity] for polarity in POLARITIES}
    edges_uS = np.append(rows["set"]["g_min_uS"], rows["set"]["g_max_uS"].iloc[-1])
    return DeviceModel(
        name=Path(static_table).parent.name,
        source="Nili et al. 2020, Table I, doi 10.1109/TNANO.2020.2982128",
        static=StaticModel(row("A1", "a", 3), row("A3", "a", 3), row("A1", "p", 4), row("A3", "p", 5)),
        kinetics=ParametricKinetics(
            edges_S=edges_uS * MICRO,
            step={polarity: rows[polarity][c_names].to_numpy() for polarity in POLARITIES},
            spread={polarity: rows[polarity][d_names].to_numpy() for polarity in POLARITIES},
            amplitude_V={"set": (0.8, 1.15), "reset": (-1.5, -0.8)},
            width_s=(1e-7, 1e-1),
            log_width=log_width,
        ),
    )
