"""A user's own recording as the generator's input: NPZ, CSV, MAT up to version 7 and 7.3."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import scipy

from rramgan.config import did_you_mean
from rramgan.designs import REQUIRED, parameter
from rramgan.errors import InputError
from rramgan.noise.sources import NOISES, NoiseSource
from rramgan.noise.trace import Trace
from rramgan.tables import read_arrays, read_table


@NOISES.register
@dataclass(frozen=True)
class Recorded(NoiseSource):
    """Samples from a file: rows follow each other in time, columns are channels; one column is dealt to all inputs.

    What a recording takes in energy and time is not known here and counts zero. The same samples serve every seed.
    """

    kind: ClassVar[str] = "recorded"

    file: str = parameter(REQUIRED, "The recording (.npz, .csv, .mat), relative to where Snakemake runs.")
    variable: str | None = parameter(
        None, "Which array of an NPZ or MAT file, or which column of a CSV table; null: the only array, all columns."
    )
    raw: bool = parameter(
        False,
        "Samples as they stand in the file; if not, the mean of every channel is removed (AC coupling) and one gain "
        "for all channels gives the standard deviation `std`.",
    )

    @property
    def files(self) -> tuple[str, ...]:
        """The recording."""
        return (self.file,)

    def generate(self, point, rows, inputs, rng) -> Trace:
        """The first `rows` rows; raises InputError if the file cannot be used or has fewer."""
        return next(self.stream(point, rows, inputs, rng))

    collect = generate

    def stream(self, point, rows, inputs, rng) -> Iterator[Trace]:
        """Blocks in time order; raises InputError as `generate` does, at the end of the recording, too."""
        samples = self.samples(inputs)
        if not self.raw:
            fluctuations = samples - samples.mean(axis=0)
            samples = self.std / fluctuations.std() * fluctuations
        for start in range(0, len(samples) - rows + 1, rows):
            yield Trace(samples[start : start + rows].astype(np.float32), sample_interval_s=self.sample_interval_s)
        raise InputError(
            f"{self.file}: has {len(samples)} rows for {inputs} inputs, too few for {rows} more; expected a longer "
            "recording or a smaller trace_rows, which are dealt over again"
        )

    def samples(self, inputs: int) -> np.ndarray:
        """All samples (rows, inputs) of the file, checked; a lone channel fills row by row."""
        values = np.squeeze(read_recording(self.file, self.variable))
        if values.dtype.kind not in "biuf":
            is_complex = values.dtype.kind == "c" or values.dtype.names == ("real", "imag")
            found = "complex numbers" if is_complex else f"values of type {values.dtype}"
            raise InputError(f"{self.file}: holds {found}; expected real numbers")
        if values.ndim not in (1, 2):
            raise InputError(f"{self.file}: the array has the shape {values.shape}; expected rows and channels")
        if values.ndim == 2 and values.shape[1] < inputs:
            raise InputError(
                f"{self.file}: {values.shape[1]} channels in an array of shape {values.shape}, fewer than the {inputs} "
                "inputs of the generator; expected as many, one column, or `inputs` of the noise set to it"
            )
        values = values.astype(np.float64)
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            place = ", ".join(f"{name} {index}" for name, index in zip(("row", "column"), bad[0], strict=False))
            raise InputError(f"{self.file}: {place} (counted from 0) is {values[tuple(bad[0])]}; expected a number")
        if values.size < 2 or np.ptp(values) == 0:
            raise InputError(f"{self.file}: all {values.size} samples are the same; expected noise")
        if values.ndim == 2:
            return values[:, :inputs]
        return values[: len(values) // inputs * inputs].reshape(-1, inputs)


def read_recording(path: str, variable: str | None) -> np.ndarray:
    """The array called `variable` of a file, or its only one; raises InputError if there is no telling."""
    suffix = Path(path).suffix.lower()
    if suffix not in READERS:
        raise InputError(f"{path}: unknown kind of file; expected one of {', '.join(READERS)}")
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file; expected a recording of noise")
    arrays = READERS[suffix](path)
    if variable is None and suffix == ".csv":
        return np.column_stack(list(arrays.values()))
    if variable is None and len(arrays) == 1:
        return next(iter(arrays.values()))
    if variable is None:
        raise InputError(f"{path}: holds {', '.join(arrays) or 'no array'}; expected `variable` to name one of them")
    if variable not in arrays:
        raise InputError(f"{path}: there is no variable {variable!r}; {did_you_mean(variable, arrays)}")
    return arrays[variable]


def _csv(path) -> dict[str, np.ndarray]:
    """Columns of a table by name, or by their place from 0; raises InputError where the first line holds samples."""
    columns = {str(name): column.to_numpy() for name, column in read_table(path).items()}
    try:
        samples = [float(name) for name in columns]
    except ValueError:
        return columns
    if samples == list(range(len(samples))):
        return columns
    raise InputError(f"{path}: line 1 holds {', '.join(list(columns)[:3])}; expected names of the columns")


def _mat(path) -> dict[str, np.ndarray]:
    """Arrays of a MAT file; those of version 7.3 are HDF5 and lie transposed."""
    import h5py  # slow to import, and only MAT files need it

    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            return {name: np.asarray(item).T for name, item in file.items() if isinstance(item, h5py.Dataset)}
    try:
        return {name: array for name, array in scipy.io.loadmat(path).items() if not name.startswith("__")}
    except (scipy.io.matlab.MatReadError, ValueError, TypeError, OSError) as error:
        raise InputError(f"{path}: not a MAT file ({error})") from None


READERS = {".npz": read_arrays, ".csv": _csv, ".mat": _mat}
"""Readers by the suffix of the file: arrays by name."""
