import numpy as np
import pytest

from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.survey import read_errors, survey, write_voltages
from rramgan.crossbar.wires import Wires, device_voltages
from rramgan.device.window import Window

WINDOW = Window(150e-6, 300e-6)


def test_wires_without_resistance_lose_nothing():
    table = survey([8], [0.0], [WINDOW], [False, True], SCHEMES, terminal_ohm=0.0, seed=0)
    assert table[["current_loss", "sum_error", "sum_error_after_gain"]].abs().to_numpy().max() < 1e-9
    assert table[["selected_worst_alone", "selected_worst_half"]].to_numpy() == pytest.approx(1)
    most = table.groupby("scheme")["unselected_most"].max()
    assert most.to_dict() == pytest.approx(
        {"half": 1 / 2, "third": 1 / 3, "half_by_column": 1 / 2, "third_by_column": 1 / 3}
    )


@pytest.mark.parametrize(("size", "loss"), [(32, 0.14), (64, 0.37)])
def test_the_current_lost_at_one_ohm_is_the_measured_one(size, loss):
    # SCIENCE.md: 14 % (32x32) and 37 % (64x64) with 1 ohm per segment and 150-300 uS.
    row = survey([size], [1.0], [WINDOW], [False], ["half"], terminal_ohm=0.0, seed=0).iloc[0]
    assert row["current_loss"] == pytest.approx(loss, abs=0.01)
    assert row["sum_error_after_gain"] < row["sum_error"]


def test_a_gain_undoes_a_uniform_loss():
    # One cell: the loss is the same for both devices of the pair in first order, and a gain removes it.
    errors = read_errors(np.array([[[2e-4]], [[1e-4]]]), Wires(10.0, 10.0), np.array([[1.0], [-0.5]]))
    assert errors["sum_error"] > 1e-3 and errors["sum_error_after_gain"] < 1e-12


def test_the_worst_device_of_a_uniform_tile_is_the_far_corner():
    g_S = np.full((12, 12), 3e-4)
    for name in ("half", "half_by_column"):
        voltages = write_voltages(g_S, Wires(1.0, 1.0), SCHEMES[name])
        assert voltages["selected_worst_half"] < voltages["selected_worst_alone"] < 1
    square = [write_voltages(g_S, Wires(1.0, 1.0), SCHEMES[name]) for name in ("half", "half_by_column")]
    # A uniform square tile looks the same from its wordlines and from its bitlines.
    assert square[0]["selected_worst_alone"] == pytest.approx(square[1]["selected_worst_alone"], rel=1e-9)


@pytest.mark.parametrize("both_sides", [False, True])
@pytest.mark.parametrize("scheme", [SCHEMES["half"], SCHEMES["third_by_column"]])
def test_no_device_of_a_uniform_tile_is_worse_than_the_worst(scheme, both_sides):
    """Every line addressed in turn, with either half of its devices pulsed."""
    g_S, wires = np.full((16, 16), 3e-4), Wires(1.0, 1.0, 10.0, 10.0, both_sides)
    worst = 1.0
    for line in range(16):
        for parity in range(2):
            masks = np.arange(16) == line, np.arange(16) % 2 == parity
            volts = device_voltages(g_S, wires, *scheme.line_biases(*masks))
            worst = min(worst, volts[scheme.fractions(*masks) > 1 - 1e-9].min())
    assert write_voltages(g_S, wires, scheme)["selected_worst_half"] == pytest.approx(worst, rel=1e-9)
