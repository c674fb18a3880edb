"""The published model of Nili et al. 2020, from its tables as printed."""

from pathlib import Path

import numpy as np

from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.static import StaticModel
from rramgan.errors import InputError
from rramgan.tables import read_table
from rramgan.units import MICRO

STEP_COLUMNS = ["c0_S", "c1", "c2", "c3_per_V", "c4"]
SPREAD_COLUMNS = ["d0", "d1", "d2_per_V", "d3_per_V2", "d4_per_V3"]


def published_tables(folder: Path) -> dict[str, Path]:
    """Where the folder of a published device holds the two parts of its table: `static_table`, `dynamic_table`."""
    return {f"{part}_table": folder / f"{folder.name}_table1_{part}.csv" for part in ("static", "dynamic")}


def published_model(static_table, dynamic_table, log_width: str = "log10_s") -> DeviceModel[ParametricKinetics, None]:
    """The model of Table I of Nili 2020, read from its two tables as printed; raises InputError if they lack a part.

    The ranges are the published ones: SET 0.8..1.15 V, RESET -1.5..-0.8 V, 100 ns..100 ms. `log_width` is a key of
    LOG_WIDTHS.
    """
    columns = ["g_min_uS", "g_max_uS", *STEP_COLUMNS, *SPREAD_COLUMNS]
    dynamic = read_table(dynamic_table, {"polarity": str, **dict.fromkeys(columns, float)})
    rows = {polarity: dynamic[dynamic["polarity"] == polarity] for polarity in POLARITIES}
    bins = {polarity: row[["g_min_uS", "g_max_uS"]].to_numpy() for polarity, row in rows.items()}
    if not (bins["set"].size and np.array_equal(bins["set"], bins["reset"])):
        raise InputError(f"{dynamic_table}: the bins of set and reset differ; expected a row of each for every bin")
    edges_uS = np.append(rows["set"]["g_min_uS"], rows["set"]["g_max_uS"].iloc[-1])
    return DeviceModel(
        name=Path(static_table).parent.name,
        source="Nili et al. 2020, Table I, doi 10.1109/TNANO.2020.2982128",
        static=_static(static_table),
        kinetics=ParametricKinetics(
            edges_S=edges_uS * MICRO,
            step_coefficients={polarity: rows[polarity][STEP_COLUMNS].to_numpy() for polarity in POLARITIES},
            spread_coefficients={polarity: rows[polarity][SPREAD_COLUMNS].to_numpy() for polarity in POLARITIES},
            amplitude_V={"set": (0.8, 1.15), "reset": (-1.5, -0.8)},
            width_s=(1e-7, 1e-1),
            log_width=log_width,
        ),
        fit=None,
    )


def _static(path) -> StaticModel:
    """The static part of the table."""
    table = read_table(path, {"coefficient": str, "symbol": str, "value": float})
    names = table["coefficient"] + "." + table["symbol"]
    values = dict(zip(names, table["value"], strict=True))

    def row(coefficient, letter, count):
        try:
            return tuple(values[f"{coefficient}.{letter}{k}"] for k in range(count))
        except KeyError as error:
            raise InputError(f"{path}: coefficient {error} is missing") from None

    return StaticModel(row("A1", "a", 3), row("A3", "a", 3), row("A1", "p", 4), row("A3", "p", 5))
