"""Single pulses of any amplitude and width, with I-V sweeps: of a real campaign, or of a synthesised one."""

from typing import ClassVar

import pandas as pd

from rramgan.calibration.kinds.base import CALIBRATION_FOLDER
from rramgan.calibration.kinds.parametric import ParametricMeasurements
from rramgan.calibration.lab_files.places import measurement_files
from rramgan.calibration.reports import ParametricReport
from rramgan.errors import InputError


class Recorded(ParametricMeasurements):
    """pulses.csv lies beside device.yaml, with iv.csv if there is one, without which the device is taken as ohmic."""

    kind = "recorded"
    report = ParametricReport
    properties: ClassVar = {
        "fit": {
            "type": "object",
            "additionalProperties": False,
            "default": {},
            "description": "How I-V sweeps and pulses are fitted.",
            "properties": {
                "tied": {
                    "type": "boolean",
                    "default": False,
                    "description": "One c0 and c1 (SET), c0 and c3 (RESET) for all bins, as in the published table.",
                },
                "continuous": {
                    "type": "boolean",
                    "default": False,
                    "description": "Join the bins instead of jumping from one to the next.",
                },
                "fifty_percent_rule": {
                    "type": "boolean",
                    "default": False,
                    "description": "Before I-V sweeps are fitted, leave out devices whose current is typically more "
                    "than 50 % off the mean; the fit itself rejects outliers by their statistics in either case.",
                },
            },
        },
        "bins_uS": {
            "type": ["array", "string"],
            "minItems": 2,
            "items": {"type": "number", "exclusiveMinimum": 0},
            "pattern": "quantile",
            "expected": "at least 2 edges that ascend, or quantile",
            "default": [3.16, 5.62, 10, 17.8, 31.6, 56.2, 100, 178, 316],
            "description": "Edges in microsiemens of the bins of G0 in which pulses are fitted; or quantile, for eight "
            "bins with equally many of the measured pulses, where states are not spread over decades.",
        },
    }
    fit_keys = ("name", "source", "bins_uS", "fit", "temperature_C")
    has_draws = True
    fit_tables = ("coefficients", "quality", "devices", "measured_steps", "integrated")
    figures = ("steps", "fit", "posterior_check", "pulse_map", "iv_curves", "trajectories", "cv")

    def raw_files(self):
        """The files of the device's folder."""
        return measurement_files(self.device.folder, "pulses")

    def files(self):
        """Pulses, and I-V sweeps if there are any, as imported."""
        return self._imported("pulses")

    def validate(self, draws=False):
        """Also refuse bins that do not ascend."""
        super().validate(draws)
        bins_uS = self.device.content["bins_uS"]
        if bins_uS != "quantile" and sorted(set(bins_uS)) != bins_uS:
            raise InputError(f"device.yaml: bins_uS is {bins_uS}; expected ascending values")

    def fit(self, files):
        """Fit of sweeps and pulses."""
        from rramgan.calibration.fit import calibrate
        from rramgan.calibration.measurements import read_pulses, read_sweeps

        device = self.device
        iv, pulses = read_sweeps(files.get("iv"), device.temperature_C), read_pulses(files["pulses"])
        return calibrate(iv, pulses, device.name, device.source, device.edges_S, **device.content["fit"])

    def assess(self, model, files):
        """Coefficients after the steps of the pulses in use, quality, devices, steps and trains as measured."""
        from rramgan.calibration.fit_tables import device_variables
        from rramgan.calibration.measurements import read_pulses
        from rramgan.calibration.parametric_tables import (
            coefficients,
            longest_trains,
            measured_pulses,
            operating_points,
            quality,
        )

        pulses = read_pulses(files["pulses"])
        rows = [coefficients(model)]
        if self.device.pulses:
            rows = [operating_points(model, self.device.pulses), *rows]
        return {
            "coefficients": pd.concat(rows),
            "quality": quality(model),
            "devices": device_variables(model.fit.kinetics),
            "measured_steps": measured_pulses(pulses, model.kinetics),
            "integrated": longest_trains(pulses, model),
        }

    def draw(self, model, seed):
        """A draw of all coefficients."""
        from rramgan.calibration.draws import draw_parametric

        return draw_parametric(model, seed)


class Synthetic(Recorded):
    """a campaign is synthesised from the published tables `{device}_table1_static.csv` and `..._dynamic.csv`."""

    kind = "synthetic"

    def raw_files(self):
        """None."""
        return {}

    def files(self):
        """What the workflow has synthesised."""
        return {name: CALIBRATION_FOLDER / f"{name}.csv" for name in ("iv", "pulses")}
