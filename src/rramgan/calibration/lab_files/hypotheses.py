"""Whether readings, as a file states them, are those of the device described; and if not, which reading of them is.

A reading of the numbers is a unit (of conductance, resistance or current) and a sense of the directions. It makes a
consistent device if the states fill the window of `device.yaml` and SET raises them while RESET lowers them. All are
tried on the whole table at once, because single hints mislead: kiloohms read as microsiemens run the wrong way, and
with their directions swapped they pass for a conductance.
"""

from dataclasses import dataclass

import numpy as np

from rramgan.calibration.lab_files.columns import Column
from rramgan.calibration.lab_files.states import Stated
from rramgan.calibration.lab_files.units import Unit
from rramgan.errors import InputError
from rramgan.units import MICRO

_UNITS = [Unit("conductance", e) for e in (0, -3, -6, -9, -12)] + [Unit("resistance", e) for e in (0, 3, 6, 9)]
_CURRENTS = [Unit("current", e) for e in (0, -3, -6, -9, -12)]
_AXES = {"amplitude": ("voltage", (0, -3)), "voltage": ("voltage", (0, -3)), "width": ("time", (0, -3, -6, -9))}
"""Dimension, and exponents of the usual units, of what pulses are described by."""

NEAR = 30.0
"""Factor by which training pulses may lie outside the measured ones before their unit is in doubt."""

_USUAL = (1e-4, 1e5)
"""Range of numbers for which people choose a prefix."""

FILLS = 0.5
"""Share of the window, in decades, that the states must span to make a consistent device."""

BETTER = 0.2
"""By how much more of the window a rival reading must span than the stated one to cast doubt on it."""

WRONG_WAY = 3.0
"""Standard errors by which the mean move must go the wrong way to count as swapped."""


@dataclass(frozen=True)
class Moves:
    """What pulses did to the states, by the directions written."""

    start_S: np.ndarray
    """States before (S), of the file as stated."""
    end_S: np.ndarray
    """States after (S)."""
    sign: np.ndarray
    """+1 for SET, -1 for RESET."""


@dataclass(frozen=True)
class _Reading:
    unit: Unit
    is_swapped: bool
    span: float
    low_uS: float
    high_uS: float

    def words(self):
        unit = f"{'resistances' if self.unit.dimension == 'resistance' else self.unit.dimension + 's'} in {self.unit.symbol}"
        return unit + (" with set and reset swapped" if self.is_swapped else "")


def check_readings(place: str, states_S, moves: Moves, said: Stated, window_S) -> None:
    """Raise InputError if another reading of the numbers makes a device of the window and the stated one does not.

    `states_S`: all states (S) as stated; `window_S`: lower and upper edge (S). The sentence names the readings that do.
    Without a unit in the file, SI units must be the only reading that does.
    """
    readings = _readings(np.asarray(states_S), moves, said, window_S)
    own = next((reading for reading in readings if reading.unit == said.unit and not reading.is_swapped), None)
    rivals = [reading for reading in readings if reading is not own and reading.span >= FILLS]
    if not said.is_unit_written and own:
        rivals = [reading for reading in rivals if not reading.is_swapped]
    best = max((reading.span for reading in rivals), default=0.0)
    if said.is_unit_written:
        rivals = [reading for reading in rivals if reading.span >= best - BETTER]
        is_sound = own and own.span > 0 and own.span >= best - BETTER
    else:
        is_sound = own and own.span > 0 and not rivals
    if is_sound:
        return
    raise InputError(_sentence(place, states_S, said, window_S, own, rivals))


def check_axis(place: str, column: Column, values, expected) -> None:
    """Raise InputError if amplitudes or widths (SI) are those of the pulses `device.yaml` trains with in another unit.

    `expected`: sizes (SI) of the training pulses; the sentence names the unit under which they lie among the measured.
    """
    sizes, expected = np.abs(values), np.abs(expected)
    if not len(expected):
        return
    dimension, exponents = _AXES[column.quantity]
    unit = column.unit or Unit(dimension)
    near = sizes.min() / NEAR <= expected.min() and expected.max() <= sizes.max() * NEAR
    if near:
        return
    for exponent in exponents:
        scale = 10.0 ** (exponent - unit.exponent)
        if sizes.min() * scale / NEAR**0.5 <= expected.min() and expected.max() <= sizes.max() * scale * NEAR**0.5:
            raise InputError(
                f"{place}: column {column.name!r}: in {unit.symbol} the values run from {sizes.min():.4g} to "
                f"{sizes.max():.4g} {Unit(dimension).symbol}, but the pulses of device.yaml have "
                f"{expected.min():g} to {expected.max():g}; expected pulses like them, as these are if the values are in "
                f"{Unit(dimension, exponent).symbol}"
            )


def _readings(states_S, moves, said, window_S):
    """All readings in which both polarities move the right way, those that span most of the window first."""
    found = []
    is_current = said.unit.dimension == "current"
    written = np.median(states_S) * 10.0**-said.unit.exponent
    written = 1 / np.median(states_S) / 10.0**said.unit.exponent if said.unit.dimension == "resistance" else written
    is_settled = said.is_quantity_written and not said.is_unit_written and not said.is_direction_written
    for unit in _CURRENTS if is_current else _UNITS:
        if is_settled and unit.dimension != said.unit.dimension:
            continue
        if unit != said.unit and unit.exponent and not _USUAL[0] <= written <= _USUAL[1]:
            continue
        senses = (False, True) if said.is_direction_written else (False,)
        for is_swapped in senses:
            read = _as_read(states_S, said.unit, unit)
            start_S, end_S = (_as_read(values, said.unit, unit) for values in (moves.start_S, moves.end_S))
            sign = np.sign(end_S - start_S) if not said.is_direction_written else moves.sign * (-1 if is_swapped else 1)
            if _runs_right(sign * (end_S - start_S), sign):
                found.append(_Reading(unit, is_swapped, *_span(read, window_S)))
    return sorted(found, key=lambda reading: (-round(reading.span, 3), reading.is_swapped))


def _as_read(states_S, stated, unit):
    """States (S) if the numbers that the file has were in another unit than stated."""
    if (stated.dimension == "resistance") == (unit.dimension == "resistance"):
        power = unit.exponent - stated.exponent
        return states_S * 10.0 ** (-power if unit.dimension == "resistance" else power)
    power = stated.exponent - unit.exponent
    return 10.0 ** (power if unit.dimension == "resistance" else -power) / states_S


def _runs_right(gains_S, sign):
    """Whether neither polarity goes the wrong way by more than chance."""
    for polarity in (1, -1):
        gains = gains_S[sign == polarity]
        if len(gains) and np.mean(gains) < -WRONG_WAY * np.std(gains) / np.sqrt(len(gains)) - 1e-300:
            return False
    return True


def _span(states_S, window_S):
    """Share of the window, in decades, between the extreme states, and these (uS)."""
    low_S, high_S = np.quantile(states_S, [0.01, 0.99])
    inside = np.log(min(high_S, window_S[1]) / max(low_S, window_S[0])) / np.log(window_S[1] / window_S[0])
    return max(0.0, inside), low_S / MICRO, high_S / MICRO


def _sentence(place, states_S, said, window_S, own, rivals):
    """What the stated reading amounts to, and which ones would make the device described."""
    low_uS, high_uS = np.quantile(states_S, [0.01, 0.99]) / MICRO
    column = f"column {said.column!r}" if said.column else "the readings"
    as_read = f"{column}: in {said.unit.symbol}{'' if said.is_unit_written else ', as no unit is written,'}"
    window = f"the window of device.yaml, {window_S[0] / MICRO:g} to {window_S[1] / MICRO:g} uS"
    range_uS = f"the states run from {low_uS:.4g} to {high_uS:.4g} uS"
    wrong = "" if own else " and go the wrong way, falling in set or rising in reset"
    names = " or ".join(reading.words() for reading in rivals[:2])
    if not rivals:
        fault = f"; expected states that fill {window}" if own else "; expected set to raise and reset to lower them"
        return f"{place}: {as_read} {range_uS}{wrong}{fault}"
    if own and own.span >= FILLS:
        return (
            f"{place}: {as_read} {range_uS}, but as {names} they fill {window}, too; expected the unit in the column's "
            "name, such as conductance_uS or resistance_kOhm"
        )
    return (
        f"{place}: {as_read} {range_uS}{wrong}; expected states that fill {window}, as they do if these are {names} "
        f"(if so, say it in the file, for example by the column name {_example(rivals[0])!r}; if not, "
        f"{'the window is another' if own else 'the directions are swapped and the window is another'})"
    )


def _example(reading):
    return f"{reading.unit.dimension}_{reading.unit.symbol}".replace(" ", "_")
