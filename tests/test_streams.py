import numpy as np

from rramgan.streams import stream


def test_streams_depend_on_seed_and_name_alone():
    def draw(seed, *names):
        return stream(seed, *names).standard_normal(4)

    np.testing.assert_array_equal(draw(0, "a", "b"), draw(0, "a", "b"))
    others = [draw(1, "a", "b"), draw(0, "b", "a"), draw(0, "a"), draw(0, "a", "c")]
    assert not any(np.array_equal(draw(0, "a", "b"), other) for other in others)


def test_streams_are_uncorrelated():
    first, second = (stream(0, "stream", name).standard_normal(100_000) for name in "ab")
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(100_000)
