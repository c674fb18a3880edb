import numpy as np
import pytest
from scipy import stats

from rramgan.device.static import thermal_noise_std_A
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.noise import NOISES, NoiseSource, OperatingPoint, Trace
from rramgan.noise.quality import autocorrelation, characterise, distribution, moments, spectrum

ROWS, INPUTS = 20_000, 50


SOURCES = ("gaussian", "uniform", "laplace", "bernoulli", "thermal", "rtn", "flicker", "read_chain", "bits")
MEMORYLESS = ("gaussian", "uniform", "laplace", "bernoulli", "thermal", "bits")
INTERVAL_S = 1e-6


@pytest.fixture(scope="module")
def point(published):
    return OperatingPoint(published.static, Window(150e-6, 300e-6), read_voltage_V=0.2, temperature_C=25.0)


def draw(point, source, rows=ROWS, inputs=INPUTS, seed=0, **parameters):
    design = NOISES.build(source, parameters)
    return design.generate(point, rows, inputs, np.random.default_rng(seed))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("std", [1.0, 0.3])
def test_every_source_has_the_configured_standard_deviation(point, source, std):
    z = draw(point, source, std=std).z
    assert z.shape == (ROWS, INPUTS) and z.dtype == np.float32
    # Four standard errors of the sample mean and standard deviation of independent samples; rtn is scaled exactly.
    assert abs(z.mean()) < 4 * std / np.sqrt(z.size)
    assert z.std() == pytest.approx(std, rel=4 / np.sqrt(2 * z.size))


@pytest.mark.parametrize("source", SOURCES)
def test_a_seed_fixes_every_bit(point, source):
    np.testing.assert_array_equal(draw(point, source, 500).z, draw(point, source, 500).z)
    assert not np.array_equal(draw(point, source, 500).z, draw(point, source, 500, seed=1).z)


def test_distributions_have_their_shape(point):
    assert stats.kstest(draw(point, "gaussian").z[:, 0], "norm").pvalue > 0.01
    assert stats.kstest(draw(point, "uniform").z[:, 0], stats.uniform(-np.sqrt(3), 2 * np.sqrt(3)).cdf).pvalue > 0.01
    channel = draw(point, "thermal").z[:, 0].astype(float)
    assert stats.kstest(channel / channel.std(), "norm").pvalue > 0.01
    assert moments(draw(point, "rtn").z)["excess_kurtosis"] < -0.1, "two levels have thin tails"


def test_thermal_noise_has_the_variance_of_johnson_nyquist():
    # 4 kB T f G by hand: 4 x 1.380649e-23 J/K x 298.15 K x 1 MHz x 100 uS = 1.6466e-18 A^2.
    assert thermal_noise_std_A(100e-6, 1e6, 25.0) ** 2 == pytest.approx(1.64656e-18, rel=1e-4)


def test_thermal_channels_share_one_gain(point):
    z = draw(point, "thermal", inputs=200).z
    spread = z.std(axis=0).max() / z.std(axis=0).min()
    # Currents of a 150..300 uS window (and the spread of devices) differ by about 2, noise by its square root.
    assert 1.2 < spread < 2.0


def test_white_sources_are_white_and_telegraph_noise_remembers(point):
    for source in MEMORYLESS:
        rho = autocorrelation(draw(point, source).z, lags=5)["autocorrelation"]
        assert rho[0] == pytest.approx(1)
        assert np.all(np.abs(rho[1:]) < 4 / np.sqrt(ROWS * INPUTS) + 1 / ROWS)
    assert autocorrelation(draw(point, "rtn").z, lags=1)["autocorrelation"][1] > 0.2


def test_telegraph_noise_decays_as_a_two_state_markov_process(point):
    dwell_s = 3e-6
    parameters = {
        "relative_amplitude": [0.1, 0.1000001],
        "dwell_s": [dwell_s, dwell_s * (1 + 1e-9)],
        "capture_probability": [0.5, 0.5 + 1e-9],
    }
    z = draw(point, "rtn", 50_000, **parameters).z
    rho = autocorrelation(z, lags=5)["autocorrelation"]
    # p = 1/2: the relaxation rate is 2 / dwell, the autocorrelation exp(-2 t / dwell) (Machlup 1954).
    expected = np.exp(-2 * INTERVAL_S * np.arange(6) / dwell_s)
    np.testing.assert_allclose(rho, expected, atol=4 * 2 / np.sqrt(50_000 * INPUTS))


def test_the_spectrum_integrates_to_the_variance(point):
    for source in (*MEMORYLESS, "rtn"):
        z = draw(point, source).z
        table = spectrum(z, INTERVAL_S, np.ones_like)
        step_Hz = table["frequency_Hz"][1] - table["frequency_Hz"][0]
        assert table["density_per_Hz"].sum() * step_Hz == pytest.approx(z.var(), rel=0.02)


def test_the_distribution_integrates_to_one(point):
    table = distribution(draw(point, "uniform").z)
    assert table["density"].sum() * (table["value"][1] - table["value"][0]) == pytest.approx(1)


def test_device_sources_cost_their_read_power(point):
    assert draw(point, "gaussian", 10).energy_per_row_J == 0
    energy_J = draw(point, "thermal", 10, inputs=2000).energy_per_row_J
    # 2000 devices of 225 uS on average at 0.2 V for 1 us; the cubic term adds about 10 %.
    ohmic_J = 2000 * 225e-6 * 0.2**2 * 1e-6
    assert ohmic_J < energy_J < 1.2 * ohmic_J


@pytest.mark.parametrize("source", SOURCES)
def test_designs_of_one_kind_draw_the_same_numbers(point, source):
    weak, usual = draw(point, source, 200, std=0.25).z, draw(point, source, 200).z
    np.testing.assert_allclose(4 * weak, usual, rtol=1e-6)


def test_slower_samples_cost_more_energy_and_time(point):
    fast, slow = (draw(point, "thermal", 200, sample_interval_s=s) for s in (1e-6, 2e-6))
    assert slow.energy_per_row_J == pytest.approx(2 * fast.energy_per_row_J)
    assert (fast.time_per_row_s, slow.time_per_row_s) == (1e-6, 2e-6)


def test_a_trace_comes_back_from_its_file(point, tmp_path):
    trace = draw(point, "rtn", 300)
    trace.save(tmp_path / "trace.npz", {"seed": 0})
    loaded = Trace.load(tmp_path / "trace.npz")
    np.testing.assert_array_equal(loaded.z, trace.z)
    costs = ("energy_per_row_J", "time_per_row_s", "sample_interval_s")
    assert [getattr(loaded, name) for name in costs] == [getattr(trace, name) for name in costs]


def test_tables_of_traces_name_their_noise_and_use_its_interval(point):
    traces = {"a": draw(point, "thermal", 300), "b": draw(point, "thermal", 300, sample_interval_s=1e-3)}
    tables = characterise(traces, dict.fromkeys(traces, np.ones_like))
    assert all(list(table["noise"].unique()) == ["a", "b"] for table in tables.values())
    highest_Hz = tables["spectrum"].groupby("noise")["frequency_Hz"].max()
    assert highest_Hz["a"] == pytest.approx(1e3 * highest_Hz["b"])


def test_numbers_made_of_bits_are_never_raw():
    with pytest.raises(InputError, match="raw is true; expected false"):
        NOISES.build("bits", {"raw": True})


class Torn(NoiseSource):
    """Gives what it is told to."""

    kind = "torn"

    def generate(self, point, rows, inputs, rng):
        return Trace(self.given(rows, inputs))


@pytest.mark.parametrize(
    "given, sentence",
    [
        (
            lambda rows, inputs: np.zeros((rows, inputs + 1), np.float32),
            r"gives samples \(50, 4\); expected \(50, 3\)",
        ),
        (lambda rows, inputs: np.full((rows, inputs), np.nan, np.float32), "150 of 150 samples are not finite numbers"),
    ],
)
def test_a_source_that_gives_no_such_samples_is_named(point, given, sentence):
    source = Torn(std=1.0, sample_interval_s=1e-6, inputs=None, bits=None, order="recorded")
    object.__setattr__(source, "given", given)
    with pytest.raises(InputError, match=f"noise torn: {sentence}"):
        source.record(point, 50, 3, np.random.default_rng(0))
