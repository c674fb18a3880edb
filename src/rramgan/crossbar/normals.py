"""Standard normal numbers by the hundred thousand, as reads and pulses need them: float32, many lanes at a time."""

import math

import numba
import numpy as np
from numba import float32, int32, uint32

LANES = 64
"""Streams of random words that advance together, each with a state of its own."""

SINE = tuple(np.float32((-1) ** k / math.factorial(2 * k + 1)) for k in reversed(range(6)))
COSINE = tuple(np.float32((-1) ** k / math.factorial(2 * k)) for k in reversed(range(7)))
ARTANH = tuple(np.float32(1 / (2 * k + 1)) for k in reversed(range(5)))
"""Series in x^2 of sin(x) / x and cos(x), to 1e-7 for |x| < pi / 2, and of artanh(x) / x, the same for |x| < 0.172."""

of_lanes = numba.njit(cache=True, error_model="numpy", fastmath={"contract"}, forceinline=True)


class Normals:
    """Box-Muller transform of xoshiro128++ (Blackman and Vigna 2021, doi 10.1145/3460772); |x| ends at 6.7.

    The lanes' states are drawn from a generator: of 2^128 places on the same cycle, 64 start too far apart to meet.
    """

    forgets = ("_buffer",)

    def __init__(self, rng: np.random.Generator):
        """Seed the lanes from `rng`."""
        self._state = rng.integers(0, 2**32, (4, LANES), dtype=np.uint32)
        self._buffer = np.empty(0, dtype=np.float32)

    def draw(self, shape: tuple[int, ...]) -> np.ndarray:
        """New numbers, float32, in memory that the next call uses again."""
        size = math.prod(shape)
        if self._buffer.size < size:
            self._buffer = np.empty(-(-size // (2 * LANES)) * 2 * LANES, dtype=np.float32)
        _fill(self._state, self._buffer[: -(-size // (2 * LANES)) * 2 * LANES])
        return self._buffer[:size].reshape(shape)


@numba.njit(cache=True)
def _fill(state, out):
    words = np.empty((2, LANES), dtype=np.uint32)
    for start in range(0, out.size, 2 * LANES):
        _advance(state[0], state[1], state[2], state[3], words[0])
        _advance(state[0], state[1], state[2], state[3], words[1])
        _transform(words[0], words[1], out[start : start + LANES], out[start + LANES : start + 2 * LANES])


@of_lanes
def _advance(a, b, c, d, words):
    """Next word of every lane by xoshiro128++."""
    for k in range(LANES):
        words[k] = _rotate(uint32(a[k] + d[k]), 7) + a[k]
        shifted = uint32(b[k] << 9)
        c[k] ^= a[k]
        d[k] ^= b[k]
        b[k] ^= c[k]
        a[k] ^= d[k]
        c[k] ^= shifted
        d[k] = _rotate(d[k], 11)


@of_lanes
def _rotate(word, count):
    return uint32(uint32(word << count) | uint32(word >> (32 - count)))


@of_lanes
def _transform(words, others, sines, cosines):
    """Two normal numbers of two words: the logarithm of one is the radius, the other one the angle."""
    for k in range(LANES):
        uniform = float32(words[k]) * float32(2**-32) + float32(2**-33)
        # The exponent is a coarse logarithm; that of the rest, sqrt(1/2) = 0x3F3504F3 to sqrt(2), is 2 artanh q.
        bits = np.float32(uniform).view(np.uint32)
        exponent = int32(int32(uint32(bits - uint32(0x3F3504F3))) >> 23)
        mantissa = np.uint32(uint32(bits - uint32(exponent << 23))).view(np.float32)
        q = (mantissa - float32(1)) / (mantissa + float32(1))
        log = float32(exponent) * float32(math.log(2)) + float32(2) * q * _series(ARTANH, q * q)
        radius = math.sqrt(float32(-2) * log)
        # A quarter turn to either side; the last bit, which the angle has no digits for, says which half of the circle.
        angle = float32(int32(others[k])) * float32(math.pi / 2**32)
        cosine = _series(COSINE, angle * angle)
        sines[k] = radius * angle * _series(SINE, angle * angle)
        cosines[k] = radius * (cosine if others[k] & uint32(1) else -cosine)


@of_lanes
def _series(coefficients, x):
    value = float32(0)
    for coefficient in coefficients:
        value = value * x + coefficient
    return value
