"""Mean trajectories of a published device under trains of equal pulses."""

from pathlib import Path
from typing import ClassVar

from rramgan.calibration.kinds.parametric import ParametricMeasurements, published_files_in
from rramgan.calibration.reports import RecalibrationReport
from rramgan.tables import present


class Trajectories(ParametricMeasurements):
    """the published tables of the device `base`, recalibrated to its points `{base}_fig7cd_mean_trajectories.csv`."""

    kind = "trajectories"
    report = RecalibrationReport
    properties: ClassVar = {
        "base": {"type": "string", "description": "Device whose published tables and trajectories are used."}
    }
    fit_keys = ("name", "base")
    figures = ("steps", "pulse_map", "iv_curves", "trajectories", "cv")

    @property
    def base(self) -> Path:
        """Folder of the published device."""
        return self.device.folder.parent / self.device.content["base"]

    def files(self):
        """The published table, and the trajectories."""
        published = published_files_in(self.base)
        return {name: published[name] for name in ("static_table", "dynamic_table", "trajectories")}

    def published_files(self):
        """Those of the base that there are."""
        return {name: path for name, path in published_files_in(self.base).items() if present(path)}

    def fit(self, files):
        """The published model with its time constants shifted."""
        from rramgan.calibration.trajectories import read_trajectories
        from rramgan.calibration.trajectory_fit import recalibrate
        from rramgan.device.published import published_model

        published = published_model(files["static_table"], files["dynamic_table"])
        return recalibrate(published, read_trajectories(files["trajectories"]), self.device.name)

    def assess(self, model, files):
        """The shifts."""
        from rramgan.calibration.parametric_tables import shift_coefficients

        return {"coefficients": shift_coefficients(model)}
