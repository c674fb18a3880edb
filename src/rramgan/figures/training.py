"""Figures of the trainings: how quantities develop, and what the generators draw in the end."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rramgan.conditions import CONDITION
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
    "total_J": "Energy so far",
}
"""Columns of a history and what to call them; energy gets its unit from its size."""

ROW_IMAGES = 16


@styled
def training_curves(histories: pd.DataFrame, protocol: str, array: str, rule: str) -> Figure:
    """Losses, energy, accuracies and pixel spread over the steps of the trainings of one protocol, array and rule.

    `histories`: protocol, array, rule, noise, variation, seed, step and the columns of QUANTITIES; energy in J. Thin
    lines are seeds, thick ones their mean; colour tells the noise, line style the variation.
    """
    history = histories.query("protocol == @protocol and array == @array and rule == @rule")
    figure = new_figure(11.5, 6.6)
    energy_factor, energy_unit = prefixed(history["total_J"], "J")
    panels = figure.subplots(2, 3).ravel()
    colours = noise_colours(history["noise"])
    for axes, (column, label) in zip(panels, QUANTITIES.items(), strict=True):
        if not history[column].any():  # Software spends no energy in devices.
            axes.remove()
            continue
        factor = energy_factor if column == "total_J" else 1
        for (noise, variation), runs in history.groupby(["noise", "variation"], sort=False):
            look = {"color": colours[noise], "ls": VARIATION_LINES[variation]}
            seeds = runs.pivot_table(index="step", columns="seed", values=column) * factor
            axes.plot(seeds.index, seeds, lw=0.7, alpha=0.35, **look)
            axes.plot(seeds.index, seeds.mean(axis=1), lw=1.9, **look)
        axes.set(xlabel="Step (batches)", ylabel=f"{label} ({energy_unit})" if column == "total_J" else label)
        if column.startswith("accuracy"):
            axes.set_ylim(-0.03, 1.03)
        elif column == "batch_pixel_std":
            axes.set_ylim(bottom=0)
    figure.legend(handles=_legend(history), loc="outside upper center", ncols=8)
    return figure


def _legend(history) -> list[Line2D]:
    """One line per noise, one per variation, and what thin and thick mean."""
    variations = ordered(history["variation"], VARIATION_LINES)
    lines = [Line2D([], [], color=colour, label=noise) for noise, colour in noise_colours(history["noise"]).items()]
    for variation in variations:
        lines.append(Line2D([], [], color=NEUTRAL, ls=VARIATION_LINES[variation], label=f"variation {variation}"))
    return [*lines, Line2D([], [], color=NEUTRAL, lw=0.7, alpha=0.5, label="one seed (thick: mean)")]


@styled
def generated_digits(images: dict[tuple[str, ...], np.ndarray], real_images: np.ndarray) -> Figure:
    """A row of generated images per condition under a row of real ones, dark ink on white.

    `images` by condition (protocol, array, noise, variation, rule) and `real_images`: grey levels 0..255, shape
    (n, pixels) of square images.
    """
    order = _order(pd.DataFrame(list(images), columns=CONDITION))
    strips = [_strip(real_images), *(_strip(list(images.values())[row]) for row in order.index)]
    height, width = strips[0].shape
    label_in, strip_in = 2.5, 7.2
    figure = new_figure(label_in + strip_in, strip_in * height * len(strips) / width)
    figure.set_layout_engine("none")  # The places follow from the images.
    axes = figure.add_axes((label_in / (label_in + strip_in), 0, strip_in / (label_in + strip_in), 1))
    axes.imshow(np.concatenate(strips), cmap="gray_r", vmin=0, vmax=255, interpolation="nearest", aspect="auto")
    labels = ["real digits", *order["setting"].str.cat([order["noise"], order["variation"]], sep=", ")]
    axes.set(xticks=[], yticks=height * (np.arange(len(strips)) + 0.5) - 0.5, yticklabels=labels)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(False)
    return figure


def _order(conditions) -> pd.DataFrame:
    """The conditions, with their setting, in the order of protocols, designs, noises and variations of all figures."""
    ranks = {
        "protocol": [*ON_DEVICES, "software"],
        "noise": list(noise_colours(conditions["noise"])),
        "variation": list(VARIATION_LINES),
    }

    def rank(column):
        return column.map(ranks[column.name].index) if column.name in ranks else column

    rows = with_settings(conditions.reset_index(drop=True))
    return rows.sort_values(["protocol", "array", "rule", "noise", "variation"], key=rank)


def _strip(images) -> np.ndarray:
    """The first images of `images` side by side, with a white margin between and around."""
    side = int(np.sqrt(images.shape[1]))
    framed = np.pad(images[:ROW_IMAGES].reshape(-1, side, side), ((0, 0), (3, 3), (1, 1)))
    return np.concatenate(list(framed), axis=1)
