"""The picture of the workflow."""

import matplotlib.text
import pytest
from matplotlib.patches import FancyArrowPatch

from rramgan.report.graph import rule_graph


def test_a_rule_stands_below_all_that_it_reads_and_arrows_skip_what_lies_between():
    figure = rule_graph({"fit": (), "noise": (), "train": ("fit", "noise"), "judge": ("fit", "train", "measured")})
    (axes,) = figure.get_axes()
    height = {text.get_text(): text.get_position()[1] for text in axes.findobj(matplotlib.text.Text) if text.get_text()}
    assert height.keys() == {"fit", "noise", "train", "judge"}
    assert height["fit"] == pytest.approx(height["noise"])
    assert height["fit"] > height["train"] > height["judge"]
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 3
