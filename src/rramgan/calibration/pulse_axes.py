"""The mean step as a product of two logistic functions, which the fit works with.

c0 (sign - tanh[c1 (log t - c2)]) (tanh[c3 V - c4] + sign) = 4 c0 s(a) s(b) with s(x) = 1 / (1 + exp(-x)),
a = -2 sign c1 (log t - c2) and b = 2 sign (c3 V - c4). The parameters theta are log(4 |c0|), intercept and log slope
of a, intercept and log slope of b, over pulse axes scaled to -1..1: so steps keep their sign, grow with width and
amplitude, and may span decades.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from rramgan.device.parametric import LOG_WIDTHS

LOG_WIDTH = "log10_s"
"""The mean step fits equally well with any logarithm of the width; this is the one written down."""

THETA = ("size", "width_intercept", "width_slope", "amplitude_intercept", "amplitude_slope")
"""Names of the parameters theta."""

COEFFICIENTS = {"c0": (0,), "c1": (2,), "c2": (1, 2), "c3": (4,), "c4": (3, 4)}
"""Which parameters each coefficient of the table is made of."""


LEAST_HALF = 1e-3
"""Half range (decades, V) given to an axis on which all pulses are alike."""


@dataclass(frozen=True)
class PulseAxes:
    """Scaled axes of the pulses of one polarity: x of log width and y of the amplitude's magnitude, both -1..1."""

    sign: float
    log_centre: float
    log_half: float
    volt_centre: float
    volt_half: float

    @classmethod
    def of(cls, amplitude_V, width_s, sign):
        """Axes that span the pulses given."""
        log, volt = LOG_WIDTHS[LOG_WIDTH](width_s), np.abs(amplitude_V)
        halves = [max(np.ptp(values) / 2, LEAST_HALF) for values in (log, volt)]
        return cls(sign, (log.max() + log.min()) / 2, halves[0], (volt.max() + volt.min()) / 2, halves[1])

    def scale(self, amplitude_V, width_s):
        """x and y of pulses."""
        x = (LOG_WIDTHS[LOG_WIDTH](width_s) - self.log_centre) / self.log_half
        return x, (np.abs(amplitude_V) - self.volt_centre) / self.volt_half

    def corners(self):
        """Values of x and of y that the pulses span: both ends and the middle, or the middle if all are alike."""
        halves = (self.log_half, self.volt_half)
        return [np.array([-1.0, 0.0, 1.0]) if half > LEAST_HALF else np.zeros(1) for half in halves]

    def coefficients(self, theta):
        """Coefficients c0 (S), c1, c2, c3 (1/V), c4 of the table; shape (..., 5) as theta."""
        size, a0, log_a1, b0, log_b1 = np.moveaxis(np.asarray(theta), -1, 0)
        a1, b1 = np.exp(log_a1), np.exp(log_b1)
        c0 = self.sign * np.exp(size) / 4
        c1 = -self.sign * a1 / (2 * self.log_half)
        c2 = self.log_centre - a0 * self.log_half / a1
        c3 = b1 / (2 * self.volt_half)
        c4 = -self.sign * (b0 - b1 * self.volt_centre / self.volt_half) / 2
        return np.stack([c0, c1, c2, c3, c4], axis=-1)

    def theta(self, coefficients):
        """The parameters theta, shape (5,), of coefficients of the table: the inverse of `coefficients`."""
        c0, c1, c2, c3, c4 = coefficients
        a1, b1 = -2 * self.sign * c1 * self.log_half, 2 * c3 * self.volt_half
        a0 = a1 * (self.log_centre - c2) / self.log_half
        b0 = b1 * self.volt_centre / self.volt_half - 2 * self.sign * c4
        return np.array([np.log(4 * self.sign * c0), a0, np.log(a1), b0, np.log(b1)])

    def coefficient_slopes(self, theta):
        """Derivatives of the coefficients (rows) by theta (columns); shape (5, 5)."""
        _, a0, log_a1, _, log_b1 = theta
        c0, c1, _, c3, _ = self.coefficients(theta)
        a1, b1 = np.exp(log_a1), np.exp(log_b1)
        slopes = np.zeros((5, 5))
        slopes[0, 0], slopes[1, 2], slopes[3, 4] = c0, c1, c3
        slopes[2, 1:3] = -self.log_half / a1, a0 * self.log_half / a1
        slopes[4, 3:5] = -self.sign / 2, self.sign * b1 * self.volt_centre / (2 * self.volt_half)
        return slopes


def mean_step_of(theta, x, y, sign):
    """Mean step (S) at scaled pulses and its Jacobian by theta; equals `mean_step_shape` at the converted theta."""
    size, a0, log_a1, b0, log_b1 = theta
    along_x, along_y = np.exp(log_a1) * x, np.exp(log_b1) * y
    a, b = a0 + along_x, b0 + along_y
    mean = sign * np.exp(size + log_expit(a) + log_expit(b))
    rest_a, rest_b = mean * expit(-a), mean * expit(-b)
    return mean, np.stack([mean, rest_a, rest_a * along_x, rest_b, rest_b * along_y], axis=-1)
