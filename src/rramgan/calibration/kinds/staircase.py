"""Staircases: potentiation and depression by equal pulses of one amplitude and width per polarity."""

from rramgan.calibration.kinds.base import Measurements
from rramgan.calibration.lab_files.places import measurement_files
from rramgan.calibration.reports import StaircaseReport


class Staircase(Measurements):
    """staircase.csv lies beside device.yaml, with iv.csv if there is one, as for recorded."""

    kind = "staircase"
    report = StaircaseReport
    fit_keys = ("name", "source", "pulses", "temperature_C", "window")
    has_draws = True
    fit_tables = ("coefficients", "quality", "devices", "measured_steps", "step_law", "integrated")
    figures = ("step_law", "posterior_check")

    def raw_files(self):
        """The files of the device's folder."""
        return measurement_files(self.device.folder, "staircase")

    def files(self):
        """The staircase, and I-V sweeps if there are any, as imported."""
        return self._imported("staircase")

    def fit(self, files):
        """Fit of the step law."""
        from rramgan.calibration.fit import calibrate_staircase
        from rramgan.calibration.measurements import read_staircase, read_sweeps

        device, staircase = self.device, read_staircase(files["staircase"])
        iv = read_sweeps(files.get("iv"), device.temperature_C)
        window_S = device.window.ends_S
        return calibrate_staircase(staircase, device.fixed_pulses(), device.name, device.source, iv, window_S)

    def assess(self, model, files):
        """Values at the knots, quality, devices, and the law beside what was measured."""
        from rramgan.calibration.fit_tables import device_variables
        from rramgan.calibration.measurements import read_staircase
        from rramgan.calibration.staircase_tables import coefficients, measured_steps, quality, staircases, step_law

        staircase = read_staircase(files["staircase"])
        return {
            "coefficients": coefficients(model),
            "quality": quality(model),
            "devices": device_variables(model.fit.kinetics),
            "measured_steps": measured_steps(staircase),
            "step_law": step_law(model.kinetics),
            "integrated": staircases(model, staircase),
        }

    def draw(self, model, seed):
        """A draw of the step law."""
        from rramgan.calibration.draws import draw_staircase

        return draw_staircase(model, seed)
