"""The whole bill of a training: what stays digital beside arrays, and the same training in digital logic alone.

Counted by step and layer, from the passes that a GAN's step makes: multiply-adds, additions, and bits to and from
memory. Prices are for 45 nm (Horowitz, ISSCC 2014, doi 10.1109/ISSCC.2014.6757323) unless configured otherwise.
Every choice that is open favours the digital competitor: its weights and states lie in the smallest banks, beside
the logic that uses them; an operand of a matrix product is fetched once per batch; control and wires cost nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rramgan.crossbar.tiles import TileGrid
from rramgan.learning.rules.base import Upkeep
from rramgan.units import PICO

PASSES = {
    "generator_hidden": (1, 0, 1),
    "generator_output": (1, 1, 1),
    "discriminator_hidden": (3, 1, 2),
    "discriminator_output": (3, 3, 2),
}
"""Forward reads, transposed reads and outer products per step, in batches: the discriminator sees real and generated
images, and the latter again for the generator's gradient, which needs no outer products of the discriminator."""

COMPETITORS = {"fp32": 32, "int8": 8}
"""Bits of the weights and activations of all-digital trainings; both keep fp32 weights beside, which take the steps."""

MASTER_BITS = 32
"""Bits of the weights that take the steps of a digital training."""

SMALLEST_BANK_BYTES = 8e3
"""Size of the memory beside the logic that holds weights, states and sums."""

ON_ARRAYS = {
    "pulses": ("write_selected_J", "write_unselected_J"),
    "reads": ("read_forward_J", "read_backward_J"),
    "wires": ("wires_J",),
    "converters": ("converters_J",),
    "noise": ("noise_J",),
}
"""Parts of the bill that arrays dissipate, as sums of the ledger's columns."""

PARTS = (*ON_ARRAYS, "weights", "outer_products", "partial_sums", "optimiser", "states", "activations")
"""All parts, in the order of figures."""


@dataclass(frozen=True)
class Prices:
    """Energy (pJ) of digital operations, keys of `prices` in the configuration."""

    fp32_multiply_pJ: float
    """One multiplication in fp32."""
    fp32_add_pJ: float
    """One addition in fp32."""
    int8_multiply_pJ: float
    """One multiplication of 8-bit integers."""
    int32_add_pJ: float
    """One addition of 32-bit integers, which accumulate products of 8 bits."""
    int16_add_pJ: float
    """One addition of 16-bit integers: partial sums of tiles."""
    sram_8KB_pJ: float
    """64 bits from or to 8 KB of memory, and from or to smaller ones."""
    sram_32KB_pJ: float
    """The same of 32 KB."""
    sram_1MB_pJ: float
    """The same of 1 MB; between these sizes a power law, beyond as of 1 MB."""

    def multiply_add_J(self, name: str) -> float:
        """Energy of one multiplication and the addition of its product, "fp32" or "int8"."""
        return (
            PICO
            * {
                "fp32": self.fp32_multiply_pJ + self.fp32_add_pJ,
                "int8": self.int8_multiply_pJ + self.int32_add_pJ,
            }[name]
        )

    def access_J(self, size_bytes: float) -> float:
        """Energy of one bit from or to a memory of this size."""
        sizes, prices = (SMALLEST_BANK_BYTES, 32e3, 1e6), (self.sram_8KB_pJ, self.sram_32KB_pJ, self.sram_1MB_pJ)
        return PICO / 64 * float(np.exp(np.interp(np.log(size_bytes), np.log(sizes), np.log(prices))))


@dataclass(frozen=True)
class Trained:
    """What a training was, as far as its bill depends on it."""

    shapes: Mapping[str, tuple[int, int]]
    """Rows (bias row included) and columns of every layer."""

    batch: int
    """Images of a step."""

    steps: int
    """Batches of the training."""

    upkeep: Upkeep
    """What its rule does for every weight."""

    tile_shape: tuple[int, int]
    """Wordlines and bitlines of a tile."""


def whole_bill(trained: Trained, energy_J: Mapping[str, float], prices: Prices) -> pd.DataFrame:
    """Columns `way` ("arrays" and COMPETITORS), `part` (of PARTS) and `energy_J`; `energy_J`: columns of a ledger."""
    ways = {"arrays": {part: sum(energy_J[name] for name in names) for part, names in ON_ARRAYS.items()}}
    ways["arrays"] |= digital_rest(trained, prices)
    ways |= {name: competitor(trained, name, prices) for name in COMPETITORS}
    rows = [(way, part, parts[part]) for way, parts in ways.items() for part in PARTS if part in parts]
    return pd.DataFrame(rows, columns=["way", "part", "energy_J"])


def work(shapes: Mapping[str, tuple[int, int]], batch: int) -> pd.DataFrame:
    """What one step asks of every layer, a row each: numbers of `weights`, of multiply-adds of `reads` and of `outer`
    products, of values that go into both (`inputs`) and come out of reads (`outputs`), and of `passes` over the weights
    in either direction.

    `shapes` (rows, columns) have the bias row. Transposed reads leave it out.
    """
    rows = []
    for layer, (height, width) in shapes.items():
        forward, backward, outer = (batch * passes for passes in PASSES[layer])
        rows.append(
            {
                "layer": layer,
                "weights": height * width,
                "reads": forward * height * width + backward * (height - 1) * width,
                "outer": outer * height * width,
                "inputs": forward * (height - 1) + (backward + outer) * width + outer * (height - 1),
                "outputs": forward * width + backward * (height - 1),
                "passes": sum(PASSES[layer][:2]),
            }
        )
    return pd.DataFrame(rows).set_index("layer")


def digital_rest(trained: Trained, prices: Prices) -> dict[str, float]:
    """Energy (J) of a training that stays digital beside its arrays, by part; activations have 8 bits."""
    asked, upkeep = work(trained.shapes, trained.batch), trained.upkeep
    partial = 0
    for layer, (height, width) in trained.shapes.items():
        forward, backward, _ = PASSES[layer]
        down, across = TileGrid.of((height, width), trained.tile_shape).shape
        partial += trained.batch * (forward * width * (down - 1) + backward * (height - 1) * (across - 1))
    per_step_J = {
        "outer_products": upkeep.gradient * asked["outer"].sum() * prices.multiply_add_J("int8"),
        "partial_sums": partial * prices.int16_add_pJ * PICO,
        **_shared(asked, upkeep, upkeep.state_bits + upkeep.sum_bits, 8, prices),
    }
    return {part: trained.steps * energy_J for part, energy_J in per_step_J.items()}


def competitor(trained: Trained, name: str, prices: Prices) -> dict[str, float]:
    """Energy (J) of the same training in digital logic alone, by part; `name` is one of COMPETITORS.

    The optimiser is that of the rule. What a rule remembers for its devices is not needed.
    """
    asked, bits = work(trained.shapes, trained.batch), COMPETITORS[name]
    copied = bits if bits < MASTER_BITS else 0
    moved_bits = (asked["weights"] * (asked["passes"] * bits + 2 * MASTER_BITS + copied)).sum()
    per_step_J = {
        "reads": asked["reads"].sum() * prices.multiply_add_J(name),
        "weights": moved_bits * prices.access_J(SMALLEST_BANK_BYTES),
        "outer_products": asked["outer"].sum() * prices.multiply_add_J(name),
        **_shared(asked, trained.upkeep, trained.upkeep.state_bits, bits, prices),
    }
    return {part: trained.steps * energy_J for part, energy_J in per_step_J.items()}


def _shared(asked, upkeep: Upkeep, state_bits: int, bits: int, prices: Prices) -> dict[str, float]:
    """Energy (J) per step of what arrays and competitors both need: the optimiser, activations and their memory.

    An activation costs one fp32 multiplication per output, and the buffer holds the activities of a step.
    """
    weights, moved = asked["weights"].sum(), asked["inputs"].sum() + asked["outputs"].sum()
    buffer_bytes = asked["outputs"].sum() * bits / 8
    return {
        "optimiser": weights * PICO * (upkeep.multiplies * prices.fp32_multiply_pJ + upkeep.adds * prices.fp32_add_pJ),
        "states": weights * 2 * state_bits * prices.access_J(SMALLEST_BANK_BYTES),
        "activations": asked["outputs"].sum() * prices.fp32_multiply_pJ * PICO
        + moved * bits * prices.access_J(buffer_bytes),
    }
