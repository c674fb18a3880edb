"""Curves of a device: a calibrated model on grids of its arguments, beside published points where there are.

Tables are in SI; `source` names the curve: "digitised" points, "fitted" model, or a reading of the published table.
"""

import numpy as np
import pandas as pd

from rramgan.calibration.log_width_evidence import refit_spread
from rramgan.calibration.trajectories import TRAIN, mean_trajectory, rms_decades
from rramgan.device.kinetics import POLARITIES, bin_index, centres
from rramgan.device.parametric import SPREAD_LOG_WIDTH, ParametricKinetics, spread_regressors
from rramgan.device.pulses import Pulse, PulsePair
from rramgan.device.static import MAX_READ_VOLTAGE_V, StaticModel
from rramgan.device.window import Window

GRID = 41
"""Values of an amplitude, width or voltage."""

STATES = 25
"""States of the I-V curves; the figure picks every sixth."""


def bins(model: ParametricKinetics) -> pd.DataFrame:
    """Edges and geometric centre (S) of the bins of G0."""
    low_S, high_S = model.edges_S[:-1], model.edges_S[1:]
    return pd.DataFrame({"bin_low_S": low_S, "bin_high_S": high_S, "g0_S": centres(model.edges_S)})


def steps(model: ParametricKinetics, pulses: PulsePair) -> pd.DataFrame:
    """Mean step `step_S` over amplitude and width in every bin and polarity; the pulses of `pulses` are in the grid."""
    tables = []
    for polarity in POLARITIES:
        pulse = pulses[polarity]
        grid = pd.MultiIndex.from_product(
            [
                bins(model)["g0_S"],
                np.union1d(np.linspace(*model.amplitude_V[polarity], GRID), pulse.amplitude_V),
                np.union1d(np.geomspace(*model.width_s, GRID), pulse.width_s),
            ],
            names=["g0_S", "amplitude_V", "width_s"],
        ).to_frame(index=False)
        g0_S, amplitude_V, width_s = (grid[name].to_numpy() for name in grid)
        grid["step_S"] = model.mean_step(g0_S, amplitude_V, width_s, polarity)
        tables.append(grid.assign(polarity=polarity))
    return bins(model).merge(pd.concat(tables), on="g0_S")


def iv_curves(static: StaticModel, edges_S, temperatures_C) -> pd.DataFrame:
    """Mean current and its signed device-to-device spread (A) of states spread over `edges_S`, for a variable of +1."""
    states_S = np.geomspace(edges_S[0], edges_S[-1], STATES)
    voltages_V = np.linspace(-MAX_READ_VOLTAGE_V, MAX_READ_VOLTAGE_V, GRID)
    names = ["g0_S", "temperature_C", "voltage_V"]
    grid = pd.MultiIndex.from_product([states_S, temperatures_C, voltages_V], names=names).to_frame(index=False)
    arguments = grid["voltage_V"].to_numpy(), grid["g0_S"].to_numpy(), grid["temperature_C"].to_numpy()
    mean_A = static.current(*arguments)
    return grid.assign(mean_A=mean_A, spread_A=static.current(*arguments, deviate=1.0) - mean_A)


def trajectories(
    models: dict[str, ParametricKinetics], points: pd.DataFrame | None, trains: pd.DataFrame
) -> pd.DataFrame:
    """State `g0_S` over `pulses` of every train for the `models` by source, and the points.

    `points` as `trajectories.read_trajectories` returns them; `trains` has the columns TRAIN and `pulses`.
    `rms_decades` is the deviation of a curve from all points of its polarity, empty without points.
    """
    deviations = {} if points is None else {name: rms_decades(model, points) for name, model in models.items()}
    tables = []
    for *start, count in zip(*(trains[name].tolist() for name in [*TRAIN, "pulses"]), strict=True):
        g_initial_S, amplitude_V, width_s = start
        pulse = Pulse(amplitude_V, width_s)
        named = {"polarity": pulse.polarity, **dict(zip(TRAIN, start, strict=True))}
        for name, model in models.items():
            states_S = mean_trajectory(model, g_initial_S, pulse, count)
            curve = pd.DataFrame({"pulses": range(count + 1), "g0_S": states_S, "source": name})
            rms = deviations.get(name, {}).get(pulse.polarity, np.nan)
            tables.append(curve.assign(**named, rms_decades=rms))
        if points is not None:
            measured = points[(points[TRAIN] == start).all(axis=1)]
            tables.append(measured[["pulses", "g0_S"]].assign(source="digitised", **named))
    return pd.concat(tables, ignore_index=True)


def measured_trains(points: pd.DataFrame) -> pd.DataFrame:
    """The trains of measured trajectories and the longest count of each, as `trajectories` wants them."""
    longest = points.groupby(TRAIN, sort=False)["pulses"].max()
    return np.ceil(longest).astype(int).rename("pulses").reset_index()


def operating_trains(pulses: PulsePair, window: Window, count: int = 500) -> pd.DataFrame:
    """`count` operating pulses of each polarity from the far end of the window."""
    starts = ((window.g_min_S, pulses.set), (window.g_max_S, pulses.reset))
    rows = [(start, pulse.amplitude_V, pulse.width_s, count) for start, pulse in starts]
    return pd.DataFrame(rows, columns=[*TRAIN, "pulses"])


def cv(
    fitted: ParametricKinetics, published: ParametricKinetics | None, points: pd.DataFrame | None, g0_S: float
) -> pd.DataFrame:
    """Coefficient of variation of the step over amplitude, by width, in the bin of `g0_S`.

    With points also the published row of that bin, the published row that suits the points best if its deviation is
    less than half as large, and the polynomial refitted to the points. `rms` is the deviation of a curve from all
    points of its polarity; `bin_low_S`, `bin_high_S` name its row and `coefficients` lists its d0..d4.
    """
    tables = []
    for polarity in POLARITIES:
        measured = None if points is None else points[points["polarity"] == polarity]
        widths_s = (
            np.unique(np.geomspace(*fitted.width_s, 4)) if measured is None else np.unique(measured["pulse_width_s"])
        )
        amplitudes_V = np.unique(np.linspace(*fitted.amplitude_V[polarity], GRID))
        for curve in _cv_curves(fitted, published, measured, g0_S, polarity):
            axes = [widths_s, amplitudes_V]
            grid = pd.MultiIndex.from_product(axes, names=["width_s", "amplitude_V"]).to_frame(index=False)
            value = _cv_values(curve["d"], grid["width_s"], grid["amplitude_V"])
            rms = np.nan
            if measured is not None:
                predicted = _cv_values(curve["d"], measured["pulse_width_s"], measured["pulse_amplitude_V"])
                rms = np.sqrt(np.mean((predicted - measured["cv"]) ** 2))
            named = {name: text for name, text in curve.items() if name != "d"}
            signed = np.asarray(curve["d"]) * _mostly(curve["d"], grid["width_s"], grid["amplitude_V"])
            listed = ", ".join(f"{coefficient:.3g}" for coefficient in signed)
            tables.append(grid.assign(cv=value, polarity=polarity, rms=rms, coefficients=listed, **named))
        if measured is not None:
            renamed = measured.rename(columns={"pulse_amplitude_V": "amplitude_V", "pulse_width_s": "width_s"})
            tables.append(renamed.assign(source="digitised"))
    return pd.concat(tables, ignore_index=True)


def _cv_curves(fitted, published, measured, g0_S, polarity) -> list[dict]:
    """Source, bin and coefficients `d` of the curves to tabulate for one polarity."""
    curves = [_row(fitted, g0_S, polarity, "fitted")]
    if measured is None:
        return curves
    pulses = measured["pulse_width_s"], measured["pulse_amplitude_V"]
    if published is not None:
        own = _row(published, g0_S, polarity, "published")
        rows = [_row(published, other_S, polarity, "published, other row") for other_S in bins(published)["g0_S"]]
        deviation = [np.sum((_cv_values(row["d"], *pulses) - measured["cv"]) ** 2) for row in [own, *rows]]
        best = rows[int(np.argmin(deviation[1:]))]
        curves += [own, best] if min(deviation[1:]) < deviation[0] / 4 else [own]
    return [*curves, {"source": "refitted to the points", "d": refit_spread(measured, SPREAD_LOG_WIDTH)[0]}]


def _row(model, g0_S, polarity, source) -> dict:
    """The spread coefficients of the bin of `g0_S`."""
    index = int(bin_index(g0_S, model.edges_S))
    edges_S = {"bin_low_S": model.edges_S[index], "bin_high_S": model.edges_S[index + 1]}
    return {"source": source, "d": model.spread_coefficients[polarity][index], **edges_S}


def _cv_values(coefficients, widths_s, amplitudes_V) -> np.ndarray:
    """The magnitude of the spread polynomial at pulses."""
    return np.abs(spread_regressors(np.asarray(amplitudes_V), np.asarray(widths_s)) @ coefficients)


def _mostly(coefficients, widths_s, amplitudes_V) -> float:
    """Sign that the spread polynomial has at most pulses; it scales a symmetric variable, so the sign means nothing."""
    return -1.0 if np.sum(spread_regressors(np.asarray(amplitudes_V), np.asarray(widths_s)) @ coefficients) < 0 else 1.0
