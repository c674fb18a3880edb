"""What the pipeline asks of any kind of measurements.

Methods import the modules of their stage when they are called: so the Snakefile, which asks for names and files only,
starts fast, and a stage depends on no other.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from rramgan.device.description import DeviceDescription
from rramgan.device.model import DeviceModel, FitReport
from rramgan.device.pulses import PulsePair
from rramgan.errors import InputError

CALIBRATION_FOLDER = Path("results/{run}/calibration")
"""Where the workflow leaves measurements, imported or synthesised; `run` is its wildcard."""

Tables = dict[str, pd.DataFrame]
"""Tables by the names of their files."""


@dataclass(frozen=True)
class Measurements(ABC):
    """Measurements of one device; a subclass is a kind of them, its docstring says which files they are.

    Paths are those of the workflow, relative to the root of the project.
    """

    kind: ClassVar[str]
    """Name of the kind in device.yaml."""
    report: ClassVar[type[FitReport]]
    """What its fit says of itself."""
    properties: ClassVar[Mapping[str, dict]] = {}
    """JSON schema of the keys of device.yaml that only this kind has; those without a default are required."""
    fit_keys: ClassVar[tuple[str, ...]] = ("name", "source")
    """Keys of device.yaml that the fit depends on."""
    has_draws: ClassVar[bool] = False
    """Whether other models can be drawn from the covariance of the fit."""
    fit_tables: ClassVar[tuple[str, ...]] = ("coefficients",)
    """Names of the tables of `assess`."""
    choice_tables: ClassVar[tuple[str, ...]] = ()
    """Names of the tables of `choose_pulses`."""
    figures: ClassVar[tuple[str, ...]] = ()
    """Names of the figures of the device, in the table of drawings (`figures.drawings`)."""

    device: DeviceDescription
    """The device, as device.yaml describes it."""

    @abstractmethod
    def files(self) -> dict[str, Path]:
        """The files that the fit reads, by name; raises InputError if one that it needs is missing."""

    def raw_files(self) -> dict[str, Path]:
        """The files beside device.yaml, by name, that are imported before the fit; raises InputError as `files`."""
        return {}

    def published_files(self) -> dict[str, Path]:
        """Published tables and points, by name, that the model is shown beside; those there are."""
        return {}

    def curve_tables(self) -> tuple[str, ...]:
        """Names of the tables of `tabulate`."""
        return ()

    def validate(self, draws: bool = False) -> None:
        """Raise InputError for a description that makes no sense, or if `draws` are asked for and there are none."""
        window_uS = self.device.content["window"]
        if window_uS["g_min_uS"] >= window_uS["g_max_uS"]:
            low, high = window_uS["g_min_uS"], window_uS["g_max_uS"]
            raise InputError(f"device.yaml: window runs from {low} to {high}; expected ascending values")
        if not self.choice_tables:
            self.device.fixed_pulses()
        if draws and not self.has_draws:
            raise InputError(
                "configuration: calibration_draws needs a device fitted to pulses or staircases; the measurements of "
                f"{self.device.folder.name} are {self.kind}, whose fit has no covariance to draw from"
            )

    @abstractmethod
    def fit(self, files: Mapping) -> DeviceModel:
        """The model that the `files` by name give; raises InputError if they do not suffice."""

    @abstractmethod
    def assess(self, model: DeviceModel, files: Mapping) -> Tables:
        """What the fit has determined (`coefficients`), and how well it meets the measurements."""

    def choose_pulses(self, model: DeviceModel) -> tuple[PulsePair, Tables]:
        """The programming pulses, and what they were chosen from; raises InputError for pulses the model lacks."""
        from rramgan.calibration.pulse_choice import check_pulses

        return check_pulses(model, self.device.window, self.device.fixed_pulses()), {}

    def tabulate(self, model: DeviceModel, pulses: PulsePair, files: Mapping) -> Tables:
        """The model on the grids of its figures, beside what is published of it."""
        return {}

    def draw(self, model: DeviceModel, seed: int) -> DeviceModel:
        """Another model that the measurements allow as well."""
        raise NotImplementedError(f"measurements {self.kind} have no draws")

    def _imported(self, name: str) -> dict[str, Path]:
        """Where the import leaves the files it reads: the measurements as `name`, and I-V sweeps if there are any."""
        files = {name: "measurements", **({"iv": "iv"} if "iv" in self.raw_files() else {})}
        return {name: CALIBRATION_FOLDER / f"{file}.csv" for name, file in files.items()}
