"""The parameters the fit works with against the coefficients of the table."""

import numpy as np
import pytest

from rramgan.calibration.pulse_axes import PulseAxes, mean_step_of
from rramgan.device.parametric import ParametricKinetics


@pytest.mark.parametrize("sign", [1, -1])
def test_fit_parameters_convert_to_the_coefficients_of_the_table(sign):
    """The product of logistics equals the tanh form, and both Jacobians agree with finite differences."""
    axes = PulseAxes(sign, -4.0, 3.0, 1.0, 0.2)
    theta = np.array([np.log(4e-4), -0.7, 0.4, 0.3, 0.8])
    amplitude_V, width_s = sign * np.linspace(0.8, 1.2, 5), np.geomspace(1e-7, 1e-1, 5)
    x, y = axes.scale(amplitude_V, width_s)
    mean, slopes = mean_step_of(theta, x, y, sign)
    coefficients, derivatives = axes.coefficients(theta), axes.coefficient_slopes(theta)
    polarity = "set" if sign > 0 else "reset"
    table = ParametricKinetics(np.array([1e-6, 1e-3]), {polarity: coefficients[None]}, {}, {}, (1e-7, 1e-1))
    np.testing.assert_allclose(table.mean_step(1e-4, amplitude_V, width_s, polarity), mean, rtol=1e-12)
    for k in range(5):
        step = np.zeros(5)
        step[k] = 1e-6
        slope = (mean_step_of(theta + step, x, y, sign)[0] - mean_step_of(theta - step, x, y, sign)[0]) / 2e-6
        np.testing.assert_allclose(slopes[:, k], slope, rtol=1e-6)
        change = (axes.coefficients(theta + step) - axes.coefficients(theta - step)) / 2e-6
        np.testing.assert_allclose(derivatives[:, k], change, rtol=1e-6, atol=1e-12)
