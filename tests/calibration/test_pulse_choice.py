"""The choice of pulses against the numbers of SCIENCE.md, brute force and its own definition of balance."""

import numpy as np
import pytest

from rramgan.calibration.pulse_choice import check_pulses, choose_pulses, pulse_map
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from rramgan.errors import InputError
from support.devices import published_device

MODEL = published_device().kinetics
WINDOW_S = (150e-6, 300e-6)


@pytest.fixture(scope="module")
def pulses():
    return pulse_map(MODEL, WINDOW_S)


def _row(pulses, set_V, reset_V, width_s):
    near = [pulses["set_amplitude_V"] == set_V, pulses["reset_amplitude_V"] == reset_V, pulses["width_s"] == width_s]
    return pulses[np.logical_and.reduce(near)].iloc[0]


def test_map_repeats_the_known_steps_of_one_bin():
    row = _row(pulse_map(MODEL, (180e-6, 310e-6)), 0.8, -1.0, 1e-7)
    assert row["set_step_S"] == pytest.approx(0.526e-6, rel=2e-3)
    assert row["reset_step_S"] == pytest.approx(0.460e-6, rel=2e-3)
    assert row["worst_ratio"] == pytest.approx(0.526 / 0.460, rel=3e-3)
    assert row["steps_per_window"] == pytest.approx(130 / np.sqrt(0.526 * 0.460), rel=3e-3)
    assert row["set_energy_J"] == pytest.approx(0.8**2 * 245e-6 * 1e-7)
    assert row["reset_energy_J"] == pytest.approx(1.0**2 * 245e-6 * 1e-7)


def test_worst_ratio_is_the_worst_state_of_the_window_not_the_average(pulses):
    row = _row(pulses, 0.8, -1.0, 1e-7)
    states_S = np.linspace(*WINDOW_S, 1000)
    up = MODEL.mean_step(states_S, 0.8, 1e-7, "set")
    down = -MODEL.mean_step(states_S, -1.0, 1e-7, "reset")
    assert row["worst_ratio"] == pytest.approx(np.max(np.maximum(up / down, down / up)))


@pytest.mark.parametrize("target_step_S", [0.5e-6, 1e-6, 5e-6])
def test_chosen_pair_meets_the_target_and_no_other_balances_better(pulses, target_step_S):
    pair = choose_pulses(pulses, target_step_S)
    assert pair.set.width_s == pair.reset.width_s
    chosen = _row(pulses, pair.set.amplitude_V, pair.reset.amplitude_V, pair.set.width_s)
    assert chosen["step_S"] == pytest.approx(target_step_S, rel=0.1)
    rivals = pulses[np.abs(pulses["step_S"] / target_step_S - 1) <= 0.1]
    assert chosen["worst_ratio"] <= rivals["worst_ratio"].min() * 1.01
    for pulse in (pair.set, pair.reset):
        MODEL.step_table(pulse)


def test_a_step_out_of_reach_is_refused(pulses):
    with pytest.raises(ValueError, match="no pulse pair moves the device by 1 S"):
        choose_pulses(pulses, 1.0)


@pytest.mark.parametrize(
    ("edges_uS", "reset_V", "told"),
    [
        ((150, 400), -1.0, "the window from 150 to 400 uS leaves"),
        ((100, 178), -0.5, "RESET amplitude -0.5 V: the model"),
    ],
)
def test_a_window_and_pulses_that_the_model_does_not_know_are_refused_where_they_are_asked_for(edges_uS, reset_V, told):
    window = Window(*(1e-6 * edge_uS for edge_uS in edges_uS))
    with pytest.raises(InputError, match=f"configuration: arrays.own: {told}"):
        check_pulses(
            published_device(), window, PulsePair(Pulse(0.8, 1e-7), Pulse(reset_V, 1e-7)), "configuration: arrays.own"
        )
