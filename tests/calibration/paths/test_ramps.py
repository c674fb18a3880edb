"""What readings tell before any law: rails, limits, stuck devices, gaps."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.paths.ramps import (
    crossed,
    rails_S,
    ramps_of,
    reading_scatter_S,
    steps_of,
    strangers,
    stuck,
    up_to_limits,
    without,
)

NOISE_S = 0.02e-6


def _ramps(states_S, pulses=None, cycles=2, noise_S=NOISE_S, direction="set"):
    """Ramps of devices with the states (devices, readings), read twice."""
    states_S = np.atleast_2d(states_S)
    pulses = np.arange(states_S.shape[1]) if pulses is None else np.asarray(pulses)
    rng = np.random.default_rng(0)
    tables = [
        pd.DataFrame(
            {
                "device_id": device,
                "cycle": cycle,
                "direction": direction,
                "pulse_index": pulses,
                "conductance_S": own_S + noise_S * rng.standard_normal(len(pulses)),
            }
        )
        for device, own_S in enumerate(states_S)
        for cycle in range(cycles)
    ]
    table = pd.concat(tables)
    return ramps_of(table, direction, 1.0 if direction == "set" else -1.0, np.unique(table["device_id"])), table


LINE_S = 10e-6 + 1e-6 * np.arange(36)


def test_sparse_ramps_count_the_pulses_between_readings():
    ramps, _ = _ramps(LINE_S[:5], pulses=[0, 1, 2, 5, 10])
    np.testing.assert_array_equal(ramps.gap, [0, 1, 1, 3, 5] * 2)
    assert [len(range(*rows.indices(10))) for rows in ramps.bounds()] == [5, 5]
    _, table = _ramps(LINE_S[:3], pulses=[0, 10, 20], noise_S=0.0)
    np.testing.assert_allclose(steps_of(table, "set")["step_S"], 0.1e-6)


def test_readings_at_a_rail_are_found_and_a_common_start_is_none():
    ramps, _ = _ramps(LINE_S, noise_S=0.0, cycles=12)
    assert rails_S([ramps]) == []
    clipped, _ = _ramps(np.stack([LINE_S, LINE_S + 0.3e-6]).clip(max=30e-6), noise_S=0.0)
    (rail_S,) = rails_S([clipped])
    assert rail_S == pytest.approx(30e-6)
    np.testing.assert_array_equal(without(clipped, [rail_S]).used, clipped.reading_S < 30e-6)


@pytest.mark.parametrize("direction", ["set", "reset"])
def test_a_device_at_its_own_limit_tells_nothing(direction):
    """Two devices run on at limits of their own; a third one never stops."""
    states_S = np.stack([LINE_S.clip(max=25e-6), LINE_S.clip(max=28e-6), LINE_S])
    ramps, _ = _ramps(states_S if direction == "set" else 55e-6 - states_S, direction=direction)
    used, limit_S = up_to_limits(ramps)
    truth_S = np.array([25e-6, 28e-6])
    np.testing.assert_allclose(limit_S[:2], truth_S if direction == "set" else 55e-6 - truth_S, atol=NOISE_S)
    assert np.isnan(limit_S[2])
    arrived = [15, 18]
    for device, count in enumerate(arrived):
        for rows in used.bounds():
            if used.device[rows.start] == device:
                assert count - 2 <= used.used[rows].sum() <= count
    assert used.used[used.device == 2].all()


def test_a_slow_end_is_no_limit():
    """Steps that shrink to a third of the first ones."""
    states_S = 10e-6 + 30e-6 * np.log(1 + 2 * np.arange(60) / 59) / np.log(3)
    ramps, _ = _ramps(states_S)
    assert np.isnan(up_to_limits(ramps)[1]).all()


def test_stuck_devices_and_strangers_are_told_from_slow_ones():
    slow_S = 10e-6 + 0.4 * (LINE_S - 10e-6)
    ramps, _ = _ramps(np.stack([LINE_S, np.full(36, 25e-6), slow_S]))
    np.testing.assert_array_equal(stuck(ramps), [False, True, False])
    np.testing.assert_array_equal(stuck(_ramps(np.stack([LINE_S, np.full(36, 25e-6)]))[0]), [False, True])
    far, _ = _ramps(np.stack([LINE_S, LINE_S, LINE_S + 1e-3]))
    np.testing.assert_array_equal(strangers(far), [False, False, True])


def test_scatter_of_readings_is_found_beside_steps():
    ramps, _ = _ramps(np.tile(10e-6 + 0.01e-6 * np.arange(2000), (2, 1)), noise_S=0.5e-6)
    assert reading_scatter_S(ramps) == pytest.approx(0.5e-6, rel=0.05)


def test_a_jump_leaves_a_gap_unless_pulses_lie_between():
    jump, _ = _ramps(np.array([10e-6, 40e-6, 41e-6, 42e-6]), noise_S=0.0)
    np.testing.assert_allclose(crossed(jump)[:, 0], [10e-6, 40e-6, 41e-6])
    several, _ = _ramps(np.array([10e-6, 40e-6, 41e-6, 42e-6]), pulses=[0, 10, 11, 12], noise_S=0.0)
    np.testing.assert_allclose(crossed(several)[0], [10e-6, 37e-6])
