"""What all learning rules share, and the family they belong to."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from rramgan.designs import Family, parameter
from rramgan.learning.network import Gradient, Layer

Update = Callable[[Layer, Gradient], None]
"""Changes a layer by its gradient."""


@dataclass(frozen=True)
class Upkeep:
    """What a rule does digitally for every weight and update, beside the gradient itself."""

    multiplies: int = 0
    """Multiplications in fp32; a root or a division counts as one."""

    adds: int = 0
    """Additions and comparisons in fp32."""

    state_bits: int = 0
    """What an optimiser remembers between updates, read and written once."""

    sum_bits: int = 0
    """What the rule remembers for the sake of the devices, the same; digital weights need no such sum."""

    gradient: bool = True
    """Whether arrays need the product of inputs and errors, or have their lines driven by the signs of both."""


@dataclass(frozen=True)
class Rule(ABC):
    """What all learning rules share."""

    kind: ClassVar[str]
    """Name of the kind in the configuration."""

    protocols: ClassVar[tuple[str, ...]]
    """Protocols whose layers it drives: physical by pulses, software by changes of the weights. The protocol released
    has the authors' own updates built in."""

    def of(self, network: str) -> Self:
        """The rule as the layers of a network follow it, "generator" or "discriminator"; by default both alike."""
        return self

    @abstractmethod
    def start(self, rng: np.random.Generator, updates: int) -> Update:
        """The update of one layer, fresh for one training of so many `updates`; `rng` is for rules that draw."""

    @property
    def upkeep(self) -> Upkeep:
        """What it does digitally per weight; by default a comparison with zero."""
        return Upkeep(adds=1)


@dataclass(frozen=True)
class TwoTimeScales(Rule):
    """What rules share whose networks learn at different rates (Heusel et al. 2017, arXiv:1706.08500)."""

    learning_rate: float = parameter(1e-3, "Size of the first steps.", above=0, maximum=1e3)
    generator_rate: float = parameter(
        1.0,
        "Learning rate of the generator over that of the discriminator (two time scales: arXiv:1706.08500).",
        above=0,
        maximum=1e3,
    )

    def of(self, network: str) -> Self:
        """With the learning rate of the generator, if it is that."""
        share = self.generator_rate if network == "generator" else 1.0
        return replace(self, learning_rate=share * self.learning_rate, generator_rate=1.0)


RULES: Family[Rule] = Family("rules", "Learning rules, which trainings name; every kind is a rule by its own name.")
