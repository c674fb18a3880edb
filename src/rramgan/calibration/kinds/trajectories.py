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
    fit_tables = ("coefficients", "quality", "integrated")
    figures = ("steps", "posterior_check", "pulse_map", "iv_curves", "trajectories", "cv")

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
        """The published model with its time constants shifted; raises InputError if it misses the trajectories."""
        from rramgan.calibration.trajectories import read_trajectories, trajectory_misses
        from rramgan.calibration.trajectory_fit import recalibrate
        from rramgan.device.published import published_model

        published = published_model(files["static_table"], files["dynamic_table"])
        points = read_trajectories(files["trajectories"])
        model = recalibrate(published, points, self.device.name)
        trajectory_misses(model.kinetics, points)
        return model

    def assess(self, model, files):
        """The shifts, how far every train is missed, and the trains as measured and integrated."""
        from rramgan.calibration.parametric_tables import shift_coefficients
        from rramgan.calibration.trajectories import followed, read_trajectories, trajectory_misses

        points = read_trajectories(files["trajectories"])
        return {
            "coefficients": shift_coefficients(model),
            "quality": trajectory_misses(model.kinetics, points),
            "integrated": followed(model.kinetics, points),
        }
