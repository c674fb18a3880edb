"""Steps as a function of the voltage that arrives: the model's, nothing below its range, no more above."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rramgan.crossbar.response import response
from rramgan.crossbar.wires import Wires
from rramgan.device.kinetics import Kinetics, StepTable
from rramgan.device.pulses import PulsePair
from rramgan.errors import InputError
from support import arrays

MODEL = arrays.MODEL.kinetics


class OnePulse(Kinetics):
    """Kinetics of a device measured with one pulse per polarity."""

    kind = "one pulse"
    state_range_S = (1e-6, 1e-3)

    def amplitude_range_V(self, polarity):
        return ({"set": arrays.SET, "reset": arrays.RESET}[polarity].amplitude_V,) * 2

    def as_json(self):
        raise NotImplementedError

    from_json = as_json

    def step_table(self, pulse):
        if pulse not in (arrays.SET, arrays.RESET):
            raise ValueError(f"no measurement with {pulse}")
        step_S = 0.5e-6 * np.sign(pulse.amplitude_V)
        return StepTable(np.array([1e-6, 200e-6, 1e-3]), np.array([step_S, step_S / 2]), *np.zeros((2, 2)))


@pytest.mark.parametrize("pulse", [arrays.SET, arrays.RESET])
def test_interpolation_errs_by_less_than_a_thousandth(pulse):
    low, high = sorted(np.abs(MODEL.amplitude_V[pulse.polarity]))
    volts = np.linspace(low, high, 1000)
    table = response(MODEL, pulse, extrapolate=False)
    for level in (6, 7):
        g_S = np.sqrt(MODEL.edges_S[level] * MODEL.edges_S[level + 1])
        signed_V = np.sign(pulse.amplitude_V) * volts
        mean_S, spread, cycle_spread = table.at(volts, level)
        assert_allclose(mean_S, MODEL.mean_step(g_S, signed_V, pulse.width_s, pulse.polarity), rtol=1e-3)
        exact = MODEL.relative_spread(g_S, signed_V, pulse.width_s, pulse.polarity)
        assert_allclose(spread, exact, atol=1e-4)
        assert_array_equal(cycle_spread, 0)


def test_nominal_pulse_is_exactly_the_step_table():
    for pulse in (arrays.SET, arrays.RESET):
        table, steps = response(MODEL, pulse, extrapolate=False), MODEL.step_table(pulse)
        at_nominal = [table.at(abs(pulse.amplitude_V), level) for level in range(8)]
        assert_array_equal(np.transpose(at_nominal), [steps.mean_S, steps.relative_spread, steps.cycle_spread])


def test_outside_the_range():
    table = response(MODEL, arrays.SET, extrapolate=False)
    assert table.at(0.79, 7)[0] == 0
    assert table.at(1.3, 7)[0] == table.at(1.15, 7)[0] > 0
    extrapolated = response(MODEL, arrays.SET, extrapolate=True)
    assert extrapolated.at(0.7, 7)[0] == pytest.approx(MODEL.mean_step(230e-6, 0.7, 1e-7, "set"), rel=1e-3)
    assert extrapolated.validity_V == table.validity_V == (0.8, 1.15)


def test_polarities_must_share_their_bins():
    class Mismatched(OnePulse):
        def step_table(self, pulse):
            table = super().step_table(pulse)
            return table if pulse == arrays.SET else replace(table, edges_S=table.edges_S * 1.1)

    with pytest.raises(ValueError, match="expected the same edges"):
        arrays.crossbar(arrays.uniform_population((2, 2), 225e-6), kinetics=Mismatched())


def test_device_measured_with_one_pulse():
    array = arrays.crossbar(
        arrays.uniform_population((6, 5), 225e-6), kinetics=OnePulse(), pulses=PulsePair(arrays.SET, arrays.RESET)
    )
    array.update(np.ones((6, 5), np.int8))
    assert_allclose(array.g_S[0], 225.25e-6, rtol=1e-6)
    with pytest.raises(InputError, match="line resistance leaves"):
        arrays.crossbar(arrays.uniform_population((6, 5), 225e-6), kinetics=OnePulse(), wires=Wires(1.0, 1.0))
    # Compensated, every device sees at least the measured pulse and moves as it did in the measurement.
    wired = arrays.crossbar(
        arrays.uniform_population((6, 5), 225e-6), kinetics=OnePulse(), wires=Wires(1.0, 1.0), compensate=True
    )
    wired.update(np.ones((6, 5), np.int8))
    assert_allclose(wired.g_S[0], 225.25e-6, rtol=1e-6)
    with pytest.raises(InputError, match="needs a formula; one pulse has none"):
        response(OnePulse(), arrays.SET, extrapolate=True)
