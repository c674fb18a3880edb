"""The figure of what a design bears shows every training by its case, beside the range of the first case."""

import pandas as pd

from rramgan.figures.limits import PANELS, what_breaks_first

TRAININGS = pd.DataFrame(
    [
        {"case": case, "energy_mJ": 8.0, "frechet_distance": distance, "recall": 0.5, "coverage": 0.9}
        for case, distances in (("recipe", (4.0, 6.0)), ("wires", (5.0, 9.0)))
        for distance in distances
    ]
)


def test_cases_stand_in_order_with_their_trainings_and_means():
    axes = what_breaks_first(TRAININGS).axes
    assert [panel.get_xlabel() for panel in axes] == list(PANELS.values())
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["recipe", "wires"]
    points, means = axes[1].lines
    assert list(points.get_xdata()) == [4.0, 6.0, 5.0, 9.0] and list(means.get_xdata()) == [5.0, 7.0]


def test_the_range_of_the_first_case_is_shaded():
    band = what_breaks_first(TRAININGS).axes[1].patches[0]
    assert (band.get_x(), band.get_x() + band.get_width()) == (4.0, 6.0)
