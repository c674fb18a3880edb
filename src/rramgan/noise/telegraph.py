"""Random telegraph noise: traps that capture and emit, in the current of their device."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numba
import numpy as np

from rramgan.designs import parameter
from rramgan.noise.device import DeviceSource, relaxation_density
from rramgan.noise.sources import NOISES


@NOISES.register
@dataclass(frozen=True)
class RandomTelegraph(DeviceSource):
    """Two-level random telegraph noise of the traps of one device per channel, on top of its thermal noise.

    A trap with capture probability p and relaxation rate 1/tau_c + 1/tau_e is a two-state Markov process; sampled at
    intervals dt its state persists with probability r + (1 - r) p (filled) or r + (1 - r)(1 - p) (empty), where
    r = exp(-dt (1/tau_c + 1/tau_e)) (Machlup, J. Appl. Phys. 25, 341, 1954, doi 10.1063/1.1721637). Every trap draws
    its own values from the ranges below.
    """

    kind: ClassVar[str] = "rtn"

    relative_amplitude: tuple[float, float] = parameter(
        (0.01, 0.1), "Range of the current step over the current, log-uniform.", above=0
    )
    dwell_s: tuple[float, float] = parameter(
        (1e-7, 1e-5), "Range of the mean time between switches, log-uniform.", unit="s", above=0
    )
    capture_probability: tuple[float, float] = parameter(
        (0.4, 0.6),
        "Range of the share of time the trap is filled, uniform; near one half in TiOx/Al2O3 devices (Song et al. "
        "2023, doi 10.1002/aisy.202200358).",
        above=0,
        below=1,
    )
    traps: int = parameter(1, "Traps of every device, which do not know of each other.", minimum=1, maximum=100)

    def fluctuations_A(self, point, currents_A, rows, rng) -> Iterator[np.ndarray]:
        """Telegraph and thermal noise."""
        for telegraph_A in self.telegraph_A(self.draw_traps(currents_A, rng), rows, rng):
            yield telegraph_A + self.thermal_A(point, currents_A, rows, rng)

    def telegraph_A(self, traps, rows: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """Endless blocks (rows, channels) of what filled `traps`, as of `draw_traps`, change in the currents (A)."""
        steps_A, filled_share, memory = traps
        # The first row is a state in the long run: nothing is left of the one before.
        left, filled = np.zeros(memory.shape), np.zeros(memory.shape, dtype=bool)
        while True:
            states = telegraph(rng.random((rows, *memory.shape)), left, memory, filled_share, filled)
            left, filled = memory, states[-1]
            yield (steps_A * states).sum(axis=1)

    def draw_traps(self, currents_A, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Step (A), share of time filled and what a sample leaves of the state, of each trap (traps, channels)."""
        shape = self.traps, len(currents_A)
        steps_A = currents_A * self.log_uniform(self.relative_amplitude, shape, rng)
        dwell_s = self.log_uniform(self.dwell_s, shape, rng)
        middle = np.full(shape, np.mean(self.capture_probability))
        filled_share = rng.uniform(*self.capture_probability, shape) if self.spread else middle
        # With d = (tau_c + tau_e) / 2 and p = tau_e / (tau_c + tau_e): 1/tau_c + 1/tau_e = 1 / (2 d p (1 - p)).
        memory = np.exp(-self.sample_interval_s / (2 * dwell_s * filled_share * (1 - filled_share)))
        return steps_A, filled_share, memory

    def density(self, point, inputs, rng, frequency_Hz) -> np.ndarray:
        """Lorentzians of the traps, as sampled, and thermal noise (A^2/Hz)."""
        currents_A = self.currents_A(point, inputs, rng)
        thermal = 2 * self.sample_interval_s * self.thermal_std_A(point, currents_A) ** 2
        return self.telegraph_density(currents_A, rng, frequency_Hz) + thermal.mean()

    def telegraph_density(self, currents_A, rng: np.random.Generator, frequency_Hz) -> np.ndarray:
        """Mean density (A^2/Hz) over the channels of what the traps change."""
        steps_A, filled_share, memory = self.draw_traps(currents_A, rng)
        variance_A2 = steps_A**2 * filled_share * (1 - filled_share) / len(currents_A)
        return relaxation_density(frequency_Hz, memory, variance_A2, self.sample_interval_s)


@numba.njit(cache=True)
def telegraph(draws, left, memory, filled_share, before):
    """Whether traps are filled (rows, traps, channels), by uniform `draws`.

    After a row `memory` is left of a state, of the state `before` the first row `left`.
    """
    filled = np.empty(draws.shape, dtype=np.bool_)
    rows, traps, channels = draws.shape
    for row in range(rows):
        last, kept = (before, left) if row == 0 else (filled[row - 1], memory)
        for trap in range(traps):
            for channel in range(channels):
                share = (1 - kept[trap, channel]) * filled_share[trap, channel]
                share += kept[trap, channel] * last[trap, channel]
                filled[row, trap, channel] = draws[row, trap, channel] < share
    return filled
