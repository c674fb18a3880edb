"""What all learning rules share, and the family they belong to."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rramgan.designs import Family
from rramgan.learning.network import Gradient, Layer

Update = Callable[[Layer, Gradient], None]
"""Changes a layer by its gradient."""


@dataclass(frozen=True)
class Rule(ABC):
    """What all learning rules share."""

    kind: ClassVar[str]
    """Name of the kind in the configuration."""

    protocols: ClassVar[tuple[str, ...]]
    """Protocols whose layers it drives: physical by pulses, software by changes of the weights. The protocol released
    has the authors' own updates built in."""

    @abstractmethod
    def start(self, rng: np.random.Generator, updates: int) -> Update:
        """The update of one layer, fresh for one training of so many `updates`; `rng` is for rules that draw."""


RULES: Family[Rule] = Family("rules", "Learning rules, which trainings name; every kind is a rule by its own name.")
