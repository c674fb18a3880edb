import numpy as np
import pytest

from rramgan.calibration.rounding import independent_columns, round_to_information, significant


def test_values_keep_two_digits_of_their_error():
    values = round_to_information([1.23456789, -0.000123456], np.diag([0.02, 2e-7]) ** 2)
    np.testing.assert_array_equal(values, [1.235, -0.00012346])


def test_a_value_smaller_than_its_error_keeps_two_digits():
    assert round_to_information([0.0123456], [[1.0]])[0] == 0.012


def test_exact_values_stay():
    np.testing.assert_array_equal(round_to_information([0.1, 0.0, -3.0], np.zeros((3, 3))), [0.1, 0.0, -3.0])


def test_what_the_data_determine_moves_by_less_than_its_error():
    """Two coefficients known only through their sum: each loses digits, the sum does not."""
    direction = np.array([1.0, -1.0])
    covariance = 0.5**2 * np.outer(direction, direction) + 1e-6**2 * np.eye(2)
    values = np.array([1.23456789, 2.34567891])
    rounded = round_to_information(values, covariance)
    assert len(str(rounded[0])) <= 4 or len(str(rounded[1])) <= 4
    assert rounded.sum() == pytest.approx(values.sum(), abs=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_every_determined_combination_moves_by_a_tenth_of_its_error(seed):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((5, 5)) * np.array([1, 1e-3, 10, 1e-5, 0.1])
    covariance, values = root @ root.T, rng.standard_normal(5) * 10
    move = round_to_information(values, covariance) - values
    assert move @ np.linalg.solve(covariance, move) < 0.1**2


def test_values_at_first_are_rounded_by_their_own_error_alone():
    covariance = np.array([[1e-4, 9e-3], [9e-3, 1.0]])
    assert round_to_information([1.23456, 5.4321], covariance, first=(0,))[0] == 1.235


def test_significant_digits_of_nested_numbers():
    assert significant([[1.23456, 0.0], [-9876.5, 1e-20]], 2) == [[1.2, 0.0], [-9900.0, 1e-20]]


def test_columns_that_follow_from_others_are_told_in_order():
    x = np.linspace(1, 2, 30)
    design = np.stack([np.ones(30), x, np.full(30, 25.0), x**2, 25 * x, np.zeros(30)], axis=1)
    np.testing.assert_array_equal(independent_columns(design), [0, 1, 3])
