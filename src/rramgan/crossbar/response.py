"""What one pulse does to a device as a function of the voltage that arrives: the step table over amplitudes."""

from dataclasses import dataclass

import numpy as np

from rramgan.device.kinetics import Kinetics
from rramgan.device.pulses import Pulse

AMPLITUDE_STEP_V = 5e-3
"""Distance of tabulated amplitudes: linear interpolation between them errs by about 0.1 % of a step at most."""


@dataclass(frozen=True)
class Response:
    """Mean step (S) and its relative spreads (n, bins) for pulses of one polarity and width, by `magnitude_V` (n,).

    `magnitude_V` ascends; `spread` is from device to device, `cycle_spread` from cycle to cycle.

    A pulse weaker than the first amplitude moves nothing, one stronger than the last as much as the last: the
    kinetics were not measured beyond (`validity_V`, magnitudes), whatever `magnitude_V` covers by extrapolation.
    """

    edges_S: np.ndarray
    magnitude_V: np.ndarray
    mean_S: np.ndarray
    spread: np.ndarray
    cycle_spread: np.ndarray
    validity_V: tuple[float, float]

    def moves(self, magnitude_V):
        """Whether pulses of `magnitude_V` reach the first amplitude, forgiving the last bits."""
        return np.asarray(magnitude_V) >= self.magnitude_V[0] * (1 - 1e-9)

    def at(self, magnitude_V, level: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean step (S), relative spread and relative cycle spread of pulses of `magnitude_V` in one bin of G0."""
        mean_S, spread, cycle_spread = (
            np.interp(magnitude_V, self.magnitude_V, values[:, level])
            for values in (self.mean_S, self.spread, self.cycle_spread)
        )
        return np.where(self.moves(magnitude_V), mean_S, 0.0), spread, cycle_spread


def response(kinetics: Kinetics, pulse: Pulse, extrapolate: bool) -> Response:
    """Tabulate the pulses of `pulse`'s polarity and width over the amplitudes the kinetics are valid for.

    `extrapolate` goes on down to 0 V by the same formula, which nothing supports; InputError if the kinetics have no
    formula for that.
    """
    low, high = sorted(abs(v) for v in kinetics.amplitude_range_V(pulse.polarity))
    validity_V = low, high
    sign = np.sign(pulse.amplitude_V)
    if extrapolate:
        low, kinetics = 0.0, kinetics.extrapolated()
    count = int(np.ceil((high - low) / AMPLITUDE_STEP_V)) + 1
    magnitude_V = np.union1d(np.linspace(low, high, count), abs(pulse.amplitude_V))
    magnitude_V = magnitude_V[magnitude_V > 0]
    tables = [kinetics.step_table(Pulse(sign * v, pulse.width_s)) for v in magnitude_V]
    mean_S, spread, cycle_spread = (
        np.stack([getattr(table, name) for table in tables]) for name in ("mean_S", "relative_spread", "cycle_spread")
    )
    return Response(tables[0].edges_S, magnitude_V, mean_S, spread, cycle_spread, validity_V)
