"""A layer on differential pairs written down plainly: every device by the device model, in float64, no kernels."""

import numpy as np

from rramgan.crossbar.mapping import decode
from rramgan.device.kinetics import POLARITIES


class PlainLayer:
    """Forward and transposed reads and one-pulse updates of a `Population`, without noise and without wires."""

    def __init__(self, population, w_max, design):
        self.population, self.w_max, self.design = population, w_max, design
        self.works = np.isnan(population.stuck_S)
        self.g_S = np.where(self.works, population.g_S, population.stuck_S).astype(float)
        self.steps = {name: design.kinetics.step_table(design.pulses[name]) for name in POLARITIES}
        self.read_J = self.selected_J = 0.0

    @property
    def weights(self):
        return decode(self.g_S, self.w_max, self.design.window)

    def forward(self, inputs):
        return self._read(np.hstack([inputs, np.ones((len(inputs), 1))]), "vi,sij->svj")

    def backward(self, errors):
        return self._read(np.asarray(errors), "vj,sij->svi")[:, :-1]

    def _read(self, vectors, contraction):
        """Currents of G+ less those of G-, each the sum of A1 V + A3 V^3, and V I t of all devices."""
        design = self.design
        a1, a3 = design.static.coefficients(self.g_S, design.temperature_C, self.population.deviate_iv)
        scale = np.abs(vectors).max(axis=1, keepdims=True)
        scale[scale == 0] = 1
        volts = design.read_voltage_V * vectors / scale
        currents_A = np.einsum(contraction, volts, a1) + np.einsum(contraction, volts**3, a3)
        driven = contraction[1]
        powers_W = np.einsum(f"v{driven},sij->", volts**2, a1) + np.einsum(f"v{driven},sij->", volts**4, a3)
        self.read_J += powers_W * design.read_width_s
        gain = self.w_max / design.window.full_scale_S / design.read_voltage_V
        return ((currents_A[0] - currents_A[1]) * gain * scale).astype(np.float32)

    def update(self, signs):
        for side, direction in enumerate((signs, -signs)):
            before_S = self.g_S[side]
            deviates = {name: getattr(self.population, f"deviate_{name}")[side] for name in POLARITIES}
            change_S = np.zeros_like(before_S)
            for name, sign in POLARITIES.items():
                pulse, pulsed = self.design.pulses[name], direction == sign
                change_S[pulsed] = self.steps[name].step(before_S, deviates[name])[pulsed]
                self.selected_J += pulse.amplitude_V**2 * pulse.width_s * before_S[pulsed].sum()
            window = self.design.window
            after_S = np.clip(before_S + change_S, window.g_min_S, window.g_max_S)
            # The state of an array is float32.
            self.g_S[side] = np.where(self.works[side], after_S.astype(np.float32), before_S)
