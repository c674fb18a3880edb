"""The unit that was probably written where a table of measurements asks for another."""

import numpy as np

from rramgan.device.static import MAX_READ_VOLTAGE_V, REFERENCE_READ_V

_CONDUCTANCE_UNITS = (
    [("microsiemens", lambda g: g * 1e-6), ("millisiemens", lambda g: g * 1e-3)],
    [("ohms", lambda r: 1 / r), ("kiloohms", lambda r: 1e-3 / r), ("nanosiemens", lambda g: g * 1e-9)],
)
_TIME_UNITS = [("nanoseconds", 1e-9), ("microseconds", 1e-6), ("milliseconds", 1e-3)]
_MILLIVOLTS = [("millivolts", lambda v: v * 1e-3)]
_SUSPECTS = {
    **dict.fromkeys(
        ("g0_S", "g_before_S", "g_after_S", "conductance_S", "set_S", "reset_S"), (1e-6, 5e-3, *_CONDUCTANCE_UNITS)
    ),
    "temperature_C": (1, 200, [("kelvin", lambda t: t - 273.15)]),
    "width_s": (1e-9, 0.2, [(unit, lambda t, factor=factor: t * factor) for unit, factor in _TIME_UNITS]),
    "voltage_V": (5e-3, MAX_READ_VOLTAGE_V, _MILLIVOLTS),
    "amplitude_V": (0.1, 10, _MILLIVOLTS),
}
"""Per column the usual range of its values, and the units people write by mistake, the likelier ones first."""

_CURRENT_UNITS = {1e3: "milliamperes", 1e6: "microamperes", 1e9: "nanoamperes"}
"""Units of the current by the factor that they put between I/V and the state."""


def suspected_unit(name: str, table) -> str:
    """Units under which nine in ten values of the column `name` would be usual ones, or an empty string.

    Currents are judged by the voltage and the state beside them.
    """
    if name == "current_A":
        return current_unit(current_ratio(table))
    low, high, *groups = _SUSPECTS.get(name, (0, 0))
    values = table[name][table[name] != 0]
    for units in groups:
        fits = [unit for unit, convert in units if convert(values).abs().between(low, high).mean() > 0.9]
        if fits:
            return " or ".join(fits)
    return ""


def current_ratio(iv) -> float:
    """I/V near the reference voltage relative to the state, in the median; 1 if the units are right."""
    near = iv["voltage_V"].abs().between(REFERENCE_READ_V / 2, 2 * REFERENCE_READ_V)
    rows = iv[near] if near.any() else iv[iv["voltage_V"] != 0]
    return float(np.median(rows["current_A"] / rows["voltage_V"] / rows["g0_S"])) if len(rows) else np.nan


def current_unit(ratio) -> str:
    """The unit that would explain a ratio, or an empty string."""
    return next((unit for factor, unit in _CURRENT_UNITS.items() if 0.03 < ratio / factor < 30), "")
