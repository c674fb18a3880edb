"""One look for all figures: colours and marks with a fixed meaning, sizes, units, and files that repeat to the bit."""

import textwrap
from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from rramgan.tables import whole_file

NOISE_COLOURS = {"gaussian": "#0173b2", "uniform": "#de8f05", "thermal": "#029e73", "rtn": "#cc78bc"}
"""Colour of each generator input that ships, from the colour-blind safe palette of seaborn."""

MORE_COLOURS = ("#d55e00", "#56b4e9", "#ca9161", "#949494", "#fbafe4", "#ece133")
"""Colours of other generator inputs, from the same palette; more than these begin again."""

COMPONENT_COLOURS = {
    "write_selected": "#d55e00",
    "write_unselected": "#949494",
    "read_forward": "#56b4e9",
    "read_backward": "#ca9161",
    "noise": "#000000",
    "wires": "#029e73",
    "converters": "#fbafe4",
}
"""Colour of each component of the energy ledger, from the same palette."""

ON_DEVICES = ("physical", "released")
"""Protocols that spend energy in devices, in the order of figures; `software` is their baseline."""

SERIES_COLOURS = ("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#56b4e9")
"""Colours of ordered series without a meaning elsewhere."""

NEUTRAL = "#555555"
"""References: measured points, published values, baselines."""

VARIATION_MARKERS = {"none": "o", "spatial": "s", "temporal": "^", "full": "o"}
"""Marker of each variation; `none` is drawn open, the others filled."""

MARKERS = ("o", "s", "^", "D", "v", "p")
"""Markers of noises where colour alone must not tell them apart."""

FILLS: dict[str, Any] = {"none": "full", "spatial": "left", "temporal": "right", "full": "full"}
"""What of a marker is filled by variation, where its shape tells the noise; `none` is open."""

VARIATION_LINES = {"none": "--", "spatial": "-.", "temporal": ":", "full": "-"}
"""Line style of each variation."""

TYPE_PER_IN = 115
"""Characters of bold type of one point that stand side by side on an inch: of a size of 12 points a twelfth of them."""

styled = rc_context(
    {
        "axes.formatter.limits": (-4, 5),
        "axes.grid": True,
        "axes.labelsize": 10,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "figure.autolayout": False,
        "figure.constrained_layout.h_pad": 0.06,
        "figure.constrained_layout.use": False,
        "figure.constrained_layout.w_pad": 0.06,
        "figure.titlesize": 12,
        "figure.titleweight": "bold",
        "font.size": 10,
        "grid.alpha": 0.3,
        "grid.linewidth": 0.6,
        "legend.fontsize": 9,
        "legend.frameon": False,
        "legend.title_fontsize": 9,
        "lines.linewidth": 1.6,
        "savefig.dpi": "figure",
        "svg.hashsalt": "rramgan",
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
    }
)
"""Decorator: draw (or save) in the look of the project, whatever the user's matplotlib settings."""


def new_figure(width_in: float, height_in: float, dpi: int = 150) -> Figure:
    """An empty figure of this size (inches) and resolution whose parts make room for each other."""
    return Figure(figsize=(width_in, height_in), dpi=dpi, layout="constrained")


@styled
def headed(figure: Figure, title: str) -> Figure:
    """`figure` with its title at the head, in lines that its width has room for; a remark it had there comes below."""
    width_in = figure.get_figwidth()
    size = min(12, 2.6 * width_in)
    lines = textwrap.wrap(title, int(TYPE_PER_IN * width_in / size))
    figure.suptitle("\n".join(filter(None, [*lines, figure.get_suptitle()])), size=size)
    return figure


def note(text: str) -> Figure:
    """A figure that only says why there is nothing to draw."""
    figure = new_figure(6, 1.2)
    figure.text(0.5, 0.5, text, ha="center", va="center", wrap=True)
    return figure


@styled
def save(figure: Figure, png, svg) -> None:
    """Write `figure` to the two paths; the same figure gives the same bytes.

    Places are found once, for both files, and rounded: the solver behind the layout differs in the last bits from one
    process to the next.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine(None)  # With any engine, "none" too, matplotlib draws every file twice.
    for axes in figure.get_axes():
        axes.set_position(np.round(axes.get_position(original=True).bounds, 5))
    with whole_file(png) as temporary:
        figure.savefig(temporary, metadata={"Software": None})
    with whole_file(svg) as temporary:
        figure.savefig(temporary, metadata={"Date": None, "Creator": None})


def mark(variation: str, colour: str) -> dict:
    """Marker settings of one variation in the colour of its noise: open for `none`, filled otherwise."""
    face = "white" if variation == "none" else colour
    return {"marker": VARIATION_MARKERS[variation], "mfc": face, "mec": colour, "color": colour}


def noise_mark(noise: str, variation: str, colours: Mapping[str, str]) -> dict:
    """Marker settings of a condition that tell noises apart without colour: a shape per noise, filled by variation.

    `colours`: those of all noises drawn together, in their order; shapes begin again after the last.
    """
    shape = MARKERS[list(colours).index(noise) % len(MARKERS)]
    colour = colours[noise]
    face = "white" if variation == "none" else colour
    return {"marker": shape, "mfc": face, "mec": colour, "mfcalt": "white", "fillstyle": FILLS[variation]}


def prefixed(values, unit: str) -> tuple[float, str]:
    """Factor from SI to the prefix that suits the largest of `values`, and the prefixed unit."""
    largest = np.abs(np.asarray(values)).max()
    for factor, prefix in ((1, ""), (1e3, "m"), (1e6, "µ"), (1e9, "n"), (1e12, "p")):
        if largest * factor >= 1:
            return factor, prefix + unit
    return 1, unit


def engineering(value: float, unit: str) -> str:
    """A value in SI with three digits and prefix, such as 100 ns."""
    factor, prefixed_unit = prefixed([value], unit)
    return f"{value * factor:.3g} {prefixed_unit}"


def signed(value: float) -> str:
    """A number of three digits with its sign, as axes write it."""
    return f"{value:+.3g}".replace("-", "−")


def ordered(names: Iterable[str], order: Iterable[str]) -> list[str]:
    """The names that occur, once each, in the order of `order`."""
    present = set(names)
    return [name for name in order if name in present]


def noise_colours(names: Iterable[str]) -> dict[str, str]:
    """Colour of each noise that occurs, once, in the order of figures: those that ship, then the others by name."""
    present = set(names)
    others = sorted(present - NOISE_COLOURS.keys())
    shipped = {name: colour for name, colour in NOISE_COLOURS.items() if name in present}
    return shipped | dict(zip(others, cycle(MORE_COLOURS), strict=False))


def setting_name(protocol: str, *parts: str) -> str:
    """How a protocol and what tells its settings apart are called; "" and "none" (no array) are left out."""
    told = ", ".join(name for name in parts if name not in ("none", ""))
    return f"{protocol} ({told})" if told else protocol


def with_settings(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with a column `setting`: names of protocol, array, and of digits and rule if the protocol has several."""
    told = {}
    for name in ("digits", "rule"):
        several = table.groupby("protocol")[name].transform("nunique") > 1
        told[name] = table[name].where(several, "")
    keys = zip(table["protocol"], told["digits"], table["array"], told["rule"], strict=True)
    return table.assign(setting=[setting_name(*key) for key in keys])


def device_settings(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of `table` by setting (protocol, digits, array, rule), only those that spend energy in devices."""
    groups = with_settings(table).groupby(["protocol", "setting"], sort=False)
    return {str(setting): rows for name in ON_DEVICES for (protocol, setting), rows in groups if protocol == name}


def limits(values, low: float = -np.inf, high: float = np.inf) -> tuple[float, float]:
    """Axis limits a tenth wider than the range of the finite `values`, of which only `low`..`high` can occur."""
    values = np.asarray(values, dtype=float)
    values = np.clip(values[np.isfinite(values)], low, high)
    margin = 0.1 * np.ptp(values) or 0.1 * abs(values[0]) or 0.1
    bottom, top = values.min() - margin, values.max() + margin
    slack = 0.04 * (top - bottom)  # Marks on a bound are drawn whole.
    return max(bottom, low - slack), min(top, high + slack)


def scale_for(axes: Axes, direction: str, values) -> None:
    """Scale the axis `direction`, x or y: logarithmic if positive `values` span a decade, linear otherwise.

    Few decades get plain numbers at 1, 2 and 5.
    """
    values = np.asarray(values, dtype=float)
    low, high = values.min(), values.max()
    if low <= 0 or high < 10 * low:
        return
    axes.set(**{f"{direction}scale": "log"})
    if high < 300 * low:
        axis = axes.xaxis if direction == "x" else axes.yaxis
        axis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_formatter="")


def legend_below(axes: Axes, place: float = -0.16, **settings) -> None:
    """Put the legend of `axes` below it, `place` of its height under the top of the axis."""
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, place), borderaxespad=0, **settings)


def legend_beside(axes: Axes, **settings) -> None:
    """Put the legend of `axes` to the right of it."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, **settings)
