"""Draws of a device model from the covariance of its fit: other models that the measurements allow as well.

What one fit determined is drawn together, mean and spread of all bins: the scale of the spread, which the number of
devices limits, errs alike in all bins, and coefficients that were tied stay tied. Mean steps are drawn in the
parameters theta the fit works with (`pulse_axes.py`), in which their errors are close to normal: so steps keep their
sign and grow with width and amplitude, whatever is drawn. I-V sweeps and either polarity were fitted apart and are
drawn apart. Cycle-to-cycle spread is not drawn.
"""

from dataclasses import replace

import numpy as np

from rramgan.calibration.pulse_axes import THETA, PulseAxes, mean_step_of
from rramgan.calibration.staircase_fit import law_of_knots
from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.device.parametric import ParametricKinetics
from rramgan.errors import InputError
from rramgan.streams import stream


def draw_model(model: DeviceModel, seed: int) -> DeviceModel:
    """Another model drawn from the covariances in `model.fit`; the same `seed` gives the same draw.

    Bins that took the coefficients of another follow it; bins of negligible steps stay as they are, and so does the
    I-V curve of a device whose currents were not swept. The draw's `fit` says which seed made it. Raises InputError
    for a model whose fit holds no covariance: one known from trajectories, from fewer than three devices, or as
    published.
    """
    draw_polarity = _draw_bins if isinstance(model.kinetics, ParametricKinetics) else _draw_staircase
    try:
        static = _draw_static(model, stream(seed, "calibration", "draw", "static"))
        drawn = {name: draw_polarity(model, name, stream(seed, "calibration", "draw", name)) for name in POLARITIES}
    except KeyError as error:
        raise InputError(
            f"device model {model.name}: its fit holds no {error}; calibration draws need a model "
            "fitted to pulses or staircases of three devices or more"
        ) from None
    laws = {law: {name: parts[law] for name, parts in drawn.items()} for law in drawn["set"]}
    return replace(model, static=static, kinetics=replace(model.kinetics, **laws), fit={"drawn_with_seed": seed})


def _draw_static(model, rng):
    """Static model with all its coefficients drawn."""
    report = model.fit["static"]
    if "covariance" not in report and "remark" in report:
        return model.static
    names = report["covariance_of"]
    ends = np.cumsum([len(getattr(model.static, name)) for name in names])[:-1]
    drawn = _normal(np.concatenate([getattr(model.static, name) for name in names]), report["covariance"], rng)
    rows = zip(names, np.split(drawn, ends), strict=True)
    return replace(model.static, **{name: tuple(values.tolist()) for name, values in rows})


def _draw_bins(model, polarity, rng):
    """Coefficients (bins, 5) of mean step and spread of one polarity of a model with bins."""
    report = model.fit["kinetics"][polarity]
    axes, fitted = PulseAxes(**report["axes"]), report["covariance_of_bins"]
    steps, spreads = model.kinetics.step[polarity].copy(), model.kinetics.spread[polarity].copy()
    mean = np.stack([[axes.theta(steps[k]), spreads[k]] for k in fitted])
    drawn = _normal(mean.ravel(), report["covariance"], rng).reshape(mean.shape)
    shifts = np.array([_bend(*pair, axes) for pair in zip(mean[:, 0], drawn[:, 0], strict=True)])
    if "size" in report["tied"]:
        shifts[:] = np.mean(shifts)
    drawn[:, 0, THETA.index("size")] += shifts
    steps[fitted], spreads[fitted] = axes.coefficients(drawn[:, 0]), drawn[:, 1]
    for k, told in enumerate(report["bins"]):
        if "source_bin" in told:
            steps[k], spreads[k] = steps[told["source_bin"]], spreads[told["source_bin"]]
    return {"step": steps, "spread": spreads}


def _bend(theta, drawn, axes):
    """What to add to the size of a draw so that steps move, on average over the pulses, as their linear errors say.

    Where the data leave one parameter open, they know its sum with others along a curve; a straight draw leaves the
    curve, always to the side of smaller steps.
    """
    x, y = (ends.ravel() for ends in np.meshgrid(*axes.corners()))
    mean_S, slopes = mean_step_of(theta, x, y, axes.sign)
    expected = (slopes / mean_S[:, None]) @ (drawn - theta)
    moved = np.log(mean_step_of(drawn, x, y, axes.sign)[0] / mean_S)
    return np.mean(expected - moved)


def _draw_staircase(model, polarity, rng):
    """Mean step and spread on the grid of one polarity of a staircase model."""
    report = model.fit["kinetics"][polarity]
    mean_S, spread = np.array(report["mean_S"]), np.array(report["spread"])
    drawn = _normal(np.concatenate([mean_S, spread]), report["covariance"], rng)
    mean_S, spread = np.split(drawn, [len(mean_S)])
    return law_of_knots(report, mean_S, spread, model.kinetics.grid_S, POLARITIES[polarity])


def _normal(mean, covariance, rng):
    """A draw from the normal distribution; rounding may have left the covariance with slightly negative eigenvalues.

    Works in units that give every variable unit variance: variables of very different units would lose digits.
    """
    covariance = np.asarray(covariance)
    unit = np.sqrt(np.diag(covariance))
    unit[unit == 0] = 1.0
    values, vectors = np.linalg.eigh(covariance / np.outer(unit, unit))
    return mean + unit * (vectors @ (np.sqrt(np.clip(values, 0, None)) * rng.standard_normal(len(values))))
