"""The published coefficient of variation identifies log10(t / 1 ns)."""

import numpy as np
import pandas as pd
import pytest

from rramgan.calibration.log_width_evidence import cv_refits
from support.devices import RAW, published_device


@pytest.fixture(scope="module")
def refits():
    refits = cv_refits(pd.read_csv(RAW / "nili2020_fig4b_cv.csv"), published_device().kinetics)
    return refits.set_index(["polarity", "log_width"])


def test_published_cv_points_return_the_tabulated_row_in_log10_ns(refits):
    """To within 0.002, but for d2: the refit gives 0.165, which the table's two decimals print as 0.17."""
    row = refits.loc[("reset", "log10_ns")].set_index("coefficient")
    assert row["rms"].iloc[0] < 0.0005
    assert row["half_digit"].tolist() == [0.005, 0.0005, 0.005, 0.005, 0.005]
    assert np.all(np.abs(row["difference"]) <= row["half_digit"] + row["standard_error"])
    assert np.all(np.abs(row["difference"].drop("d2")) < 0.002)
    assert row["refitted"]["d2"] == pytest.approx(0.165, abs=0.002)


@pytest.mark.parametrize("log_width", ["log10_s", "ln_s", "ln_ns"])
def test_other_logarithms_do_not_return_it(refits, log_width):
    row = refits.loc[("reset", log_width)]
    assert np.any(np.abs(row["difference"]) > row["half_digit"] + 4 * row["standard_error"])
    assert np.max(np.abs(row["difference"])) > 0.05
    if log_width != "ln_ns":  # log10(ns) by another unit of the logarithm: fits as well, with other coefficients
        assert row["rms"].iloc[0] > 10 * refits.loc[("reset", "log10_ns")]["rms"].iloc[0]


def test_the_printed_set_row_contradicts_the_points(refits):
    assert np.max(np.abs(refits.loc[("set", "log10_ns")]["difference"])) > 0.3
