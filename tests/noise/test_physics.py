"""Sources against the theory of their noise."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, signal, stats

from rramgan.device.static import thermal_noise_std_A
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.noise import NOISES, OperatingPoint
from rramgan.noise.quality import spectrum
from rramgan.noise.sources import rounded
from rramgan.noise.telegraph import telegraph

SEEDS = range(20)
LEVEL = 0.05


@pytest.fixture(scope="module")
def point(published):
    return OperatingPoint(published.static, Window(150e-6, 300e-6), read_voltage_V=0.2, temperature_C=25.0)


def fluctuations_A(kind, point, currents_A, rows, seed=0, **parameters):
    source = NOISES.build(kind, parameters)
    return next(source.fluctuations_A(point, np.asarray(currents_A), rows, np.random.default_rng(seed)))


def rejections_allowed(count, level=LEVEL):
    """Most rejections of `count` true hypotheses at `level`, but for one set of seeds in a thousand."""
    return stats.binom.ppf(0.999, count, level)


@pytest.mark.parametrize(
    ("g_S", "interval_s", "temperature_C"),
    [(225e-6, 1e-6, 25.0), (225e-6, 1e-8, 25.0), (225e-6, 1e-6, 100.0), (56e-6, 1e-6, 25.0)],
)
def test_thermal_variance_is_4kTfG(published, g_S, interval_s, temperature_C):
    at = OperatingPoint(published.static, Window(150e-6, 300e-6), 0.2, temperature_C)
    noise_A = fluctuations_A("thermal", at, [0.2 * g_S], 1_000_000, sample_interval_s=interval_s)
    expected = 4 * 1.380649e-23 * (temperature_C + 273.15) * (0.5 / interval_s) * g_S
    # 1 % is seven standard errors, sqrt(2 / n), of the variance of a million samples.
    assert noise_A.var() == pytest.approx(expected, rel=0.01)


def run_lengths(states):
    """Lengths of the whole runs of a telegraph signal, and whether each is one of the filled state."""
    changes = np.flatnonzero(np.diff(states.astype(np.int8))) + 1
    return np.diff(changes), states[changes[:-1]]


def test_dwell_times_are_exponential():
    # Sampled every dt a dwell of the rate k is a geometric number of samples; a deviate within its last sample gives
    # back the exponential one, so that the test is exact.
    step, share, rejected = 0.05, 0.4, 0
    memory = np.exp(-step)
    persistence = {True: memory + (1 - memory) * share, False: memory + (1 - memory) * (1 - share)}
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        one = np.ones((1, 1))
        samples = telegraph(rng.random((4_500_000, 1, 1)), 0 * one, memory * one, share * one, one > 2)[:, 0, 0]
        lengths, filled = run_lengths(samples)
        assert len(lengths) >= 100_000
        for state, kept in persistence.items():
            runs = lengths[filled == state]
            within = rng.random(len(runs))
            times = -np.log(kept ** (runs - 1) - within * (kept ** (runs - 1) - kept**runs))
            rejected += stats.kstest(times, "expon").pvalue < LEVEL
    assert rejected <= rejections_allowed(2 * len(SEEDS))


def test_the_telegraph_spectrum_has_its_lorentzian_corner(point):
    dwell_s, interval_s = 5e-5, 1e-6
    parameters = {"relative_amplitude": [0.1, 0.1 * (1 + 1e-9)], "dwell_s": [dwell_s, dwell_s * (1 + 1e-9)]}
    noise_A = fluctuations_A("rtn", point, np.full(20, 4.5e-5), 2**19, spread=False, **parameters)
    frequency_Hz, density = signal.welch(noise_A, fs=1 / interval_s, nperseg=2**13, axis=0)
    shown = (frequency_Hz > 0) & (frequency_Hz < 1e5)

    def lorentzian(log_f, level, log_corner):
        return level - np.log1p(np.exp(2 * (log_f - log_corner)))

    (_, log_corner), _ = optimize.curve_fit(
        lorentzian, np.log(frequency_Hz[shown]), np.log(density.mean(axis=1)[shown]), p0=(-40, np.log(1e4))
    )
    # p = 1/2: 1/tau_c + 1/tau_e = 2 / dwell.
    assert np.exp(log_corner) == pytest.approx(2 / dwell_s / (2 * np.pi), rel=0.05)


def test_traps_add_up(point):
    ranges = {"relative_amplitude": [0.1, 0.1 * (1 + 1e-9)], "dwell_s": [1e-6, 1e-6 * (1 + 1e-9)], "spread": False}
    one, four = (
        fluctuations_A("rtn", point, np.full(20, 4.5e-5), 100_000, traps=traps, **ranges).var() for traps in (1, 4)
    )
    assert four == pytest.approx(4 * one, rel=0.02)
    # The variance of two equally likely levels is a quarter of their distance squared.
    assert one == pytest.approx((0.1 * 4.5e-5) ** 2 / 4, rel=0.01)


@pytest.mark.parametrize("exponent", [0.8, 1.0, 1.2])
def test_flicker_falls_with_its_exponent_over_three_decades(point, exponent):
    parameters = {"corner_Hz": 1.0, "exponent": exponent, "flicker_amplitude": [0.1, 0.2], "spread": False}
    noise_A = fluctuations_A("flicker", point, np.full(8, 4.5e-5), 2**19, **parameters)
    frequency_Hz, density = signal.welch(noise_A, fs=1e6, nperseg=2**16, axis=0)
    # Means over equal steps of the logarithm; the theory is averaged likewise.
    band = np.digitize(frequency_Hz, np.geomspace(60, 60e3, 13))
    theory = 0.1 * 0.2 * 4.5e-5**2 * NOISES.build("flicker", parameters).unit_density(frequency_Hz)
    table = pd.DataFrame({"f": frequency_Hz, "measured": density.mean(axis=1), "theory": theory}).groupby(band).mean()
    table = table.loc[1:12]
    slope = np.polyfit(np.log(table["f"]), np.log(table["measured"]), 1)[0]
    assert slope == pytest.approx(-exponent, abs=0.03)
    np.testing.assert_allclose(table["measured"], table["theory"], rtol=0.12)


@pytest.mark.parametrize("kind", ["gaussian", "thermal", "rtn", "flicker", "read_chain", "bits"])
def test_every_source_has_the_spectrum_of_its_theory(point, kind):
    source, inputs = NOISES.build(kind, {"corner_Hz": 1e3} if kind == "flicker" else {}), 50
    trace = source.record(point, 2**14, inputs, np.random.default_rng(0))

    def theory(frequency_Hz):
        return source.density_of_record(point, inputs, np.random.default_rng(0), frequency_Hz)

    table = spectrum(trace.z, trace.sample_interval_s, theory)
    bands = table.groupby(np.digitize(table["frequency_Hz"], np.geomspace(4e3, 4e5, 9))).mean().loc[1:8]
    # Bands of 4 frequencies or more, 31 overlapping segments of 50 inputs: 2 % is a standard error of the narrowest.
    np.testing.assert_allclose(bands["density_per_Hz"], bands["theory_per_Hz"], rtol=0.08)


def test_shuffled_noise_is_white_in_theory_and_a_recording_has_none(point):
    frequency_Hz = np.geomspace(1e3, 1e5, 5)
    shuffled = NOISES.build("rtn", {"order": "rows"})
    assert (shuffled.density_of_record(point, 5, np.random.default_rng(0), frequency_Hz) == 1).all()
    recorded = NOISES.build("recorded", {"file": "measured.csv"})
    assert np.isnan(recorded.density_of_record(point, 5, np.random.default_rng(0), frequency_Hz)).all()


def test_flicker_is_stationary_from_its_first_sample(point):
    parameters = {"corner_Hz": 1e3, "flicker_amplitude": [0.1, 0.1 * (1 + 1e-9)]}
    currents_A = np.full(20_000, 4.5e-5)
    first, last = fluctuations_A("flicker", point, currents_A, 100, **parameters)[[0, -1]] / (0.1 * 4.5e-5)
    for ensemble in (first, last):
        assert ensemble.var() == pytest.approx(1, rel=4 * np.sqrt(2 / len(currents_A)))


@pytest.mark.parametrize("kind", ["thermal", "rtn", "flicker", "read_chain"])
def test_a_stream_goes_on_where_its_last_block_ended(point, kind):
    # Slow noises: half of the samples of a block and those after it are of one piece.
    slow = {
        "rtn": {"dwell_s": [1e-4, 1e-3]},
        "flicker": {"corner_Hz": 100.0},
        "read_chain": {"relative_amplitude": [1e-9, 2e-9], "bits": None, "bandwidth_Hz": 1e4},
    }
    source = NOISES.build(kind, slow.get(kind, {}))
    stream = source.stream(point, 500, 200, np.random.default_rng(0))
    before, after = next(stream).z, next(stream).z
    across = np.mean((after[0] - before[-1]) ** 2)
    within = np.mean(np.diff(after, axis=0) ** 2)
    assert across == pytest.approx(within, rel=0.6)
    assert before.std() == pytest.approx(1)


def test_a_long_recording_is_made_in_blocks_and_begins_as_a_shorter_one(point):
    source = NOISES.build("rtn", {})
    short, long = (source.record(point, rows, 4, np.random.default_rng(0)).z for rows in (16384, 40_000))
    np.testing.assert_array_equal(long[:16384], short)
    assert long.shape == (40_000, 4) and long.std() == pytest.approx(1, rel=0.05)
    assert not np.array_equal(long[16384:32768], short)


def test_raw_noise_is_what_the_devices_give(point):
    raw = NOISES.build("thermal", {"raw": True, "spread": False}).record(point, 100_000, 4, np.random.default_rng(0)).z
    current_A = point.static.current(0.2, 225e-6, 25.0, 0.0)
    expected = thermal_noise_std_A(current_A / 0.2, 0.5e6, 25.0) / current_A
    assert raw.std() == pytest.approx(expected, rel=0.01)
    assert raw.std() == pytest.approx(2.9e-5, rel=0.05), "three hundred-thousandths of the current"


def test_shot_noise_is_full_where_the_voltage_is_large(point):
    # eV >> kT and F = 1: 2 q I; no voltage and any F: 4 kB T G. The feedback adds 4 kB T / R.
    far = OperatingPoint(point.static, point.window, 2.0, 25.0)
    chain = NOISES.build("read_chain", {"fano": 1.0, "gain_ohm": 1e12})
    assert chain.white_A(far, np.array([1e-4]))[0] ** 2 == pytest.approx(2 * 1.602177e-19 * 1e-4 * 0.5e6, rel=1e-3)
    near = OperatingPoint(point.static, point.window, 1e-5, 25.0)
    expected = thermal_noise_std_A(1e-4, 0.5e6, 25.0)
    assert chain.white_A(near, np.array([1e-9]))[0] == pytest.approx(expected, rel=1e-3)


def test_the_read_chain_filters_and_costs_what_it_says(point):
    chain = {"coupling_Hz": 1e3, "bandwidth_Hz": 5e4, "bits": None, "sample_interval_s": 1e-7}
    chain |= {"relative_amplitude": [1e-9, 2e-9], "flicker_amplitude": [1e-9, 2e-9], "spread": False}
    source = NOISES.build("read_chain", chain)
    trace = source.record(point, 2**17, 8, np.random.default_rng(0))
    frequency_Hz, density = signal.welch(trace.z, fs=1e7, nperseg=2**14, axis=0)
    level = density.mean(axis=1)
    flat = level[(frequency_Hz > 5e3) & (frequency_Hz < 1.5e4)].mean()
    near = level[(frequency_Hz > 4.5e4) & (frequency_Hz < 5.5e4)].mean()
    assert near / flat == pytest.approx(0.5, rel=0.1), "half the power at the corner"
    devices_J = NOISES.build("thermal", {"spread": False, "sample_interval_s": 1e-7}).record(
        point, 10, 8, np.random.default_rng(0)
    )
    extra_J = trace.energy_per_row_J - devices_J.energy_per_row_J
    assert extra_J == pytest.approx(8 * (1e-5 * 1e-7 + 2e-12))


def test_the_coupling_of_a_read_chain_never_amplifies(point):
    """White noise through (1 + c)/2 (1 - 1/z) / (1 - c/z) keeps the share (1 + c)/2 of its variance."""
    alone = {"relative_amplitude": [1e-9, 2e-9], "flicker_amplitude": [1e-9, 2e-9], "spread": False}
    chain = NOISES.build("read_chain", alone | {"coupling_Hz": 2e5})
    currents_A = np.full(4, 4.5e-5)
    passed_A = next(chain.fluctuations_A(point, currents_A, 100_000, np.random.default_rng(0)))
    kept = np.exp(-2 * np.pi * 0.2)
    share = passed_A.var() / chain.white_A(point, currents_A)[0] ** 2
    assert share == pytest.approx((1 + kept) / 2, rel=4 * np.sqrt(2 / 400_000))


def test_a_read_chain_has_settled_when_recording_begins(point):
    """The first rows are like all others: many traps have a mean current of many steps, which the coupling takes."""
    chain = NOISES.build("read_chain", {"traps": 100, "bits": None})
    z = chain.record(point, 16_384, 400, np.random.default_rng(0)).z
    assert abs(z[0].mean()) < 4 * z[0].std() / np.sqrt(400)
    assert z[:200].std() == pytest.approx(z[8_192:].std(), rel=0.1)


@pytest.mark.parametrize("name", ["coupling_Hz", "bandwidth_Hz"])
def test_corners_beyond_half_the_sampling_rate_are_refused(name):
    with pytest.raises(InputError, match=f"{name} is 600000; expected less than half the sampling rate, 500000 Hz"):
        NOISES.build("read_chain", {name: 6e5})


@pytest.mark.parametrize("bits, price_pJ", [(8, 2.0), (4, 2.0 / 16), (None, 2.0)])
def test_converters_of_a_read_chain_cost_as_much_per_level(point, bits, price_pJ):
    currents_A = np.full(3, 4.5e-5)
    priced, free = (
        NOISES.build("read_chain", {"bits": bits, "adc_pJ": pJ}).costs(point, currents_A)[0] for pJ in (2.0, 0.0)
    )
    assert priced - free == pytest.approx(3 * price_pJ * 1e-12)


@pytest.mark.parametrize("extractor, offset", [("none", 1.0), ("none", -3.0), ("xor", 2.0), ("von-neumann", 3.0)])
def test_numbers_of_biased_bits_have_the_mean_and_amplitude_asked_for(point, extractor, offset):
    chain = {"word_bits": 3, "extractor": extractor, "offset": offset, "std": 0.3}
    z = NOISES.build("bits", chain).record(point, 40_000, 4, np.random.default_rng(0)).z / 0.3
    scatter = np.std((z - z.mean()) ** 2) / np.sqrt(z.size)
    assert abs(z.mean()) < 4 / np.sqrt(z.size)
    assert z.var() == pytest.approx(1, abs=4 * scatter)


def test_rounding_leaves_the_mean_where_it_is():
    z = (10 + np.random.default_rng(0).standard_normal((5000, 4))).astype(np.float32)
    digital = rounded(z, 8)
    assert digital.mean() == pytest.approx(z.mean(), abs=6 / 256) and digital.std() == pytest.approx(z.std(), rel=1e-4)


def test_bits_are_uniform_numbers_and_von_neumann_takes_the_bias(point):
    biased, fair = (
        NOISES.build("bits", {"offset": 0.5, "extractor": extractor}) for extractor in ("none", "von-neumann")
    )
    rng = np.random.default_rng(0)
    assert biased.extracted(100_000, 1, rng).mean() == pytest.approx(biased.probability, abs=4 * 0.5 / 316)
    assert fair.extracted(100_000, 1, rng).mean() == pytest.approx(0.5, abs=4 * 0.5 / 316)
    xored = NOISES.build("bits", {"offset": 0.5, "extractor": "xor"})
    e = xored.probability - 0.5
    assert xored.extracted(100_000, 1, rng).mean() == pytest.approx(0.5 - 2 * e**2, abs=4 * 0.5 / 316)
    z = fair.record(point, 20_000, 1, rng).z
    assert (
        stats.kstest(z[:, 0], stats.uniform(-np.sqrt(3), 2 * np.sqrt(3)).cdf).statistic
        < 1.63 / np.sqrt(20_000) + 1 / 256
    )


def test_bits_that_are_thrown_away_are_paid_for(point):
    costs = {
        extractor: NOISES.build("bits", {"offset": 0.0, "extractor": extractor}).costs(point, np.full(3, 4.5e-5))
        for extractor in ("none", "xor", "von-neumann")
    }
    assert costs["none"][1] == pytest.approx(8e-6)
    for extractor, factor in (("xor", 2), ("von-neumann", 4)):
        assert costs[extractor][:2] == pytest.approx([factor * cost for cost in costs["none"][:2]])


@pytest.mark.parametrize("order", ["rows", "samples"])
def test_shuffled_noise_has_the_same_samples_in_another_order(point, order):
    plain, shuffled = (
        NOISES.build("rtn", {"order": o}).record(point, 5000, 5, np.random.default_rng(0)).z
        for o in ("recorded", order)
    )
    np.testing.assert_array_equal(np.sort(plain, axis=0), np.sort(shuffled, axis=0))
    together = np.array_equal(plain[np.lexsort(plain.T)], shuffled[np.lexsort(shuffled.T)])
    assert together == (order == "rows"), "rows stay whole unless every input is shuffled by itself"


def test_coarse_samples_have_their_levels_and_their_spread(point):
    for bits in (1, 2, 4):
        z = NOISES.build("gaussian", {"bits": bits, "std": 0.3}).record(point, 20_000, 5, np.random.default_rng(0)).z
        assert len(np.unique(z)) == 2**bits and z.std() == pytest.approx(0.3, rel=0.01)
