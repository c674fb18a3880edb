from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from rramgan.device.static import thermal_noise_std_A
from rramgan.device.window import Window
from rramgan.noise.quality import autocorrelation, distribution, moments, spectrum
from rramgan.noise.sources import SOURCES, NoiseDesign, TelegraphNoise

ROWS, INPUTS = 20_000, 50


@pytest.fixture(scope="module")
def design(published):
    return NoiseDesign(
        static=published.static,
        window=Window(150e-6, 300e-6),
        read_voltage_V=0.2,
        sample_interval_s=1e-6,
        temperature_C=25.0,
        std=1.0,
        telegraph=TelegraphNoise((0.01, 0.1), (1e-7, 1e-5), (0.4, 0.6)),
    )


def draw(design, source, rows=ROWS, inputs=INPUTS, seed=0):
    return SOURCES[source](design, rows, inputs, np.random.default_rng(seed))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("std", [1.0, 0.3])
def test_every_source_has_the_configured_standard_deviation(design, source, std):
    z = draw(replace(design, std=std), source).z
    assert z.shape == (ROWS, INPUTS) and z.dtype == np.float32
    # Four standard errors of the sample mean and standard deviation of independent samples; rtn is scaled exactly.
    assert abs(z.mean()) < 4 * std / np.sqrt(z.size)
    assert z.std() == pytest.approx(std, rel=4 / np.sqrt(2 * z.size))


@pytest.mark.parametrize("source", SOURCES)
def test_a_seed_fixes_every_bit(design, source):
    np.testing.assert_array_equal(draw(design, source, 500).z, draw(design, source, 500).z)
    assert not np.array_equal(draw(design, source, 500).z, draw(design, source, 500, seed=1).z)


def test_distributions_have_their_shape(design):
    assert stats.kstest(draw(design, "gaussian").z[:, 0], "norm").pvalue > 0.01
    assert stats.kstest(draw(design, "uniform").z[:, 0], stats.uniform(-np.sqrt(3), 2 * np.sqrt(3)).cdf).pvalue > 0.01
    channel = draw(design, "thermal").z[:, 0].astype(float)
    assert stats.kstest(channel / channel.std(), "norm").pvalue > 0.01
    assert moments(draw(design, "rtn").z)["excess_kurtosis"] < -0.1, "two levels have thin tails"


def test_thermal_noise_has_the_variance_of_johnson_nyquist():
    # 4 kB T f G by hand: 4 x 1.380649e-23 J/K x 298.15 K x 1 MHz x 100 uS = 1.6466e-18 A^2.
    assert thermal_noise_std_A(100e-6, 1e6, 25.0) ** 2 == pytest.approx(1.64656e-18, rel=1e-4)


def test_thermal_channels_share_one_gain(design):
    z = draw(design, "thermal", inputs=200).z
    spread = z.std(axis=0).max() / z.std(axis=0).min()
    # Currents of a 150..300 uS window (and the spread of devices) differ by about 2, noise by its square root.
    assert 1.2 < spread < 2.0


def test_white_sources_are_white_and_telegraph_noise_remembers(design):
    for source in ("gaussian", "uniform", "thermal"):
        rho = autocorrelation(draw(design, source).z, lags=5)["autocorrelation"]
        assert rho[0] == pytest.approx(1)
        assert np.all(np.abs(rho[1:]) < 4 / np.sqrt(ROWS * INPUTS) + 1 / ROWS)
    assert autocorrelation(draw(design, "rtn").z, lags=1)["autocorrelation"][1] > 0.2


def test_telegraph_noise_decays_as_a_two_state_markov_process(design):
    dwell_s = 3e-6
    telegraph = TelegraphNoise((0.1, 0.1000001), (dwell_s, dwell_s * (1 + 1e-9)), (0.5, 0.5 + 1e-9))
    z = draw(replace(design, telegraph=telegraph), "rtn", rows=50_000).z
    rho = autocorrelation(z, lags=5)["autocorrelation"]
    # p = 1/2: the relaxation rate is 2 / dwell, the autocorrelation exp(-2 t / dwell) (Machlup 1954).
    expected = np.exp(-2 * design.sample_interval_s * np.arange(6) / dwell_s)
    np.testing.assert_allclose(rho, expected, atol=4 * 2 / np.sqrt(50_000 * INPUTS))


def test_the_spectrum_integrates_to_the_variance(design):
    for source in SOURCES:
        z = draw(design, source).z
        table = spectrum(z, design.sample_interval_s)
        step_Hz = table["frequency_Hz"][1] - table["frequency_Hz"][0]
        assert table["density_per_Hz"].sum() * step_Hz == pytest.approx(z.var(), rel=0.02)


def test_the_distribution_integrates_to_one(design):
    table = distribution(draw(design, "uniform").z)
    assert table["density"].sum() * (table["value"][1] - table["value"][0]) == pytest.approx(1)


def test_device_sources_cost_their_read_power(design):
    assert draw(design, "gaussian", 10).energy_per_row_J == 0
    energy_J = draw(design, "thermal", 10, inputs=2000).energy_per_row_J
    # 2000 devices of 225 uS on average at 0.2 V for 1 us; the cubic term adds about 10 %.
    ohmic_J = 2000 * 225e-6 * 0.2**2 * 1e-6
    assert ohmic_J < energy_J < 1.2 * ohmic_J
