"""Ramps in a run of readings whose directions nobody wrote down, and whether several ramps are of one device."""

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks
from scipy.stats import f_oneway

TURN = 0.5
"""Share of the range of a run that the states must go back by, for a turn to be one."""

FLAT = 0.1
"""Share of the range within which a state counts as the end of a ramp."""

DEVICES_DIFFER = 1e-3
"""Probability, of ramps of one device, below which ramps are held to be of several."""


def split_ramps(states_S) -> list[tuple[slice, str]]:
    """Ramps of a run of readings (S), in order, each with its direction "set" (up) or "reset" (down).

    Equal ramps are preferred where the readings allow them: each with a reading before its first pulse if their number
    is a multiple of that of the ramps, sharing the reading at the turn if one less is. Otherwise the reading at the
    turn begins the next ramp. Returns nothing if the run neither rises nor falls throughout a ramp.
    """
    states_S = np.asarray(states_S, dtype=float)
    if len(states_S) < 3:
        return []
    smooth_S = median_filter(states_S, size=1 + 2 * (len(states_S) // 60), mode="nearest")
    range_S = np.ptp(smooth_S)
    turns = sorted(int(turn) for sign in (1, -1) for turn in find_peaks(sign * smooth_S, prominence=TURN * range_S)[0])
    ends = [0, *turns, len(states_S) - 1]
    moves_S = np.diff(smooth_S[ends])
    if range_S == 0 or np.any(np.abs(moves_S) < TURN * range_S) or np.any(moves_S[1:] * moves_S[:-1] > 0):
        return []
    directions = ["set" if move_S > 0 else "reset" for move_S in moves_S]
    return list(zip(_slices(smooth_S, turns, range_S), directions, strict=True))


def _slices(smooth_S, turns, range_S):
    """Readings of every ramp between the turns."""
    count, ramps = len(smooth_S), len(turns) + 1
    for shared in (0, 1):
        length, rest = divmod(count - shared, ramps)
        equal = [k * length for k in range(1, ramps)]
        at_turns = np.abs(smooth_S[equal] - smooth_S[turns]) < FLAT * range_S
        if rest == 0 and all(at_turns):
            return [slice(k * length, (k + 1) * length + shared) for k in range(ramps)]
    return [slice(*ends) for ends in zip([0, *turns], [*turns, count], strict=True)]


def are_of_one_device(ramps_S: list[np.ndarray]) -> bool:
    """Whether ramps of one direction (S) may all be of one device: their early steps differ no more than by chance.

    One-way analysis of variance of the first third of the steps, where ramps that start alike have not yet saturated.
    Reading noise makes neighbouring steps compensate each other, which errs towards one device.
    """
    count = max(2, min(map(len, ramps_S)) // 3)
    steps_S = [np.diff(ramp_S[: count + 1]) for ramp_S in ramps_S]
    if len(steps_S) < 2 or min(map(len, steps_S)) < 2 or not any(np.ptp(steps) for steps in steps_S):
        return True
    return bool(f_oneway(*steps_S).pvalue > DEVICES_DIFFER)
