import numpy as np
import pytest

from rramgan.digits import Digits, check_images, to_bytes, to_unit


def test_bytes_to_unit_range_and_back_loses_nothing():
    levels = np.arange(256, dtype=np.uint8)
    unit = to_unit(levels)
    assert unit.dtype == np.float32 and unit[0] == -1 and unit[255] == 1
    assert np.array_equal(to_bytes(unit), levels)


@pytest.mark.parametrize("value", [1.01, -2, np.nan])
def test_values_outside_the_unit_range_are_refused(value):
    with pytest.raises(ValueError, match="not within"):
        to_bytes(np.array([0, value], dtype=np.float32))


def test_digits_are_picked_by_row_and_by_class():
    digits = Digits(np.arange(4, dtype=np.uint8)[:, None] * np.ones(784, dtype=np.uint8), np.array([3, 0, 3, 9]))
    assert len(digits) == 4
    assert digits[1:].labels.tolist() == [0, 3, 9]
    assert digits.of([3, 9]).images[:, 0].tolist() == [0, 2, 3]


@pytest.mark.parametrize(
    "images", [np.zeros(784), np.zeros((2, 783)), np.full((2, 784), 255), np.full((2, 784), np.nan)]
)
def test_images_of_another_kind_are_refused(images):
    with pytest.raises(ValueError, match=r"expected \(n, 784\) with values from -1 to 1"):
        check_images(images)
