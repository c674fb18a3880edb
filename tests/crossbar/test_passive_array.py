"""What a configuration says of arrays, in the units of people."""

import pytest

from rramgan.crossbar.design import ArrayDesign
from rramgan.crossbar.passive import ARRAYS
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.errors import InputError
from support import arrays

DEVICE = {"g_min_uS": 150, "g_max_uS": 300}


def test_an_array_may_use_another_window_than_the_device():
    array = ARRAYS.build("a", {"g_min_uS": 100, "one_sided": True})
    assert array.window(DEVICE).ends_S == pytest.approx((100e-6, 300e-6))
    assert array.window(DEVICE).one_sided
    assert ARRAYS.build("a", {}).window(DEVICE).ends_S == pytest.approx((150e-6, 300e-6))


def test_a_window_upside_down_is_refused():
    with pytest.raises(InputError, match="its window is 300 to 300 uS; expected an upper edge above the lower"):
        ARRAYS.build("a", {"g_min_uS": 300}).window(DEVICE)


def test_a_window_in_which_no_steps_are_known_is_refused():
    device = {"window": DEVICE, "read": {"voltage_V": 0.2, "width_s": 1e-7}, "temperature_C": 25}
    with pytest.raises(InputError, match=r"array: the window from 150 to 400 uS leaves the states that steps"):
        ArrayDesign.of(ARRAYS.build("a", {"g_max_uS": 400}), device, arrays.MODEL, arrays.DESIGN.pulses)


def test_an_array_may_have_pulses_of_its_own():
    device = PulsePair(Pulse(0.8, 1e-7), Pulse(-1.0, 1e-7))
    assert ARRAYS.build("a", {}).pulses(device) == device
    own = ARRAYS.build("a", {"set_V": 0.9, "reset_V": -1.1, "pulse_width_s": 2e-7}).pulses(device)
    assert own == PulsePair(Pulse(0.9, 2e-7), Pulse(-1.1, 2e-7))
    assert ARRAYS.build("a", {"reset_V": -1.1}).pulses(device) == PulsePair(device.set, Pulse(-1.1, 1e-7))


def test_balanced_pulses_step_alike_in_both_directions():
    window = {"g_min_uS": 178, "g_max_uS": 300}  # Above the one edge of bins that the shipped window has.
    device = {"window": window, "read": {"voltage_V": 0.2, "width_s": 1e-7}, "temperature_C": 25}
    array = ARRAYS.build("a", {"reset_V": -1.013})
    design = ArrayDesign.of(array, device, arrays.MODEL, arrays.DESIGN.pulses)
    up_S, down_S = (design.kinetics.step_table(design.pulses[p]).step([200e-6, 290e-6]) for p in ("set", "reset"))
    assert up_S == pytest.approx(-down_S, rel=0.01)


def test_pulses_of_unknown_steps_are_refused():
    device = {"window": DEVICE, "read": {"voltage_V": 0.2, "width_s": 1e-7}, "temperature_C": 25}
    with pytest.raises(InputError, match=r"array: RESET amplitude -0.5 V: the model was fitted from"):
        ArrayDesign.of(ARRAYS.build("a", {"reset_V": -0.5}), device, arrays.MODEL, arrays.DESIGN.pulses)
