import numpy as np
import pytest

from rramgan.calibration.mixed.outliers import OUTLIER_LEVEL, esd_outliers, fifty_percent_outliers


@pytest.mark.parametrize("count", [5, 10, 20, 100])
def test_normal_devices_are_rarely_taken_for_outliers(count):
    rng, trials = np.random.default_rng(count), 1000
    lost = np.mean([esd_outliers(rng.standard_normal(count)).any() for _ in range(trials)])
    assert lost < 2 * OUTLIER_LEVEL + 4 * np.sqrt(OUTLIER_LEVEL / trials)


@pytest.mark.parametrize(("count", "bad"), [(10, 1), (20, 2), (100, 7), (324, 22)])
def test_devices_that_do_not_belong_are_found_however_many_hide_each_other(count, bad):
    values = np.random.default_rng(1).standard_normal(count)
    values[:bad] = 12.0
    np.testing.assert_array_equal(np.flatnonzero(esd_outliers(values)), np.arange(bad))


def test_three_values_say_nothing_about_an_outlier():
    assert not esd_outliers([0.0, 0.1, 50.0]).any()


def test_the_fifty_percent_rule_goes_by_the_median_sample_of_a_device():
    device, typical = np.repeat([3, 5, 9], 5), np.full(15, 2.0)
    current = typical * np.concatenate([np.full(5, 1.4), np.full(5, 1.6), [9, 9, 1, 1, 1]])
    np.testing.assert_array_equal(fifty_percent_outliers(device, current, typical), [5])
