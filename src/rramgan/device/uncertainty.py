"""Draws of a device model from the covariance of its fit: other models that the measurements allow as well.

Mean steps are drawn in the parameters theta the fit works with (`pulse_axes.py`), in which their errors are close to
normal: so steps keep their sign and grow with width and amplitude, whatever is drawn. Coefficients of the spread and
of I(V) are drawn as they are. Bins, polarities, mean and spread are drawn independently, as the fit keeps no
covariance between them.
"""

from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..randomness import generator
from .dynamic import POLARITIES
from .model import DeviceModel
from .pulse_axes import PulseAxes


def draw_model(model: DeviceModel, seed: int) -> DeviceModel:
    """Another model drawn from the covariances in `model.fit`; the same `seed` gives the same draw.

    Bins that took the coefficients of another follow it; bins of negligible steps stay as they are. The draw's `fit`
    says which seed made it. Raises InputError for a model whose fit holds no covariance: one known from staircases or
    trajectories, or as published.
    """
    try:
        static = _draw_static(model, generator(seed, "calibration", "draw", "static"))
        drawn = {polarity: _draw_polarity(model, polarity, seed) for polarity in POLARITIES}
    except KeyError as error:
        raise InputError(
            f"device model {model.name}: its fit holds no {error}; calibration draws need a model "
            "fitted to I-V sweeps and pulses"
        ) from None
    step, spread = ({polarity: pair[k] for polarity, pair in drawn.items()} for k in range(2))
    dynamic = replace(model.dynamic, step=step, spread=spread)
    return replace(model, static=static, dynamic=dynamic, fit={"drawn_with_seed": seed})


def _draw_static(model, rng):
    """Static model with every row of coefficients drawn."""
    covariance = model.fit["static"]["covariance"]
    rows = {name: _normal(values, covariance[name], rng).tolist() for name, values in vars(model.static).items()}
    return replace(model.static, **{name: tuple(values) for name, values in rows.items()})


def _draw_polarity(model, polarity, seed):
    """Coefficients (bins, 5) of mean step and spread of one polarity."""
    report = model.fit["dynamic"][polarity]
    axes = PulseAxes(**report["axes"])
    steps, spreads = model.dynamic.step[polarity].copy(), model.dynamic.spread[polarity].copy()
    for k, fitted in enumerate(report["bins"]):
        if "theta_covariance" in fitted:
            rng = generator(seed, "calibration", "draw", polarity, str(k))
            steps[k] = axes.coefficients(_normal(axes.theta(steps[k]), fitted["theta_covariance"], rng))
            spreads[k] = _normal(spreads[k], fitted["spread_covariance"], rng)
    for k, fitted in enumerate(report["bins"]):
        if "source_bin" in fitted:
            steps[k], spreads[k] = steps[fitted["source_bin"]], spreads[fitted["source_bin"]]
    return steps, spreads


def _normal(mean, covariance, rng):
    """A draw from the normal distribution; rounding may have left the covariance with slightly negative eigenvalues."""
    values, vectors = np.linalg.eigh(covariance)
    return mean + vectors @ (np.sqrt(np.clip(values, 0, None)) * rng.standard_normal(len(values)))
