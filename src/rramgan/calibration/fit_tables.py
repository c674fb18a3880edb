"""What a fit has determined, as tables for people: rows that fits of every kind have in common."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import t as student_t

from rramgan.calibration.reports import StaticReport
from rramgan.device.static import StaticModel
from rramgan.units import MICRO

STATIC_UNITS = {
    "mean_a1": ("S", "1", "S/degC"),
    "mean_a3": ("1/V^2", "1/(S V^2)", "degC^1.33 S/V^2"),
    "spread_a1": ("S", "1", "S/degC", "1/S"),
    "spread_a3": ("S/V^2", "1/V^2", "S/(degC V^2)", "1/(S V^2)", "1/(degC V^2)"),
}
"""Units of the coefficients, in the order of the published table (Nili 2020, Table I)."""

QUALITY_OF_ROW = ("relative_residual", "undetermined", "remark")
QUALITY_OF_POPULATION = ("devices", "outlier_devices", "mean_of", "converged")
"""What reports say of a row of the table of quality, and of all devices behind it."""


def coefficient_row(
    part: str,
    states_S: np.ndarray | tuple[float, float] | None,
    quantity: str,
    unit: str,
    value: float,
    interval: Sequence[float | None] = (None, None),
    determined: bool = True,
    remark: str | None = None,
) -> dict:
    """One number of a model: a row of the table of coefficients.

    Columns: `part` ("set", "reset", "reading" or "iv"); `g_low_uS`, `g_high_uS`: the `states_S` it is of (equal for a
    knot, empty for none); `quantity`, `unit`, `value`; `low_95`, `high_95`: its interval (empty where unknown); whether
    the measurements have `determined` it; `remark`.
    """
    low_uS, high_uS = (None, None) if states_S is None else map(microsiemens, states_S)
    return {
        "part": part,
        "g_low_uS": low_uS,
        "g_high_uS": high_uS,
        "quantity": quantity,
        "unit": unit,
        "value": float(value),
        "low_95": interval[0],
        "high_95": interval[1],
        "determined": bool(determined),
        "remark": remark or "",
    }


def undetermined(coefficients: pd.DataFrame) -> list[str]:
    """A sentence per part and bin about the numbers of a table of coefficients that the measurements leave open."""
    doubtful = coefficients[~coefficients["determined"]].groupby(["part", "g_low_uS", "g_high_uS"], dropna=False)
    return [
        f"{part} {low_uS:.4g}-{high_uS:.4g} uS: not determined: {', '.join(rows['quantity'])}"
        for (part, low_uS, high_uS), rows in doubtful
    ]


def remarks(quality: pd.DataFrame) -> list[str]:
    """A sentence per part and range of states about what must be known before a fit is believed."""
    if "remark" not in quality:
        return []
    rows = quality[quality["remark"].notna()]
    places = [
        f" {low:.4g}-{high:.4g} uS" if low > 0 else ""
        for low, high in zip(rows["g_low_uS"], rows["g_high_uS"], strict=True)
    ]
    return [
        f"{part}{place}: {remark}" for part, place, remark in zip(rows["part"], places, rows["remark"], strict=True)
    ]


def static_coefficients(static: StaticModel, report: StaticReport) -> list[dict]:
    """Rows of the static model; none of a device taken as ohmic."""
    rows = []
    for name, errors in report.standard_error.items():
        parts = zip(getattr(static, name), errors, STATIC_UNITS[name], strict=True)
        for k, (value, error, unit) in enumerate(parts):
            interval = normal_interval(value, error, half_width(report))
            rows.append(coefficient_row("iv", None, f"{name}[{k}]", unit, value, interval, error > 0))
    return rows


def static_quality(report: StaticReport) -> list[dict]:
    """The row of the I-V sweeps in the table of quality; none of a device taken as ohmic."""
    if not report.sweeps:
        return []
    counts = {"measured": report.sweeps, "rejected": max(report.sweeps_rejected.values())}
    remarks = said(report, QUALITY_OF_ROW) | said(report, QUALITY_OF_POPULATION)
    return [{"part": "iv", **counts, **remarks, "relative_residual": report.relative_residual["a1"]}]


def miss_rows(misses: Mapping[str, Mapping[int, float]]) -> list[dict]:
    """Rows of the table of quality: the `miss` of each `device_id`, by polarity and device."""
    return [
        {"part": polarity, "device_id": device_id, "miss": miss}
        for polarity, own in misses.items()
        for device_id, miss in own.items()
    ]


def device_variables(reports: dict) -> pd.DataFrame:
    """The device-to-device variable of every device measured: `polarity`, `device_id`, `variable`, `outlier`.

    `reports` by polarity have `variables` and `outlier_devices`.
    """
    rows = [
        (polarity, device_id, variable, device_id in report.outlier_devices)
        for polarity, report in reports.items()
        for device_id, variable in {**dict.fromkeys(report.outlier_devices), **report.variables}.items()
    ]
    return pd.DataFrame(rows, columns=["polarity", "device_id", "variable", "outlier"])


def medians(groups, name: str) -> pd.DataFrame:
    """Median of the column `name` and of the steps in every group, with the quartiles of the steps."""
    return pd.DataFrame(
        {
            "pulses": groups.size(),
            name: groups[name].median(),
            "step_S": groups["step_S"].median(),
            "low_S": groups["step_S"].quantile(0.25),
            "high_S": groups["step_S"].quantile(0.75),
        }
    )


def said(report, names) -> dict:
    """The fields `names` of a report that it has something to say in, lists as text."""
    values = {name: getattr(report, name, None) for name in names}
    return {
        name: " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None
    }


def half_width(report) -> float:
    """Half a 95 % interval in standard errors, for errors that are themselves known from so many devices only.

    Those of a single device are known from its own rows.
    """
    devices = report.devices - len(report.outlier_devices)
    return float(student_t.ppf(0.975, devices - 1 if devices > 1 else np.inf))


def normal_interval(value, error, half_width):
    """95 % interval of a number with a normal error; none without."""
    return (value - half_width * error, value + half_width * error) if error > 0 else (None, None)


def log_normal_interval(value, error, half_width):
    """95 % interval of a number of either sign that errs normally in its logarithm, by `error` near its value."""
    log_error = half_width * error / abs(value)
    return sorted(value * np.exp([-log_error, log_error]))


def microsiemens(g_S) -> float:
    """A conductance for people: microsiemens, six digits."""
    return float(f"{g_S / MICRO:.6g}")
