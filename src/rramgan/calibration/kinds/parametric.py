"""What kinds of measurements have in common that give parametric kinetics."""

from pathlib import Path

from rramgan.calibration.kinds.base import Measurements
from rramgan.device.published import published_tables
from rramgan.tables import present


class ParametricMeasurements(Measurements):
    """What all measurements have in common that give parametric kinetics."""

    choice_tables = ("pulse_map",)

    def published_files(self) -> dict[str, Path]:
        """The published table and points of the device, those that lie in its folder."""
        return {name: path for name, path in published_files_in(self.device.folder).items() if present(path)}

    def curve_tables(self) -> tuple[str, ...]:
        """Curves, and the evidence that published points beside a published table give."""
        published = self.published_files()
        evidence = {"trajectory_evidence": "trajectories", "cv_evidence": "cv"}
        shown = [name for name, points in evidence.items() if {"static_table", points} <= published.keys()]
        return ("steps", "iv_curves", "trajectories", "cv", *shown)

    def choose_pulses(self, model):
        """The pulses of the description, or the best balanced pair of the map for its target step."""
        from rramgan.calibration.pulse_choice import check_pulses, choose_pulses, pulse_map

        pairs = pulse_map(model.kinetics, self.device.window.ends_S)
        pulses = self.device.pulses or choose_pulses(pairs, self.device.target_step_S)
        return check_pulses(model, self.device.window, pulses), {"pulse_map": pairs}

    def tabulate(self, model, pulses, files):
        """Steps, I-V curves, trajectories and coefficients of variation."""
        from rramgan.calibration.comparison import compare

        return compare(model, pulses, self.device, files)


def published_files_in(folder: Path) -> dict[str, Path]:
    """Where the folder of a published device holds its table and the points of its figures, if it does."""
    points = {"trajectories": "fig7cd_mean_trajectories", "cv": "fig4b_cv"}
    return published_tables(folder) | {name: folder / f"{folder.name}_{file}.csv" for name, file in points.items()}
