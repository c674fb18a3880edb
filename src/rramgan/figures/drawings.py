"""The table of drawings: every figure of a study, what it is drawn from, and where a report shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Drawing:
    """One figure, and the function that draws it."""

    function: str
    """The function, "module:name"; its module is imported when the figure is drawn, not before."""
    sheet: str
    """The drawings of a sheet are made by one job and shown together in a report."""
    title: str
    """The question that it answers, at its head and in reports."""
    inputs: tuple[str, ...]
    """What the function is given, in this order: files and settings of a study by name (see `figures.smk`)."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Further arguments of the function, by name."""
    caption: str | None = None
    """Name of its caption in workflow/report, if that is not its own."""

    @property
    def file(self) -> Path:
        """The file of the module that draws it."""
        module = self.function.split(":")[0]
        spec = find_spec(module)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"drawing {self.function}: no module {module}")
        return Path(spec.origin)

    def draw(self, inputs: Mapping):
        """The Figure, from `inputs` as read, by name."""
        module, name = self.function.split(":")
        return getattr(import_module(module), name)(*(inputs[key] for key in self.inputs), **self.arguments)


DEVICE_SHEETS = ("fit", "device")
"""Sheets of the figures of which a kind of measurements has some; those of the fit need no programming pulses."""

SEARCH_SHEET = "search"
"""Sheet of the figures of a search, for studies that have one."""

DRAWINGS: dict[str, Drawing] = {
    "steps": Drawing(
        "rramgan.figures.device:step_surfaces",
        "device",
        "How far does a pulse move a device?",
        ("steps", "chosen_pulses", "window_S"),
    ),
    "step_law": Drawing(
        "rramgan.figures.pulses:step_law",
        "fit",
        "How does a step depend on the state?",
        ("step_law", "measured_steps", "window_S"),
    ),
    "posterior_check": Drawing(
        "rramgan.figures.posterior_check:integrated_paths",
        "fit",
        "Does the fitted law give the measured paths?",
        ("integrated", "quality", "window_S"),
    ),
    "fit": Drawing(
        "rramgan.figures.goodness:fit_quality",
        "fit",
        "How well does the fit meet the measurements?",
        ("measured_steps", "devices"),
    ),
    "pulse_map": Drawing(
        "rramgan.figures.pulses:pulse_map", "device", "Which pulses suit training?", ("pulse_map", "chosen_pulses")
    ),
    "iv_curves": Drawing(
        "rramgan.figures.static:iv_curves", "device", "How nonlinear is a read?", ("iv_curves", "temperature_C")
    ),
    "trajectories": Drawing(
        "rramgan.figures.device:trajectories",
        "device",
        "What do equal pulses do, one after the other?",
        ("trajectories",),
    ),
    "cv": Drawing("rramgan.figures.device:variation_coefficients", "device", "How different are the devices?", ("cv",)),
    "crossbar": Drawing(
        "rramgan.figures.crossbar:conductance_maps",
        "arrays",
        "Which states do the weights begin in?",
        ("populations", "tile_shape"),
    ),
    "wire_survey": Drawing(
        "rramgan.figures.passive:wire_survey", "passive arrays", "How much do the wires take?", ("survey",)
    ),
    "array_designs": Drawing(
        "rramgan.figures.passive:array_designs",
        "passive arrays",
        "Which array trains well for little?",
        ("summary", "anchors"),
    ),
    "noise": Drawing(
        "rramgan.figures.noise:noise_sources",
        "noise",
        "What do the generator's inputs look like?",
        ("traces", "distribution", "autocorrelation", "spectrum"),
    ),
    "noise_trade_off": Drawing(
        "rramgan.figures.amplitude:trade_off",
        "amplitude",
        "What does the amplitude of the noise trade?",
        ("summary", "moments", "anchors"),
    ),
    "noise_energy_to_quality": Drawing(
        "rramgan.figures.amplitude:energy_to_quality",
        "amplitude",
        "What does equal quality cost?",
        ("histories", "moments"),
    ),
    "noise_steps": Drawing(
        "rramgan.figures.amplitude:energy_steps", "amplitude", "Why does the energy move?", ("noise_steps",)
    ),
    "noise_worth": Drawing(
        "rramgan.figures.noise_worth:worth_of_sources", "amplitude", "What is a real source worth?", ("noise_worth",)
    ),
    "noise_digits": Drawing(
        "rramgan.figures.amplitude:digits_by_amplitude",
        "amplitude",
        "What is drawn at every amplitude?",
        ("images", "moments"),
    ),
    "digits": Drawing(
        "rramgan.figures.training:generated_digits", "training", "What is drawn?", ("images", "real_images", "summary")
    ),
    "accuracy_energy": Drawing(
        "rramgan.figures.tradeoff:accuracy_against_energy",
        "energy",
        "What does training energy buy?",
        ("summary", "anchors"),
    ),
    "claims": Drawing(
        "rramgan.figures.claims:claims_forest", "energy", "Which claims do the trainings support?", ("claims",)
    ),
    "variation_effect": Drawing(
        "rramgan.figures.effects:variation_effect", "energy", "What does device variation change?", ("summary",)
    ),
    "energy_breakdown": Drawing(
        "rramgan.figures.energy:breakdown", "energy", "Where does the energy go?", ("summary",)
    ),
    "whole_bill": Drawing(
        "rramgan.figures.bill:whole_bill", "energy", "What does training cost beside digital logic?", ("bill",)
    ),
    "design_steps": Drawing(
        "rramgan.figures.bill:design_steps",
        "energy",
        "What does each change of design bring?",
        ("bill", "summary", "designs"),
    ),
    "pareto_front": Drawing(
        "rramgan.figures.search:pareto_front",
        SEARCH_SHEET,
        "How good can training be for its energy?",
        ("trials", "anchors"),
    ),
    "energy_by_layer": Drawing(
        "rramgan.figures.energy:by_layer", "energy", "Which layers take the energy?", ("ledgers",)
    ),
}
"""Every figure by the name of its files; one more is one more entry."""


def noise_drawings(noises: Iterable[str]) -> dict[str, Drawing]:
    """A page for every noise of a study."""
    inputs = ("traces", "distribution", "autocorrelation", "cross_correlation", "spectrum", "tests", "sp800_22")
    page = "rramgan.figures.noise_page:noise_page"
    return {
        f"source_{noise}": Drawing(
            page, "noise", f"What is the noise {noise}?", inputs, {"noise": noise}, caption="noise_page"
        )
        for noise in noises
    }


def training_drawings(settings: Mapping[str, dict[str, str]]) -> dict[str, Drawing]:
    """A figure of how trainings went for every setting of a study (`conditions.training_settings`)."""
    drawings = {}
    for word, setting in settings.items():
        name = f"training_{word}"
        drawings[name] = Drawing(
            "rramgan.figures.training:training_curves",
            "training",
            f"How does training go: {word.replace('_', ', ')}?",
            ("histories", "anchors"),
            setting,
            caption="training",
        )
    return drawings
