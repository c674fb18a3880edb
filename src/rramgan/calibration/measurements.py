"""The format of a user's measurements, and its validation with one-sentence errors.

`iv.csv`: quasi-static current-voltage samples, one per row
    device_id      whole number that names the device
    g0_S           state of the device (S): I(0.1 V)/0.1 V read at the reference temperature before the sweep
    temperature_C  temperature of the sweep (degC), 0..200
    voltage_V      voltage (V), -0.4..0.4
    current_A      current (A)

`pulses.csv`: programming pulses, one per row
    device_id      whole number that names the device
    pulse_index    whole number that orders a device's pulses
    g_before_S     state before the pulse (S)
    amplitude_V    amplitude (V); its sign is the polarity, SET > 0 and RESET < 0
    width_s        width (s)
    g_after_S      state after the pulse (S)

`staircase.csv`: potentiation and depression by equal pulses, one reading per row
    device_id      whole number that names the device
    cycle          whole number that orders a device's repetitions
    direction      "set" (potentiation) or "reset" (depression)
    pulse_index    number of pulses of this direction and cycle applied so far; 0 is the reading before the first
    conductance_S  state read after them (S)
or, for one device and one cycle, two plain columns of readings in the order of the pulses
    set_S          states of the potentiation (S), the first before any pulse
    reset_S        states of the depression (S), the first before any pulse; the shorter column is padded with blanks
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from rramgan.calibration.suspected_units import current_ratio, current_unit, suspected_unit
from rramgan.device.kinetics import POLARITIES
from rramgan.device.static import MAX_READ_VOLTAGE_V
from rramgan.errors import InputError
from rramgan.tables import FIRST_LINE, numbers, read_table

TEMPERATURE_MARGIN_C = 5.0
"""How far outside the measured temperatures a device may be operated: room temperatures differ by as much."""

WRONG_WAY = 3.0
"""Standard errors by which the mean step must go the wrong way to count as swapped."""


def _range(low, high, unit):
    """Check that a number lies in low..high; its error text is the expectation shown to the user."""
    return pa.Check.in_range(low, high, error=f"{low:g} to {high:g} {unit}")


def _whole(low):
    """Checks of a column of whole numbers."""
    return pa.Column(int, pa.Check.ge(low, error=f"a whole number from {low}"))


_CONDUCTANCE = _range(1e-12, 0.1, "S")

_IV = pa.DataFrameSchema(
    {
        "device_id": _whole(0),
        "g0_S": pa.Column(float, _CONDUCTANCE),
        "temperature_C": pa.Column(
            float, pa.Check.in_range(0, 200, include_min=False, error="above 0 and up to 200 degC")
        ),
        "voltage_V": pa.Column(float, _range(-MAX_READ_VOLTAGE_V, MAX_READ_VOLTAGE_V, "V")),
        "current_A": pa.Column(float, _range(-0.1, 0.1, "A")),
    }
)

_PULSES = pa.DataFrameSchema(
    {
        "device_id": _whole(0),
        "pulse_index": _whole(0),
        "g_before_S": pa.Column(float, _CONDUCTANCE),
        "amplitude_V": pa.Column(
            float,
            [
                _range(-10, 10, "V"),
                pa.Check.ne(0, error="an amplitude other than 0 V, whose sign is the polarity"),
            ],
        ),
        "width_s": pa.Column(float, _range(1e-10, 1, "s")),
        "g_after_S": pa.Column(float, _CONDUCTANCE),
    },
    unique=["device_id", "pulse_index"],
)

_DIRECTION = pa.Column(str, pa.Check.isin(list(POLARITIES), error="set or reset"))

_STAIRCASE = pa.DataFrameSchema(
    {
        "device_id": _whole(0),
        "cycle": _whole(0),
        "direction": _DIRECTION,
        "pulse_index": _whole(0),
        "conductance_S": pa.Column(float, _CONDUCTANCE),
    },
    unique=["device_id", "cycle", "direction", "pulse_index"],
)


def read_iv(path) -> pd.DataFrame:
    """Read and check current-voltage samples (`iv.csv`, format above); every fault is one sentence of an InputError."""
    return check_iv(path, _by_line(read_table(path, list(_IV.columns))))


def check_iv(path, table: pd.DataFrame) -> pd.DataFrame:
    """Check samples indexed by their lines in the file `path`; returns them without, errors as `read_iv`."""
    table = _checked(path, table[list(_IV.columns)], _IV)
    _check_current_unit(path, table)
    return table.reset_index(drop=True)


def read_sweeps(path, temperature_C: float) -> pd.DataFrame | None:
    """The current-voltage samples of a device operated at `temperature_C`; None without a path.

    Raises InputError as `read_iv` and `check_temperature` do.
    """
    if path is None:
        return None
    iv = read_iv(path)
    check_temperature(path, iv, temperature_C)
    return iv


def check_temperature(path, iv: pd.DataFrame, temperature_C: float) -> None:
    """Raise InputError if the sweeps `iv` of the file `path` do not span the temperature the device is operated at."""
    low_C, high_C = iv["temperature_C"].min(), iv["temperature_C"].max()
    if not low_C - TEMPERATURE_MARGIN_C <= temperature_C <= high_C + TEMPERATURE_MARGIN_C:
        raise InputError(
            f"{path}: column 'temperature_C' runs from {low_C:g} to {high_C:g} degC; expected sweeps that span the "
            f"operating temperature_C of device.yaml, {temperature_C:g} degC"
        )


def read_pulses(path) -> pd.DataFrame:
    """Read and check programming pulses (`pulses.csv`, format above); every fault is one sentence of an InputError."""
    return check_pulses(path, _by_line(read_table(path, list(_PULSES.columns))))


def check_pulses(path, table: pd.DataFrame) -> pd.DataFrame:
    """Check pulses indexed by their lines in the file `path`; returns them without, errors as `read_pulses`."""
    table = _checked(path, table[list(_PULSES.columns)], _PULSES)
    _check_polarity(path, table)
    return table.reset_index(drop=True)


def read_staircase(path) -> pd.DataFrame:
    """Read and check a staircase in either format above; returns the long one, ordered by pulse.

    Every fault is one sentence of an InputError.
    """
    table = read_table(path)
    if {"set_S", "reset_S"} <= set(table.columns):
        return check_staircase(path, _long_format(path, _by_line(table)))
    return check_staircase(path, _by_line(read_table(path, list(_STAIRCASE.columns))))


def check_staircase(path, table: pd.DataFrame) -> pd.DataFrame:
    """Check readings indexed by their lines in the file `path`; returns them ordered, errors as `read_staircase`."""
    table = _checked(path, table[list(_STAIRCASE.columns)], _STAIRCASE)
    table = table.sort_values(["device_id", "direction", "cycle", "pulse_index"], ignore_index=True)
    _check_directions(path, table)
    return table


def _by_line(table):
    """The table indexed by the lines of its file, by which faults are told."""
    return table.set_axis(table.index + FIRST_LINE)


def _checked(path, table, schema):
    """The table with the types of its schema, if it meets it."""
    if table.empty:
        raise InputError(f"{path}: holds no rows below its header; expected at least one measurement")
    for name, column in schema.columns.items():
        if str(column.dtype) in ("int64", "float64"):
            table[name] = numbers(path, table[name], int if str(column.dtype) == "int64" else float)
        elif table[name].isna().any():
            row = int(np.argmax(table[name].isna()))
            raise InputError(
                f"{path}: line {table.index[row]}, column {name!r}: the cell is empty; "
                f"expected {column.checks[0].error}"
            )
    try:
        # A line may hold several readings; the schema needs rows that can be told apart.
        return schema.validate(table.reset_index(drop=True)).set_axis(table.index)
    except pa.errors.SchemaError as error:
        raise InputError(_sentence(path, table, schema, error)) from None


def _long_format(path, columns):
    """The long format of two plain columns; readings are checked under their own columns' names."""
    parts = []
    for direction in POLARITIES:
        name = f"{direction}_S"
        readings = columns[[name]].loc[: columns[name].last_valid_index()]
        readings = _checked(path, readings.copy(), pa.DataFrameSchema({name: pa.Column(float, _CONDUCTANCE)}))
        parts.append(
            pd.DataFrame(
                {
                    "device_id": 0,
                    "cycle": 0,
                    "direction": direction,
                    "pulse_index": np.arange(len(readings)),
                    "conductance_S": readings[name].to_numpy(),
                },
                index=readings.index,
            )
        )
    return pd.concat(parts)


def _sentence(path, table, schema, error):
    """What the schema's complaint means: place, value, expectation, and the unit suspected behind it."""
    if error.reason_code is pa.errors.SchemaErrorReason.DUPLICATES:
        row = int(np.argmax(table.duplicated(schema.unique)))
        *group, name = schema.unique
        group_of = ", ".join(f"{key} {table[key].iloc[row]}" for key in group)
        return (
            f"{path}: line {table.index[row]}, column {name!r}: {table[name].iloc[row]} occurs again for {group_of}; "
            "expected every pulse once"
        )
    name = error.schema.name
    case = error.failure_cases.iloc[0]
    value = repr(case["failure_case"]) if isinstance(case["failure_case"], str) else f"{case['failure_case']:g}"
    line = table.index[int(case["index"])]
    sentence = f"{path}: line {line}, column {name!r}: the value is {value}; expected {error.check.error}"
    unit = suspected_unit(name, table)
    return f"{sentence} (are these {unit}?)" if unit else sentence


def _check_current_unit(path, iv):
    """Compare I/V near the reference voltage with the state: a factor of about 1e3, 1e6 or 1e9 is a unit mistake."""
    ratio = current_ratio(iv)
    if np.isnan(ratio):
        raise InputError(f"{path}: column 'voltage_V' holds nothing but 0; expected voltages of a sweep up to 0.4 V")
    if 0.03 < ratio < 30:
        return
    line = iv.index[iv["voltage_V"] != 0][0]
    unit = current_unit(ratio)
    guess = f" (are these {unit}?)" if unit else " (is the sign or the unit wrong?)"
    raise InputError(
        f"{path}: line {line}, column 'current_A': the value is {iv['current_A'][line]:g} at "
        f"{iv['voltage_V'][line]:g} V; expected I/V close to g0_S, but over the file it is {ratio:.3g} "
        f"times g0_S{guess}"
    )


def _check_polarity(path, pulses):
    """SET (positive) pulses raise the conductance on average and RESET ones lower it."""
    step_S = pulses["g_after_S"] - pulses["g_before_S"]
    for name, sign in POLARITIES.items():
        steps_S = sign * step_S[np.sign(pulses["amplitude_V"]) == sign]
        if len(steps_S) > 1 and steps_S.mean() < -WRONG_WAY * steps_S.std() / np.sqrt(len(steps_S)):
            line = steps_S.idxmin()
            moved, expected = ("lowered", "raise") if sign > 0 else ("raised", "lower")
            raise InputError(
                f"{path}: line {line}, column 'amplitude_V': {pulses['amplitude_V'][line]:g} V {moved} the "
                f"conductance, as such pulses do on average over the file; expected {name.upper()} pulses, "
                f"{'positive' if sign > 0 else 'negative'}, to {expected} it (are the polarities swapped?)"
            )


def _check_directions(path, staircase):
    """SET raises the conductance from the first to the last reading on average, and RESET lowers it."""
    ends_S = staircase.groupby(["direction", "device_id", "cycle"])["conductance_S"].agg(["first", "last"])
    change_S = (ends_S["last"] - ends_S["first"]).groupby("direction").mean()
    missing = [direction for direction in POLARITIES if direction not in change_S]
    if missing:
        raise InputError(f"{path}: column 'direction' never says {missing[0]!r}; expected both set and reset")
    for direction, sign, moves, expected in (("set", 1, "falls", "rise"), ("reset", -1, "rises", "fall")):
        if sign * change_S[direction] < 0:
            raise InputError(
                f"{path}: column 'direction': from the first to the last {direction!r} reading the conductance {moves} "
                f"on average; expected it to {expected} (are the directions swapped?)"
            )
