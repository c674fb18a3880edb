"""Claims as hypotheses fixed in `config/claims.yaml`, held against the trainings of a study, paired by seed.

Within a setting (protocol, digits, array, rule) the rows of both sides are matched in everything else; a seed gives one
change, the mean over its matches, so that the seeds are the sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rramgan.evaluation.equal_quality import energies_at_equal_quality
from rramgan.evaluation.sentences import sentence
from rramgan.evaluation.statistics import mean_interval
from rramgan.evaluation.verdicts import (
    Evidence,
    bootstrap_interval,
    change_together,
    equivalent,
    permutation_p,
    stays_above,
    stays_below,
    verdicts,
)
from rramgan.learning.bill import ON_ARRAYS
from rramgan.streams import stream

SETTING = ["protocol", "digits", "array", "rule"]
VARIED = ["noise", "variation"]
EQUAL_STEPS, EQUAL_QUALITY = "equal steps", "equal quality"


@dataclass(frozen=True)
class Hypothesis:
    """One claim in one setting: what is compared, and what is claimed of it."""

    claim: str
    """Name of the claim."""
    says: str
    """The claim in words."""
    setting: dict[str, str]
    """Columns that all its trainings share, by name."""
    vary: str
    """Column that tells the sides apart."""
    first: str
    """Value of the one side."""
    second: str
    """Value of the side it is compared with."""
    terms: str
    """EQUAL_STEPS or EQUAL_QUALITY."""
    bill: str
    """Name of the bill; empty for a measure that is no energy."""
    measure: str
    """Column whose change is claimed."""
    relative: bool
    """Whether the change is a share of the second side: the logarithm of a ratio is averaged and tested, since the mean
    of ratios exceeds 1 for sides that are alike."""
    bound: float
    """What the change is claimed to exceed, or to stay under; a trade: what it is to exceed either way."""
    direction: str
    """`above` or `below` the bound; `trade` if energy and quality are to change together."""
    quality: str = ""
    """Second column of a trade."""
    quality_margin: float = np.nan
    """What the change of the quality is to exceed either way."""

    @property
    def name(self) -> str:
        """What tells it from all others of its study."""
        setting = "/".join(value for value in self.setting.values() if value != "none")
        sides = f"{self.first} - {self.second}"
        return ", ".join([self.claim, setting, sides, self.bill or self.measure, self.terms])


@dataclass(frozen=True)
class Outcome:
    """A hypothesis with the changes of its seeds."""

    hypothesis: Hypothesis
    changes: np.ndarray
    """Change of the measure, a value per seed; if it is relative, logarithms of ratios."""
    quality_changes: np.ndarray
    """Change of the quality of a trade, a value per seed; else empty."""

    @property
    def bound(self) -> float:
        """That of the hypothesis in the unit of the changes."""
        return float(np.log1p(self.hypothesis.bound)) if self.hypothesis.relative else self.hypothesis.bound

    @property
    def evidence(self) -> Evidence:
        """What the changes say for and against it."""
        hypothesis = self.hypothesis
        if hypothesis.direction == "trade":
            return change_together(self.changes, self.quality_changes, self.bound, hypothesis.quality_margin)
        return (stays_above if hypothesis.direction == "above" else stays_below)(self.changes, self.bound)


def hypotheses(claims: dict, summary: pd.DataFrame) -> Iterator[Hypothesis]:
    """All hypotheses of `claims` (the content of claims.yaml) that the trainings of `summary` can be tested for."""
    spending = summary[summary["protocol"] != "software"]
    for claim, stated in claims["claims"].items():
        keys = [name for name in SETTING if name != stated["vary"]]
        for values, rows in spending.groupby(keys, sort=False):
            setting = dict(zip(keys, map(str, values), strict=True))
            present = list(rows[stated["vary"]].unique())
            others = [name for name in present if name != stated["second"] and stated["first"] in ("each", name)]
            for first in others if stated["second"] in present else ():
                for terms in stated["terms"]:
                    blank = Hypothesis(
                        claim, stated["says"], setting, stated["vary"], str(first), stated["second"], terms,
                        bill="", measure="", relative=True, bound=0.0, direction="",
                    )  # fmt: skip
                    yield from _stated(blank, stated, claims["energy"], summary.columns)


def _stated(blank: Hypothesis, stated: dict, bills: dict[str, str], columns) -> Iterator[Hypothesis]:
    """The hypotheses that a claim states of one comparison, one for every bill it speaks of."""
    there = {bill: column for bill, column in bills.items() if column in columns}
    if "trades" in stated:
        trades = stated["trades"]
        quality = {"quality": trades["quality"], "quality_margin": trades["margin"]}
        for bill, column in there.items():
            yield replace(blank, bill=bill, measure=column, bound=trades["energy"], direction="trade", **quality)
        return
    for shown in stated["shows"]:
        direction = "above" if "above" in shown else "below"
        about = {"relative": shown.get("relative", False), "bound": shown[direction], "direction": direction}
        if shown["measure"] == "energy":
            for bill, column in there.items():
                yield replace(blank, bill=bill, measure=column, **about)
        else:
            yield replace(blank, measure=shown["measure"], **about)


def outcome(hypothesis: Hypothesis, summary: pd.DataFrame, histories: pd.DataFrame) -> Outcome | None:
    """The changes a hypothesis is about; None if the histories lack its bill, or no trainings match.

    `summary` has a row per training, `histories` a row per evaluation of a training.
    """
    if hypothesis.terms == EQUAL_QUALITY and hypothesis.measure not in histories:
        return None
    changes = _changes(hypothesis, summary, histories, hypothesis.measure, hypothesis.relative)
    if not changes.size:
        return None
    quality = np.array([])
    if hypothesis.quality:
        quality = _changes(hypothesis, summary, histories, hypothesis.quality, False)
    return Outcome(hypothesis, changes, quality)


def _changes(hypothesis, summary, histories, measure, relative) -> np.ndarray:
    """First minus second side of a measure, a value per seed: the mean over the trainings that match in all else.

    Empty where less than half of the pairs have a value: the few would stand for all.
    """
    keys = [*(name for name in [*SETTING, *VARIED] if name != hypothesis.vary), "seed"]
    chosen = _of(summary, hypothesis.setting)
    first, second = (
        chosen[chosen[hypothesis.vary] == side].set_index(keys)[measure]
        for side in (hypothesis.first, hypothesis.second)
    )
    if hypothesis.terms == EQUAL_QUALITY:
        first, second = _at_equal_quality(hypothesis, _of(histories, hypothesis.setting), keys, measure)
    common = first.index.intersection(second.index)
    difference = np.log(first.loc[common] / second.loc[common]) if relative else first.loc[common] - second.loc[common]
    known = difference.dropna()
    if 2 * len(known) < len(difference):
        return np.array([])
    return known.groupby("seed").mean().to_numpy()


def _at_equal_quality(hypothesis, histories, keys, measure) -> tuple[pd.Series, pd.Series]:
    """Energies of both sides where each pair of trainings has reached the same Frechet distance."""
    sides = [
        dict(list(histories[histories[hypothesis.vary] == side].groupby(keys)))
        for side in (hypothesis.first, hypothesis.second)
    ]
    common = [key for key in sides[0] if key in sides[1]]
    index = pd.MultiIndex.from_tuples(common, names=keys)
    energies = [energies_at_equal_quality(sides[0][key], sides[1][key], measure) for key in common]
    table = pd.DataFrame(energies, index=index, columns=["first", "second"], dtype=float)
    return table["first"], table["second"]


def _of(table: pd.DataFrame, setting: dict[str, str]) -> pd.DataFrame:
    """The rows of one setting."""
    return table[(table[list(setting)] == pd.Series(setting)).all(axis=1)]


def with_whole_bill(summary: pd.DataFrame, bill: pd.DataFrame) -> pd.DataFrame:
    """`summary` with `whole_J`: what the arrays dissipate and what stays digital beside them; NaN without a bill.

    `bill`: the columns of bill.csv, whose digital parts are the same for all trainings of a condition.
    """
    condition = [*SETTING, *VARIED]
    digital = bill[(bill["way"] == "arrays") & ~bill["part"].isin(ON_ARRAYS)]
    rest_J = digital.groupby(condition)["energy_J"].sum().rename("rest_J").reset_index()
    joined = summary.merge(rest_J, on=condition, how="left")
    return summary.assign(whole_J=(joined["total_J"] + joined["rest_J"]).to_numpy())


def assess_claims(claims: dict, summary: pd.DataFrame, histories: pd.DataFrame) -> pd.DataFrame:
    """A row per hypothesis: what it compares, the effect with its intervals and p-values, the verdict, a sentence.

    `claims` is the content of claims.yaml, `summary` has a row per training, `histories` a row per evaluation.
    """
    found = [outcome(hypothesis, summary, histories) for hypothesis in hypotheses(claims, summary)]
    outcomes = [one for one in found if one is not None]
    corrected, told = verdicts([one.evidence for one in outcomes], claims["level"])
    rows = []
    for one, p, verdict in zip(outcomes, corrected, told, strict=True):
        row = _described(one) | _measured(one) | {"p": one.evidence.p, "p_holm": p, "verdict": verdict}
        rows.append(row | {"sentence": sentence(row)})
    return pd.DataFrame(rows, columns=None if rows else ["name", "claim", "verdict", "sentence"])


def _described(one: Outcome) -> dict:
    """What a hypothesis compares and claims."""
    hypothesis = one.hypothesis
    setting = {name: hypothesis.setting.get(name, "") for name in SETTING}
    names = ("vary", "first", "second", "terms", "bill", "measure", "relative", "direction", "bound", "quality")
    return {"name": hypothesis.name, "claim": hypothesis.claim, "says": hypothesis.says, **setting} | {
        name: getattr(hypothesis, name) for name in (*names, "quality_margin")
    }


def _measured(one: Outcome) -> dict:
    """Effects, intervals and p-values of a hypothesis by itself."""
    changes, rng = one.changes, stream(0, "claims", one.hypothesis.name)
    row: dict[str, float] = {"n": len(changes)}
    told = np.expm1 if one.hypothesis.relative else np.asarray
    row |= zip(("effect", "low", "high"), told(mean_interval(changes)), strict=True)
    row |= zip(("bootstrap_low", "bootstrap_high"), told(bootstrap_interval(changes, rng)), strict=True)
    quality = mean_interval(one.quality_changes) if one.quality_changes.size else (np.nan,) * 3
    row |= zip(("quality_effect", "quality_low", "quality_high"), quality, strict=True)
    row["p_permutation"] = permutation_p(changes, rng)
    row["p_equivalent"] = equivalent(changes, abs(one.bound))
    row["p_claim"], row["p_contrary"] = one.evidence.claim, one.evidence.contrary
    return row
