"""Figure of the claims: every change in units of what was claimed of it."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import StrMethodFormatter

from rramgan.evaluation.claims import EQUAL_STEPS
from rramgan.evaluation.sentences import change, rows_of, subject
from rramgan.evaluation.verdicts import NOT_SUPPORTED, SUPPORTED, UNDECIDED
from rramgan.figures.style import NEUTRAL, new_figure, note, styled

MARKS: dict[str, dict[str, Any]] = {
    SUPPORTED: {"marker": "o", "mfc": "black", "mec": "black", "ms": 6},
    NOT_SUPPORTED: {"marker": "X", "mfc": "black", "mec": "black", "ms": 7},
    UNDECIDED: {"marker": "o", "mfc": "white", "mec": "black", "ms": 6},
}
"""Marker of each verdict."""

ROW_IN = 0.23


@styled
def claims_forest(claims: pd.DataFrame) -> Figure:
    """Effect of every hypothesis with its 95 % interval, in units of its bound, beside the number and the verdict.

    `claims`: the columns of claims.csv. The thick grey line is what is claimed; a trade has a second line, its quality.
    """
    if claims.empty:
        return note("This study has no trainings that the claims compare.")
    rows = [line for row in rows_of(claims) for line in _lines(row)]
    figure = new_figure(9.5, ROW_IN * len(rows) + 1.3)
    axes = figure.subplots()
    widest = max([1.5, *(abs(bound) for line in rows for bound in line["interval"] if np.isfinite(bound))])
    for place, line in enumerate(rows):
        _draw(axes, place, line, 1.3 * widest)
    axes.set_xscale("symlog", linthresh=1, linscale=1.5)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.set(xlim=(-1.3 * widest, 1.3 * widest), ylim=(len(rows) - 0.5, -0.5))
    axes.set(xlabel="Change in units of the bound that was claimed")
    axes.set_yticks(range(len(rows)), [line["label"] for line in rows], fontsize=8)
    axes.axvline(0, color="black", lw=0.8)
    axes.grid(axis="y", visible=False)
    for place in range(1, len(rows)):
        if rows[place]["claim"] != rows[place - 1]["claim"]:
            axes.axhline(place - 0.5, color=NEUTRAL, lw=0.6)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=4)
    return figure


def _lines(row: dict) -> list[dict]:
    """One line of the figure for a hypothesis, two for a trade."""
    sides = f"{row['first']} − {row['second']}"
    where = f"{row['protocol']}, {row['array']}" if row["array"] not in ("", "none") else row["protocol"]
    terms = "" if row["terms"] == EQUAL_STEPS else ", equal quality"
    trade, bound = row["direction"] == "trade", abs(row["bound"])
    interval = np.array([row["effect"], row["low"], row["high"]], dtype=float)
    told = f"{change(row, 'effect', 'low', 'high', row['relative'])}  {row['verdict']}"
    label = f"{row['claim']} {where}: {sides}, {subject(row)}{terms}"
    claimed = {"above": (row["bound"] / bound, np.inf), "below": (-np.inf, row["bound"] / bound)}
    line = {"claim": row["claim"], "label": label, "told": told, "verdict": row["verdict"]}
    first = line | {"interval": interval / bound, "claimed": claimed.get(row["direction"])}
    if not trade:
        return [first]
    quality = np.array([row["quality_effect"], row["quality_low"], row["quality_high"]], dtype=float)
    second = line | {"interval": quality / row["quality_margin"], "claimed": None, "label": f"and {row['quality']}"}
    return [first, second | {"told": change(row, "quality_effect", "quality_low", "quality_high", False)}]


def _draw(axes, place: int, line: dict, edge: float) -> None:
    """What is claimed, the interval, the mean, and both in numbers at the right."""
    if line["claimed"]:
        axes.plot(
            np.clip(line["claimed"], -edge, edge), [place, place], color="0.82", lw=8, solid_capstyle="butt", zorder=1
        )
    else:
        for side in (-1, 1):
            axes.plot([side, side * edge], [place, place], color="0.82", lw=8, solid_capstyle="butt", zorder=1)
    mean, *bounds = line["interval"]
    axes.plot(bounds, [place, place], color="black", lw=1.4, zorder=3)
    axes.plot(mean, place, ls="none", zorder=4, **MARKS[line["verdict"]])
    axes.annotate(line["told"], (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8)


def _legend() -> list[Line2D]:
    """Marks of the verdicts, and what the grey line is."""
    handles = [Line2D([], [], ls="none", label=verdict, **look) for verdict, look in MARKS.items()]
    return [*handles, Line2D([], [], color="0.82", lw=8, label="what is claimed")]
