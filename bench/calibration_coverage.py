"""Do 95 % intervals of the calibration cover the truth? Share over many small synthetic campaigns.

Usage: python bench/calibration_coverage.py [campaigns] [devices] [pulses per device]

Every campaign is drawn from the published table, with 20 % cycle-to-cycle noise on its steps, as measured devices
have it, and calibrated without sight of the table. Counted are the coefficients of the static model, and in bins that
are not negligible the mean step on a grid of pulses (delta method on the reported covariance), its coefficients c0..c4,
those of the spread, and the cycle-to-cycle spread. Prints one line per quantity, then what was found of the last by
bin. A campaign's noise goes with the device's own step; the model's goes with the mean step, so that the noise found
scatters with the steps of the devices drawn.
"""

import sys
from collections import defaultdict

import numpy as np

from rramgan.calibration.campaign import simulate_iv, simulate_pulses
from rramgan.calibration.cycle_noise import NORMAL_95
from rramgan.calibration.fit import PUBLISHED_EDGES_S, calibrate
from rramgan.calibration.pulse_axes import mean_step_of
from rramgan.device.kinetics import POLARITIES
from rramgan.streams import stream
from support.devices import published_device

CYCLE_NOISE = 0.2


def campaign(truth, devices, pulses_per_device, seed):
    """One small campaign with cycle-to-cycle noise."""
    iv = simulate_iv(truth, devices, [25, 40, 55, 70, 85, 100], 4, 1e3, seed)
    pulses = simulate_pulses(truth, devices, pulses_per_device, 1e3, seed)
    noise = 1 + CYCLE_NOISE * stream(seed, "bench", "cycle").standard_normal(len(pulses))
    step_S = (pulses["g_after_S"] - pulses["g_before_S"]) * noise
    pulses["g_after_S"] = np.clip(pulses["g_before_S"] + step_S, *PUBLISHED_EDGES_S[[0, -1]])
    return iv, pulses


def log_step_error(report, step, k, amplitude_V, width_s):
    """Standard error of log |Dm| at pulses (delta method) in bin `k`."""
    axes, (covariance, _) = report.axes, report.covariance_of_bin(k)
    mean_S, slopes = mean_step_of(axes.theta(step), *axes.scale(amplitude_V, width_s), axes.sign)
    return np.sqrt(np.einsum("pi,ij,pj->p", slopes, covariance, slopes).clip(0)) / np.abs(mean_S)


def main(campaigns=100, devices=100, pulses_per_device=150):
    """Print the coverage of every kind of interval."""
    truth = published_device()
    covered, ratios = defaultdict(list), defaultdict(list)
    for seed in range(campaigns):
        model = calibrate(*campaign(truth, devices, pulses_per_device, seed), name="bench", source="bench")
        for name, error in model.fit.static.standard_error.items():
            miss = np.abs(np.subtract(getattr(model.static, name), getattr(truth.static, name)))
            covered[f"static {name}"].append(miss <= NORMAL_95 * np.array(error))
        for polarity in POLARITIES:
            amplitude_V, width_s = (
                a.ravel()
                for a in np.meshgrid(np.linspace(*truth.kinetics.amplitude_V[polarity], 5), np.geomspace(1e-7, 1e-1, 5))
            )
            fit = model.fit.kinetics[polarity]
            for k in fit.fitted_bins:
                report = fit.bins[k]
                if report.remark:
                    continue
                ratios[polarity, k].append(model.kinetics.cycle_spread[polarity][k] / CYCLE_NOISE)
                g0_S = np.sqrt(np.prod(PUBLISHED_EDGES_S[k : k + 2]))
                pulse = (g0_S, amplitude_V, width_s, polarity)
                error = log_step_error(fit, model.kinetics.step_coefficients[polarity][k], k, amplitude_V, width_s)
                miss = np.abs(np.log(model.kinetics.mean_step(*pulse) / truth.kinetics.mean_step(*pulse)))
                covered[f"step {polarity} bin {k}"].append(miss <= NORMAL_95 * error)
                covered[f"step {polarity}"].append(miss <= NORMAL_95 * error)
                low, high = np.transpose(report.step_interval_95)
                true_step = truth.kinetics.step_coefficients[polarity][k]
                covered[f"coefficients {polarity}"].append((low <= true_step) & (true_step <= high))
                true_spread = truth.kinetics.spread_coefficients[polarity][k]
                true_spread = true_spread * np.sign(true_spread @ model.kinetics.spread_coefficients[polarity][k])
                miss = np.abs(model.kinetics.spread_coefficients[polarity][k] - true_spread)
                covered[f"spread {polarity}"].append(miss <= NORMAL_95 * np.array(report.spread_standard_error))
    for name, hits in sorted(covered.items()):
        print(f"{name:22s} {100 * np.mean(np.concatenate(hits)):5.1f} %  of {len(np.concatenate(hits))}")
    for polarity in POLARITIES:
        rows = {k: np.array(found) for (part, k), found in sorted(ratios.items()) if part == polarity}
        for what, found in [*((f"bin {k}", row) for k, row in rows.items()), ("all", np.concatenate([*rows.values()]))]:
            print(
                f"cycle spread {polarity} {what}: {np.mean(found):.3f} +- {np.std(found):.3f} of the truth in "
                f"{len(found)} bins, {np.sum(found == 0)} of them zero"
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
