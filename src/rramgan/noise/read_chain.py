"""What a read circuit makes of a device: all its noises together, amplified, filtered and converted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from scipy.constants import Boltzmann, elementary_charge

from rramgan.designs import parameter
from rramgan.noise.flicker import Flicker
from rramgan.noise.sources import NOISES
from rramgan.noise.telegraph import RandomTelegraph
from rramgan.units import PICO, kelvin


@NOISES.register
@dataclass(frozen=True)
class ReadChain(RandomTelegraph, Flicker):
    """Thermal, shot, telegraph and flicker noise of one device per channel behind its amplifier and converter.

    A transimpedance amplifier adds the noise 4 kB T f / R of its feedback, passes one pole each of AC coupling and of
    bandwidth, and is followed by a converter of `bits`. Amplifiers and converters, one per channel, are priced.
    """

    kind: ClassVar[str] = "read_chain"

    bits: int | None = parameter(
        8, "Resolution of the converter over +-3 standard deviations; null: not rounded.", minimum=1, maximum=24
    )
    fano: float = parameter(
        1 / 3,
        "Shot noise over that of independent electrons; 1/3 in a diffusive conductor (Beenakker and Buettiker, Phys. "
        "Rev. B 46, 1889, 1992, doi 10.1103/PhysRevB.46.1889).",
        minimum=0,
        maximum=1,
    )
    gain_ohm: float = parameter(1e5, "Feedback resistance of the amplifier.", unit="ohm", above=0)
    coupling_Hz: float = parameter(1e3, "Corner of the AC coupling.", unit="Hz", above=0)
    bandwidth_Hz: float | None = parameter(
        None, "Corner of the amplifier; null: all up to half the sampling rate.", unit="Hz", above=0
    )
    amplifier_W: float = parameter(1e-5, "Power of an amplifier; an assumption.", unit="W", minimum=0)
    adc_pJ: float = parameter(
        2.0,
        "Energy of a conversion of 8 bits; 1.7 to 2.6 pJ at 32 nm (after ISAAC, Shafiee et al., ISCA 2016, doi "
        "10.1109/ISCA.2016.12). Others cost as much per level (Walden 1999, doi 10.1109/49.761034); null: as 8.",
        unit="pJ",
        minimum=0,
    )

    def __post_init__(self) -> None:
        """Raise ValueError unless all corners lie below half the sampling rate."""
        super().__post_init__()
        for name in ("coupling_Hz", "bandwidth_Hz"):
            corner_Hz, nyquist_Hz = getattr(self, name), 0.5 / self.sample_interval_s
            if corner_Hz is not None and corner_Hz >= nyquist_Hz:
                raise ValueError(
                    f"{name} is {corner_Hz:g}; expected less than half the sampling rate, {nyquist_Hz:g} Hz"
                )

    def costs(self, point, currents_A) -> tuple[float, float, float]:
        """Those of the devices, their amplifiers and converters."""
        energy_J, *times_s = super().costs(point, currents_A)
        converter_J = 2.0 ** ((self.bits or 8) - 8) * self.adc_pJ * PICO
        channel_J = self.amplifier_W * self.sample_interval_s + converter_J
        return energy_J + len(currents_A) * channel_J, times_s[0], times_s[1]

    def fluctuations_A(self, point, currents_A, rows, rng) -> Iterator[np.ndarray]:
        """All noises through the amplifier, referred to its input."""
        steps_A, filled_share, _ = traps = self.draw_traps(currents_A, rng)
        noises = zip(self.telegraph_A(traps, rows, rng), self.flicker_A(currents_A, rows, rng), strict=True)
        white_A, (coupling, bandwidth) = self.white_A(point, currents_A), self._filters
        # The coupling has long settled at the mean current when recording begins.
        settled_A = -coupling[0][0] * (steps_A * filled_share).sum(axis=0, keepdims=True)
        after = [settled_A, np.zeros_like(settled_A)]
        for telegraph_A, flicker_A in noises:
            noise_A = telegraph_A + flicker_A + white_A * rng.standard_normal((rows, len(currents_A)))
            for place, taps in enumerate((coupling, bandwidth)):
                noise_A, after[place] = scipy.signal.lfilter(*taps, noise_A, axis=0, zi=after[place])
            yield noise_A

    def density(self, point, inputs, rng, frequency_Hz) -> np.ndarray:
        """All noises (A^2/Hz) through both poles; flicker noise as of many devices, whatever `rng` draws."""
        currents_A = self.currents_A(point, inputs, rng)
        low, high = self.flicker_amplitude
        amplitude2 = (high**2 - low**2) / (2 * np.log(high / low)) if self.spread and low < high else low * high
        total = self.telegraph_density(currents_A, rng, frequency_Hz)
        total += amplitude2 * np.mean(currents_A**2) * self.unit_density(frequency_Hz)
        total += 2 * self.sample_interval_s * np.mean(self.white_A(point, currents_A) ** 2)
        for taps in self._filters:
            total *= np.abs(scipy.signal.freqz(*taps, worN=frequency_Hz, fs=1 / self.sample_interval_s)[1]) ** 2
        return total

    def white_A(self, point, currents_A) -> np.ndarray:
        """Standard deviation (A) of white noise (channels,): of the device, thermal to shot, and of the amplifier.

        A conductor with Fano factor F has 4 kB T G (1 - F + F x coth x), x = q V / 2 kB T (Blanter and Buettiker, Phys.
        Rep. 336, 1, 2000, doi 10.1016/S0370-1573(99)00123-4).
        """
        energy_J = Boltzmann * kelvin(point.temperature_C)
        x = elementary_charge * point.read_voltage_V / (2 * energy_J)
        device_S = currents_A / point.read_voltage_V * (1 - self.fano + self.fano * x / np.tanh(x))
        return np.sqrt(4 * energy_J * (0.5 / self.sample_interval_s) * (device_S + 1 / self.gain_ohm))

    @property
    def _filters(self) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
        """Taps of the AC coupling, whose gain is 1 at half the sampling rate, and of the bandwidth, 1 at 0 Hz."""
        kept, left = self._pole(self.coupling_Hz), self._pole(self.bandwidth_Hz)
        share = (1 + kept) / 2
        return ([share, -share], [1.0, -kept]), ([1 - left], [1.0, -left])

    def _pole(self, corner_Hz: float | None) -> float:
        """What is left after a sample behind a pole at this frequency."""
        return 0.0 if corner_Hz is None else float(np.exp(-2 * np.pi * corner_Hz * self.sample_interval_s))
