"""Cycle-to-cycle noise of recorded pulses: found in every bin where it is, and bounded where it is not."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.fit import calibrate, quantile_edges
from rramgan.calibration.mixed.variance_components import variance_components
from rramgan.calibration.parametric_tables import coefficients
from rramgan.calibration.reports import CYCLE_SPREAD

DEVICES, TRAIN = 30, 30
READING_NOISE_S = 0.02e-6


def recorded(noise, trains=6, seed=0):
    """Trains up and down of 30 devices: 5 amplitudes, 3 widths, steps of about 1 uS that differ by 15 %."""
    rng = np.random.default_rng(seed)
    factor = 1 + 0.15 * rng.standard_normal(DEVICES)
    state_S, tables = np.full(DEVICES, 20e-6), []
    for pulse in range(2 * trains * TRAIN):
        sign, nominal_V = (1, 1.0) if (pulse // TRAIN) % 2 == 0 else (-1, -1.2)
        amplitude_V = nominal_V * rng.choice([0.8, 0.9, 1.0, 1.1, 1.2], DEVICES)
        width_s = rng.choice([0.5e-6, 1e-6, 2e-6], DEVICES)
        size_S = 1e-6 * np.sqrt(width_s / 1e-6) * (amplitude_V / nominal_V) ** 3
        after_S = state_S + sign * size_S * (factor + noise * rng.standard_normal(DEVICES))
        read_S = [g_S + READING_NOISE_S * rng.standard_normal(DEVICES) for g_S in (state_S, after_S)]
        columns = {"device_id": np.arange(DEVICES), "pulse_index": pulse, "g_before_S": read_S[0]}
        columns |= {"amplitude_V": amplitude_V, "width_s": width_s, "g_after_S": read_S[1]}
        tables.append(pd.DataFrame(columns))
        state_S = np.maximum(after_S, 2e-6)
    return pd.concat(tables).sort_values(["device_id", "pulse_index"], ignore_index=True)


def fitted(pulses):
    """Cycle-to-cycle spread and the ends of its interval, of all fitted bins of both polarities."""
    model = calibrate(None, pulses, "mine", "bench", quantile_edges(pulses["g_before_S"]))
    rows = coefficients(model)
    return rows[(rows["quantity"] == CYCLE_SPREAD) & (rows["remark"] == "")]


def test_noise_that_is_everywhere_is_found_everywhere():
    rows = fitted(recorded(noise=0.25))
    assert len(rows) >= 12
    assert rows["determined"].all()
    assert rows["value"].to_numpy() == pytest.approx(0.25, rel=0.15)
    # Of 16 intervals of 95 %, more than three fail with a chance of 1 %.
    assert rows["value"].size - rows.eval("low_95 <= 0.25 <= high_95").sum() <= 3


def test_no_noise_is_zero_below_a_bound():
    rows = fitted(recorded(noise=0.0))
    assert (rows["value"] < 0.02).all()
    assert (rows["low_95"] <= rows["value"]).all()
    assert rows["high_95"].between(0.001, 0.1).all()


def test_noises_are_told_apart_though_steps_span_ten_decades():
    """Seven bins of mostly small steps: every noise scatters as its standard error says, also that of readings."""
    bins = np.repeat(np.arange(7), 500)
    largest_uS = 10.0 ** np.array([-1.1, 0.7, 1.4, 1.7, 1.8, 1.9, 1.8])[bins]
    truth = np.array([4.0, *7 * [0.2**2]])
    found, errors = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        step_uS = largest_uS * 10.0 ** -rng.exponential(1.2, len(bins))
        terms = np.stack([np.full(len(bins), 1e-4**2), *(step_uS**2 * (bins == k) for k in range(7))], axis=1)
        sizes, error = variance_components(terms @ truth * rng.chisquare(1, len(bins)), 1, terms)
        found.append(sizes / truth)
        errors.append(error / truth)
    assert np.min(found) > 0.5
    np.testing.assert_allclose(np.std(found, axis=0), np.median(errors, axis=0), rtol=4 / np.sqrt(2 * 60))
