from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rramgan.bundles import bundled, training_s


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=60), st.floats(0, 300))
def test_no_bundle_is_shorter_than_asked_and_all_are_in_order(seconds, shortest_s):
    bundles = bundled({str(place): cost_s for place, cost_s in enumerate(seconds)}, shortest_s)
    numbers = list(bundles.values())
    assert list(bundles) == [str(place) for place in range(len(seconds))]
    assert numbers[0] == 0 and all(after - before in (0, 1) for before, after in pairwise(numbers))
    sums = [sum(s for s, n in zip(seconds, numbers, strict=True) if n == number) for number in set(numbers)]
    assert len(sums) == 1 or min(sums) >= shortest_s * (1 - 1e-9)


def test_long_trainings_are_alone():
    assert bundled({"a": 90.0, "b": 80.0, "c": 70.0}, 60) == {"a": 0, "b": 1, "c": 2}


def test_a_training_takes_longer_with_more_steps():
    assert training_s("physical", 2000) > training_s("physical", 1000) > 0
