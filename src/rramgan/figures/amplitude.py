"""Figures of what the generator's input trades: energy against quality over its amplitude, and why energy moves."""

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from rramgan.conditions import CONDITION
from rramgan.evaluation.statistics import mean_interval
from rramgan.figures.anchors import real_anchor
from rramgan.figures.style import (
    COMPONENT_COLOURS,
    NEUTRAL,
    VARIATION_MARKERS,
    device_settings,
    legend_beside,
    new_figure,
    note,
    styled,
)
from rramgan.figures.training import strip_of

TARGETS = (50.0, 30.0, 25.0)
"""Frechet distances to which the energy is asked."""

NOTHING = "This study has one amplitude of noise only."


def _varied(rows: pd.DataFrame, std: pd.Series) -> pd.DataFrame:
    """The rows of protocols whose amplitudes differ by a factor of two or more: one amplitude trades nothing."""
    amplitudes = rows["noise"].map(std).groupby(rows["protocol"])
    return rows[amplitudes.transform("max") >= 2 * amplitudes.transform("min")]


@styled
def trade_off(summary: pd.DataFrame, moments: pd.DataFrame, anchors: pd.DataFrame) -> Figure:
    """Energy over the amplitude of the noise, quality over it, and one against the other: a row per setting.

    `summary`: the condition, seed, total_J, frechet_distance; `moments`: noise, std. A mark is the mean of a condition
    over seeds with its 95 % intervals; its shade is the amplitude in every panel. The black line is what real digits
    score.
    """
    std = moments.set_index("noise")["std"]
    settings = device_settings(_varied(summary, std))
    if not settings:
        return note(NOTHING)
    shades = LogNorm(std.min(), std.max())
    figure = new_figure(13, 3.6 * len(settings) + 0.4)
    for row, (name, rows) in zip(figure.subplots(len(settings), 3, squeeze=False), settings.items(), strict=True):
        table = _means(rows, std)
        _over(row[0], table, "std", "total_J", shades)
        _over(row[1], table, "std", "frechet_distance", shades)
        drawn = _over(row[2], table, "total_J", "frechet_distance", shades)
        for axes in row[1:]:
            axes.axhline(real_anchor(anchors, rows["digits"].unique(), "frechet_distance"), color="black", lw=1)
            axes.set(ylabel="Frechet distance (features²)", yscale="log")
            axes.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_formatter="")
        for axes in row[:2]:
            axes.set(xlabel="Standard deviation of the input (1)", xscale="log", title=name)
        row[0].set_ylabel("Training energy (mJ)")
        row[2].xaxis.set_major_locator(MaxNLocator(5))
        row[2].set(xlabel="Training energy (mJ)", title=name)
        figure.colorbar(drawn, ax=row[2], label="Standard deviation of the input")
    return figure


def _means(rows, std) -> pd.DataFrame:
    """Mean and 95 % bounds of energy (J) and distance by noise and variation, with the amplitude of the noise."""
    table = [
        {
            "variation": variation,
            "std": (std[noise],) * 3,
            **{name: mean_interval(seeds[name]) for name in ("total_J", "frechet_distance")},
        }
        for (noise, variation), seeds in rows.groupby(["noise", "variation"])
    ]
    return pd.DataFrame(table)


def _over(axes, table, x, y, shades):
    """Means of `y` over `x` with intervals, shaded by the amplitude; the energy in mJ."""
    factors = {"total_J": 1e3, "std": 1.0, "frechet_distance": 1.0}
    for variation, rows in table.groupby("variation"):
        xs, ys = (factors[name] * np.array(rows[name].tolist()) for name in (x, y))
        for (mean_x, *ends_x), (mean_y, *ends_y) in zip(xs, ys, strict=True):
            axes.plot(ends_x, [mean_y] * 2, color=NEUTRAL, lw=0.9, zorder=2)
            axes.plot([mean_x] * 2, ends_y, color=NEUTRAL, lw=0.9, zorder=2)
        size, edge = (90, NEUTRAL) if variation == "none" else (38, "black")
        drawn = axes.scatter(
            xs[:, 0],
            ys[:, 0],
            c=[ends[0] for ends in rows["std"]],
            norm=shades,
            cmap="viridis",
            s=size,
            marker=VARIATION_MARKERS[variation],
            edgecolors=edge,
            linewidths=0.8,
            zorder=3,
            label=f"variation {variation}",
        )
    if len(table["variation"].unique()) > 1 and (x, y) == ("std", "total_J"):
        axes.legend(loc="best")
    return drawn


@styled
def energy_to_quality(histories: pd.DataFrame, moments: pd.DataFrame) -> Figure:
    """Energy until the Frechet distance first falls to each of the TARGETS, over the amplitude of the noise.

    `histories`: the condition, seed, step, total_J, frechet_distance; `moments`: noise, std. Circles are seeds, open
    ones on top those that do not get there.
    """
    std = moments.set_index("noise")["std"]
    histories = histories[(histories["protocol"] == "physical") & (histories["variation"] == "full")]
    histories = _varied(histories, std)
    if histories.empty:
        return note(NOTHING)
    top_mJ = 1.12e3 * histories["total_J"].max()
    figure = new_figure(4.2 * len(TARGETS), 3.7)
    for axes, target in zip(figure.subplots(1, len(TARGETS), sharey=True), TARGETS, strict=True):
        for (noise, _), run in histories.groupby(["noise", "seed"]):
            reached = run.loc[run["frechet_distance"] <= target, "total_J"]
            look = {"color": NEUTRAL, "ms": 5, "alpha": 0.7}
            if len(reached):
                axes.plot(std[noise], 1e3 * reached.min(), "o", **look)
            else:
                axes.plot(std[noise], top_mJ, "o", mfc="none", **look)
        axes.axhline(top_mJ, color=NEUTRAL, lw=0.6, ls=":")
        axes.set(
            xscale="log", xlabel="Standard deviation of the input (1)", title=f"to a Frechet distance of {target:g}"
        )
    figure.get_axes()[0].set(ylabel="Training energy (mJ); on top: not reached", ylim=(0, 1.08 * top_mJ))
    return figure


@styled
def energy_steps(steps: pd.DataFrame) -> Figure:
    """Where the energy moves from noise to noise, by component of the ledger (left) and by layer (right).

    `steps`: chain, variation, from, to, layer, component, change_J. A row of panels per chain, a bar per step; what
    costs more lies to the right, what costs less to the left.
    """
    steps = steps[steps.get("variation", pd.Series(dtype=str)) == "full"] if len(steps) else steps
    if steps.empty:
        return note("This study has no chain of noises.")
    chains = dict(list(steps.groupby("chain", sort=False)))
    heights = [1.3 + 0.42 * table.groupby(["from", "to"]).ngroups for table in chains.values()]
    figure = new_figure(12, sum(heights))
    panels = figure.subplots(len(chains), 2, squeeze=False, gridspec_kw={"height_ratios": heights})
    layers = dict(zip(steps["layer"].unique(), ("#0173b2", "#56b4e9", "#de8f05", "#ece133", "#000000"), strict=False))
    for row, (chain, table) in zip(panels, chains.items(), strict=True):
        for axes, by, colours in zip(row, ("component", "layer"), (COMPONENT_COLOURS, layers), strict=True):
            _bars(axes, table, by, colours)
            axes.set(title=f"{chain!s}: by {by}", xlabel="Change of training energy (mJ)")
        row[1].tick_params(labelleft=False)
    for axes in panels[0]:
        legend_beside(axes)
    return figure


def _bars(axes, table, by, colours):
    """Stacked bars of the changes of each step, positive ones to the right and negative ones to the left."""
    table = table.assign(step=table["from"] + " → " + table["to"], change_mJ=1e3 * table["change_J"].astype(float))
    names = list(table["step"].unique())
    changes_mJ = table.pivot_table(index="step", columns=by, values="change_mJ", aggfunc="sum").reindex(names)
    left = {1: np.zeros(len(names)), -1: np.zeros(len(names))}
    for part in colours:
        values = changes_mJ[part].to_numpy() if part in changes_mJ else np.zeros(len(names))
        if not np.abs(values).max() > 0.02:
            continue
        for sign in (1, -1):
            signed = np.where(np.sign(values) == sign, values, 0.0)
            label = part.replace("_", " ") if sign == 1 else None
            axes.barh(range(len(names)), signed, left=left[sign], color=colours[part], height=0.6, label=label)
            left[sign] += signed
    axes.plot(changes_mJ.sum(axis=1), range(len(names)), "D", color="white", mec="black", ms=5, label="sum")
    axes.axvline(0, color="black", lw=0.8)
    axes.set(yticks=range(len(names)), yticklabels=names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.margins(x=0.06)


@styled
def digits_by_amplitude(images: dict[tuple[str, ...], np.ndarray], moments: pd.DataFrame) -> Figure:
    """A row of generated digits per noise in the order of its amplitude, for each protocol on devices.

    `images` by condition (see CONDITION): grey levels 0..255, shape (n, pixels); `moments`: noise, std.
    """
    std = moments.set_index("noise")["std"]
    conditions = pd.DataFrame(list(images), columns=CONDITION)
    conditions["images"] = pd.Series(list(images.values()), dtype=object)
    conditions["std"] = conditions["noise"].map(std)
    shown = conditions[conditions["protocol"].isin(("physical", "released"))].sort_values("std", kind="stable")
    least = shown.groupby("protocol")["variation"].transform(lambda v: "full" if (v == "full").any() else v.iloc[0])
    shown = _varied(shown[shown["variation"] == least], std)
    if shown.empty:
        return note(NOTHING)
    groups = dict(list(shown.groupby("protocol")))
    figure = new_figure(7.5 * len(groups), 0.36 * max(map(len, groups.values())) + 0.5)
    for axes, (protocol, rows) in zip(figure.subplots(1, len(groups), squeeze=False)[0], groups.items(), strict=True):
        strips = [strip_of(pictures) for pictures in rows["images"].to_list()]
        height = strips[0].shape[0]
        axes.imshow(np.concatenate(strips), cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
        labels = rows["noise"] + rows["std"].map(" ({:.2g})".format)
        axes.set(xticks=[], yticks=height * (np.arange(len(strips)) + 0.5) - 0.5, yticklabels=labels)
        axes.set(title=f"{protocol!s}: noise (standard deviation)")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.grid(False)
    return figure
