"""What figures draw beside every training: what real digits score."""

from collections.abc import Iterable

import pandas as pd

from rramgan.evaluation.judges import MAIN_JUDGE


def real_anchor(anchors: pd.DataFrame, digits: Iterable[str], measure: str) -> float:
    """What real digits score in `measure` by the main judge: mean over these sets of `digits`.

    `anchors`: digits, anchor, judge and the measures.
    """
    rows = anchors[(anchors["anchor"] == "real") & (anchors["judge"] == MAIN_JUDGE)]
    return float(rows.loc[rows["digits"].isin(set(digits)), measure].mean())


def trained_rules(software: pd.DataFrame, anchors: pd.DataFrame) -> list[str]:
    """Rules whose software trainings are a baseline: the judge accepts half as many of their images as of real digits.

    `software`: digits, rule, accuracy; others were trained too briefly to be compared with.
    """
    accuracy = software.groupby("rule", sort=False)["accuracy"].mean()
    enough = 0.5 * real_anchor(anchors, software["digits"], "accuracy") if len(software) else 0.0
    return list(accuracy[accuracy >= enough].index)
