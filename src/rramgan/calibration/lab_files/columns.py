"""What the columns of a table mean, by their names: quantity, unit, and for wide tables device, cycle and direction."""

import re
from dataclasses import dataclass, replace

from rramgan.calibration.lab_files.units import RELATIVE, Unit, normal, unit_of
from rramgan.errors import InputError

DIRECTIONS = {
    "set": {"set", "ltp", "potentiation", "pot", "p", "up", "increase", "increasing", "rise", "+1", "1", "+", "1.0"},
    "reset": {"reset", "ltd", "depression", "dep", "d", "down", "decrease", "decreasing", "fall", "-1", "-", "-1.0"},
}
"""Words and signs for the two directions."""

READINGS = ("conductance", "resistance", "current")
"""Quantities that tell a state, the plainest first."""

_QUANTITIES = {
    "ignored": [
        "tag",
        "unnamed",
        "date",
        "timestamp",
        "comment",
        "remark",
        "note",
        "operator",
        "std",
        "error",
        "sigma",
    ],
    "word_line": ["wordline", "wl", "word line"],
    "bit_line": ["bitline", "bl", "bit line"],
    "read_voltage": ["read voltage", "read v", "v read", "vread", "read bias"],
    "amplitude": [
        "amplitude",
        "vp",
        "v p",
        "vpulse",
        "pulse voltage",
        "pulse v",
        "write voltage",
        "programming voltage",
    ],
    "width": ["width", "duration", "tp", "t p", "pulse time", "pulse t", "pulse length"],
    "temperature": ["temperature", "temp"],
    "conductance": ["conductance", "g", "cond", "leitwert", "g0"],
    "resistance": ["resistance", "r", "res", "widerstand"],
    "current": ["current", "i", "iread"],
    "voltage": ["voltage", "v", "bias"],
    "direction": ["direction", "polarity", "dir", "operation", "mode", "type", "branch", "process"],
    "cycle": ["cycle", "cycles", "repetition", "rep", "run", "loop", "sweep", "ramp", "train"],
    "device": ["device", "dev", "id", "cell", "sample", "memristor", "dut"],
    "pulse": ["pulse", "pulses", "n", "count", "step", "number", "nr"],
    "time": ["time", "t"],
    "row": ["index", "row", "no", "point"],
}
"""Words that name a quantity; a phrase asks for all of its words, and the first quantity named wins."""

_LABELS = {"device": set(_QUANTITIES["device"]), "cycle": set(_QUANTITIES["cycle"])}
_DIMENSIONS = {"conductance": "conductance", "resistance": "resistance", "current": "current"} | {
    **{"amplitude": "voltage", "voltage": "voltage", "read_voltage": "voltage"},
    **{"width": "time", "time": "time", "temperature": "temperature"},
}
_FILLERS = {"no", "nr", "number", "index"}
"""Words between a label and its number."""

_READING_WORDS = {word for quantity in READINGS for word in _QUANTITIES[quantity]}

_MOMENTS = {"before": {"before", "initial", "pre", "old"}, "after": {"after", "final", "post", "new"}}
_BRACKETS = re.compile(r"[(\[{<]([^)\]}>]*)[)\]}>]")


@dataclass(frozen=True)
class Column:
    """Meaning of one column."""

    name: str
    """Its name in the file."""
    quantity: str | None = None
    """A key of the quantities, or None if the name does not tell."""
    unit: Unit | None = None
    """Unit that the name or the unit row states."""
    moment: str | None = None
    """"before" or "after" the pulse of its row."""
    direction: str | None = None
    """Direction of the ramp in the column, of wide tables."""
    device: int | None = None
    """Device of the ramp in the column."""
    cycle: int | None = None
    """Cycle of the ramp in the column."""
    number: int | None = None
    """A number in the name that neither "device" nor "cycle" precedes."""

    @property
    def is_reading(self) -> bool:
        """Whether the column holds readings of states: by its quantity, or by the ramp that it is labelled as."""
        is_label = self.quantity is None and (self.direction, self.device, self.cycle, self.number) != (None,) * 4
        return self.moment is None and (self.quantity in READINGS or is_label)

    @property
    def is_known(self) -> bool:
        """Whether its name means anything."""
        return self.quantity is not None or self.is_reading

    def meaning(self) -> str:
        """Meaning and unit in words."""
        labels = {"device": self.device, "cycle": self.cycle, "number": self.number}
        words = [
            self.quantity or "reading" if self.is_known else "not understood, ignored",
            self.moment,
            self.direction,
        ]
        words += [f"{name} {value}" for name, value in labels.items() if value is not None]
        return " ".join(filter(None, words)).replace("_", " ") + (f" in {self.unit.symbol}" if self.unit else "")


def columns_of(names: list[str], units: list[str], place: str) -> list[Column]:
    """Meanings of columns by name and unit cell.

    Raises InputError for readings scaled to no unit, and for names that contradict their units.
    """
    columns = [column_of(name, unit) for name, unit in zip(names, units, strict=True)]
    for column in columns:
        if column.quantity == "relative" and not any(column.is_reading for column in columns):
            raise InputError(
                f"{place}: column {column.name!r} is relative; expected states in a unit, such as conductance_uS"
            )
        if column.quantity in READINGS and column.unit and column.unit.dimension != column.quantity:
            raise InputError(
                f"{place}: column {column.name!r} is a {column.quantity} by its name and a {column.unit.dimension} by "
                "its unit; expected a name that says which"
            )
    if any(column.direction == "set" for column in columns):
        return columns
    return [_as_device(column) for column in columns]


def _as_device(column):
    """A "D1" without a "P1" beside it is a device."""
    is_device = re.match(r"[dD]\W*\d", column.name)
    return replace(column, direction=None, device=column.number, number=None) if is_device else column


def column_of(name: str, unit_cell: str = "") -> Column:
    """Meaning of one column by its name and the cell below it in a row of units."""
    text, written = _without_unit(normal(name))
    written = normal(unit_cell).strip("()[]") or written
    words = _words(text)
    labels = _label_numbers(words)
    direction = _direction(words)
    quantity = _quantity([word for word in words if not any(word in _LABELS.get(key, ()) for key in labels)])
    if direction == "both":
        quantity, direction = "direction", None
    elif quantity == "row" and (direction or labels):
        quantity = None
    if _is_relative(written, words) and (quantity in READINGS or direction or labels):
        quantity = "relative"
    unit = _unit(written, _DIMENSIONS.get(quantity, "conductance" if direction or labels else None))
    if unit and quantity in (None, "time"):
        quantity = unit.dimension
    elif unit and unit.dimension != _DIMENSIONS.get(quantity) and not {quantity, unit.dimension} <= set(READINGS):
        unit = None
    moment = next((moment for moment, said in _MOMENTS.items() if said & set(words)), None)
    return Column(name, quantity, unit, moment, direction, **labels)


def direction_of(cell: str) -> str | None:
    """The direction that a word or sign says, or None."""
    word = normal(cell).lower()
    return next((direction for direction, said in DIRECTIONS.items() if word in said), None)


def title_labels(title: str) -> dict:
    """Direction, device and cycle that a title above a block, or the name of a sheet, says if it says nothing else."""
    column, words = _as_device(column_of(title)), _words(normal(title))
    said = [word for word in words if not word.isdigit()]
    known = _READING_WORDS.union(_FILLERS, *DIRECTIONS.values(), *_LABELS.values())
    is_label = set(said) <= known and sum(direction_of(word) is not None for word in said) < 2
    names = ("direction", "device", "cycle")
    return {name: getattr(column, name) if is_label and said else None for name in names}


def _without_unit(text):
    """Name without its unit, and the unit: in brackets, or as last word behind a blank, stroke, comma or slash."""
    if unit_of(text):
        return "", text
    for match in _BRACKETS.finditer(text):
        if _is_unit(match[1].strip()):
            return (text[: match.start()] + text[match.end() :]).strip(), match[1].strip()
    for gap in re.finditer(r"\s*/\s*|[\s_,]+(?:in\s+)?", text):
        if gap.start() > 0 and _is_unit(text[gap.end() :]):
            return text[: gap.start()], text[gap.end() :]
    return text, ""


def _is_unit(text):
    return text.lower() in RELATIVE or any(
        unit_of(text, dimension) for dimension in (None, "conductance", "resistance")
    )


def _is_relative(written, words):
    return written.lower() in RELATIVE or bool({"normalized", "normalised", "norm", "relative"} & set(words))


def _unit(written, dimension):
    """The unit written, read as one of the dimension where letter case leaves it open."""
    exact = unit_of(written)
    return exact if exact and {dimension, exact.dimension} <= set(READINGS) else unit_of(written, dimension)


def _words(text):
    """Lower-case words and numbers of a name: readVoltage, read_voltage and READ VOLTAGE alike; g0 is one word."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).replace("#", " no ")
    return re.findall(r"g0(?![0-9])|[^\W\d_]+|\d+", text.lower())


def _quantity(words):
    """The first quantity that the words name."""
    for quantity, phrases in _QUANTITIES.items():
        if any(set(phrase.split()) <= set(words) for phrase in phrases):
            return quantity
    return None


def _label_numbers(words):
    """Numbers behind "device" and "cycle" words, and one alone."""
    labels: dict[str, int] = {}
    words = [word for word in words if word not in _FILLERS]
    for k, word in enumerate(words):
        if word.isdigit():
            before = words[k - 1] if k else ""
            key = next((key for key, said in _LABELS.items() if before in said), "number")
            labels.setdefault(key, int(word))
    return labels


def _direction(words):
    """The direction that a word says, "both" if both do; a single letter counts if nothing else is said."""
    letters = [word for word in words if not word.isdigit() and word not in _READING_WORDS]
    words = [word for word in letters if len(word) > 1 or len(letters) == 1 or set(letters) == {"p", "d"}]
    said = [direction for direction, known in DIRECTIONS.items() if known & set(words)]
    return "both" if len(said) == 2 else said[0] if said else None
