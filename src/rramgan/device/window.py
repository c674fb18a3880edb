"""The conductance window that training uses of a device."""

from dataclasses import dataclass
from typing import Self

from rramgan.units import MICRO


@dataclass(frozen=True)
class Window:
    """The conductance window in which training keeps a device, and whether both devices of a pair move in it.

    One-sided pairs hold G- in mid-window and move G+ alone: G+ - G- spans half as much, so each unit of it stands for
    twice the weight. A pulse then changes a weight as much as two pulses do in two-sided pairs, for half the write
    energy, but the read noise weighs twice as much. (Held at g_min instead, G- would leave positive weights only.)
    Raises ValueError unless 0 < g_min < g_max.
    """

    g_min_S: float
    """Lower edge (S)."""
    g_max_S: float
    """Upper edge (S)."""
    one_sided: bool = False
    """Whether G- stays in mid-window and G+ moves alone."""

    def __post_init__(self):
        """Raise ValueError for an empty or negative window."""
        if not 0 < self.g_min_S < self.g_max_S:
            raise ValueError(f"conductance window {self.g_min_S}..{self.g_max_S} S: needs 0 < g_min < g_max")

    @classmethod
    def of(cls, window: dict, one_sided: bool = False) -> Self:
        """The window that device.yaml gives in microsiemens, as `g_min_uS` and `g_max_uS`."""
        return cls(window["g_min_uS"] * MICRO, window["g_max_uS"] * MICRO, one_sided)

    @property
    def ends_S(self) -> tuple[float, float]:
        """Lower and upper edge (S)."""
        return self.g_min_S, self.g_max_S

    @property
    def full_scale_S(self) -> float:
        """The difference G+ - G- (S) that stands for the largest weight."""
        span_S = self.g_max_S - self.g_min_S
        return span_S / 2 if self.one_sided else span_S
