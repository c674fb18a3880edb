"""Min-entropy of bits by the estimators of NIST SP 800-90B (2018, doi 10.6028/NIST.SP.800-90B), section 6.3.

Each gives a lower bound of the bits of min-entropy per bit, 0 to 1, at 99 % confidence; that of a source is the least.
`bits` is a sequence of at least LEAST_BITS zeros and ones in time order.
"""

import numba
import numpy as np
from pydivsufsort import divsufsort, kasai
from scipy.optimize import brentq

Z = 2.5758293035489008
"""Quantile of the normal distribution at 99.5 %."""

LEAST_BITS = 10_000
"""Fewer tell nothing; the standard asks for a million, with which the bounds come close to the entropy."""

WORD_BITS, DICTIONARY = 6, 1000
"""Block and dictionary of the compression estimate, as the standard sets them."""


ESTIMATES = (
    "most_common_value",
    "collision",
    "markov",
    "compression",
    "t_tuple",
    "longest_repeated_substring",
    "min_entropy",
)
"""What `min_entropy` gives."""


def min_entropy(bits) -> dict[str, float]:
    """All estimates by name, and the least of them as `min_entropy`; raises ValueError for fewer than LEAST_BITS."""
    bits = np.asarray(bits).astype(np.int64).ravel()
    if bits.size < LEAST_BITS or bits.min() < 0 or bits.max() > 1:
        raise ValueError(f"{bits.size} samples; expected {LEAST_BITS:,} or more zeros and ones")
    by_value = most_common_value(bits), collision(bits), markov(bits), compression(bits)
    estimates = *by_value, *repeated_strings(bits)
    return dict(zip(ESTIMATES, (*estimates, min(estimates)), strict=True))


def most_common_value(bits) -> float:
    """By the upper bound of the share of the commoner value (6.3.1)."""
    share = max(bits.mean(), 1 - bits.mean())
    return -np.log2(_upper(share, len(bits)))


def collision(bits) -> float:
    """By the mean time until a value repeats, 2 + 2 p (1 - p) of bits (6.3.2)."""
    times = _collision_times(bits)
    bound = times.mean() - Z * times.std(ddof=1) / np.sqrt(len(times))
    if bound >= 2.5:
        return 1.0
    return float(-np.log2(min(0.5 + np.sqrt(max(1.25 - 0.5 * bound, 0.0)), 1.0)))


def _collision_times(bits) -> np.ndarray:
    """2 where two bits in turn are equal, else 3; the next search begins after these."""
    equal = (bits[1:] == bits[:-1]).tolist()
    times, place = [], 0
    while place + 1 < len(bits) and (equal[place] or place + 2 < len(bits)):
        times.append(2 if equal[place] else 3)
        place += times[-1]
    return np.array(times)


def markov(bits) -> float:
    """By the likeliest path of 128 bits of a Markov chain (6.3.3)."""
    first = np.array([1 - bits.mean(), bits.mean()])
    pairs = np.bincount(2 * bits[:-1] + bits[1:], minlength=4).reshape(2, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.log2(np.nan_to_num(pairs / pairs.sum(axis=1, keepdims=True)))
        start = np.log2(first)
    paths = [
        start[0] + 127 * step[0, 0],
        start[0] + 64 * step[0, 1] + 63 * step[1, 0],
        start[0] + step[0, 1] + 126 * step[1, 1],
        start[1] + step[1, 0] + 126 * step[0, 0],
        start[1] + 64 * step[1, 0] + 63 * step[0, 1],
        start[1] + 127 * step[1, 1],
    ]
    return float(min(-np.nanmax(paths) / 128, 1.0))


def compression(bits) -> float:
    """By how far back blocks of six bits have last been seen (6.3.4)."""
    words = bits[: len(bits) // WORD_BITS * WORD_BITS].reshape(-1, WORD_BITS) @ (1 << np.arange(WORD_BITS)[::-1])
    last = np.zeros(2**WORD_BITS, dtype=np.int64)
    distances = np.empty(len(words), dtype=np.int64)
    for place, word in enumerate(words.tolist(), start=1):
        distances[place - 1] = place - last[word]
        last[word] = place
    tested = np.log2(distances[DICTIONARY:])
    bound = tested.mean() - Z * 0.5907 * tested.std(ddof=1) / np.sqrt(len(tested))
    size = 2**WORD_BITS

    def expected(share):
        rest = (1 - share) / (size - 1)
        return _mean_log_distance(share, len(words)) + (size - 1) * _mean_log_distance(rest, len(words))

    if expected(1 / size) <= bound:
        return 1.0
    if expected(1 - 1e-9) >= bound:
        return 0.0
    return float(-np.log2(brentq(lambda share: expected(share) - bound, 1 / size, 1 - 1e-9)) / WORD_BITS)


def _mean_log_distance(share: float, words: int) -> float:
    """G of the standard: what a block of probability `share` adds to the mean logarithm of the distance."""
    distance = np.arange(1, words + 1)
    never, log2 = (1 - share) ** (distance - 1), np.log2(distance)
    # Distance u within the first t blocks, or t itself where the block has not been seen.
    tested = words - DICTIONARY
    counts = np.minimum(words - distance, tested)
    within = share**2 * (log2 * never * counts).sum()
    return (within + share * (log2 * never)[DICTIONARY:].sum()) / tested


def repeated_strings(bits) -> tuple[float, float]:
    """By the commonest string of each length that occurs 35 times, and by pairs of equal strings of the longer ones.

    The t-tuple (6.3.5) and the longest repeated substring estimate (6.3.6).
    """
    letters = np.ascontiguousarray(bits, dtype=np.uint8)
    most, pairs = _repeats(kasai(letters, divsufsort(letters)).astype(np.int64))
    lengths = np.arange(len(bits) + 1)
    places = len(bits) + 1.0 - lengths
    common, repeated = (lengths > 0) & (most >= 35), (most < 35) & (most >= 2)
    tuples = np.max((most[common] / places[common]) ** (1 / lengths[common]), initial=0)
    equal = 2 * pairs[repeated] / (places[repeated] * (places[repeated] - 1))
    longer = np.max(equal ** (1 / lengths[repeated]), initial=0)
    return float(-np.log2(_upper(tuples, len(bits)))), float(-np.log2(_upper(longer, len(bits))))


@numba.njit(cache=True)
def _repeats(shared):
    """How often the commonest string of each length occurs, and how many pairs of equal ones there are, by length.

    `shared` (n): how many bits each suffix shares with the next one in lexical order, 0 for the last. Strings of the
    same occurrences are one interval of that order (Abouelhoda et al. 2004, doi 10.1016/S1570-8667(03)00065-0).
    """
    count = len(shared)
    most, pairs = np.ones(count + 1, dtype=np.int64), np.zeros(count + 2)
    depths, firsts, open_intervals = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64), 1
    for place in range(count):
        first = place
        while depths[open_intervals - 1] > shared[place]:
            open_intervals -= 1
            depth, first = depths[open_intervals], firsts[open_intervals]
            occurrences = place - first + 1
            most[depth] = max(most[depth], occurrences)
            pairs[max(shared[place], depths[open_intervals - 1]) + 1] += occurrences * (occurrences - 1) / 2
            pairs[depth + 1] -= occurrences * (occurrences - 1) / 2
        if depths[open_intervals - 1] < shared[place]:
            depths[open_intervals], firsts[open_intervals] = shared[place], first
            open_intervals += 1
    for length in range(count - 1, 0, -1):
        most[length] = max(most[length], most[length + 1])
    return most, np.cumsum(pairs)[: count + 1]


def _upper(share: float, count: int) -> float:
    """Upper bound of a share at 99 %."""
    return min(1.0, share + Z * np.sqrt(share * (1 - share) / (count - 1)))
