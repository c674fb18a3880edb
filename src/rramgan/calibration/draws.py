"""Draws of a device model from the covariance of its fit: other models that the measurements allow as well.

What one fit determined is drawn together, mean and spread of all bins: the scale of the spread, which the number of
devices limits, errs alike in all bins, and coefficients that were tied stay tied. Mean steps are drawn in the
parameters theta the fit works with (`pulse_axes.py`), in which their errors are close to normal: so steps keep their
sign and grow with width and amplitude, whatever is drawn. I-V sweeps and either polarity were fitted apart and are
drawn apart. Cycle-to-cycle spread is not drawn.
"""

from dataclasses import replace

import numpy as np

from rramgan.calibration.mixed.fit import MIN_POPULATION
from rramgan.calibration.pulse_axes import THETA, mean_step_of
from rramgan.calibration.reports import DrawReport
from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.errors import InputError
from rramgan.streams import stream


def draw_parametric(model: DeviceModel, seed: int) -> DeviceModel:
    """Another model drawn from the covariances of a fit to pulses; the same `seed` gives the same draw.

    Bins that took the coefficients of another follow it; bins of negligible steps stay as they are, and so does the
    I-V curve of a device whose currents were not swept.
    """
    return _draw(model, seed, _draw_bins)


def draw_staircase(model: DeviceModel, seed: int) -> DeviceModel:
    """Another model drawn from the covariances of a fit of staircases; the same `seed` gives the same draw.

    Raises InputError for a fit of fewer than three devices, which says nothing about the spread between them.
    """
    return _draw(model, seed, _draw_step_law)


def _draw(model, seed, draw_polarity):
    """The model with what `draw_polarity` draws of its kinetics, and a static model drawn."""
    static = _draw_static(model.static, model.fit.static, stream(seed, "calibration", "draw", "static"))
    drawn = {name: draw_polarity(model, name, stream(seed, "calibration", "draw", name)) for name in POLARITIES}
    laws = {law: {name: parts[law] for name, parts in drawn.items()} for law in drawn["set"]}
    return replace(model, static=static, kinetics=replace(model.kinetics, **laws), fit=DrawReport(seed))


def _draw_static(static, report, rng):
    """Static model with all its coefficients drawn; the same one if it was not fitted."""
    names = report.covariance_of
    if not names:
        return static
    ends = np.cumsum([len(getattr(static, name)) for name in names])[:-1]
    drawn = _normal(np.concatenate([getattr(static, name) for name in names]), report.covariance, rng)
    rows = zip(names, np.split(drawn, ends), strict=True)
    return replace(static, **{name: tuple(values.tolist()) for name, values in rows})


def _draw_bins(model, polarity, rng):
    """Coefficients (bins, 5) of mean step and spread of one polarity of a model with bins."""
    kinetics, report = model.kinetics, model.fit.kinetics[polarity]
    if report.devices - len(report.outlier_devices) < MIN_POPULATION:
        raise InputError(
            f"device model {model.name}: its fit knows no spread between devices; calibration draws need pulses of "
            "three devices or more"
        )
    axes, fitted = report.axes, report.fitted_bins
    steps, spreads = kinetics.step_coefficients[polarity].copy(), kinetics.spread_coefficients[polarity].copy()
    mean = np.stack([[axes.theta(steps[k]), spreads[k]] for k in fitted])
    drawn = _normal(mean.ravel(), report.covariance, rng).reshape(mean.shape)
    shifts = np.array([_size_correction(*pair, axes) for pair in zip(mean[:, 0], drawn[:, 0], strict=True)])
    if "size" in report.tied:
        shifts[:] = np.mean(shifts)
    drawn[:, 0, THETA.index("size")] += shifts
    steps[fitted], spreads[fitted] = axes.coefficients(drawn[:, 0]), drawn[:, 1]
    for k, own in enumerate(report.bins):
        if own.source_bin is not None:
            steps[k], spreads[k] = steps[own.source_bin], spreads[own.source_bin]
    return {"step_coefficients": steps, "spread_coefficients": spreads}


def _size_correction(theta, drawn, axes):
    """What to add to the size of a draw so that steps move, on average over the pulses, as their linear errors say.

    Where the data leave one parameter open, they know its sum with others along a curve; a straight draw leaves the
    curve, always to the side of smaller steps.
    """
    x, y = (ends.ravel() for ends in np.meshgrid(*axes.corners()))
    mean_S, slopes = mean_step_of(theta, x, y, axes.sign)
    expected = (slopes / mean_S[:, None]) @ (drawn - theta)
    moved = np.log(mean_step_of(drawn, x, y, axes.sign)[0] / mean_S)
    return np.mean(expected - moved)


def _draw_step_law(model, polarity, rng):
    """Mean step and spread on the grid of one polarity of a staircase model."""
    report = model.fit.kinetics[polarity]
    if report.covariance is None:
        raise InputError(
            f"device model {model.name}: its fit holds no covariance; calibration draws need staircases of three "
            "devices or more"
        )
    kinetics = model.kinetics
    drawn = _normal(np.concatenate([np.zeros(len(report.knots_S)), report.relative_spread]), report.covariance, rng)
    log_shift, spread = (np.interp(kinetics.grid_S, report.knots_S, values) for values in np.split(drawn, 2))
    return {"mean_S": kinetics.mean_S[polarity] * np.exp(log_shift), "relative_spread": np.abs(spread)}


def _normal(mean, covariance, rng):
    """A draw from the normal distribution; rounding may have left the covariance with slightly negative eigenvalues.

    Works in units that give every variable unit variance: variables of very different units would lose digits.
    """
    covariance = np.asarray(covariance)
    unit = np.sqrt(np.diag(covariance))
    unit[unit == 0] = 1.0
    values, vectors = np.linalg.eigh(covariance / np.outer(unit, unit))
    return mean + unit * (vectors @ (np.sqrt(np.clip(values, 0, None)) * rng.standard_normal(len(values))))
