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
