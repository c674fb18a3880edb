"""The table of drawings: every figure of a study, what it is drawn from, and where a report shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Drawing:
    """One figure, and the function that draws it from inputs whose names are its arguments."""

    function: str
    """The function, "module:name"; its module is imported when the figure is drawn, not before."""
    sheet: str
    """The drawings of a sheet are made by one job and shown together in a report."""
    title: str
    """What a report calls it."""
    inputs: tuple[str, ...]
    """What it is drawn from: files and settings of the study by name (`workflow/rules/figures.smk`)."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Further arguments of the function."""
    caption: str | None = None
    """Name of its caption in workflow/report, if that is not its own."""

    @property
    def file(self) -> Path:
        """The file of the module that draws it."""
        return Path(find_spec(self.function.split(":")[0]).origin)

    def draw(self, inputs: Mapping):
        """The Figure, from `inputs` as read, by name."""
        module, name = self.function.split(":")
        return getattr(import_module(module), name)(**{key: inputs[key] for key in self.inputs}, **self.arguments)


DRAWINGS: dict[str, Drawing] = {
    "crossbar": Drawing(
        "rramgan.figures.crossbar:conductance_maps", "arrays", "Conductance maps", ("populations", "tile_shape")
    ),
    "wire_survey": Drawing(
        "rramgan.figures.passive:wire_survey", "passive arrays", "Wires by tile and metal", ("survey",)
    ),
    "array_designs": Drawing("rramgan.figures.passive:array_designs", "passive arrays", "Array designs", ("summary",)),
    "noise": Drawing(
        "rramgan.figures.noise:noise_sources",
        "noise",
        "Generator inputs",
        ("traces", "distribution", "autocorrelation", "spectrum"),
    ),
    "digits": Drawing(
        "rramgan.figures.training:generated_digits", "training", "Generated digits", ("images", "real_images")
    ),
    "accuracy_energy": Drawing(
        "rramgan.figures.tradeoff:accuracy_against_energy", "energy", "Accuracy against energy", ("summary",)
    ),
    "variation_effect": Drawing(
        "rramgan.figures.tradeoff:variation_effect", "energy", "Effect of variation", ("summary",)
    ),
    "energy_breakdown": Drawing("rramgan.figures.energy:breakdown", "energy", "Energy by component", ("summary",)),
    "energy_by_layer": Drawing("rramgan.figures.energy:by_layer", "energy", "Energy by layer", ("ledgers",)),
}
"""Every figure by the name of its files; one more is one more entry."""


def training_drawings(settings: Mapping[str, tuple[str, str, str]]) -> dict[str, Drawing]:
    """A figure of how trainings went for every setting of a study (`conditions.training_settings`)."""
    drawings = {}
    for setting, (protocol, array, rule) in settings.items():
        name = f"training_{setting}"
        drawings[name] = Drawing(
            "rramgan.figures.training:training_curves",
            "training",
            name.replace("_", " ").capitalize(),
            ("histories",),
            {"protocol": protocol, "array": array, "rule": rule},
            caption="training",
        )
    return drawings
