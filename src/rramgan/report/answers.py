"""What a study has shown, in sentences and in tables for people: every number is one of this very run."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from rramgan.evaluation.statistics import LIMITS, mean_interval
from rramgan.evaluation.verdicts import NOT_SUPPORTED, SUPPORTED, UNDECIDED
from rramgan.figures.anchors import real_anchor, trained_rules
from rramgan.figures.style import device_settings, signed, with_settings

QUALITY = {
    "accuracy": ("Accuracy", ".3f"),
    "frechet_distance": ("Frechet distance", ".1f"),
    "recall": ("Recall", ".2f"),
    "coverage": ("Coverage", ".2f"),
}
"""What the energy buys: heading and format; all but the distance are shares."""

NOTHING = "–"


def spanned(values: Iterable[float], form: str) -> str:
    """Least and most of the finite `values`, or the one value they all show as."""
    finite = [value for value in values if np.isfinite(value)]
    ends = dict.fromkeys(format(end, form) for end in (min(finite), max(finite))) if finite else [NOTHING]
    return " to ".join(ends).replace("-", "−")


def with_interval(values, measure: str, form: str) -> str:
    """Mean of the seeds' `values` with its 95 % interval, which ends where no mean can be."""
    mean, low, high = mean_interval(values)
    low, high = np.clip([low, high], *LIMITS.get(measure, (0, np.inf)))
    return f"{mean:{form}}" + (f" [{low:{form}}, {high:{form}}]" if np.isfinite(low) else "")


def overview(summary: pd.DataFrame, anchors: pd.DataFrame) -> pd.DataFrame:
    """A row per setting: ranges of the means of its conditions, and what real digits score."""
    rows = []
    named = with_settings(summary)
    for setting, trainings in named.groupby("setting", sort=False):
        means = trainings.groupby(["noise", "variation"])[["total_J", *QUALITY]].mean()
        row = {"Training": setting, "Energy (mJ)": spanned(1e3 * means["total_J"], "#.4g")}
        row |= {heading: spanned(means[name], form) for name, (heading, form) in QUALITY.items()}
        rows.append(row | {"Collapsed": f"{int(trainings['collapsed'].sum())} of {len(trainings)}"})
        if not means["total_J"].any():
            rows[-1]["Energy (mJ)"] = NOTHING
    real = {
        heading: format(real_anchor(anchors, summary["digits"], name), form)
        for name, (heading, form) in QUALITY.items()
    }
    return pd.DataFrame([*rows, {"Training": "real digits", "Energy (mJ)": NOTHING, **real, "Collapsed": NOTHING}])


def conditions(summary: pd.DataFrame) -> pd.DataFrame:
    """A row per condition: means over seeds with 95 % intervals."""
    rows = []
    for (setting, noise, variation), seeds in with_settings(summary).groupby(
        ["setting", "noise", "variation"], sort=False
    ):
        energy_mJ = 1e3 * seeds["total_J"]
        row = {"Training": setting, "Noise": noise, "Variation": variation, "Seeds": str(len(seeds))}
        row["Energy (mJ)"] = with_interval(energy_mJ, "energy", "#.4g") if energy_mJ.any() else NOTHING
        row |= {heading: with_interval(seeds[name], name, form) for name, (heading, form) in QUALITY.items()}
        rows.append(row | {"Collapsed": str(int(seeds["collapsed"].sum()))})
    return pd.DataFrame(rows)


def sentences(summary: pd.DataFrame, anchors: pd.DataFrame) -> dict[str, list[str]]:
    """By setting: what its trainings took and reached, what variation changed; and what software reached."""
    real = {name: format(real_anchor(anchors, summary["digits"], name), form) for name, (_, form) in QUALITY.items()}
    told = {}
    for setting, rows in device_settings(summary).items():
        means = rows.groupby(["noise", "variation"])[["total_J", *QUALITY]].mean()
        span = {name: spanned(means[name], form) for name, (_, form) in QUALITY.items()}
        lost = int(rows["collapsed"].sum())
        told[setting] = [
            f"A training of {rows['steps'].iloc[0]} batches takes {spanned(1e3 * means['total_J'], '#.4g')} mJ.",
            f"The judge accepts {span['accuracy']} of its images (of real digits {real['accuracy']}); their Frechet "
            f"distance to held-out digits is {span['frechet_distance']} (real digits {real['frechet_distance']}), "
            f"their recall {span['recall']} ({real['recall']}); {lost or 'none'} of {len(rows)} trainings collapsed.",
            *variation_sentences(rows),
        ]
    software = summary[summary["protocol"] == "software"]
    trained = trained_rules(software, anchors)
    for rule, rows in software.groupby("rule", sort=False):
        reached = ", ".join(f"{heading} {rows[name].mean():{form}}" for name, (heading, form) in QUALITY.items())
        remark = "." if rule in trained else "; too few to train it: it is no baseline here."
        told[f"software ({rule})"] = [f"The same network after {rows['steps'].iloc[0]} batches: {reached}{remark}"]
    return told


def variation_sentences(rows: pd.DataFrame) -> list[str]:
    """What every variation changed in a setting: mean of the paired differences by noise; intervals clear of 0."""
    told = []
    keys = ["noise", "seed"]
    without = rows[rows["variation"] == "none"].set_index(keys)
    for variation, varied in rows[rows["variation"] != "none"].groupby("variation"):
        paired = varied.set_index(keys)
        paired = paired[paired.index.isin(without.index)]
        if paired.empty:
            continue
        before = without.reindex(paired.index)
        changes = pd.DataFrame(
            {
                "energy": 100 * (paired["total_J"] / before["total_J"] - 1),
                "accuracy": 100 * (paired["accuracy"] - before["accuracy"]),
                "recall": 100 * (paired["recall"] - before["recall"]),
            }
        )
        parts = []
        for name, unit in (("energy", "%"), ("accuracy", "points"), ("recall", "points")):
            intervals = [mean_interval(values) for _, values in changes[name].groupby("noise")]
            clear = sum(low > 0 or high < 0 for _, low, high in intervals)
            ends = dict.fromkeys(signed(end) for end in (min(i[0] for i in intervals), max(i[0] for i in intervals)))
            parts.append(f"{name} by {' to '.join(ends)} {unit} (clear of zero for {clear} of {len(intervals)} noises)")
        told.append(f"Variation {variation} instead of none changes {', '.join(parts)}.")
    return told


def claim_table(claims: pd.DataFrame) -> pd.DataFrame:
    """How many hypotheses of every claim are supported, not supported and undecided."""
    verdicts = (SUPPORTED, NOT_SUPPORTED, UNDECIDED)
    rows = []
    for (claim, says), tested in claims.groupby(["claim", "says"], sort=False):
        counts = {verdict.capitalize(): str(int((tested["verdict"] == verdict).sum())) for verdict in verdicts}
        rows.append({"Claim": claim, "What it says": says} | counts)
    return pd.DataFrame(rows, columns=["Claim", "What it says", *(verdict.capitalize() for verdict in verdicts)])


def figure_numbers(summary: pd.DataFrame, bill: pd.DataFrame) -> dict[str, str]:
    """What figures show of this run in numbers, by the name of the figure."""
    settings = device_settings(summary)
    changes = [f"{name}: {sentence}" for name, rows in settings.items() for sentence in variation_sentences(rows)]
    numbers = {"variation_effect": " ".join(changes)}
    means = {name: rows.filter(like="_J").mean() * 1e3 for name, rows in settings.items()}
    numbers["accuracy_energy"] = " ".join(
        f"{name}: {rows['total_J'].mean() * 1e3:.4g} mJ, accuracy {rows['accuracy'].mean():.3f}, "
        f"Frechet distance {rows['frechet_distance'].mean():.1f}, recall {rows['recall'].mean():.2f} on average."
        for name, rows in settings.items()
    )
    numbers["energy_breakdown"] = " ".join(
        f"{name}: {mean['write_selected_J']:.3g} mJ in selected devices, {mean['write_unselected_J']:.3g} mJ in "
        f"their half-selected neighbours, {mean['read_forward_J'] + mean['read_backward_J']:.3g} mJ in reads."
        for name, mean in means.items()
    )
    if len(bill):
        whole = bill.groupby(["protocol", "array", "rule", "noise", "variation", "way"])["energy_J"].sum()
        ways = 1e3 * whole.groupby("way").mean()
        numbers["whole_bill"] = ", ".join(f"{way}: {energy_mJ:.3g} mJ" for way, energy_mJ in ways.items()) + "."
    return numbers
