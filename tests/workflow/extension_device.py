"""A user's own kind of measurements and its figure: steps by one pulse pair that are linear in the state.

`steps.csv` beside device.yaml: polarity, g_before_S, step_S.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from rramgan.calibration.fit_tables import coefficient_row, normal_interval
from rramgan.calibration.kinds import Measurements, measurements_kind
from rramgan.calibration.lab_files.places import measurement_files
from rramgan.device.kinetics import POLARITIES, Kinetics, StepTable
from rramgan.device.model import DeviceModel, FitReport, kinetics_kind
from rramgan.device.pulses import PulsePair
from rramgan.device.static import OHMIC
from rramgan.figures.drawings import DRAWINGS, Drawing
from rramgan.figures.style import new_figure, styled
from rramgan.tables import read_table

BINS = 16


@kinetics_kind
@dataclass(frozen=True)
class LinearKinetics(Kinetics):
    """Step = offset + slope G0."""

    kind: ClassVar[str] = "linear"

    pulses: PulsePair
    range_S: tuple[float, float]
    line: dict[str, tuple[float, float]]
    """Per polarity: offset (S) and slope."""
    scatter: dict[str, float]
    """Per polarity: standard deviation relative to the step, taken as cycle to cycle."""

    @property
    def state_range_S(self):
        return self.range_S

    def amplitude_range_V(self, polarity):
        return (self.pulses[polarity].amplitude_V,) * 2

    def step_table(self, pulse):
        if pulse != self.pulses[pulse.polarity]:
            raise ValueError(f"pulse of {pulse.amplitude_V} V: not the one measured")
        edges_S = np.linspace(*self.range_S, BINS + 1)
        offset_S, slope = self.line[pulse.polarity]
        mean_S = offset_S + slope * (edges_S[1:] + edges_S[:-1]) / 2
        return StepTable(edges_S, mean_S, np.zeros(BINS), np.full(BINS, self.scatter[pulse.polarity]))

    def as_json(self):
        return {**vars(self), "pulses": self.pulses.description()}

    @classmethod
    def from_json(cls, content):
        pulses, line = PulsePair.of(content["pulses"]), {name: tuple(row) for name, row in content["line"].items()}
        return cls(pulses, tuple(content["range_S"]), line, content["scatter"])


@dataclass(frozen=True)
class LinearReport(FitReport):
    """Standard errors of offset and slope."""

    standard_error: dict[str, list[float]]


@measurements_kind
class Linear(Measurements):
    """steps.csv lies beside device.yaml."""

    kind = "linear"
    report = LinearReport
    properties: ClassVar = {
        "least_step_S": {"type": "number", "default": 0.0, "description": "Smaller steps are left out."}
    }
    fit_keys = ("name", "source", "pulses", "least_step_S")
    figures = ("linear_law",)

    def files(self):
        return measurement_files(self.device.folder, "steps")

    def curve_tables(self):
        return ("linear_law",)

    def fit(self, files):
        table = read_table(files["steps"], ["polarity", "g_before_S", "step_S"])
        table = table[table["step_S"].abs() >= self.device.content["least_step_S"]]
        line, scatter, errors = {}, {}, {}
        for polarity in POLARITIES:
            rows = table[table["polarity"] == polarity]
            (slope, offset_S), covariance = np.polyfit(rows["g_before_S"], rows["step_S"], 1, cov=True)
            residual_S = rows["step_S"] - offset_S - slope * rows["g_before_S"]
            line[polarity] = float(offset_S), float(slope)
            scatter[polarity] = float(residual_S.std() / rows["step_S"].abs().mean())
            errors[polarity] = np.sqrt(np.diag(covariance))[::-1].tolist()
        range_S = float(table["g_before_S"].min()), float(table["g_before_S"].max())
        kinetics = LinearKinetics(self.device.pulses, range_S, line, scatter)
        return DeviceModel(self.device.name, self.device.source, OHMIC, kinetics, LinearReport(errors))

    def assess(self, model, files):
        rows = [
            coefficient_row(polarity, None, name, unit, value, normal_interval(value, error, 1.96))
            for polarity, line in model.kinetics.line.items()
            for name, unit, value, error in zip(
                ("offset", "slope"), ("S", "1"), line, model.fit.standard_error[polarity], strict=True
            )
        ]
        return {"coefficients": pd.DataFrame(rows)}

    def tabulate(self, model, pulses, files):
        tables = [
            pd.DataFrame({"g0_S": table.edges_S[:-1], "mean_S": table.mean_S}).assign(polarity=polarity)
            for polarity in POLARITIES
            for table in [model.kinetics.step_table(pulses[polarity])]
        ]
        return {"linear_law": pd.concat(tables)}


DRAWINGS["linear_law"] = Drawing(f"{__name__}:linear_law", "device", "Step by state", ("linear_law",))


@styled
def linear_law(steps):
    """Mean step over the state."""
    figure = new_figure(5, 4)
    axes = figure.subplots()
    for polarity, rows in steps.groupby("polarity"):
        axes.plot(rows["g0_S"] * 1e6, rows["mean_S"] * 1e6, label=polarity.upper())
    axes.set(xlabel="State G0 (µS)", ylabel="Mean step (µS)")
    axes.legend()
    return figure
