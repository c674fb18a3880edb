"""The conductance window that training uses of a device."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """The conductance window (S) in which training keeps a device, and whether both devices of a pair move in it.

    One-sided pairs hold G- in mid-window and move G+ alone: G+ - G- spans half as much, so each unit of it stands for
    twice the weight. A pulse then changes a weight as much as two pulses do in two-sided pairs, for half the write
    energy, but the read noise weighs twice as much. (Held at g_min instead, G- would leave positive weights only.)
    Raises ValueError unless 0 < g_min < g_max.
    """

    g_min_S: float
    g_max_S: float
    one_sided: bool = False

    def __post_init__(self):
        """Raise ValueError for an empty or negative window."""
        if not 0 < self.g_min_S < self.g_max_S:
            raise ValueError(f"conductance window {self.g_min_S}..{self.g_max_S} S: needs 0 < g_min < g_max")

    @property
    def full_scale_S(self) -> float:
        """The difference G+ - G- (S) that stands for the largest weight."""
        span_S = self.g_max_S - self.g_min_S
        return span_S / 2 if self.one_sided else span_S
