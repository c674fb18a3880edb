"""Figures of the trainings: how quantities develop, and what the generators draw in the end."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rramgan.conditions import CONDITION
from rramgan.figures.anchors import real_anchor
from rramgan.figures.style import (
    NEUTRAL,
    ON_DEVICES,
    VARIATION_LINES,
    new_figure,
    noise_colours,
    ordered,
    prefixed,
    styled,
    with_settings,
)

QUANTITIES = {
    "loss_discriminator": "Discriminator loss (nat)",
    "loss_generator": "Generator loss (nat)",
    "accuracy_batch": "Accuracy, one batch (1)",
    "accuracy_running": "Accuracy, running (1)",
    "batch_pixel_std": "Pixel std within a batch (1)",
    "frechet_distance": "Frechet distance (features²)",
    "recall": "Recall of held-out digits (1)",
    "coverage": "Coverage of held-out digits (1)",
    "total_J": "Energy so far",
}
"""Columns of a history and what to call them; energy gets its unit from its size."""

HELD_OUT = ("frechet_distance", "recall", "coverage")
"""Quantities that compare with digits nobody has seen; they are drawn against energy, too."""

ROW_IMAGES = 16


@styled
def training_curves(
    histories: pd.DataFrame, anchors: pd.DataFrame, protocol: str, digits: str, array: str, rule: str
) -> Figure:
    """How the trainings of one setting went over their steps, and their held-out quality over the energy so far.

    `histories`: protocol, digits, array, rule, noise, variation, seed, step and the columns of QUANTITIES; energy in J.
    `anchors`: digits, anchor, judge and HELD_OUT. Thin lines are seeds, thick ones their mean; colour tells the noise,
    line style the variation; black lines are what real digits score at the size of the final assessment.
    """
    setting = "protocol == @protocol and digits == @digits and array == @array and rule == @rule"
    history = histories.query(setting)
    factor, unit = prefixed(history["total_J"], "J")
    history = history.assign(total_J=history["total_J"] * factor)
    labels = QUANTITIES | {"step": "Step (batches)", "total_J": f"{QUANTITIES['total_J']} ({unit})"}
    shown = [("step", column) for column in QUANTITIES] + [("total_J", column) for column in HELD_OUT]
    if not history["total_J"].any():  # Software spends no energy in devices.
        shown = [panel for panel in shown if "total_J" not in panel]
    rows = -(-len(shown) // 3)
    figure = new_figure(11.5, 3.1 * rows + 0.3)
    for axes, (over, column) in zip(figure.subplots(rows, 3).ravel(), shown, strict=False):
        _curves(axes, history, over, column)
        if column in HELD_OUT:
            axes.axhline(real_anchor(anchors, [digits], column), color="black", lw=1.0)
        axes.set(xlabel=labels[over], ylabel=labels[column])
    for axes in figure.get_axes()[len(shown) :]:
        axes.remove()
    figure.legend(handles=_legend(history), loc="outside lower center", ncols=8)
    return figure


def _curves(axes, history, over, column):
    """A quantity over another, every seed and the mean of each condition."""
    colours = noise_colours(history["noise"])
    for (noise, variation), runs in history.groupby(["noise", "variation"], sort=False):
        look = {"color": colours[noise], "ls": VARIATION_LINES[variation]}
        for _, seed in runs.groupby("seed"):
            axes.plot(seed[over], seed[column], lw=0.7, alpha=0.35, **look)
        means = runs.groupby("step").mean(numeric_only=True).reset_index()
        axes.plot(means[over], means[column], lw=1.9, **look)
    if column.startswith("accuracy") or column in ("recall", "coverage"):
        axes.set_ylim(-0.03, 1.03)
    elif column == "frechet_distance":
        axes.set_yscale("log")
    elif column == "batch_pixel_std":
        axes.set_ylim(bottom=0)


def _legend(history) -> list[Line2D]:
    """One line per noise, one per variation, and what thin and thick mean."""
    variations = ordered(history["variation"], VARIATION_LINES)
    lines = [Line2D([], [], color=colour, label=noise) for noise, colour in noise_colours(history["noise"]).items()]
    for variation in variations:
        lines.append(Line2D([], [], color=NEUTRAL, ls=VARIATION_LINES[variation], label=f"variation {variation}"))
    lines.append(Line2D([], [], color=NEUTRAL, lw=0.7, alpha=0.5, label="one seed (thick: mean)"))
    return [*lines, Line2D([], [], color="black", lw=1.0, label="real digits")]


@styled
def generated_digits(
    images: dict[tuple[str, ...], np.ndarray], real_images: dict[str, np.ndarray], summary: pd.DataFrame
) -> Figure:
    """A row of images per condition, by rising energy within a setting, under a row of real ones, dark ink on white.

    `images` by condition (see CONDITION) and `real_images` by digits: grey levels 0..255, shape (n, pixels) of square
    images. `summary` has a row per training: the condition and total_J.
    """
    order = _by_energy(pd.DataFrame(list(images), columns=CONDITION), summary)
    strips = [*map(strip_of, real_images.values()), *(strip_of(list(images.values())[row]) for row in order.index)]
    height, width = strips[0].shape
    label_in, strip_in, head_in = 3.6, 7.2, 0.4
    rows_in = strip_in * height * len(strips) / width
    figure = new_figure(label_in + strip_in, rows_in + head_in)
    figure.set_layout_engine("none")  # The places follow from the images.
    part = label_in / (label_in + strip_in)
    axes = figure.add_axes((part, 0, 1 - part, rows_in / (rows_in + head_in)))
    axes.imshow(np.concatenate(strips), cmap="gray_r", vmin=0, vmax=255, interpolation="nearest", aspect="auto")
    several = len(real_images) > 1
    labels = [f"real digits ({name})" if several else "real digits" for name in real_images]
    labels += [*order["setting"].str.cat(order[["noise", "variation"]], sep=", ").str.cat(order["energy"])]
    axes.set(xticks=[], yticks=height * (np.arange(len(strips)) + 0.5) - 0.5, yticklabels=labels)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(False)
    return figure


def _by_energy(conditions, summary) -> pd.DataFrame:
    """The conditions with their setting and `energy` in words, in the order of protocols, designs and mean energies."""
    spent_J = conditions.join(summary.groupby(CONDITION)["total_J"].mean(), on=CONDITION)["total_J"]
    energy = spent_J.map(lambda joules: f": {1e3 * joules:.4g} mJ" if joules > 0 else "")
    rows = with_settings(conditions).assign(spent_J=spent_J, energy=energy)
    rows["place"] = rows["protocol"].map([*ON_DEVICES, "software"].index)
    return rows.sort_values(["place", "digits", "array", "rule", "spent_J"], kind="stable")


def strip_of(images) -> np.ndarray:
    """The first images of `images` side by side, with a white margin between and around."""
    side = int(np.sqrt(images.shape[1]))
    framed = np.pad(images[:ROW_IMAGES].reshape(-1, side, side), ((0, 0), (3, 3), (1, 1)))
    return np.concatenate(list(framed), axis=1)
