"""Biasing schemes of a passive tile: which voltage every device sees while some are programmed.

No transistor shields the devices of a passive array, so each sees the difference of its two lines' biases. A phase
addresses lines of one orientation and selects lines across them; the devices where these meet see the whole pulse, all
others a fraction of it. V/2 and V/3 biasing: Nili et al. 2020, doi 10.1109/TNANO.2020.2982128; Merrikh-Bayat et al.
2018, doi 10.1038/s41467-018-04482-4.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scheme:
    """Biases of a tile's lines during one phase, as fractions of the pulse amplitude.

    `addresses` says which lines are addressed one after another, "wordline" or "bitline". An addressed line is at
    `addressed`, the others of its orientation at `resting`; of the lines across, those of the devices to be pulsed are
    at `selected`, the others at `unselected`. Raises ValueError unless selected devices see exactly the pulse.
    """

    addresses: str
    addressed: float
    resting: float
    selected: float
    unselected: float

    def __post_init__(self):
        """Raise ValueError for an unknown orientation or biases that do not add up to the pulse."""
        if self.addresses not in ("wordline", "bitline"):
            raise ValueError(f"scheme addresses {self.addresses!r}: expected 'wordline' or 'bitline'")
        if abs(self.addressed - self.selected - 1) > 1e-12:
            raise ValueError(
                f"scheme {self}: a selected device sees {self.addressed - self.selected} of the pulse, not 1"
            )

    @property
    def along(self) -> float:
        """Fraction of the amplitude across the other devices of an addressed line."""
        return self.addressed - self.unselected

    @property
    def across(self) -> float:
        """Fraction of the amplitude across the other devices of a selected line."""
        return self.resting - self.selected

    @property
    def elsewhere(self) -> float:
        """Fraction of the amplitude across all remaining devices of the tile."""
        return self.resting - self.unselected

    def line_biases(self, addressed, selected) -> tuple[np.ndarray, np.ndarray]:
        """Biases of the wordlines (..., R) and of the bitlines (..., C), as fractions of the pulse amplitude.

        `addressed` and `selected` are masks (bool) of the lines of the addressed orientation and of those across.
        """
        along = np.where(addressed, self.addressed, self.resting)
        across = np.where(selected, self.selected, self.unselected)
        return (along, across) if self.addresses == "wordline" else (-across, -along)

    def fractions(self, addressed, selected) -> np.ndarray:
        """Fraction of the pulse amplitude that each device (..., R, C) sees in a phase, wires without resistance."""
        wordlines, bitlines = self.line_biases(addressed, selected)
        return wordlines[..., :, None] - bitlines[..., None, :]


def _half(addresses):
    return Scheme(addresses, addressed=1 / 2, resting=0.0, selected=-1 / 2, unselected=0.0)


def _third(addresses):
    return Scheme(addresses, addressed=1.0, resting=1 / 3, selected=0.0, unselected=2 / 3)


SCHEMES = {
    "half": _half("wordline"),
    "third": _third("wordline"),
    "half_by_column": _half("bitline"),
    "third_by_column": _third("bitline"),
}
"""V/2 and V/3 biasing, row by row and column by column, by name.

A dense random update addresses every line and selects half the lines across it per phase, so each phase half-selects
most devices of the tile: the orientation with fewer lines has fewer phases and is the cheaper one.
"""
