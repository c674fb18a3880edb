"""Layouts of single pulses: states before and after in one row, or the log of a source meter."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rramgan.calibration.lab_files.columns import READINGS, direction_of
from rramgan.calibration.lab_files.ramps import split_ramps
from rramgan.calibration.lab_files.states import Stated, device_numbers, devices, find, stated, states_S, whole_numbers
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.calibration.lab_files.units import Unit
from rramgan.errors import InputError

CERTAIN, FEW = 0.9, 8
"""Share of the pulses of one amplitude, and their least number, that must move one way to tell its polarity."""


def arrange_pulses(tables, understood: Understanding) -> tuple[pd.DataFrame, Stated]:
    """Pulses in the documented format of `pulses.csv`, indexed by their lines, and what the file says of the states.

    `tables`: pairs of a Table and the list of its Column. Raises InputError where states or pulses cannot be told.
    """
    if len(tables) > 1:
        names = " and ".join(table.titles.get(0, "") for table, _ in tables[:2])
        raise InputError(f"{understood.path}: the sheets {names} both hold pulses; expected one sheet of them")
    table, columns = tables[0]
    pulses = pd.DataFrame(
        {
            "line": table.lines,
            "device": devices(table, columns) or 0,
            "amplitude_V": _required(table, columns, "voltage", "amplitude", "voltage"),
            "width_s": _required(table, columns, "time", "width"),
        }
    )
    moments = {name: _moment(columns, name) for name in ("before", "after")}
    if None not in moments.values():
        understood.layout = "a pulse a row, with the states before and after it"
        for name, k in moments.items():
            pulses[name] = states_S(table, columns, k, understood)
        said = stated(columns, moments["before"])
        pulses["pulse"] = _pulse_numbers(table, columns, pulses["device"], understood)
    else:
        reading = _reading_of_log(table, columns, moments)
        pulses["reading"] = states_S(table, columns, reading, understood)
        said = stated(columns, reading)
        pulses = _from_log(_in_order(pulses, table, columns, understood), table.place, understood)
    missing = pulses[["before", "after"]].isna().any(axis=1)
    understood.drop("no reading before or after, empty or beyond the range", pulses["line"][missing])
    pulses = pulses[~missing]
    pulses, is_written = _signed(pulses, table, columns, understood)
    result = pd.DataFrame(
        {
            "device_id": device_numbers(pulses["device"], understood),
            "pulse_index": pulses["pulse"].to_numpy(),
            "g_before_S": pulses["before"].to_numpy(),
            "amplitude_V": pulses["amplitude_V"].to_numpy(),
            "width_s": pulses["width_s"].to_numpy(),
            "g_after_S": pulses["after"].to_numpy(),
        }
    )
    return result.set_axis(pulses["line"].to_numpy()), replace(said, is_direction_written=is_written)


def _required(table, columns, dimension, *quantities):
    """Numbers (SI) of the first of the quantities; raises InputError if the table has none."""
    k = find(columns, *quantities)
    if k is None:
        raise InputError(
            f"{table.place}: column {quantities[0]!r} of the pulses is missing; expected one such as "
            f"{quantities[0]}_{Unit(dimension).symbol}, found {', '.join(column.name for column in columns)}"
        )
    return (columns[k].unit or Unit(dimension)).to_si(table.numbers(k))


def _moment(columns, moment):
    """Position of the states before or after, conductances first; None without one."""
    return next(
        (k for q in READINGS for k, column in enumerate(columns) if (column.moment, column.quantity) == (moment, q)),
        None,
    )


def _reading_of_log(table, columns, moments):
    """Position of the only states of a row; raises InputError without any, or beside states before or after a pulse."""
    reading = next((k for k, column in enumerate(columns) if column.is_reading), None)
    if reading is None:
        raise InputError(
            f"{table.place}: no column of states found; expected g_before_S and g_after_S, or one reading a row, "
            f"found {', '.join(column.name for column in columns)}"
        )
    beside = next((columns[k].name for k in moments.values() if k is not None), None)
    if beside is not None:
        raise InputError(
            f"{table.place}: column {columns[reading].name!r} does not say whether its states are before or after the "
            f"pulse, beside {beside!r}; expected names such as g_before_S and g_after_S"
        )
    return reading


def _in_order(log, table, columns, understood):
    """The rows of a log in the order of the pulses' numbers, where these tell all rows of a device apart."""
    k = find(columns, "pulse")
    if k is None:
        return log
    number = pd.Series(table.numbers(k), index=log.index)
    if number.isna().any() or not (number.groupby(log["device"]).diff() < 0).any():
        return log
    if pd.DataFrame({"device": log["device"], "number": number}).duplicated().any():
        understood.remark("the count of pulses begins anew within a device: taken in the order of the file")
        return log
    understood.remark(f"rows put in the order of {columns[k].name!r}")
    return log.assign(place=pd.factorize(log["device"])[0], number=number).sort_values(["place", "number"])


def _pulse_numbers(table, columns, device, understood):
    """Numbers that order a device's pulses: its own, or the order of the file if none are written or they fall back."""
    k = find(columns, "pulse")
    counted = device.groupby(device).cumcount().to_numpy()
    if k is None:
        understood.remark("pulses numbered in the order of the file")
        return counted
    written = pd.Series(whole_numbers(table, columns, k))
    falls_back = (written.groupby(device.to_numpy()).diff() < 0).any()
    repeats = pd.DataFrame({"device": device, "pulse": written}).duplicated().any()
    if falls_back and repeats:
        understood.remark("the count of pulses begins anew within a device: numbered in the order of the file")
        return counted
    return written.to_numpy()


def _from_log(log, place, understood):
    """Pulses with the states before and after, of a log with one reading a row, in the order of the file.

    Rows of amplitude 0 are reads, and tell the state where the row of a pulse does not.
    """
    is_pulse = log["amplitude_V"] != 0
    own, readings = log["reading"], log.groupby("device")["reading"]
    earlier, later = readings.shift(1), readings.shift(-1)
    moment = _moment_of_reads(own, earlier, later, is_pulse) if not is_pulse.all() else _moment_of_turns(log, place)
    understood.layout = (
        f"a log of pulses{'' if is_pulse.all() else ', and of reads with amplitude 0'}, each with the state {moment} it"
    )
    before, after = {"before": (own, later), "after": (earlier, own)}[moment]
    pulses = log.assign(before=before, after=after)[is_pulse].copy()
    pulses["pulse"] = pulses.groupby("device").cumcount()
    return pulses


def _moment_of_reads(own, earlier, later, is_pulse):
    """Whether the readings in the rows of pulses are those of the read before or of the read after."""
    gaps = {"before": (own - earlier)[is_pulse].abs().mean(), "after": (own - later)[is_pulse].abs().mean()}
    return "after" if gaps["after"] < gaps["before"] else "before"


def _moment_of_turns(log, place):
    """Whether the readings of a log without reads were taken before or after the pulse of their row.

    The two differ where the polarity changes: there the states must turn with the pulse. Raises InputError, naming
    both, if they do so in neither reading.
    """
    sign = np.sign(log["amplitude_V"])
    steps_S = log.groupby("device")["reading"].diff()
    turns = sign.groupby(log["device"]).diff().fillna(0) != 0
    right = {
        "after": np.sum(np.sign(sign * steps_S)[turns]),
        "before": np.sum(np.sign(sign.groupby(log["device"]).shift(1) * steps_S)[turns]),
    }
    if right["after"] == right["before"]:
        raise InputError(
            f"{place}: the readings may be those before or those after the pulse of their row; expected columns "
            "g_before_S and g_after_S, or rows of amplitude 0 for the reads"
        )
    return max(right, key=lambda reading: right[reading])


def _signed(pulses, table, columns, understood):
    """The pulses with RESET amplitudes negative, and whether the file says which they are.

    Amplitudes written as magnitudes get their sign from a column of directions, else from how every amplitude moves
    the states, else from the ramps that the states make.
    """
    if (pulses["amplitude_V"] < 0).any() or not (pulses["amplitude_V"] > 0).any():
        return pulses, True
    k = find(columns, "direction")
    if k is not None:
        said = dict(zip(table.lines, map(direction_of, table.cells(k)), strict=True))
        sign = pulses["line"].map(said).map({"set": 1, "reset": -1})
        if sign.notna().all() and (sign < 0).any():
            understood.remark("amplitudes are magnitudes: RESET by the column of directions")
            return pulses.assign(amplitude_V=pulses["amplitude_V"] * sign), True
    sign, by = _signs_by_amplitude(pulses), "the amplitudes that lower the states are RESET"
    if sign is None:
        sign, by = _signs_by_ramp(pulses), "the pulses of falling ramps are RESET"
    if sign is None:
        raise InputError(
            f"{table.place}: column {columns[find(columns, 'amplitude', 'voltage')].name!r} has no negative value, and "
            "the movement of the states does not tell SET from RESET; expected RESET amplitudes negative"
        )
    understood.remark(f"amplitudes are magnitudes: {by}")
    return pulses.assign(amplitude_V=pulses["amplitude_V"] * sign), False


def _signs_by_amplitude(pulses):
    """+1 or -1 for every pulse if each amplitude moves the states one way in nearly all pulses, and both ways occur."""
    rises = (pulses["after"] > pulses["before"]).groupby(pulses["amplitude_V"])
    share, count = rises.transform("mean"), rises.transform("size")
    certain = ((share >= CERTAIN) | (share <= 1 - CERTAIN)) & (count >= FEW)
    if not certain.all() or share.min() > 0.5 or share.max() < 0.5:
        return None
    return np.where(share > 0.5, 1, -1)


def _signs_by_ramp(pulses):
    """+1 or -1 for every pulse by the ramp it is part of, or None if the states make no ramps."""
    sign = pd.Series(0, index=pulses.index)
    for _, device in pulses.groupby("device"):
        ramps = split_ramps(device["after"])
        for rows, direction in ramps:
            sign[device.index[rows]] = 1 if direction == "set" else -1
    return sign if (sign != 0).all() and sign.nunique() == 2 else None
