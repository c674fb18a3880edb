"""What all arrays of a chip share."""

from dataclasses import dataclass

from rramgan.crossbar.biasing import Scheme
from rramgan.crossbar.wires import Wires
from rramgan.device.kinetics import Kinetics
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.static import StaticModel
from rramgan.device.window import Window


@dataclass(frozen=True)
class Converters:
    """Energy (J) of one conversion at a tile's edge; zero leaves converters out of the ledger.

    One DAC conversion per driven line and tile (twin tiles share it) and one ADC conversion per sensed pair of lines
    and tile, as partial sums of tiles are added digitally. An 8-bit ADC takes 1.7 to 2.6 pJ per conversion at 32 nm
    (derived from ISAAC, Shafiee et al., ISCA 2016).
    """

    dac_J: float = 0.0
    adc_J: float = 0.0


@dataclass(frozen=True)
class ArrayDesign:
    """Devices, window, tile, pulses, reads and wires.

    `read_voltage_V` is the full scale of an input, `read_width_s` the duration of one read; `nonlinear` reads through
    A1 V + A3 V^3 instead of the chord conductance at 0.1 V.

    `wires`: line resistance of every tile (arrays must fit them all), None for none; what arrives is solved anew every
    `refresh_every` updates. Shortly before that, sensed sums of the default GAN err by 0.4 to 1.3 % (rms; 64 x 64 tiles
    at 0.1 ohm, 32 x 32 at 1 ohm per segment), by up to 4.5 % while the first updates move whole layers together.
    `compensate` raises the write drive of each tile until its weakest device sees the nominal pulse. `extrapolate` lets
    pulses below the kinetics' range move devices by the same formula, instead of not at all. Raises ValueError
    for `refresh_every` below 1.
    """

    static: StaticModel
    kinetics: Kinetics
    window: Window
    pulses: PulsePair
    scheme: Scheme
    tile_shape: tuple[int, int]
    read_voltage_V: float
    read_width_s: float
    temperature_C: float
    nonlinear: bool
    converters: Converters = Converters()
    wires: Wires | None = None
    refresh_every: int = 150
    compensate: bool = False
    extrapolate: bool = False

    def __post_init__(self):
        """Raise ValueError for a refresh that never comes."""
        if self.refresh_every < 1:
            raise ValueError(f"array: refresh_every is {self.refresh_every}; expected at least 1 update")

    @property
    def pulse(self) -> dict[str, Pulse]:
        """The fixed pulses by polarity."""
        return {"set": self.pulses.set, "reset": self.pulses.reset}
