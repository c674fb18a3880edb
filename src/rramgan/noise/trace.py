"""A recorded noise trace and its file."""

from dataclasses import dataclass, fields

import numpy as np

from rramgan.tables import Layout, read_arrays, write_arrays


@dataclass(frozen=True)
class Trace:
    """What a noise source gave: consecutive samples of all inputs, and what they cost."""

    z: np.ndarray
    """Samples (rows, inputs) float32; rows follow each other in time."""

    energy_per_row_J: float = 0.0
    """Energy (J) a row takes in the devices that make it; 0 in software."""

    time_per_row_s: float = 0.0
    """Time (s) it takes to record a row; 0 in software."""

    sample_interval_s: float = 1e-6
    """Time (s) between rows that spectra refer to."""

    def save(self, path, made_by: dict | None = None) -> None:
        """Write the trace, and its provenance `made_by`, as an NPZ archive."""
        write_arrays(path, {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}, made_by)

    @classmethod
    def load(cls, path) -> "Trace":
        """Read a trace written by `save`; raises InputError if the file is incomplete or damaged."""
        costs = {name: Layout((), low=0) for name in [field.name for field in fields(cls)][1:]}
        arrays = read_arrays(path, {"z": Layout(("rows", "inputs")), **costs})
        return cls(arrays["z"], *(float(arrays[name]) for name in costs))
