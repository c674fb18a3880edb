"""Staircases: potentiation and depression by equal pulses of one amplitude and width per polarity."""

from rramgan.calibration.kinds.base import Measurements
from rramgan.calibration.reports import StaircaseReport


class Staircase(Measurements):
    """staircase.csv lies beside device.yaml, with iv.csv if there is one, as for recorded."""

    kind = "staircase"
    report = StaircaseReport
    fit_keys = ("name", "source", "pulses", "temperature_C", "window")
    has_draws = True
    fit_tables = ("coefficients", "quality", "devices", "measured_steps", "integrated")
    figures = ("step_law", "posterior_check")

    def files(self):
        """The staircase, and I-V sweeps if there are any."""
        return self._beside("staircase", "iv")

    def curve_tables(self):
        """The step law."""
        return ("step_law",)

    def fit(self, files):
        """Fit of the step law."""
        from rramgan.calibration.fit import calibrate_staircase
        from rramgan.calibration.measurements import read_staircase, read_sweeps

        device, staircase = self.device, read_staircase(files["staircase"])
        iv = read_sweeps(files.get("iv"), device.temperature_C)
        window_S = device.window.ends_S
        return calibrate_staircase(staircase, device.fixed_pulses(), device.name, device.source, iv, window_S)

    def assess(self, model, files):
        """Values at the knots, quality, devices, steps as measured, and staircases as the law integrates to."""
        from rramgan.calibration.fit_tables import device_variables
        from rramgan.calibration.measurements import read_staircase
        from rramgan.calibration.staircase_tables import coefficients, measured_steps, quality, staircases

        staircase = read_staircase(files["staircase"])
        return {
            "coefficients": coefficients(model),
            "quality": quality(model),
            "devices": device_variables(model.fit.kinetics),
            "measured_steps": measured_steps(staircase),
            "integrated": staircases(model, staircase),
        }

    def tabulate(self, model, pulses, files):
        """The step law on its grid."""
        from rramgan.calibration.staircase_tables import step_law

        return {"step_law": step_law(model.kinetics)}

    def draw(self, model, seed):
        """A draw of the step law."""
        from rramgan.calibration.draws import draw_staircase

        return draw_staircase(model, seed)
