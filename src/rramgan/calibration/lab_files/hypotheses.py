"""Whether readings, as a file states them, are those of the device described; and if not, which reading of them is.

A hypothesis is a unit (of conductance, resistance or current) and a sense of the directions. It makes a consistent
device if the states fill the window of `device.yaml`, SET raises them and RESET lowers them. All are tried on the whole
table at once, because single hints mislead: kiloohms taken for microsiemens run the wrong way, and with their
directions swapped they pass for a conductance.
"""

from dataclasses import dataclass

import numpy as np

from rramgan.calibration.lab_files.columns import Column
from rramgan.calibration.lab_files.states import Stated
from rramgan.calibration.lab_files.units import Unit
from rramgan.errors import InputError
from rramgan.units import MICRO

_STATES = [Unit("conductance", e) for e in (0, -3, -6, -9, -12)] + [Unit("resistance", e) for e in (0, 3, 6, 9)]
_CURRENTS = [Unit("current", e) for e in (0, -3, -6, -9, -12)]
_TIMES = [Unit("time", e) for e in (0, -3, -6, -9)]
_VOLTAGES = [Unit("voltage", e) for e in (0, -3)]

USUAL = (1e-4, 1e5)
"""Range of the numbers for which people choose a prefix."""

FILLS = 0.5
"""Share of the window, in decades, that the states must span to make a consistent device."""

BETTER = 0.2
"""By how much more of the window a rival must span than the stated hypothesis to cast doubt on it."""

WRONG_WAY = 3.0
"""Standard errors by which the mean move must go the wrong way to count as swapped."""

NEAR = 30.0
"""Factor by which training pulses may lie outside the measured ones before a unit is in doubt."""


@dataclass(frozen=True)
class Moves:
    """What pulses, or ramps of them, did to the states."""

    start_S: np.ndarray
    """States before (S), as the file states them."""
    end_S: np.ndarray
    """States after (S)."""
    sign: np.ndarray
    """+1 for SET, -1 for RESET, as the file states them."""


@dataclass(frozen=True)
class _Hypothesis:
    unit: Unit
    is_swapped: bool
    span: float

    def words(self):
        """What the numbers are under it."""
        plural = {"conductance": "conductances", "resistance": "resistances", "current": "currents"}
        swapped = " with set and reset swapped" if self.is_swapped else ""
        return f"{plural[self.unit.dimension]} in {self.unit.symbol}{swapped}"


def check_readings(place: str, states_S, moves: Moves, said: Stated, window_S) -> None:
    """Raise InputError if another hypothesis makes the device described and the stated one does not, or no better.

    `states_S`: all states (S) as stated; `window_S`: lower and upper edge (S). The sentence names the hypotheses that
    do. Where the file writes no unit, the SI unit must be the only one that does.
    """
    consistent = _consistent(np.asarray(states_S), moves, said, window_S)
    own = next((h for h in consistent if h.unit == said.unit and not h.is_swapped), None)
    rivals = [h for h in consistent if h is not own and h.span >= FILLS]
    if own and own.span > 0:
        if said.is_unit_written:
            rivals = [h for h in rivals if h.span > own.span + BETTER]
        else:
            rivals = [h for h in rivals if not h.is_swapped]
        if not rivals:
            return
    raise InputError(f"{place}: {_sentence(states_S, said, window_S, own, rivals)}")


def _consistent(states_S, moves, said, window_S):
    """The hypotheses under which both polarities go the right way; those that span most of the window first."""
    numbers = _numbers(states_S, said.unit)
    is_usual = USUAL[0] <= np.median(numbers) <= USUAL[1]
    is_settled = said.is_quantity_written and not said.is_unit_written and not said.is_direction_written
    found = []
    for unit in _CURRENTS if said.unit.dimension == "current" else _STATES:
        is_odd = unit.exponent != 0 and not is_usual
        if unit != said.unit and (is_odd or (is_settled and unit.dimension != said.unit.dimension)):
            continue
        span = _span(_states(numbers, unit), window_S)
        gains_S = np.subtract(*(_states(_numbers(ends_S, said.unit), unit) for ends_S in (moves.end_S, moves.start_S)))
        if not said.is_direction_written:
            found.append(_Hypothesis(unit, False, span))
            continue
        for is_swapped, sign in ((False, moves.sign), (True, -moves.sign)):
            if not any(_goes_wrong(sign[sign == way] * gains_S[sign == way]) for way in (1, -1)):
                found.append(_Hypothesis(unit, is_swapped, span))
    return sorted(found, key=lambda h: (-round(h.span, 3), h.is_swapped))


def _numbers(states_S, unit):
    """The numbers that states (S) are in the unit; of currents at 1 V."""
    return (1 / states_S if unit.dimension == "resistance" else states_S) / 10.0**unit.exponent


def _states(numbers, unit):
    """The states (S) that numbers in the unit are."""
    values = unit.to_si(numbers)
    return 1 / values if unit.dimension == "resistance" else values


def _goes_wrong(gains_S):
    """Whether moves in the sense of their polarity (S) are negative by more than chance."""
    return len(gains_S) > 0 and gains_S.mean() < min(0.0, -WRONG_WAY * gains_S.std() / np.sqrt(len(gains_S)))


def _span(states_S, window_S):
    """Share of the window, in decades, between the extreme states."""
    low_S, high_S = _extremes(states_S)
    inside = np.log(min(high_S, window_S[1]) / max(low_S, window_S[0])) / np.log(window_S[1] / window_S[0])
    return max(0.0, inside)


def _extremes(states_S):
    """Lowest and highest state but for one in a hundred."""
    return np.quantile(states_S, [0.01, 0.99])


def _sentence(states_S, said, window_S, own, rivals):
    """What the stated hypothesis amounts to, and which ones would make the device described."""
    low_uS, high_uS = _extremes(states_S) / MICRO
    column = f"column {said.column!r}" if said.column else "the readings"
    unit = said.unit.symbol + ("" if said.is_unit_written else ", as no unit is written,")
    wrong = "" if own else " and go the wrong way, falling in set or rising in reset"
    fault = f"{column}: in {unit} the states run from {low_uS:.4g} to {high_uS:.4g} uS{wrong}"
    window = f"the window of device.yaml, {window_S[0] / MICRO:g} to {window_S[1] / MICRO:g} uS"
    names = " or ".join(rival.words() for rival in rivals[:2])
    if not rivals:
        expected = f"states that fill {window}" if own else "set to raise and reset to lower them"
        return f"{fault}; expected {expected}"
    if own and own.span >= FILLS and not said.is_unit_written:
        return (
            f"{fault}, but as {names} they fill {window}, too; expected the unit in the column's name, such as "
            "conductance_uS or resistance_kOhm"
        )
    name = f"{rivals[0].unit.dimension}_{rivals[0].unit.symbol}"
    otherwise = "the window is another" if own else "the directions are swapped and the window is another"
    return (
        f"{fault}; expected states that fill {window}, as they do if these are {names} (if so, say it in the file, for "
        f"example by the column name {name!r}; if not, {otherwise})"
    )


def check_axis(place: str, column: Column, values, training) -> None:
    """Raise InputError if amplitudes or widths (SI) are like the pulses that train only if in another unit.

    `training`: amplitudes or widths (SI) of the training pulses, of either sign; the sentence names the unit.
    """
    low, high = np.min(np.abs(values)), np.max(np.abs(values))
    units = _TIMES if column.quantity == "width" else _VOLTAGES
    own, si = column.unit or units[0], units[0].symbol
    if not len(training):
        return
    least, most = np.min(np.abs(training)), np.max(np.abs(training))
    if low / NEAR <= least and most <= high * NEAR:
        return
    for unit in units:
        factor = 10.0 ** (unit.exponent - own.exponent)
        if low * factor / NEAR**0.5 <= least and most <= high * factor * NEAR**0.5:
            raise InputError(
                f"{place}: column {column.name!r}: in {own.symbol} the values run from {low:.4g} to {high:.4g} {si}; "
                f"expected pulses like those of device.yaml, {least:g} to {most:g} {si}, as these are if the values "
                f"are in {unit.symbol}"
            )
