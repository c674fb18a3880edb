"""Layouts of staircases: one reading a row, one ramp a column, or one run of readings up and down again."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rramgan.calibration.lab_files.columns import Column, direction_of, title_labels
from rramgan.calibration.lab_files.ramps import are_of_one_device, split_ramps
from rramgan.calibration.lab_files.states import (
    Stated,
    device_numbers,
    devices,
    find,
    reading_positions,
    stated,
    states_S,
    whole_numbers,
)
from rramgan.calibration.lab_files.tables import Table
from rramgan.calibration.lab_files.understanding import Understanding
from rramgan.errors import InputError


def arrange_staircase(tables, understood: Understanding) -> tuple[pd.DataFrame, Stated]:
    """Readings in the documented format of `staircase.csv`, indexed by their lines, and what the file says they are.

    `tables`: pairs of a Table and the list of its Column. Raises InputError where readings, or what they belong to,
    cannot be told.
    """
    parts = [_readings(table, columns, understood) for table, columns in tables]
    readings = pd.concat([part for part, _ in parts], ignore_index=True)
    said, place = parts[0][1], tables[0][0].place
    readings = _with_ramps(readings, place)
    readings = _without_missing(readings, place, understood)
    if readings["direction"].isna().any():
        said = replace(said, is_direction_written=False)
        readings = _split_by_movement(readings, place)
        understood.remark("directions told by the movement of the states")
    else:
        readings["direction"] = _directions(readings, place, understood)
    readings = _with_cycles(readings, place, understood)
    first = readings.groupby(["device", "cycle", "direction"])["pulse"].transform("min")
    if (first > 1).any():
        understood.remark("pulses counted from the first reading of each ramp")
        readings["pulse"] -= first.where(first > 1, 0)
    table = pd.DataFrame(
        {
            "device_id": device_numbers(readings["device"], understood),
            "cycle": readings["cycle"].astype(int),
            "direction": readings["direction"].astype(str),
            "pulse_index": readings["pulse"].astype(int),
            "conductance_S": readings["g_S"].to_numpy(),
        }
    )
    return table.set_axis(readings["line"].to_numpy()), said


def _readings(table: Table, columns: list[Column], understood: Understanding):
    """Every reading with its line, and with its device, cycle, direction and pulse where the file says them."""
    positions = reading_positions(table, columns, understood)
    titles = pd.DataFrame([{"block": k, **title_labels(title)} for k, title in table.titles.items()])
    labels = pd.DataFrame({"block": table.blocks})
    if len(titles):
        labels = labels.merge(titles, how="left").ffill().astype(object)
    own = {
        "device": devices(table, columns),
        "cycle": _column(table, columns, "cycle", whole_numbers),
        "direction": _column(table, columns, "direction", lambda table, columns, k: table.cells(k)),
        "pulse": _column(table, columns, "pulse", whole_numbers),
    }
    if len(set(own["direction"] or ())) == 1 and direction_of(own["direction"][0]) is None:
        own["direction"] = None
    own["direction"] = own["direction"] or _signs(table, columns)
    parts = []
    for k in positions:
        part = {
            "line": table.lines,
            "block": table.blocks,
            "source": f"{table.place} {k}",
            "ramp_name": columns[k].name,
        }
        for name in ("device", "cycle", "direction"):
            written = own[name] if own[name] is not None else getattr(columns[k], name)
            part[name] = written if written is not None else labels.get(name)
        part |= {"pulse": own["pulse"], "number": columns[k].number, "g_S": states_S(table, columns, k, understood)}
        parts.append(pd.DataFrame(part, index=range(len(table.rows))))
    understood.layout = "a ramp a column" if len(positions) > 1 else "a reading a row"
    return pd.concat(parts, ignore_index=True), stated(columns, positions[0])


def _column(table, columns, quantity, read):
    """The column of a quantity, or None without one."""
    k = find(columns, quantity)
    return None if k is None else read(table, columns, k)


def _signs(table, columns):
    """Directions by the sign of an amplitude, or None without signed ones; InputError for a log of pulses and reads."""
    amplitude_V = _column(table, columns, "amplitude", lambda table, columns, k: table.numbers(k))
    if amplitude_V is None or not ((amplitude_V > 0).any() and (amplitude_V < 0).any()):
        return None
    if np.any(amplitude_V == 0):
        raise InputError(
            f"{table.place}: is a log of pulses and of reads with amplitude 0; expected it as pulses.csv of a device "
            "whose device.yaml says recorded, or only its reads with their directions"
        )
    return np.where(amplitude_V > 0, "set", "reset")


def _with_ramps(readings, place):
    """The readings with the number of their ramp and their pulse, ramp by ramp, in the order of the file.

    Where cycle and direction are written they make the ramp. Otherwise it ends where the direction changes or the
    count of pulses falls back; without a count, at the end of a block. Raises InputError if ramps are no ramps.
    """
    has = {name: bool(readings[name].notna().all()) for name in ("cycle", "direction", "pulse")}
    of_device = readings.groupby(["source", "device"], dropna=False)["direction"]
    changes = readings["direction"] != of_device.shift()
    # Directions that change all the time are columns written below each other pulse by pulse.
    is_key = has["direction"] and bool(has["cycle"] or changes.mean() > 0.5)
    keys = ["source", "device", "cycle"] + ["direction"] * is_key
    readings = readings.assign(group=readings.groupby(keys, sort=False, dropna=False).ngroup())
    readings = readings.sort_values("group", kind="stable", ignore_index=True)
    starts = readings["group"].diff() != 0
    if not (has["cycle"] and has["direction"]):
        if has["direction"]:
            starts |= readings["direction"] != readings["direction"].shift()
        starts |= (readings["pulse"].astype(float).diff() < 0) if has["pulse"] else (readings["block"].diff() != 0)
    readings["ramp"] = starts.cumsum()
    if len(readings) < 2 * readings["ramp"].max():
        raise InputError(
            f"{place}: the rows make {readings['ramp'].max()} ramps of {len(readings)} readings; expected ramps of "
            "several readings in the order of their pulses"
        )
    if not has["pulse"]:
        readings["pulse"] = readings.groupby("ramp").cumcount()
    return readings


def _without_missing(readings, place, understood):
    """The readings that are there; those that are missing are recorded."""
    missing = readings["g_S"].isna()
    if missing.all():
        raise InputError(f"{place}: no reading is a number; expected conductances")
    last = readings["pulse"].where(~missing).groupby(readings["ramp"]).transform("max")
    # Blanks below the shorter of several columns only pad it.
    is_padding = (readings["pulse"] > last.fillna(-1)) & (len(readings["source"].unique()) > 1)
    lines = sorted(set(readings["line"][missing & ~is_padding]))
    understood.drop("no reading, empty or beyond the range", lines)
    return readings[~missing]


def _directions(readings, place, understood):
    """The directions of the words or signs written; two unknown words are told apart by the movement."""
    words = list(dict.fromkeys(readings["direction"].astype(str)))
    known = {word: direction_of(word) for word in words}
    if len(words) == 2 and None in known.values():
        ends = readings.groupby("ramp").agg(word=("direction", "first"), start=("g_S", "first"), end=("g_S", "last"))
        moves_S = (ends["end"] - ends["start"]).groupby(ends["word"].astype(str)).mean()
        if moves_S.min() < 0 < moves_S.max():
            known = {word: "set" if moves_S[word] > 0 else "reset" for word in words}
            understood.remark(f"directions told by the movement: {known}".replace("{", "").replace("}", ""))
    if None in known.values():
        row = readings.iloc[int(np.argmax(readings["direction"].astype(str).map(known).isna()))]
        value = f"{row['direction']!r} is no direction" if row["direction"] else "the direction is empty"
        raise InputError(f"{place}: line {row['line']}: {value}; expected set or reset")
    return readings["direction"].astype(str).map(known)


def _split_by_movement(readings, place):
    """The ramps that every run of readings is made of, told by its turns."""
    states_S, lines = readings["g_S"].to_numpy(), readings["line"].to_numpy()
    starts = np.flatnonzero(np.diff(readings["ramp"], prepend=-1))
    rows, directions = [], []
    for start, end in zip(starts, [*starts[1:], len(readings)], strict=True):
        ramps = split_ramps(states_S[start:end])
        if not ramps:
            raise InputError(
                f"{place}: line {lines[start]} to {lines[end - 1]}: no direction is written, and the states neither "
                "rise nor fall throughout; expected a column of directions, set or reset"
            )
        rows += [start + np.arange(ramp.start, ramp.stop) for ramp, _ in ramps]
        directions += [direction for _, direction in ramps]
    lengths = [len(ramp) for ramp in rows]
    readings = readings.iloc[np.concatenate(rows)].reset_index(drop=True)
    readings["direction"] = np.repeat(directions, lengths)
    run = readings["ramp"]
    readings["ramp"] = np.repeat(np.arange(len(rows)), lengths)
    # The count of a run goes on from ramp to ramp; that of a ramp begins anew, unless it is the whole run.
    is_part = readings["ramp"].groupby(run).transform("nunique") > 1
    readings["pulse"] -= readings.groupby("ramp")["pulse"].transform("first").where(is_part, 0)
    return readings


def _with_cycles(readings, place, understood):
    """The readings with cycles and devices where none are written: cycles are counted, and the device is one."""
    is_one = readings["device"].isna()
    if readings["cycle"].isna().any():
        if is_one.any():
            _check_one_device(readings[is_one], place, understood)
        ramps = readings.drop_duplicates("ramp")[["ramp", "device", "direction"]]
        ramps["cycle"] = ramps.groupby(["device", "direction"], dropna=False).cumcount()
        readings = readings.drop(columns="cycle").merge(ramps[["ramp", "cycle"]], on="ramp", how="left")
        ramp = ["device", "direction", "number", "pulse"]
        numbers = {frozenset(of) for _, of in readings.groupby("direction")["number"]}
        if readings["number"].notna().all() and len(numbers) == 1 and not readings.duplicated(ramp).any():
            readings["cycle"] = readings["number"]
    return readings.assign(device=readings["device"].astype(object).where(readings["device"].notna(), 0))


def _check_one_device(readings, place, understood):
    """Raise InputError if ramps that nothing says to be of one device differ as those of several devices do."""
    named = readings.groupby(["direction", "source", "block"], sort=False)
    if named.ngroups <= readings["direction"].nunique():
        return
    for direction, ramps in readings.groupby("direction", sort=False):
        if not are_of_one_device([ramp["g_S"].to_numpy() for _, ramp in ramps.groupby("ramp")]):
            names = list(dict.fromkeys(ramps["ramp_name"]))[:2]
            shown = f"the ramps {' and '.join(map(repr, names))}" if len(names) > 1 else "the blocks"
            raise InputError(
                f"{place}: {shown} of direction {direction} differ more than cycles of one device do, and nothing says "
                "whether they are devices or cycles; expected names such as device_1_set or cycle_1_set, or a column"
            )
    understood.remark("nothing says whether ramps are devices or cycles: they differ no more than cycles of one device")
