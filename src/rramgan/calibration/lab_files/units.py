"""Units as people write them into headers.

The table is this short because a header is read in the light of what its column can mean (`conductance_us` is no
time, `kOhm` no misspelling); general libraries of units know thousands of symbols and would take each of them for one.
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from rramgan.units import kelvin

_SMALL = {"": 0, "f": -15, "p": -12, "n": -9, "u": -6, "μ": -6, "m": -3}
_SMALL |= {"femto": -15, "pico": -12, "nano": -9, "micro": -6, "milli": -3}
_LARGE = {"": 0, "k": 3, "K": 3, "M": 6, "G": 9, "kilo": 3, "mega": 6, "giga": 9}
_PREFIXES = dict.fromkeys(("conductance", "time", "voltage", "current"), _SMALL)
_PREFIXES |= {"resistance": _LARGE, "temperature": {"": 0}}
"""Prefixes that devices have use for; so "MS" can only be a shouted "mS", and "mohm" a careless "MOhm"."""

_LETTERS = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}
_SPELLINGS = {
    "conductance": ("S", "siemens", "Siemens", "mho", "A/V"),
    "resistance": ("Ohm", "Ω", "ohm", "ohms", "Ohms", "V/A"),
    "time": ("s", "sec", "second", "seconds"),
    "voltage": ("V", "volt", "volts", "Volt", "Volts"),
    "current": ("A", "amp", "amps", "ampere", "amperes"),
    "temperature": ("degC", "°C", "C", "deg C", "celsius", "Celsius"),
}
"""Spellings by what they measure; the first is how this project writes the unit."""

RELATIVE = ("%", "a.u.", "a.u", "au", "arb. units", "arb. u.", "norm.", "normalized", "normalised")
"""Ways to say that a column was scaled and has no unit."""

_POWER = re.compile(r"(?:[x×*] ?)?1(?:0\^?|e)([+-]?\d+) ?[·*x×]? ?(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """A unit as a power of ten of an SI unit; temperatures in degrees Celsius."""

    dimension: str
    """What it measures: conductance, resistance, time, voltage, current, temperature."""
    exponent: int = 0
    """Power of ten of the SI unit."""
    zero: float = 0.0
    """Its zero, for absolute temperatures (degC)."""

    @property
    def symbol(self) -> str:
        """How this project writes it."""
        symbol = "K" if self.zero else _SPELLINGS[self.dimension][0]
        letter = _LETTERS.get(self.exponent)
        return f"1e{self.exponent} {symbol}" if letter is None else letter + symbol

    def to_si(self, values) -> np.ndarray:
        """The values in SI units; divided by whole powers of ten, because a factor such as 1e-6 is not exact."""
        values = np.asarray(values, dtype=float)
        scaled = values * 10.0**self.exponent if self.exponent >= 0 else values / 10.0**-self.exponent
        return scaled + self.zero


def _written_units():
    """Every spelling with every prefix, and the inverse of every resistance, as conductance."""
    units: dict[str, Unit] = {}
    for dimension, spellings in _SPELLINGS.items():
        for spelling in spellings:
            for prefix, exponent in _PREFIXES[dimension].items():
                for written in (f"{prefix}{spelling}", f"{prefix} {spelling}"):
                    units.setdefault(written.strip(), Unit(dimension, exponent))
                if dimension == "resistance":
                    inverse = Unit("conductance", -exponent)
                    units |= {f"1/{prefix}{spelling}": inverse, f"{prefix}{spelling}^-1": inverse}
    return units | {"K": Unit("temperature", 0, -kelvin(0.0)), "kelvin": Unit("temperature", 0, -kelvin(0.0))}


_UNITS = _written_units()


def normal(text: str) -> str:
    """Text with one spelling of micro, ohm and superscripts, single blanks, none at its ends."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("⁻¹", "^-1")).split())


def unit_of(text: str, dimension: str | None = None) -> Unit | None:
    """The unit that `text` writes, or None; in any letter case if the `dimension` is known."""
    text = normal(text)
    power = _POWER.fullmatch(text)
    if power:
        unit = unit_of(power[2], dimension)
        return unit and Unit(unit.dimension, unit.exponent + int(power[1]))
    exact = _UNITS.get(text)
    if dimension is None or (exact and exact.dimension == dimension):
        return exact
    alike = (u for written, u in _UNITS.items() if u.dimension == dimension and written.lower() == text.lower())
    return next(alike, exact)
