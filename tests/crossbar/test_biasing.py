"""Which voltage every device of a tile sees, by scheme."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rramgan.crossbar.biasing import SCHEMES, Scheme

ADDRESSED, SELECTED = np.array([False, True]), np.array([True, False, True])


@pytest.mark.parametrize(
    "name, fractions",
    [
        ("half", [[1 / 2, 0, 1 / 2], [1, 1 / 2, 1]]),
        ("third", [[1 / 3, -1 / 3, 1 / 3], [1, 1 / 3, 1]]),
    ],
)
def test_fractions_row_by_row_and_column_by_column(name, fractions):
    by_row, by_column = SCHEMES[name], SCHEMES[f"{name}_by_column"]
    assert_allclose(by_row.fractions(ADDRESSED, SELECTED), fractions, atol=1e-15)
    assert_allclose(by_column.fractions(ADDRESSED, SELECTED), np.transpose(fractions), atol=1e-15)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_named_fractions_are_those_of_the_lines(scheme):
    voltages = scheme.fractions(ADDRESSED, SELECTED)
    by_row = voltages if scheme.addresses == "wordline" else voltages.T
    assert by_row[1, 1] == pytest.approx(scheme.along)
    assert by_row[0, 0] == pytest.approx(scheme.across)
    assert by_row[0, 1] == pytest.approx(scheme.elsewhere)


def test_no_line_is_biased_beyond_the_pulse():
    for scheme in SCHEMES.values():
        assert np.abs(np.concatenate(scheme.line_biases(ADDRESSED, SELECTED))).max() <= 1


def test_malformed_schemes():
    with pytest.raises(ValueError, match="of the pulse, not 1"):
        Scheme("wordline", 0.5, 0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="expected 'wordline' or 'bitline'"):
        Scheme("row", 0.5, 0.0, -0.5, 0.0)
