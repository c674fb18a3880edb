"""What measured paths allow to be believed: where both polarities tell a law, and sentences for where they do not."""

import numpy as np

from rramgan.calibration.misses import MISS, MOST_MISSED, misses
from rramgan.calibration.paths.population import log_mean_covariance
from rramgan.calibration.paths.posterior_check import open_share, staircases
from rramgan.calibration.paths.ramps import QUARTER, STRAY, crossed, reading_scatter_S, travels_S
from rramgan.errors import InputError
from rramgan.units import MICRO

MOST_APART = 0.3
"""Share of the devices that may be left out; with more of them no device can be told to be the normal one."""

LEAST_PULSES = 10
"""Pulses on the way to their limits that the devices must have seen at least."""

MOST_AT_RAILS = 0.9
"""Share of the readings of a polarity that may be at a rail; a device that runs on at its limit looks the same."""

CLEARANCE = 2.0
"""Standard deviations of a reading by which states stay clear of a rail: beyond, noise is clipped."""

GAP = 0.2
"""A stretch without pulses, as a share of the range of states, over which no law is told."""

OPEN_STEP = 0.4
"""Standard error of log m from which on the step is not told."""

LEAST_SHARED = 0.05
"""Share of the states visited by either polarity that both must have visited at least."""

LEAST_RANGE = 0.3
"""Share of the states visited by both polarities in which the law must be told at least."""

OPEN_SHARE = 0.02
"""Standard error of the integrated staircase, as a share of its range, from which on the law is open."""

LOUD = 0.5
"""Noise of a reading relative to the median step from which on it is remarked."""

SPARSE = 3.0
"""Pulses per reading from which on they are named as a cause of an open law."""

SIGNIFICANT = 3.0
"""Standard errors by which devices must move to be seen to."""


def check_rails(ramps, rails):
    """Raise InputError if nearly all readings of a polarity are at a rail."""
    for part in ramps.values():
        if 1 - part.used.mean() > MOST_AT_RAILS:
            raise InputError(_piled_up(part, rails))


def check_moving(ramps, kept, rails):
    """Raise InputError if no device is left, or none moves."""
    if not kept.any():
        raise InputError("staircase: no two devices visit the same states; expected devices that behave alike")
    for part in ramps.values():
        travel_S, error_S = travels_S(part.of_devices(kept))
        if not np.nanmax(travel_S / np.maximum(error_S, 1e-30)) > SIGNIFICANT:
            if rails:
                raise InputError(_piled_up(part, rails))
            scatter_uS = reading_scatter_S(part) / MICRO
            raise InputError(
                f"staircase: {_name(part)} pulses move no device by more than its readings scatter "
                f"({scatter_uS:.3g} uS); expected a staircase that rises or falls"
            )


def check_gradual(ramps, limit_S):
    """Raise InputError if devices are at their own limits `limit_S` (devices,) as good as at once."""
    follows = (ramps.gap[1:] > 0) & ramps.used[1:] & ramps.used[:-1]
    if ramps.gap[1:][follows].sum() < LEAST_PULSES:
        start_S = np.median(ramps.reading_S[ramps.gap == 0])
        raise InputError(_abrupt(ramps, sorted([start_S, np.nanmedian(limit_S)])))


def check_extent(ramps, low_S, high_S):
    """Raise InputError if all readings that tell a state tell the same one."""
    if not low_S < high_S:
        raise InputError(
            f"staircase: on the way to where devices come to rest the {_name(ramps)} readings tell no state but "
            f"{low_S / MICRO:.4g} uS; expected readings of states between (are they clipped, or does the device switch "
            "abruptly?)"
        )


def check_majority(ramps, odd, apart):
    """Raise InputError if so many devices behave differently that none is the normal one."""
    devices = len(ramps.ids) - odd.sum() + len(apart)
    if len(apart) > MOST_APART * max(devices, 4):
        names = ", ".join(map(str, sorted(apart)))
        raise InputError(
            f"staircase: devices {names} of {devices} behave apart from the others in {_name(ramps)}; expected devices "
            "that behave alike (leave out those that do not, or measure more)"
        )


def shared_range_S(fitted, rails, window_S=None) -> tuple[float, float]:
    """States (S) that pulses of both polarities started from in a quarter of the devices, and tell a step of.

    States within the noise of readings at the `rails` (S) do not count. Raises InputError if there are none, or a
    stretch of them (of the window, if given) saw no pulse of a polarity.
    """
    reaches_S = np.array([_reach_S(part) for part in fitted.values()])
    low_S, high_S = reaches_S[:, 0].max(), reaches_S[:, 1].min()
    clear_S = CLEARANCE * max(part.law.reading_noise_S for part in fitted.values())
    for rail_S in rails:
        if rail_S < (low_S + high_S) / 2:
            low_S = max(low_S, rail_S + clear_S)
        else:
            high_S = min(high_S, rail_S - clear_S)
    if high_S - low_S < LEAST_SHARED * (reaches_S.max() - reaches_S.min()):
        (set_low, set_high), (reset_low, reset_high) = reaches_S / MICRO
        raise InputError(
            f"staircase: SET runs from {set_low:.4g} to {set_high:.4g} uS and RESET from {reset_low:.4g} to "
            f"{reset_high:.4g} uS; expected them to run over the same window"
        )
    for part in fitted.values():
        low_S, high_S = _beside_gaps(part, low_S, high_S, window_S)
    ends = []
    for part in fitted.values():
        g_S = np.linspace(low_S, high_S, 65)
        told = _log_error(part, g_S) < OPEN_STEP
        if told.sum() < LEAST_RANGE * len(g_S):
            raise InputError(_open(part, f"the {_name(part.ramps)} steps are not told from zero", g_S))
        first, last = np.flatnonzero(told)[[0, -1]]
        ends.append((g_S[first], g_S[last]))
    return max(low for low, _ in ends), min(high for _, high in ends)


def check_fit(fitted, grid_S):
    """Raise InputError if a law is not found, is open, or does not meet the staircases it came from."""
    for part in fitted.values():
        if not part.fit.converged:
            raise InputError(
                f"staircase: no {_name(part.ramps)} law settles for {len(part.ramps.ids)} devices; expected steps that "
                "depend on the state alone, in all devices alike"
            )
        along_S = grid_S if part.law.sign > 0 else grid_S[::-1]
        covariance, _ = log_mean_covariance(part, along_S, of_population=False)
        share = open_share(covariance, part.law.mean_S(along_S), along_S)
        if share > OPEN_SHARE:
            raise InputError(
                _open(part, f"the {_name(part.ramps)} staircase is open by {share:.1%} of its range", grid_S)
            )
        table = misses(staircases(part.law, part.ramps), np.ptp(grid_S))
        failed = table[table["fails"]]
        if len(failed) > MOST_MISSED * len(table):
            names = ", ".join(map(str, failed["device_id"]))
            raise InputError(
                f"staircase: the fitted {_name(part.ramps)} law misses the staircases of devices {names} by up to "
                f"{failed['miss'].max():.0%} of the range of states; expected at most {MISS:.0%}: their steps do not "
                "depend on the state alone, or too few devices behave alike"
            )


def remarks_of(part, grid_S, left_out, rails, quantum_S):
    """What one should know of a law that is believed."""
    law = part.law
    for what, names in left_out.items():
        yield f"devices {what}: {', '.join(map(str, names))}"
    if part.apart:
        yield f"devices that behave apart, left out: {', '.join(map(str, sorted(part.apart)))}"
    if len(law.device_ids) < 3:
        yield f"{len(law.device_ids)} device(s): spread between devices unknown, set to zero"
    for rail_S in rails:
        yield f"readings pile up at {rail_S / MICRO:.4g} uS (rail or compliance): taken as not read"
    step_S = np.median(np.abs(law.mean_S(grid_S)))
    if quantum_S > step_S:
        yield f"readings in steps of {quantum_S / MICRO:.3g} uS, coarser than those of the pulses"
    noise = law.reading_noise_S / step_S
    if noise > LOUD:
        yield f"readings scatter by {noise:.0%} of a step: average several to tell the law better"


def _piled_up(ramps, rails):
    values = " and ".join(f"{rail_S / MICRO:.4g}" for rail_S in rails)
    return (
        f"staircase: {1 - ramps.used.mean():.0%} of the {_name(ramps)} readings pile up at {values} uS; expected "
        "readings within the instrument's range (a rail or a compliance tells nothing of the states beyond)"
    )


def _abrupt(ramps, gap_S):
    return (
        f"staircase: no {_name(ramps)} pulse started between {gap_S[0] / MICRO:.3g} and {gap_S[1] / MICRO:.3g} uS; "
        "expected pulses of both polarities from states throughout the window (does the device switch abruptly?)"
    )


def _name(ramps):
    return "SET" if ramps.sign > 0 else "RESET"


def _reach_S(part):
    """Lowest and highest state (S) that pulses started from in a quarter of the devices."""
    ramps, smooth_S = part.ramps, part.law.smoothed_S(part.ramps)
    starts = ramps.used & np.isfinite(smooth_S)
    last = np.append(ramps.gap[1:] == 0, True) | ~np.append(ramps.used[1:], False)
    alone = starts & ~(last & (ramps.gap <= 1))
    if not alone.any():
        raise InputError(
            f"staircase: no two {_name(ramps)} readings in turn tell how a device moves; expected readings of states "
            "on the way (are they clipped?)"
        )
    extents = [
        np.quantile(smooth_S[alone & (ramps.device == d)], [STRAY, 1 - STRAY]) for d in np.unique(ramps.device[alone])
    ]
    low_S, high_S = np.array(extents).T
    return np.quantile(low_S, QUARTER), np.quantile(high_S, 1 - QUARTER)


def _beside_gaps(part, low_S, high_S, window_S):
    """The range without stretches in which no pulse of this polarity started."""
    intervals = crossed(part.ramps)
    for gap_S in zip(intervals[:-1, 1], intervals[1:, 0], strict=True):
        if min(gap_S[1], high_S) - max(gap_S[0], low_S) < GAP * (high_S - low_S):
            continue
        if window_S is not None and window_S[0] >= gap_S[1]:
            low_S = max(low_S, gap_S[1])
        elif window_S is not None and window_S[1] <= gap_S[0]:
            high_S = min(high_S, gap_S[0])
        else:
            raise InputError(_abrupt(part.ramps, gap_S))
    return low_S, high_S


def _log_error(part, g_S):
    return np.sqrt(np.diag(log_mean_covariance(part, g_S, of_population=False)[0]))


def _open(part, what, g_S):
    """One sentence for a law that the measurements leave open, with the cause that weighs most."""
    step_S = np.median(np.abs(part.law.mean_S(g_S)))
    noise, cycle = part.law.reading_noise_S / step_S, np.median(part.law.cycle_spread(g_S))
    causes = []
    if noise > LOUD:
        causes.append(f"readings scatter by {part.law.reading_noise_S / MICRO:.3g} uS, {noise:.2g} steps")
    if cycle > LOUD:
        causes.append(f"steps scatter by {cycle:.0%} from cycle to cycle")
    pulses, reads = int(part.ramps.gap.sum()), int(np.sum(part.ramps.gap > 0))
    if pulses > SPARSE * reads:
        causes.append(f"only every {pulses / reads:.2g}th pulse is followed by a reading")
    why = " and ".join(causes) or "the pulses are few"
    return (
        f"staircase: {what} between {g_S.min() / MICRO:.3g} and {g_S.max() / MICRO:.3g} uS, because {why} "
        f"({pulses} pulses of {len(part.ramps.ids)} devices); expected more pulses or cycles, or quieter readings"
    )
