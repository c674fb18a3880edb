"""What all arrays of a chip share."""

from dataclasses import dataclass

import numpy as np

from rramgan.crossbar.biasing import SCHEMES, Scheme
from rramgan.crossbar.passive import PassiveArray
from rramgan.crossbar.wires import Wires
from rramgan.device.kinetics import POLARITIES, Kinetics
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.device.static import StaticModel
from rramgan.device.window import Window
from rramgan.errors import InputError
from rramgan.units import PICO

STATES = 64
"""States, evenly spaced over the window, at which steps are averaged."""


FULL_PRICE_BITS = 8
"""Resolution that the price of a conversion is quoted for."""


@dataclass(frozen=True)
class Converters:
    """Energy (J) of one conversion at a tile's edge, zero to leave converters out of the ledger, and its resolution.

    An 8-bit ADC takes 1.7 to 2.6 pJ per conversion at 32 nm (derived from ISAAC, Shafiee et al., ISCA 2016).
    """

    dac_J: float = 0.0
    """Of one digital-to-analog conversion: one per driven line and tile; twin tiles share it."""

    adc_J: float = 0.0
    """Of one analog-to-digital conversion of 8 bits: one per sensed pair of lines and tile, partial sums are added
    digitally. Others cost as much per level (Walden 1999, doi 10.1109/49.761034)."""

    adc_bits: int | None = None
    """Resolution of the partial sums of every tile; None for ideal converters, priced as of 8 bits."""

    adc_bits_backward: int | None = None
    """The same of transposed reads; None for `adc_bits`."""

    adc_range: float = 1.0
    """Full scale over the square root of a tile's driven lines, times the read voltage on a pair at full weight."""

    def bits(self, transposed: bool) -> int | None:
        """Resolution of forward or transposed reads."""
        return self.adc_bits_backward if transposed and self.adc_bits_backward is not None else self.adc_bits

    def conversion_J(self, transposed: bool) -> float:
        """Energy (J) of a conversion in forward or transposed reads."""
        bits = self.bits(transposed)
        return self.adc_J * 2.0 ** ((FULL_PRICE_BITS if bits is None else bits) - FULL_PRICE_BITS)


@dataclass(frozen=True)
class ArrayDesign:
    """Devices, window, tile, pulses, reads and wires. Raises ValueError for `refresh_every` below 1."""

    static: StaticModel
    """I-V model of the devices."""

    kinetics: Kinetics
    """What pulses do to the devices."""

    window: Window
    """Conductances of the devices in training."""

    pulses: PulsePair
    """The fixed SET and RESET pulses."""

    scheme: Scheme
    """Biases of the lines while programming."""

    tile_shape: tuple[int, int]
    """Wordlines and bitlines of a tile."""

    read_voltage_V: float
    """Full scale (V) of an input."""

    read_width_s: float
    """Duration (s) of one read."""

    temperature_C: float
    """Temperature (degrees Celsius)."""

    nonlinear: bool
    """Reads through A1 V + A3 V^3 instead of the chord conductance at 0.1 V."""

    converters: Converters = Converters()
    """Energy of conversions."""

    wires: Wires | None = None
    """Line resistance of every tile (arrays must fit them all); None for none."""

    refresh_every: int = 150
    """Updates after which the wires are solved anew. Shortly before that, sensed sums of the default GAN err by 0.4 to
    1.3 % (rms; 64 x 64 tiles at 0.1 ohm, 32 x 32 at 1 ohm per segment), by up to 4.5 % while the first updates move
    whole layers together."""

    compensate: bool = False
    """Raises the write drive of each tile until its weakest device sees the nominal pulse."""

    read_range: float | None = None
    """Fixed full scale of the inputs over the largest of the first batch; None scales every vector by its largest."""

    extrapolate: bool = False
    """Lets pulses below the kinetics' range move devices by the same formula, instead of not at all."""

    spread: float = 1.0
    """Device-to-device spread over that of the model."""

    stuck_fraction: float | None = None
    """Fraction (0..1) of stuck devices; None for those of the chip."""

    zero_stuck: bool = False
    """Programs the working device of a pair with a stuck one to where that is, before training."""

    write_verify: bool = False
    """Programs devices before training to what they conduct, instead of to states."""

    def __post_init__(self):
        """Raise ValueError for a refresh that never comes."""
        if self.refresh_every < 1:
            raise ValueError(f"array: refresh_every is {self.refresh_every}; expected at least 1 update")

    @property
    def mean_step_S(self) -> float:
        """Mean size (S) of the step of a device by its fixed pulses: of both polarities, and evenly over the window."""
        states_S = np.linspace(*self.window.ends_S, STATES)
        steps_S = [self.kinetics.step_table(self.pulses[polarity]).step(states_S) for polarity in POLARITIES]
        return float(np.mean(np.abs(steps_S)))

    @classmethod
    def of(cls, array: PassiveArray, device: dict, model: DeviceModel, pulses: PulsePair) -> "ArrayDesign":
        """Arrays as configured, on a fitted model; `device` describes `window`, `read` and `temperature_C`.

        Raises InputError for a window or pulses that the model does not know.
        """
        segment_ohm, terminal_ohm = array.segment_ohm, array.terminal_ohm
        wires = Wires(segment_ohm, segment_ohm, terminal_ohm, terminal_ohm, array.both_sides)
        window, own_pulses = array.window(device["window"]), array.pulses(pulses)
        try:
            model.check_window(window)
            model.check_pulses(own_pulses)
        except ValueError as error:
            raise InputError(f"array: {error}") from None
        return cls(
            static=model.static,
            kinetics=model.kinetics,
            window=window,
            pulses=own_pulses,
            scheme=SCHEMES[array.scheme],
            tile_shape=(array.tile_rows, array.tile_columns),
            read_voltage_V=device["read"]["voltage_V"] if array.read_V is None else array.read_V,
            read_width_s=device["read"]["width_s"],
            temperature_C=device["temperature_C"],
            nonlinear=array.nonlinear_read,
            converters=Converters(
                array.dac_pJ * PICO,
                array.adc_pJ * PICO,
                array.adc_bits,
                array.adc_bits_backward,
                array.adc_range,
            ),
            wires=wires if segment_ohm + terminal_ohm > 0 else None,
            refresh_every=array.refresh_every,
            compensate=array.compensate,
            read_range=array.read_range,
            extrapolate=array.extrapolate,
            spread=array.spread,
            stuck_fraction=array.stuck_fraction,
            zero_stuck=array.zero_stuck,
            write_verify=array.write_verify,
        )
