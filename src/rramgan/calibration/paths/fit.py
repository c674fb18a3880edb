"""Fit of the step law to staircases: the path of every device's state, not the differences of its readings.

Law, cycle-to-cycle noise, spread between devices and reading noise are estimated together (`paths.likelihood`). The
law is believed where both polarities determine it, and only if it meets the staircases it came from
(`posterior_check`); otherwise an InputError says in one sentence why not.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from rramgan.calibration.misses import misses
from rramgan.calibration.mixed.outliers import esd_outliers, handful_outliers
from rramgan.calibration.paths import evidence
from rramgan.calibration.paths.filter import BEYOND, GROSS, HUBER, UNUSED, USED
from rramgan.calibration.paths.law import FittedPolarity, PathLaw
from rramgan.calibration.paths.likelihood import Paths, centres, fit_paths
from rramgan.calibration.paths.population import cycle_spread_of, spread_of
from rramgan.calibration.paths.posterior_check import staircases
from rramgan.calibration.paths.ramps import (
    STRAY,
    rails_S,
    ramps_of,
    reading_scatter_S,
    strangers,
    stuck,
    up_to_limits,
    without,
)
from rramgan.calibration.paths.report import report_of
from rramgan.calibration.read_noise import quantum
from rramgan.calibration.reports import StepLawReport
from rramgan.device.kinetics import POLARITIES
from rramgan.device.pulses import PulsePair
from rramgan.device.staircase import BINS, StaircaseKinetics
from rramgan.errors import InputError

MIN_PULSES = 20
"""Fewer pulses of a polarity than this give no step law."""

RESOLUTION = 1e-6
"""Least reading noise relative to the range of states; keeps variances finite for noise-free data."""

WIDER = 0.5
"""How far beyond the states of the median device the law extends at most, as a share of their range."""

WILD = 3.0
"""A device whose innovations scatter so many times more than the median device's follows no law, ..."""

ALMOST_CLIPPED = 1.3
"""... if they scatter by so many standard deviations too."""

ROUNDS = 4
"""Fits in turn, each without the outliers that the last one found."""

START_CELLS = 10
"""Cells of states in which the first guess counts pulses and travel."""


def fit_staircase(
    staircase: pd.DataFrame, pulses: PulsePair, window_S=None
) -> tuple[StaircaseKinetics, dict[str, StepLawReport]]:
    """Fit the step law to a staircase (device_id, cycle, direction, pulse_index, conductance_S): model and reports.

    Readings may be sparse: a reading after so many pulses. `window_S` (low, high), if given, are the states that will
    be used; a gap elsewhere is then no harm. Raises InputError, in one sentence, if the measurements leave the law
    open or contradict it.
    """
    ids = np.unique(staircase["device_id"])
    ramps = {name: ramps_of(staircase, name, sign, ids) for name, sign in POLARITIES.items()}
    for name, part in ramps.items():
        if part.gap.sum() < MIN_PULSES:
            raise InputError(f"staircase: {part.gap.sum()} {name.upper()} steps; expected at least {MIN_PULSES}")
    rails = rails_S(list(ramps.values()))
    ramps = {name: without(part, rails) for name, part in ramps.items()}
    evidence.check_rails(ramps, rails)
    left_out = {
        "stuck": np.any([stuck(part) for part in ramps.values()], axis=0),
        "never in these states": np.any([strangers(part) for part in ramps.values()], axis=0),
    }
    kept = ~np.any(list(left_out.values()), axis=0)
    evidence.check_moving(ramps, kept, rails)
    quantum_S = quantum(staircase["conductance_S"])
    fitted = {name: _fit_polarity(part.of_devices(kept), quantum_S) for name, part in ramps.items()}
    low_S, high_S = evidence.shared_range_S(fitted, rails, window_S)
    grid_S = np.linspace(low_S, high_S, BINS + 1)
    evidence.check_fit(fitted, grid_S)
    named = {what: ids[which].tolist() for what, which in left_out.items() if which.any()}
    report = {name: report_of(part, grid_S, named, rails, quantum_S) for name, part in fitted.items()}
    model = StaircaseKinetics(
        pulses,
        grid_S,
        {name: part.law.mean_S(grid_S) for name, part in fitted.items()},
        {name: spread_of(part, grid_S)[0] for name, part in fitted.items()},
        {name: cycle_spread_of(part, grid_S)[0] for name, part in fitted.items()},
        float(np.sqrt(np.mean([part.law.reading_noise_S**2 for part in fitted.values()]))),
    )
    return model, report


def _fit_polarity(ramps, quantum_S) -> FittedPolarity:
    """Fit one polarity, in turn with leaving out the devices that do not behave like the others."""
    ramps, limit_S = up_to_limits(ramps)
    evidence.check_gradual(ramps, limit_S)
    low_S, high_S = _extent_S(ramps)
    evidence.check_extent(ramps, low_S, high_S)
    apart = []
    for _ in range(ROUNDS):
        fit, law, paths = _fit_between(ramps, low_S, high_S, quantum_S)
        odd = _odd_devices(law, fit, paths, ramps)
        if not odd.any():
            break
        apart += ramps.ids[odd].tolist()
        evidence.check_majority(ramps, odd, apart)
        ramps = ramps.of_devices(~odd)
    glitches = int(np.sum(np.abs(fit.innovation[paths.used == USED]) > GROSS))
    return FittedPolarity(law, fit, ramps, tuple(apart), glitches)


def _fit_between(ramps, low_S, high_S, quantum_S):
    """Fit, law and paths of the ramps in the scale low..high."""
    width_S = high_S - low_S
    empty = np.zeros(0)
    turned = PathLaw(ramps.sign, low_S, high_S, empty, empty, ramps.ids, empty, 0.0)
    paths = Paths(
        reading=turned.scaled(ramps.reading_S),
        gap=ramps.gap,
        used=np.select([ramps.used, ramps.beyond], [USED, BEYOND], UNUSED),
        device=ramps.device,
        devices=len(ramps.ids),
        least_variance=RESOLUTION**2 + (quantum_S / width_S) ** 2 / 12,
    )
    log_r = np.log(max(reading_scatter_S(ramps) / width_S, 10 * RESOLUTION))
    fit = fit_paths(paths, _first_law(paths), log_r)
    law = replace(turned, a=fit.a, noise=fit.noise, factors=fit.factors, least_variance=paths.least_variance)
    return fit, law, paths


def _extent_S(ramps):
    """Lowest and highest state (S) of the devices, none of them far beyond those of the median one."""
    reached = []
    for d in np.unique(ramps.device):
        own_S = ramps.reading_S[(ramps.device == d) & ramps.used]
        if len(own_S) > 1:
            reached.append(np.quantile(own_S, [STRAY, 1 - STRAY]))
    extents = np.array(reached)
    low_S, high_S = np.median(extents, axis=0)
    beyond_S = WIDER * (high_S - low_S)
    return max(extents[:, 0].min(), low_S - beyond_S), min(extents[:, 1].max(), high_S + beyond_S)


def _first_law(paths):
    """First guess of log m at the splines' centres: travel through each cell of states over pulses spent in it."""
    follows = (paths.gap[1:] > 0) & (paths.used[1:] != UNUSED) & (paths.used[:-1] == USED)
    start, end, gap = paths.reading[:-1][follows], paths.reading[1:][follows], paths.gap[1:][follows]
    travel, spent = np.zeros(START_CELLS), np.zeros(START_CELLS)
    low, high = np.minimum(start, end), np.maximum(start, end)
    length = np.maximum(high - low, 1e-12)
    for k in range(START_CELLS):
        edges = (-np.inf if k == 0 else k / START_CELLS, np.inf if k == START_CELLS - 1 else (k + 1) / START_CELLS)
        inside = np.clip(np.minimum(high, edges[1]) - np.maximum(low, edges[0]), 0, None)
        still = (high - low < 1e-12) & (low >= edges[0]) & (low < edges[1])
        travel[k] = np.sum(np.sign(end - start) * inside)
        spent[k] = np.sum(gap * np.where(still, 1.0, inside / length))
    typical = max(np.sum(end - start) / np.sum(gap), 1e-6)
    told = spent > 0
    speed = np.clip(travel[told] / spent[told], typical / 30, typical * 30)
    middles = (np.flatnonzero(told) + 0.5) / START_CELLS
    return np.interp(centres(), middles, np.log(speed))


def _odd_devices(law, fit, paths, ramps) -> np.ndarray:
    """Devices (devices,) that follow no law, another size of steps, or another path than the law's."""
    devices = len(ramps.ids)
    if devices == 1:
        return np.zeros(1, dtype=bool)
    told = np.isfinite(fit.innovation)
    counts = np.bincount(paths.device[told], minlength=devices)
    square = np.bincount(paths.device[told], np.clip(fit.innovation[told], -HUBER, HUBER) ** 2, devices)
    scatter = np.sqrt(square / np.maximum(counts, 1))
    wild = (scatter > WILD * np.median(scatter)) & (scatter > ALMOST_CLIPPED)
    if wild.any():
        return wild
    odd = esd_outliers(fit.factors[:, 0]) | handful_outliers(fit.factors[:, 0])
    if odd.any():
        return odd
    table = misses(staircases(law, ramps), law.width_S)
    fails = np.isin(ramps.ids, table["device_id"][table["fails"]])
    return fails if fails.sum() <= evidence.MOST_APART * devices else np.zeros(devices, dtype=bool)
