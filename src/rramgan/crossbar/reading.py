"""Reads of a layer: voltages on the driven lines, noisy currents of the sensed ones, and the power they take."""

from math import prod
from typing import NamedTuple

import numba
import numpy as np
from numba import float32
from scipy.linalg.blas import sgemm

from rramgan.crossbar.kernels import Devices, Reads, read_pairs
from rramgan.crossbar.normals import Normals

SMALLEST = np.float32(1e-30)
"""A vector without a larger element counts as zero, as do its sums: its inverse would leave the range of float32."""


class Quantiser(NamedTuple):
    """Converters that round the partial sum of every tile to multiples of `step` and clip it at +-`levels` of them."""

    lines: int
    """Driven lines of a tile."""

    step: float
    """Least difference of two sums, for a vector whose largest element is the read voltage (V times the gain)."""

    levels: int
    """Largest sum in steps."""


class Reader:
    """Reads the pairs of a layer forward and transposed; its buffers live as long as the layer."""

    forgets = ("_buffers",)

    def __init__(self, shape: tuple[int, int], quadratics, wired: bool):
        """Prepare for an array of `shape` (rows, columns), whose reads need `renew` or a round of pulses first.

        `quadratics`: as of `StaticModel.quadratics`, only the first two for linear reads; `wired` says whether wires
        lose any part of a current.
        """
        self.quadratics = quadratics.astype(np.float32)
        lines = [np.zeros((2, count)) for count in shape]
        dissipated = [np.zeros((2, count if wired else 0)) for count in shape]
        pairs = np.empty((len(quadratics) // 2, *shape), dtype=np.float32)
        self.coefficients = Reads(pairs, *lines, *dissipated)
        self._buffers: dict[str, np.ndarray] = {}

    def renew(self, devices: Devices) -> None:
        """Follow the states of the devices."""
        read_pairs(devices, self.quadratics, self.coefficients)

    def sensed_S(self, transposed: bool) -> np.ndarray:
        """Conductance (S) of the sensed lines at zero bias, devices behind wires by the share that arrives."""
        return (self.coefficients.wordlines if transposed else self.coefficients.bitlines)[0]

    def read(
        self,
        vectors,
        transposed: bool,
        voltage_V: float,
        gain: float,
        noise_A=None,
        normals: Normals | None = None,
        quantiser: Quantiser | None = None,
        full_scale: float = 0.0,
    ):
        """Sums (vectors, sensed lines) of `vectors` by conductance times `gain`, and powers (W) delivered, dissipated.

        `full_scale`, or else the largest of each vector (the constant input 1 included, if not `transposed`), meets
        `voltage_V`. `noise_A`:
        standard deviation of the current of each sensed line. A transposed read leaves out the bias row. Without a
        `quantiser` conversions are ideal.
        """
        pairs, wordlines, bitlines, *dissipated = self.coefficients
        driven = (bitlines, dissipated[1]) if transposed else (wordlines, dissipated[0])
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        cubes = self._buffer("cubes", (len(pairs) - 1, len(vectors), driven[0].shape[1]))
        scales = self._buffer("scales", (len(vectors), 1))
        bias = np.zeros(pairs.shape[1] - 1, dtype=np.float32) if transposed else np.float32(gain) * pairs[0, -1]
        sums = np.empty((len(vectors), bias.size), dtype=np.float32)
        sums[:] = bias
        powers_W = _drive(vectors, not transposed, voltage_V, full_scale, *driven, cubes, scales)
        std = None if normals is None else (gain * noise_A[: sums.shape[1]]).astype(np.float32)
        if quantiser is not None:
            self._convert(vectors, transposed, gain, cubes, scales, std, normals, quantiser, sums)
            return sums, *powers_W
        # BLAS counts columns first: to it every array is its transpose. Products add to what is there.
        sgemm(gain, pairs[0, :-1].T, vectors.T, 1.0, sums.T, transposed, overwrite_c=True)
        for cubic, cube in zip(pairs[1:, :-1] if transposed else pairs[1:], cubes, strict=True):
            sgemm(gain, cubic.T, cube.T, 1.0, sums.T, transposed, overwrite_c=True)
        if normals is not None:
            _add_noise(sums, scales, std, normals.draw(sums.shape))
        return sums, *powers_W

    def _convert(self, vectors, transposed, gain, cubes, scales, std, normals, quantiser, sums) -> None:
        """Fill `sums` with the converted partial sums of all tiles along the driven lines.

        The noise of a line is shared out evenly among its tiles.
        """
        by_order = self.coefficients.pairs[:, :-1].transpose(0, 2, 1) if transposed else self.coefficients.pairs
        if not transposed:
            vectors = np.pad(vectors, ((0, 0), (0, 1)), constant_values=1)
        starts = range(0, by_order.shape[1], quantiser.lines)
        sums[:] = 0
        for start in starts:
            span = slice(start, start + quantiser.lines)
            partial = vectors[:, span] @ by_order[0, span]
            for cube, cubic in zip(cubes, by_order[1:], strict=True):
                partial += cube[:, span] @ cubic[span]
            partial *= np.float32(gain)
            if normals is not None:
                _add_noise(partial, scales, std / np.float32(np.sqrt(len(starts))), normals.draw(partial.shape))
            _add_rounded(partial, scales, np.float32(quantiser.step), np.float32(quantiser.levels), sums)

    def _buffer(self, name, shape) -> np.ndarray:
        """Room for `shape`, kept for the next read."""
        if name not in self._buffers or self._buffers[name].size < prod(shape):
            self._buffers[name] = np.empty(prod(shape), dtype=np.float32)
        return self._buffers[name][: prod(shape)].reshape(shape)


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _drive(vectors, bias, full_scale_V, full_scale, delivered, dissipated, cubes, scales):
    """Powers (W) of `vectors` as voltages, `bias` being a last input of 1, that lines of total A1 and A3 take.

    `full_scale` meets `full_scale_V`; if it is 0, the largest of each vector does.
    `scales` (n, 1) returns what a volt stands for; `cubes` (0 or 1, n, lines) the cubes of the voltages in the unit of
    the vectors. `delivered`, `dissipated` (2, lines); the latter without lines where all that is delivered dissipates.
    """
    delivered_W = dissipated_W = 0.0
    bits = vectors.view(np.uint32)
    volts = np.empty(delivered.shape[1], dtype=np.float32)
    for i in range(len(vectors)):
        x, bits_of_x = vectors[i], bits[i]
        # Without their signs, floats are ordered as their bits are, and these compare many at a time.
        largest_bits = np.uint32(0)
        for j in range(x.size):
            largest_bits = max(largest_bits, np.uint32(bits_of_x[j] << 1))
        largest = max(np.uint32(largest_bits >> 1).view(np.float32), float32(bias))
        if full_scale > 0:
            largest = float32(full_scale)
        scales[i, 0] = (float32(0) if largest <= SMALLEST else largest) / full_scale_V
        volt = float32(1) / scales[i, 0] if scales[i, 0] != 0 else float32(0)
        for j in range(x.size):
            volts[j] = volt * x[j]
        if bias:
            volts[x.size] = volt
        for order in range(len(cubes)):
            cube = cubes[order, i]
            for j in range(volts.size):
                cube[j] = volts[j] * volts[j] * volts[j] * scales[i, 0]
        delivered_W += _power(volts, delivered[0], delivered[1])
        if dissipated.size > 0:
            dissipated_W += _power(volts, dissipated[0], dissipated[1])
    return delivered_W, dissipated_W if dissipated.size > 0 else delivered_W


@numba.njit(cache=True, fastmath={"reassoc", "contract"}, forceinline=True)
def _power(volts, a1, a3):
    power = 0.0
    for j in range(volts.size):
        square = np.float64(volts[j] * volts[j])
        power += square * (a1[j] + square * a3[j])
    return power


@numba.njit(cache=True, fastmath={"contract"})
def _add_noise(sums, scales, std, draws):
    """Noise of standard deviation `std` (lines,) times `scales` (n, 1)."""
    for i in range(len(sums)):
        of_vector, of_draw, scale = sums[i], draws[i], scales[i, 0]
        for j in range(std.size):
            of_vector[j] += scale * std[j] * of_draw[j]


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _add_rounded(partial, scales, step, levels, sums):
    """Add to `sums` (n, lines) the `partial` ones in multiples of `step` times `scales` (n, 1), +-`levels` at most."""
    for i in range(len(sums)):
        of_vector, of_partial, unit = sums[i], partial[i], scales[i, 0] * step
        for j in range(of_vector.size if unit != 0 else 0):
            of_vector[j] += unit * min(max(np.rint(of_partial[j] / unit), -levels), levels)
