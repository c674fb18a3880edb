"""Programming pulses."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from rramgan.errors import InputError
from rramgan.tables import read_json


@dataclass(frozen=True)
class Pulse:
    """A rectangular pulse: SET if `amplitude_V` > 0, RESET if < 0; ValueError for zero amplitude or width."""

    amplitude_V: float
    """Amplitude (V), whose sign is the polarity."""
    width_s: float
    """Width (s)."""

    def __post_init__(self):
        """Raise ValueError for a pulse that is none."""
        if self.amplitude_V == 0 or not self.width_s > 0:
            raise ValueError(
                f"pulse of {self.amplitude_V} V for {self.width_s} s: needs an amplitude and a positive width"
            )

    @property
    def polarity(self) -> str:
        """The name of the polarity, "set" or "reset"."""
        return "set" if self.amplitude_V > 0 else "reset"


@dataclass(frozen=True)
class PulsePair:
    """The fixed SET and RESET pulses of a Manhattan-rule training; raises ValueError if either has the wrong sign."""

    set: Pulse
    """The pulse that raises G0."""
    reset: Pulse
    """The pulse that lowers G0."""

    def __post_init__(self):
        """Raise ValueError for swapped polarities."""
        if self.set.amplitude_V < 0 or self.reset.amplitude_V > 0:
            raise ValueError("pulse pair: SET needs a positive amplitude and RESET a negative one")

    def __getitem__(self, polarity: str) -> Pulse:
        """The pulse of a polarity, "set" or "reset"."""
        return {"set": self.set, "reset": self.reset}[polarity]

    @classmethod
    def of(cls, description: dict) -> "PulsePair":
        """The pair described by {"set": {"amplitude_V": ..., "width_s": ...}, "reset": ...}, as in device.yaml."""
        return cls(Pulse(**description["set"]), Pulse(**description["reset"]))

    @classmethod
    def load(cls, path) -> "PulsePair":
        """Read the file of a pair, JSON as `description` gives it; raises InputError if it is none."""
        try:
            return TypeAdapter(cls).validate_python(read_json(path))
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(map(str, fault["loc"]))
            raise InputError(f"{path}: {key}: {fault['msg']}; expected a SET and a RESET pulse") from None

    def description(self) -> dict:
        """What `of` reads."""
        return {"set": vars(self.set), "reset": vars(self.reset)}
