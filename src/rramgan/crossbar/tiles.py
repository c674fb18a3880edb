"""A layer cut into tiles: long lines lose their voltage and half-select too many devices."""

from dataclasses import dataclass
from itertools import product
from typing import Self


@dataclass(frozen=True)
class TileGrid:
    """A matrix of `rows` x `columns` on tiles of at most `tile_rows` wordlines and `tile_columns` bitlines.

    G+ and G- of a pair sit at the same place of twin tiles. Partial sums of tiles in one column are added digitally.
    """

    rows: int
    columns: int
    tile_rows: int
    tile_columns: int

    @classmethod
    def of(cls, shape: tuple[int, int], tile_shape: tuple[int, int]) -> Self:
        """A matrix of `shape` on tiles of at most `tile_shape`, both (rows, columns)."""
        return cls(shape[0], shape[1], tile_shape[0], tile_shape[1])

    def __post_init__(self):
        """Raise ValueError for sizes below one."""
        if min(self.rows, self.columns, self.tile_rows, self.tile_columns) < 1:
            raise ValueError(f"tile grid {self}: every size must be at least 1")

    @property
    def shape(self) -> tuple[int, int]:
        """How many tiles there are down and across."""
        return -(-self.rows // self.tile_rows), -(-self.columns // self.tile_columns)

    def tiles(self) -> list[tuple[slice, slice]]:
        """Rows and columns of each tile, in row-major order."""
        starts = product(range(0, self.rows, self.tile_rows), range(0, self.columns, self.tile_columns))
        return [
            (
                slice(row, min(row + self.tile_rows, self.rows)),
                slice(column, min(column + self.tile_columns, self.columns)),
            )
            for row, column in starts
        ]
