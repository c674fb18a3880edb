"""What a configuration says of arrays: the family of their kinds, and passive ones in the units of people."""

from dataclasses import dataclass
from typing import ClassVar

from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.faults import SIDES, Break
from rramgan.designs import REQUIRED, Family, parameter
from rramgan.device.kinetics import POLARITIES
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.window import Window
from rramgan.errors import InputError


@dataclass(frozen=True)
class BreakPoint:
    """Where a line is broken."""

    layer: str = parameter(REQUIRED, "Layer with the broken line.")
    side: str = parameter(REQUIRED, "Twin array with the broken line.", choices=SIDES)
    row: int = parameter(REQUIRED, "Row of the layer; the bias row is the last.", minimum=0)
    column: int = parameter(REQUIRED, "Column of the layer.", minimum=0)


ARRAYS: Family["PassiveArray"] = Family(
    "arrays", "Arrays of the physical protocol, to be compared in one study.", usual="passive"
)


@ARRAYS.register
@dataclass(frozen=True)
class PassiveArray:
    """Differential pairs of devices without transistors, cut into tiles."""

    kind: ClassVar[str] = "passive"

    tile_rows: int = parameter(64, "Wordlines of a tile.", minimum=1, maximum=1_000_000)
    tile_columns: int = parameter(64, "Bitlines of a tile.", minimum=1, maximum=1_000_000)
    scheme: str = parameter(
        "half",
        "Bias while programming: half is V/2, third V/3; row by row, or column by column, which is cheaper for tiles "
        "with fewer columns than rows.",
        choices=SCHEMES,
    )
    one_sided: bool = parameter(
        False, "Hold the second device of every pair in mid-window and program the first alone."
    )
    g_min_uS: float | None = parameter(
        None,
        "Lower edge of the window of these arrays, where steps are known; null for that of the device.",
        unit="uS",
        above=0,
    )
    g_max_uS: float | None = parameter(None, "Its upper edge.", unit="uS", above=0)
    set_V: float | None = parameter(
        None, "Amplitude of the SET pulses of these arrays; null for that of the device.", unit="V", above=0, maximum=10
    )
    reset_V: float | None = parameter(None, "The same of the RESET pulses, negative.", unit="V", minimum=-10, below=0)
    pulse_width_s: float | None = parameter(
        None, "Width of the pulses of these arrays; null for those of the device.", unit="s", above=0, maximum=10
    )
    spread: float = parameter(
        1.0,
        "Device-to-device spread over that of the device's model, under variations that have one. A device whose "
        "conductance it would make negative conducts nothing at zero bias.",
        minimum=0,
        maximum=100,
    )
    stuck_fraction: float | None = parameter(
        None,
        "Fraction of stuck devices, under variations that have them, anywhere in the window of these arrays; null for "
        "those of the chip, `crossbar.stuck_fraction` of all, in the window of the device.",
        minimum=0,
        maximum=1,
    )
    zero_stuck: bool = parameter(
        False,
        "Before training, program the working device of a pair with a stuck one to where that is: the pair weighs "
        "nothing. Takes a map of the stuck devices.",
    )
    write_verify: bool = parameter(
        False,
        "Before training, program each device until it conducts what a mean device does in the wanted state, instead "
        "of to that state: then spread shifts no initial weight, as far as the window reaches. Its energy is left out.",
    )
    segment_ohm: float = parameter(
        0.0,
        "Resistance of a wire segment between neighbouring devices; 0 leaves wires out. Thick copper 0.1, platinum 3 "
        "(Merrikh-Bayat et al. 2018).",
        unit="ohm",
        minimum=0,
        maximum=1e6,
    )
    terminal_ohm: float = parameter(
        0.0,
        "Resistance in series with every line at its driver and at its sense amplifier.",
        unit="ohm",
        minimum=0,
        maximum=1e6,
    )
    both_sides: bool = parameter(False, "Drive and sense every line from both ends.")
    refresh_every: int = parameter(
        150, "Updates after which the wires are solved anew for the present conductances.", minimum=1
    )
    compensate: bool = parameter(
        False, "Raise the write drive of each tile until its weakest device sees the nominal pulse."
    )
    extrapolate: bool = parameter(
        False, "Let pulses weaker than the measured ones move devices by the same formula instead of not at all."
    )
    read_V: float | None = parameter(
        None,
        "Full scale of an input while reading; null for the device's own read voltage.",
        unit="V",
        above=0,
        maximum=0.4,
    )
    read_range: float | None = parameter(
        None,
        "Full scale of the inputs of a layer over the largest of its first batch, kept from then on, larger ones cut "
        "off; null scales every vector by its own largest.",
        minimum=1,
    )
    generator_limit: float | None = parameter(
        None, "Weight of the generator at full scale of a pair; null for `crossbar.weight_limit`.", above=0, maximum=1e3
    )
    discriminator_limit: float | None = parameter(None, "The same of the discriminator.", above=0, maximum=1e3)
    open_wordlines: tuple[BreakPoint, ...] = parameter(
        (), "Wordlines that are broken before a column; the devices from there to the end of the tile are lost."
    )
    open_bitlines: tuple[BreakPoint, ...] = parameter(
        (), "Bitlines that are broken behind a row; the devices from there to the far end of the tile are lost."
    )
    adc_pJ: float = parameter(
        0.0,
        "Energy of one analog-to-digital conversion of 8 bits, per pair of sensed lines and tile; 1.7 to 2.6 (derived "
        "from ISAAC, Shafiee et al. 2016); 0 leaves it out. Others cost as much per level (Walden 1999, doi "
        "10.1109/49.761034): half of it for 7 bits.",
        unit="pJ",
        minimum=0,
    )
    adc_bits: int | None = parameter(
        None,
        "Bits, one for the sign, that partial sums of tiles are rounded to; null for ideal converters, priced as of "
        "8 bits.",
        minimum=2,
        maximum=16,
    )
    adc_bits_backward: int | None = parameter(
        None,
        "The same of transposed reads, whose tiles sum fewer products of smaller numbers; null for `adc_bits`.",
        minimum=2,
        maximum=16,
    )
    adc_range: float = parameter(
        1.0,
        "Full scale of conversions over the square root of a tile's driven lines, times the read voltage on a pair at "
        "full weight; sums beyond are clipped. Lines that a layer does not use count: it wastes levels of large tiles.",
        above=0,
    )
    dac_pJ: float = parameter(
        0.0,
        "Energy of one digital-to-analog conversion, per driven line and tile; 0 leaves it out.",
        unit="pJ",
        minimum=0,
    )
    nonlinear_read: bool = parameter(True, "Read through A1 V + A3 V^3 instead of the chord conductance at 0.1 V.")

    def __post_init__(self):
        """Raise ValueError for an empty window."""
        if self.g_min_uS is not None and self.g_max_uS is not None and not self.g_min_uS < self.g_max_uS:
            raise ValueError(
                f"g_min_uS is {self.g_min_uS:g} and g_max_uS is {self.g_max_uS:g}; expected the latter above the former"
            )

    def window(self, device: dict[str, float]) -> Window:
        """The window of these arrays; `device`: that of the device (uS). Raises InputError where it is empty."""
        own = {"g_min_uS": self.g_min_uS, "g_max_uS": self.g_max_uS}
        edges = device | {edge: value for edge, value in own.items() if value is not None}
        if not edges["g_min_uS"] < edges["g_max_uS"]:
            raise InputError(
                f"array: its window is {edges['g_min_uS']:g} to {edges['g_max_uS']:g} uS; expected an upper edge above "
                "the lower"
            )
        return Window.of(edges, self.one_sided)

    def pulses(self, device: PulsePair) -> PulsePair:
        """The pulses of these arrays; `device`: those of the device."""
        set_V, reset_V = self.set_V or device.set.amplitude_V, self.reset_V or device.reset.amplitude_V
        widths_s = [self.pulse_width_s or device[polarity].width_s for polarity in POLARITIES]
        return PulsePair(*map(Pulse, (set_V, reset_V), widths_s))

    def weight_limits(self, usual: dict[str, float]) -> dict[str, float]:
        """Weight at full scale by network, the `usual` one where the design has none of its own."""
        own = {"generator": self.generator_limit, "discriminator": self.discriminator_limit}
        return usual | {network: limit for network, limit in own.items() if limit is not None}

    @property
    def breaks(self) -> list[Break]:
        """All broken lines."""
        lines = {"wordline": self.open_wordlines, "bitline": self.open_bitlines}
        return [Break(line, **vars(point)) for line, points in lines.items() for point in points]
