"""Staircases as paths: ramps of one polarity, and what readings tell of rails, limits and gaps before any law.

All comparisons are made in the direction of the pulses, so that paths rise for either polarity.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.ndimage import median_filter

from rramgan.calibration.mixed.outliers import stuck_devices
from rramgan.calibration.read_noise import quantum

REPEATS = 5
"""Readings after pulses exactly equal to the least or the largest of all from which on these are a rail."""

TAILS = (0.5, 0.25, 0.12, 0.06)
"""Shares of a ramp's pulses, at its end, that are held against its beginning to see whether the device still moves."""

AT_REST = 0.15
"""A tail slower than this share of the ramp's first half is a device at its limit."""

LEAST_REST = 3
"""Pulses that a tail must span at least."""

SEVERAL = 4
"""Ramps that tell how far their tails scatter."""

MARGIN = 0.03
"""Share of a ramp's travel before its limit that is not used: the limit is in the way there."""

MAD_TO_STD = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""

SECOND_DIFFERENCE = np.sqrt(6.0)
"""Standard deviation of y[k-1] - 2 y[k] + y[k+1] over that of the independent readings y."""

STRAY = 0.005
"""Share of a device's readings, at either end, that do not count for its range of states."""

QUARTER = 0.25
"""Share of the devices that must have visited a state: more than may be outliers."""


@dataclass(frozen=True)
class Ramps:
    """All ramps of one polarity in the order of their pulses; arrays have a row per reading.

    `ids` (devices,) are the devices' names, `device` (n,) their indices; `ramp` (n,) counts the ramps; `gap` (n,) are
    the pulses since the reading before, 0 at the start of a ramp; `used` (n,) marks readings that tell the state,
    `beyond` (n,) those that tell that it has come to `reading_S` at least.
    """

    sign: float
    ids: np.ndarray
    device: np.ndarray
    ramp: np.ndarray
    pulse: np.ndarray
    gap: np.ndarray
    reading_S: np.ndarray
    used: np.ndarray
    beyond: np.ndarray

    @property
    def rising_S(self) -> np.ndarray:
        """Readings turned such that pulses raise them."""
        return self.sign * self.reading_S

    def of_devices(self, kept) -> "Ramps":
        """The ramps of the devices marked in `kept` (devices,)."""
        rows = kept[self.device]
        index = np.cumsum(kept) - 1
        arrays = {name: getattr(self, name)[rows] for name in ("ramp", "pulse", "gap", "reading_S", "used", "beyond")}
        return Ramps(self.sign, self.ids[kept], index[self.device[rows]], **arrays)

    def bounds(self) -> list[slice]:
        """Rows of each ramp."""
        starts = np.flatnonzero(self.gap == 0)
        return [slice(*pair) for pair in zip(starts, [*starts[1:], len(self.gap)], strict=True)]


def ramps_of(staircase: pd.DataFrame, polarity: str, sign: float, ids) -> Ramps:
    """Ramps of a polarity out of a long table: device_id, cycle, direction, pulse_index, conductance_S.

    `ids` are the devices of both polarities; pulse indices may be sparse, a reading after so many pulses.
    """
    rows = staircase[staircase["direction"] == polarity]
    rows = rows.sort_values(["device_id", "cycle", "pulse_index"], kind="stable", ignore_index=True)
    ramp = rows.groupby(["device_id", "cycle"], sort=False).ngroup().to_numpy()
    gap = rows["pulse_index"].diff().fillna(0).to_numpy().astype(int)
    gap[np.flatnonzero(np.diff(ramp, prepend=-1))] = 0
    return Ramps(
        sign=sign,
        ids=np.asarray(ids),
        device=np.searchsorted(ids, rows["device_id"].to_numpy()),
        ramp=ramp,
        pulse=rows["pulse_index"].to_numpy().astype(int),
        gap=gap,
        reading_S=rows["conductance_S"].to_numpy(dtype=float),
        used=np.ones(len(rows), dtype=bool),
        beyond=np.zeros(len(rows), dtype=bool),
    )


def rails_S(ramps: list[Ramps]) -> list[float]:
    """Values (S) at the ends of all readings at which they pile up: rail of the instrument, compliance, overflow.

    Ramps may all start from one state, so starts do not count. Converters of few steps repeat every value; of these
    nothing can be said.
    """
    readings_S = np.concatenate([part.reading_S for part in ramps])
    if quantum(readings_S) > 0:
        return []
    after_pulses_S = np.concatenate([part.reading_S[part.gap > 0] for part in ramps])
    ends_S = (readings_S.min(), readings_S.max())
    return [float(end_S) for end_S in ends_S if np.sum(after_pulses_S == end_S) >= REPEATS]


def without(ramps: Ramps, values_S) -> Ramps:
    """The ramps with readings at the `values_S` (S) not used.

    They tell no more than that the state is there or beyond; the first one on the way says so.
    """
    used = ramps.used & ~np.isin(ramps.reading_S, values_S)
    follows = np.append(False, used[:-1]) & (ramps.gap > 0)
    return replace(ramps, used=used, beyond=~used & follows & (ramps.rising_S > np.median(ramps.rising_S)))


def reading_scatter_S(ramps: Ramps) -> float:
    """Scatter (S) of neighbouring readings about a straight line: an upper bound of the reading noise, robust."""
    y_S, gap = ramps.rising_S, ramps.gap
    equal = (gap[1:-1] > 0) & (gap[1:-1] == gap[2:]) & ramps.used[:-2] & ramps.used[1:-1] & ramps.used[2:]
    second_S = (y_S[:-2] - 2 * y_S[1:-1] + y_S[2:])[equal]
    return float(np.median(np.abs(second_S)) * MAD_TO_STD / SECOND_DIFFERENCE) if len(second_S) else 0.0


def travels_S(ramps: Ramps) -> tuple[np.ndarray, np.ndarray]:
    """How far (S) a ramp takes each device in the median, and the standard error of that; NaN for devices without."""
    scatter_S = reading_scatter_S(ramps)
    travels: list[list] = [[] for _ in ramps.ids]
    for rows in ramps.bounds():
        y_S = ramps.rising_S[rows]
        ends = max(1, min(3, len(y_S) // 4))
        travels[ramps.device[rows.start]].append((np.median(y_S[-ends:]) - np.median(y_S[:ends]), ends))
    value_S = np.array([np.median([way for way, _ in own]) if own else np.nan for own in travels])
    error_S = np.array([scatter_S * np.sqrt(2 / sum(n for _, n in own)) if own else np.nan for own in travels])
    return value_S, error_S


def stuck(ramps: Ramps) -> np.ndarray:
    """Which devices (devices,) hardly move where the faster half of the devices does."""
    return stuck_devices(*travels_S(ramps))


def strangers(ramps: Ramps) -> np.ndarray:
    """Which devices (devices,) were never in the states that the middle half of the devices visits."""
    devices = len(ramps.ids)
    extent_S = np.full((devices, 2), np.nan)
    for d in np.unique(ramps.device):
        own_S = ramps.rising_S[(ramps.device == d) & ramps.used]
        if len(own_S):
            extent_S[d] = np.quantile(own_S, [STRAY, 1 - STRAY])
    low_S, high_S = np.nanmedian(extent_S, axis=0)
    return ~((extent_S[:, 0] < high_S) & (extent_S[:, 1] > low_S))


def up_to_limits(ramps: Ramps) -> tuple[Ramps, np.ndarray]:
    """The ramps with readings from a device's own limit on not used, and the limits (devices,) in S, NaN if not met.

    A device that has come to rest tells nothing of the steps below its limit, but that it has come so far.
    """
    used, beyond, reading_S = ramps.used.copy(), ramps.beyond.copy(), ramps.reading_S.copy()
    limit_S = np.full(len(ramps.ids), np.nan)
    scatter_S, bounds = reading_scatter_S(ramps), ramps.bounds()
    of_device = [[rows for rows in bounds if ramps.device[rows.start] == d] for d in range(len(ramps.ids))]
    for d, own in enumerate(of_device):
        tail = _resting_tail(ramps, own, scatter_S)
        if tail is None:
            continue
        tails = [_tail(ramps, rows, tail) for rows in own]
        rest_S = np.concatenate([y_S - np.median(y_S) for y_S in tails])
        noise_S = MAD_TO_STD * np.median(np.abs(rest_S))
        levels_S = [np.median(y_S) for y_S in tails]
        for rows, level_S, last in zip(own, levels_S, map(len, tails), strict=True):
            y_S = ramps.rising_S[rows]
            travel_S = level_S - y_S[0]
            window = _window(scatter_S, travel_S, len(y_S))
            smooth_S = median_filter(y_S, window, mode="nearest")
            margin_S = max(MARGIN * travel_S, 3 * noise_S * np.sqrt(1 / window + 1 / last))
            there = smooth_S >= level_S - margin_S
            # A glitch is no arrival: the next reading must be there too.
            before = np.cumsum(there & np.append(there[1:], True)) == 0
            arrived = rows.start + int(before.sum())
            used[rows] &= before
            beyond[rows] &= before
            if before.any() and arrived < rows.stop and not beyond[rows].any():
                beyond[arrived], reading_S[arrived] = True, ramps.sign * (level_S - margin_S)
        limit_S[d] = ramps.sign * np.median(levels_S)
    return replace(ramps, used=used, beyond=beyond, reading_S=reading_S), limit_S


def _tail(ramps, rows, share):
    """Readings in the last `share` of a ramp's pulses."""
    pulse = ramps.pulse[rows]
    return ramps.rising_S[rows][pulse >= pulse[-1] - share * (pulse[-1] - pulse[0])]


def _resting_tail(ramps, bounds, scatter_S):
    """Largest share of a device's ramps, at their end, in which it no longer moves; None if it moves in all.

    The drift of the tails is held against the speed of the ramps' first halves; how well it is known, the noise of
    readings tells, or the ramps themselves if there are several.
    """
    for share in TAILS:
        ratios, errors = [], []
        for rows in bounds:
            y_S, pulse, tail_S = ramps.rising_S[rows], ramps.pulse[rows], _tail(ramps, rows, share)
            last = pulse[-len(tail_S) :]
            span, travel_S = last[-1] - last[0], np.median(tail_S) - y_S[0]
            if span < LEAST_REST or travel_S <= 0:
                continue
            smooth_S = median_filter(y_S, _window(scatter_S, travel_S, len(y_S)), mode="nearest")
            half = np.interp(0.5, np.maximum.accumulate((smooth_S - y_S[0]) / travel_S), pulse - pulse[0])
            expected_S = 0.5 * travel_S / max(half, 1) * span
            ratios.append(np.polyfit(last, tail_S, 1)[0] * span / expected_S)
            errors.append(scatter_S * np.sqrt(12 / len(tail_S)) / expected_S)
        if not ratios:
            continue
        error = np.median(errors)
        if len(ratios) >= SEVERAL:
            error = min(error, MAD_TO_STD * np.median(np.abs(ratios - np.median(ratios))))
        if np.median(ratios) + 2 * error / np.sqrt(len(ratios)) < AT_REST:
            return share
    return None


def _window(scatter_S, travel_S, count):
    """Odd number of readings to smooth over: noise and travel within the window about equal."""
    step_S = max(abs(travel_S) / count, 1e-30)
    return 2 * int(min((2 * scatter_S / step_S) ** (2 / 3), count / 4) / 2) + 1


def crossed(ramps: Ramps) -> np.ndarray:
    """Intervals (n, 2) of states (S, ascending) in which pulses of this polarity started, sorted and merged.

    Between two readings of one pulse only the first is known as a start; with more pulses all between them are.
    """
    follows = (ramps.gap[1:] > 0) & (ramps.used | ramps.beyond)[1:] & ramps.used[:-1]
    start_S, end_S = ramps.reading_S[:-1][follows], ramps.reading_S[1:][follows]
    several = ramps.gap[1:][follows] > 1
    other_S = np.where(several, start_S + (end_S - start_S) * (1 - 1 / ramps.gap[1:][follows]), start_S)
    intervals = np.sort(np.stack([start_S, other_S], axis=1), axis=1)
    intervals = intervals[np.argsort(intervals[:, 0])]
    merged = [intervals[0]]
    for low_S, high_S in intervals[1:]:
        if low_S <= merged[-1][1]:
            merged[-1] = np.array([merged[-1][0], max(high_S, merged[-1][1])])
        else:
            merged.append(np.array([low_S, high_S]))
    return np.array(merged)


def steps_of(staircase: pd.DataFrame, polarity: str) -> pd.DataFrame:
    """Steps as measured, for figures: device_id, g0_S (state before, S) and step_S, per pulse between readings."""
    ramps = ramps_of(staircase, polarity, 1.0, np.unique(staircase["device_id"]))
    follows = np.flatnonzero(ramps.gap[1:] > 0)
    change_S = np.diff(ramps.reading_S)[follows]
    columns = {"device_id": ramps.ids[ramps.device[follows]], "g0_S": ramps.reading_S[follows]}
    return pd.DataFrame({**columns, "step_S": change_S / ramps.gap[1:][follows]})
