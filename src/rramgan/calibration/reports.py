"""What each kind of fit leaves in the model's file beside the model: errors, covariances, counts, remarks.

Numbers that describe a precision have three significant digits, covariances twelve. Lists by bin or knot are in the
order of the kinetics they belong to; dictionaries by polarity have the keys "set" and "reset".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from rramgan.calibration.pulse_axes import PulseAxes
from rramgan.device.model import FitReport
from rramgan.device.parametric import ParametricKinetics
from rramgan.device.staircase import StaircaseKinetics


@dataclass(frozen=True)
class ReadNoise:
    """Noise of a current sample, from currents sampled more than once: 4 kB T f I/V + (r I)^2."""

    bandwidth_Hz: float
    """Bandwidth f of the thermal noise."""
    relative_std: float
    """Standard deviation r relative to the current."""
    bandwidth_standard_error_Hz: float
    """Standard error of f."""
    relative_standard_error: float
    """Standard error of r."""
    groups: int
    """Groups of repeated samples behind them."""


@dataclass(frozen=True)
class StaticReport:
    """Fit of the static model to I-V sweeps; without sweeps only `remark` says something."""

    standard_error: dict[str, list[float]] = field(default_factory=dict)
    """Per row of the static model, in its order; zero for coefficients that the sweeps cannot tell from others."""
    undetermined: list[str] = field(default_factory=list)
    """Names of these, as row[index]."""
    covariance_of: list[str] = field(default_factory=list)
    """Rows of the static model in the order of `covariance`."""
    covariance: list[list[float]] = field(default_factory=list)
    """Joint covariance of all coefficients, clustered by device."""
    temperature_C: list[float] = field(default_factory=list)
    """Lowest and highest temperature (degC) swept at."""
    devices: int = 0
    """Devices swept."""
    outlier_devices: list[int] = field(default_factory=list)
    """Those left out."""
    sweeps: int = 0
    """Sweeps of the devices the fit began with."""
    sweeps_rejected: dict[str, int] = field(default_factory=dict)
    """Sweeps rejected as outliers, by coefficient of I(V)."""
    relative_residual: dict[str, float] = field(default_factory=dict)
    """Noise relative to the mean, by coefficient of I(V)."""
    read_noise: ReadNoise | None = None
    """Noise of a current sample; None if too few were repeated."""
    mean_of: str | None = None
    """Whose mean was fitted, as `mixed.fit` names it."""
    converged: bool | None = None
    """Whether the fit settled."""
    remark: str | None = None
    """What must be known before the numbers are believed."""


OHMIC_REPORT = StaticReport(remark="no I-V measurements: taken as ohmic")
"""Of a device whose current was never swept."""


CYCLE_SPREAD = "cycle spread"
"""Name of the cycle-to-cycle spread among the numbers of a bin."""


@dataclass(frozen=True)
class BinReport:
    """Fit of one polarity in one bin of G0; bins without a fit of their own leave the numbers None."""

    pulses: int
    """Pulses measured from states in the bin."""
    pulses_used: int | None = None
    """Those that entered the fit."""
    pulses_cut_off: int | None = None
    """Those predicted to end beyond the outermost edges."""
    pulses_rejected: int | None = None
    """Those rejected as outliers."""
    relative_residual: float | None = None
    """Residual scatter relative to the mean step."""
    step_standard_error: list[float] | None = None
    """Of c0 (S), c1, c2, c3 (1/V), c4."""
    step_interval_95: list[list[float]] | None = None
    """Their 95 % intervals."""
    spread_standard_error: list[float] | None = None
    """Of d0..d4, in their units."""
    cycle_spread_interval_95: list[float | None] = field(default_factory=lambda: [None, None])
    """95 % interval of the cycle-to-cycle spread, from zero where it does not stand out; None where nothing tells."""
    undetermined: list[str] | None = None
    """Names of the numbers that the pulses leave open."""
    log_slope: float | None = None
    """d ln(step) / d ln(G0) within the bin beside the formula, which has none."""
    remark: str | None = None
    """Why the bin must not be believed, if so."""
    source_bin: int | None = None
    """Index of the bin whose coefficients stand in for those of this one."""


@dataclass(frozen=True)
class PolarityReport:
    """Fit of parametric kinetics to the pulses of one polarity."""

    tied: list[str]
    """Parameters theta that all bins have in common."""
    bins: list[BinReport]
    """What is known of each bin."""
    axes: PulseAxes
    """Pulse axes that theta stands on."""
    fitted_bins: list[int]
    """Bins in the order of `covariance`."""
    covariance: list[list[float]]
    """Joint covariance of theta (5) and d0..d4 (5) of every fitted bin, clustered by device."""
    devices: int
    """Devices measured."""
    variables: dict[int, float]
    """Device-to-device variable by device."""
    outlier_devices: list[int]
    """Those left out."""
    mean_of: str
    """Whose mean was fitted, as `mixed.fit` names it."""
    converged: bool
    """Whether the fit settled."""
    edge_jumps_decades: list[float] = field(default_factory=list)
    """How far the mean step jumps at each inner edge of the bins."""
    train_miss: dict[int, float] = field(default_factory=dict)
    """Miss of the steps integrated over each device's trains, rms as a share of the range of states."""
    remark: str | None = None
    """What must be known before the numbers are believed."""

    def covariance_of_bin(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Covariance (5, 5) of theta and of d0..d4 in bin `k`; raises ValueError for a bin without its own fit."""
        count, row = len(self.fitted_bins), self.fitted_bins.index(k)
        joint = np.reshape(self.covariance, (count, 2, 5, count, 2, 5))
        return joint[row, 0, :, row, 0], joint[row, 1, :, row, 1]


@dataclass(frozen=True)
class ParametricReport(FitReport[ParametricKinetics]):
    """Fit of I-V sweeps and single pulses."""

    static: StaticReport
    """Of the static model."""
    kinetics: dict[str, PolarityReport]
    """Of the kinetics, by polarity."""

    def unmeasured(self, kinetics: ParametricKinetics) -> Iterable[tuple[str, float, float]]:
        """The bins that borrow their coefficients."""
        edges_S = kinetics.edges_S
        for polarity, report in self.kinetics.items():
            for bin_report, low_S, high_S in zip(report.bins, edges_S, edges_S[1:], strict=False):
                if bin_report.source_bin is not None:
                    yield polarity, low_S, high_S


@dataclass(frozen=True)
class ScaledLaw:
    """A step law in the scaled parameters of `paths.filter`, and the devices it was fitted to."""

    sign: float
    """+1 for SET, -1 for RESET."""
    low_S: float
    """State (S) at the lower end of the scale."""
    high_S: float
    """State (S) at its upper end."""
    a: list[float]
    """Heights of the splines of the logarithm of the mean step."""
    noise: list[float]
    """log c, its slope, log r, x0 and log w."""
    device_ids: list[int]
    """Devices that count, ascending."""
    factors: list[list[float]]
    """Their u and v."""
    least_variance: float
    """Variance of a reading that belongs to the converter (scaled)."""


@dataclass(frozen=True)
class StepLawReport:
    """Fit of a step law to the staircases of one polarity; with fewer than three devices there is no population."""

    steps: int
    """Pulses between the readings that entered."""
    devices: int
    """Devices measured."""
    outlier_devices: list[int]
    """Those left out."""
    readings_rejected: int
    """Readings passed over as glitches."""
    knots_S: list[float]
    """States (S) that the following are told at."""
    mean_S: list[float]
    """Mean step (S), negative for RESET."""
    mean_standard_error_S: list[float]
    """Its standard error."""
    mean_interval_95_S: list[list[float]]
    """Its 95 % interval."""
    relative_spread: list[float]
    """Standard deviation between devices relative to the mean step; zero if unknown."""
    spread_interval_95: list[list[float]] | None
    """Its 95 % interval; None if unknown."""
    cycle_spread: list[float]
    """Standard deviation from cycle to cycle relative to the mean step; zero if it is not told from none."""
    cycle_spread_interval_95: list[list[float]]
    """Its 95 % interval."""
    reading_noise_S: float
    """Standard deviation (S) of one reading."""
    reading_noise_interval_95_S: list[float]
    """Its 95 % interval."""
    rails_S: list[float]
    """Values (S) at which readings pile up."""
    law: ScaledLaw
    """The law itself."""
    variables: dict[int, float]
    """Device-to-device variable by device."""
    staircase_miss: dict[int, float]
    """Miss of the law integrated from each device's measured start, rms as a share of the range of states."""
    covariance: list[list[float]] | None = None
    """Joint covariance of log mean step and relative spread at the knots; None without a population."""
    remark: str | None = None
    """What must be known before the law is believed."""


@dataclass(frozen=True)
class StaircaseReport(FitReport[StaircaseKinetics]):
    """Fit of staircases, and of I-V sweeps if there are any."""

    static: StaticReport
    """Of the static model."""
    kinetics: dict[str, StepLawReport]
    """Of the step law, by polarity."""


@dataclass(frozen=True)
class ShiftReport:
    """Shift of the time constants of one polarity."""

    shift: float
    """What was added to c2, in units of the model's logarithm of the pulse width."""
    interval_95: list[float | None]
    """Ends of its 95 % profile interval; None for one that lies beyond the shifts tried."""
    rms_decades_before: float
    """Deviation from the points without the shift, in decades of G0."""
    rms_decades: float
    """Deviation with it."""
    points: int
    """Points behind it."""


@dataclass(frozen=True)
class RecalibrationReport(FitReport[ParametricKinetics]):
    """Recalibration of a published model to mean trajectories."""

    shifts: dict[str, ShiftReport]
    """By polarity; those without points are left out."""


@dataclass(frozen=True)
class DrawReport(FitReport):
    """Of a model that was drawn from the covariance of another's fit."""

    drawn_with_seed: int
    """Seed of the draw."""
