"""The devices of a layer, drawn once: their state, their device-to-device variables, and which of them are stuck."""

from dataclasses import dataclass, replace

import numpy as np

from rramgan.crossbar.mapping import encode
from rramgan.device.window import Window
from rramgan.streams import stream


@dataclass(frozen=True)
class Population:
    """Differential pairs of one layer; every array is float32 of shape (2, rows, columns): G+ and G-.

    The device-to-device variables are independent: the published spread fixes each only up to its sign, hence no
    correlation.
    """

    g_S: np.ndarray
    """Conductance as programmed."""

    stuck_S: np.ndarray
    """Conductance of a stuck device, NaN where a device works."""

    deviate_iv: np.ndarray
    """Device-to-device variable ~ N(0, 1) of the I-V curve."""

    deviate_set: np.ndarray
    """Device-to-device variable ~ N(0, 1) of SET steps."""

    deviate_reset: np.ndarray
    """Device-to-device variable ~ N(0, 1) of RESET steps."""

    def programmed(self, g_S) -> "Population":
        """The same devices programmed to other conductances `g_S` (2, rows, columns)."""
        return replace(self, g_S=g_S.astype(np.float32))

    def spread(self, factor: float) -> "Population":
        """The same devices with so many times their device-to-device spread."""
        deviates = (self.deviate_iv, self.deviate_set, self.deviate_reset)
        return Population(self.g_S, self.stuck_S, *(np.float32(factor) * deviate for deviate in deviates))

    def with_stuck_at_zero(self, window: Window) -> "Population":
        """The same devices, the working one of every pair with a stuck one programmed to where that is.

        As far as the window reaches, the pair then weighs nothing, instead of anything: a weight that sparse networks
        do without (fault-aware mapping: Xia et al. 2018, doi 10.1109/JETCAS.2017.2776980).
        """
        beside_S = np.clip(self.stuck_S[::-1], window.g_min_S, window.g_max_S)
        return self.programmed(np.where(np.isnan(beside_S), self.g_S, beside_S))

    def verified(self, window: Window, quadratics, zero_stuck: bool) -> "Population":
        """The same devices, programmed until each conducts at small voltages what a mean device does in its state.

        `quadratics` as of `StaticModel.quadratics`. With `zero_stuck`, the working device of a pair with a stuck one is
        programmed to what that one conducts. All as near as they get inside the window, where the conductance of the
        device rises with its state (write and verify: Alibart et al. 2012, doi 10.1088/0957-4484/23/7/075201).
        """
        works = np.isnan(self.stuck_S)
        wanted_S = conductance_S(quadratics, self.g_S)
        if zero_stuck:
            beside_S = conductance_S(quadratics, self.stuck_S, self.deviate_iv)[::-1]
            wanted_S = np.where(np.isnan(beside_S), wanted_S, beside_S)
        constant, slope, curvature = (mean + self.deviate_iv * spread for mean, spread in quadratics[:2].T)
        # Of the two states that conduct so much the one where the conductance rises; else the state of its extremum.
        root = slope**2 + 4 * curvature * (wanted_S - constant)
        with np.errstate(divide="ignore"):
            extremum_S = -slope / (2 * curvature)
        state_S = np.where(root > 0, 2 * (wanted_S - constant) / (slope + np.sqrt(np.abs(root))), extremum_S)
        return self.programmed(np.where(works, np.clip(state_S, window.g_min_S, window.g_max_S), self.g_S))

    def without_spread(self) -> "Population":
        """The same programmed states on identical devices that all work."""
        identical = np.zeros_like(self.g_S)
        return Population(self.g_S, np.full_like(self.g_S, np.nan), identical, identical, identical)


def conductance_S(quadratics, g_S, deviate_iv=0.0) -> np.ndarray:
    """Conductance (S) at small voltages, A1, of devices in states `g_S` (S), in double precision.

    `quadratics` as of `StaticModel.quadratics`.
    """
    mean_S, spread_S = (np.polynomial.polynomial.polyval(np.asarray(g_S, dtype=float), row) for row in quadratics[:2])
    return mean_S + deviate_iv * spread_S


def draw_population(weights, w_max: float, window: Window, stuck_fraction: float, seed: int, layer: str) -> Population:
    """Devices of one `layer`, programmed to `weights` (rows, columns), some of them stuck as in `draw_stuck`."""
    pairs_S = encode(weights, w_max, window).astype(np.float32)
    spread = stream(seed, "crossbar", layer, "spread").standard_normal((3, *pairs_S.shape), dtype=np.float32)
    return Population(pairs_S, draw_stuck(pairs_S.shape, window, stuck_fraction, seed, layer), *spread)


def draw_stuck(shape: tuple[int, ...], window: Window, fraction: float, seed: int, layer: str) -> np.ndarray:
    """Conductances (S) of stuck devices of a `layer`, NaN for those that work; float32 of this shape.

    A `fraction` (0..1) cannot be moved and sits anywhere inside the window with equal probability (Merrikh-Bayat et al.
    2018, doi 10.1038/s41467-018-04482-4: 1-2.5 %, mostly inside the used range); a larger one adds to a smaller, and
    another window finds the same devices stuck, at the same heights of its own range.
    """
    defects = stream(seed, "crossbar", layer, "defects")
    stuck_S = defects.uniform(window.g_min_S, window.g_max_S, shape)
    stuck = defects.random(shape) < fraction
    return np.where(stuck, stuck_S, np.nan).astype(np.float32)
