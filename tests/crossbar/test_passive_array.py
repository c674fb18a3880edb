"""What a configuration says of arrays, in the units of people."""

import pytest

from rramgan.crossbar.passive import ARRAYS
from rramgan.errors import InputError

DEVICE = {"g_min_uS": 150, "g_max_uS": 300}


def test_an_array_may_use_a_part_of_the_devices_window():
    array = ARRAYS.build("a", {"g_min_uS": 180, "one_sided": True})
    assert array.window(DEVICE).ends_S == pytest.approx((180e-6, 300e-6))
    assert array.window(DEVICE).one_sided
    assert ARRAYS.build("a", {}).window(DEVICE).ends_S == pytest.approx((150e-6, 300e-6))


@pytest.mark.parametrize("edges", [{"g_min_uS": 140}, {"g_max_uS": 301}, {"g_min_uS": 300}])
def test_a_window_outside_the_devices_is_refused(edges):
    with pytest.raises(InputError, match="expected one inside that of the device, 150 to 300 uS"):
        ARRAYS.build("a", edges).window(DEVICE)
