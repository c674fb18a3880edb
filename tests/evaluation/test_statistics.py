import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rramgan.energy import DISSIPATED
from rramgan.errors import InputError
from rramgan.evaluation.statistics import (
    MERITS,
    agreement_by_protocol,
    energy_steps,
    mean_interval,
    noise_merits,
    paired_difference,
    rank_agreement,
    rank_correlation,
    summarise,
    variation_effects,
)

SAMPLES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20)


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "noise": ["thermal"] * 6,
            "variation": ["none", "full"] * 3,
            "seed": [0, 0, 1, 1, 2, 2],
            "energy_J": [10.0, 8.0, 20.0, 17.0, 30.0, 26.0],
        }
    )


def test_interval_worked_out_by_hand():
    # Mean 3, standard deviation sqrt(2.5), and t = 2.776445 (tables: 97.5 %, 4 degrees of freedom).
    mean, low, high = mean_interval([1, 2, 3, 4, 5])
    half = 2.776445 * np.sqrt(2.5 / 5)
    assert (mean, low, high) == pytest.approx((3, 3 - half, 3 + half), rel=1e-6)


def test_interval_holds_the_true_mean_as_often_as_it_says():
    repetitions, confidence = 2000, 0.9
    samples = np.random.default_rng(0).normal(7, 2, (repetitions, 5))
    intervals = np.array([mean_interval(sample, confidence) for sample in samples])
    held = np.mean((intervals[:, 1] < 7) & (intervals[:, 2] > 7))
    assert abs(held - confidence) < 4 * np.sqrt(confidence * (1 - confidence) / repetitions)


def test_one_value_has_no_interval_and_equal_values_a_point():
    mean, low, high = mean_interval([4.0])
    assert mean == 4 and np.isnan(low) and np.isnan(high)
    assert mean_interval([4.0, 4.0]) == (4, 4, 4)


@given(SAMPLES, st.floats(-100, 100))
def test_interval_moves_with_its_values_and_grows_with_confidence(values, shift):
    narrow, wide = mean_interval(values, 0.5), mean_interval(values, 0.99)
    assert wide[1] <= narrow[1] <= narrow[0] <= narrow[2] <= wide[2]
    np.testing.assert_allclose(mean_interval(np.add(values, shift)), np.add(mean_interval(values), shift), atol=1e-9)


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf], [[1.0, 2.0]]])
def test_unusable_values_are_refused(values):
    with pytest.raises(ValueError, match="expected at least one, all finite numbers"):
        mean_interval(values)


@pytest.mark.parametrize("confidence", [0, 1, 95, np.nan])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        mean_interval([1.0, 2.0], confidence)


def test_summary_has_one_row_per_condition_in_their_order(table):
    table["fcd"] = [1.0, 2.0] * 3
    summary = summarise(table, ["noise", "variation"], ["energy_J", "fcd"])
    assert list(summary.columns) == [
        *("noise", "variation", "n"),
        *("energy_J_mean", "energy_J_low", "energy_J_high"),
        *("fcd_mean", "fcd_low", "fcd_high"),
    ]
    assert summary["variation"].tolist() == ["none", "full"] and summary["n"].tolist() == [3, 3]
    assert summary.loc[0, ["energy_J_mean", "energy_J_low", "energy_J_high"]].tolist() == list(
        mean_interval([10, 20, 30])
    )
    assert summary["fcd_low"].tolist() == [1, 2]


def test_summary_of_single_runs_has_means_only(table):
    summary = summarise(table.iloc[:2], "variation", ["energy_J"])
    assert summary["energy_J_mean"].tolist() == [10, 8]
    assert summary[["energy_J_low", "energy_J_high"]].isna().all(axis=None)


def test_paired_difference_removes_what_the_seeds_share(table):
    difference = paired_difference(table, "energy_J", "variation", "none", "full")
    assert difference == mean_interval([2, 3, 4])
    shuffled = table.sample(frac=1, random_state=0)
    assert paired_difference(shuffled, "energy_J", "variation", "none", "full") == pytest.approx(difference)
    _, unpaired_low, unpaired_high = mean_interval(table.loc[table["variation"] == "none", "energy_J"])
    assert difference[2] - difference[1] < (unpaired_high - unpaired_low) / 5


def test_pairs_can_be_named_by_several_columns(table):
    doubled = pd.concat([table, table.assign(noise="rtn", energy_J=2 * table["energy_J"])])
    difference = paired_difference(doubled, "energy_J", "variation", "none", "full", index=["noise", "seed"])
    assert difference == mean_interval([2, 3, 4, 4, 6, 8])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.drop(columns="energy_J"), "column 'energy_J' is missing; found noise, variation, seed"),
        (lambda t: t.iloc[:0], "the table has no rows"),
        (
            lambda t: t.assign(energy_J=[1, 2, np.nan, 4, 5, 6]),
            r"column 'energy_J', row 2 .* is nan; expected a finite",
        ),
        (
            lambda t: t.assign(energy_J=[1, np.inf, 3, 4, 5, 6]),
            r"column 'energy_J', row 1 .* is inf; expected a finite",
        ),
        (lambda t: t.iloc[:-1], "seed 2 has only one of variation 'none' and 'full'; expected both"),
        (lambda t: t.assign(seed=0), "variation 'none' has 3 rows for 1 different seed; expected one row for each"),
        (lambda t: t[t["variation"] == "none"], "variation 'full' has 0 rows for 0 different seed"),
    ],
)
def test_a_table_without_proper_pairs_is_one_clear_sentence(table, spoil, message):
    with pytest.raises(InputError, match=message):
        paired_difference(spoil(table), "energy_J", "variation", "none", "full")


def test_a_summary_names_a_missing_value(table):
    with pytest.raises(InputError, match=r"column 'variation', row 0 .* is nan"):
        summarise(table.assign(variation=[np.nan, *["full"] * 5]), "variation", ["energy_J"])


def test_variation_effects_are_paired_and_skip_conditions_run_one_way():
    rows = [
        ("physical", "mlxtend", "standard", "rtn", "manhattan", variation, seed, energy + seed)
        for variation, energy in (("none", 10.0), ("full", 8.0))
        for seed in range(3)
    ]
    rows += [("software", "mlxtend", "none", "rtn", "adam", "none", seed, 0.0) for seed in range(3)]
    table = pd.DataFrame(rows, columns=["protocol", "digits", "array", "noise", "rule", "variation", "seed", "total_J"])
    effects = variation_effects(table, ["total_J"])
    assert effects[["protocol", "variation"]].to_numpy().tolist() == [["physical", "full"]]
    # The seeds differ by 1 J, the pairs always by 2 J: pairing removes the seeds' spread.
    assert effects.loc[0, ["total_J_change", "total_J_change_low", "total_J_change_high"]].tolist() == [-2.0] * 3


def ledgers():
    """Ledgers of two layers, three noises and two seeds; each noise costs more than the one before."""
    rng = np.random.default_rng(0)
    rows = [
        {"protocol": "physical", "noise": noise, "seed": seed, "layer": layer}
        | {f"{component}_J": place + rng.random() for component in DISSIPATED}
        for place, noise in enumerate("abc")
        for seed in range(2)
        for layer in ("first", "second")
    ]
    return pd.DataFrame(rows)


def test_steps_of_energy_add_up_to_the_difference_between_the_ends():
    table = ledgers()
    steps = energy_steps(table, ["a", "b", "c"], ["protocol", "noise"])
    assert len(steps) == 2 * 2 * len(DISSIPATED)
    total = table[[f"{component}_J" for component in DISSIPATED]].sum(axis=1).groupby(table["noise"]).sum() / 2
    assert steps["change_J"].sum() == pytest.approx(total["c"] - total["a"])
    first = steps[steps["to"] == "b"]["change_J"].sum()
    assert first == pytest.approx(total["b"] - total["a"])


def test_a_chain_that_was_not_trained_has_no_steps():
    assert energy_steps(ledgers(), ["a", "d"], ["protocol", "noise"]).empty


def test_merits_go_with_quality_or_not():
    names = list("abcdef")
    summary = pd.DataFrame(
        {"protocol": "physical", "noise": names, "frechet_distance": range(6, 0, -1), "total_J": [3, 1, 2, 6, 5, 4]}
    )
    merits = pd.DataFrame({"noise": names} | {merit: 1.0 for merit in MERITS} | {"std": range(1, 7)})
    found = noise_merits(summary, merits, ["protocol", "noise"]).set_index(["merit", "measure"])
    assert set(found["among"]) == {"all"}, "one noise has the usual amplitude"
    assert found.loc[("std", "frechet_distance"), "rho"] == pytest.approx(-1)
    assert np.isnan(found.loc[("skewness", "total_J"), "rho"]) and set(found["noises"]) == {6}
    assert noise_merits(summary[:4], merits, ["protocol", "noise"]).empty


def test_merits_are_also_ranked_among_noises_of_the_usual_amplitude():
    names = list("abcdefgh")
    merits = pd.DataFrame({"noise": names} | {merit: range(1, 9) for merit in MERITS} | {"std": [1.0] * 6 + [0.01, 3]})
    summary = pd.DataFrame({"protocol": "physical", "noise": names, "frechet_distance": [1, 2, 3, 4, 5, 6, 0, 0]})
    found = noise_merits(summary.assign(total_J=1.0), merits, ["protocol", "noise"]).set_index(
        ["among", "merit", "measure"]
    )
    assert found.loc[("usual amplitude", "skewness", "frechet_distance"), ["rho", "noises"]].tolist() == [1, 6]
    assert found.loc[("all", "skewness", "frechet_distance"), "rho"] < 0.1
    assert np.isnan(found.loc[("usual amplitude", "std", "frechet_distance"), "rho"])


def test_merits_that_differ_by_an_error_of_rounding_or_sampling_are_equal():
    names = list("abcdef")
    almost = 1 + 1e-3 * np.arange(6)
    merits = pd.DataFrame({"noise": names} | {merit: almost for merit in MERITS})
    summary = pd.DataFrame({"protocol": "physical", "noise": names, "frechet_distance": range(6), "total_J": range(6)})
    assert noise_merits(summary, merits, ["protocol", "noise"])["rho"].isna().all()


def test_the_interval_of_a_rank_correlation_holds_the_true_one_as_often_as_it_says():
    # Normal variables of correlation r have the rank correlation 6 / pi asin(r / 2) (Pearson 1907).
    rng, r, held = np.random.default_rng(0), 0.6, 0
    for _ in range(400):
        x, y = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], 30).T
        _, low, high, _ = rank_correlation(x, y)
        held += low <= 6 / np.pi * np.arcsin(r / 2) <= high
    # Four standard errors of 400 trials at 95 %.
    assert held / 400 == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 400))


def judged(**scores):
    """A row per judge and condition from each judge's scores in order of the conditions."""
    rows = [
        {"judge": judge, "noise": f"n{i}", "score": score}
        for judge, values in scores.items()
        for i, score in enumerate(values)
    ]
    return pd.DataFrame(rows)


def test_judges_agree_disagree_and_tie():
    table = rank_agreement(judged(a=[1, 2, 3, 4], b=[10, 20, 30, 40], c=[4, 3, 2, 1], d=[1, 2, 4, 3]), "score", "noise")
    tau = {(row.judge, row.other): row.tau for row in table.itertuples()}
    # Of six pairs of conditions d has one the other way round.
    expected = {("a", "b"): 1, ("a", "c"): -1, ("a", "d"): 4 / 6, ("b", "c"): -1, ("b", "d"): 4 / 6, ("c", "d"): -4 / 6}
    assert tau == pytest.approx(expected)
    # Only one of 24 orders agrees fully and one fully disagrees.
    assert table["p_value"].iloc[0] == pytest.approx(2 / 24)
    assert rank_agreement(judged(a=[1, 2, 3], b=[5, 5, 5]), "score", "noise")["tau"].isna().all()


def test_protocols_far_apart_make_judges_agree_that_contradict_each_other_within_each():
    scores = judged(a=[1, 2, 3, 101, 102, 103], b=[3, 2, 1, 103, 102, 101])
    table = agreement_by_protocol(scores.assign(protocol=["x", "x", "x", "y", "y", "y"] * 2), ["score"], ["noise"])
    # Of 15 pairs of conditions, 9 are of both protocols.
    assert table.set_index("among")["tau"].to_dict() == pytest.approx({"all": (9 - 6) / 15, "x": -1, "y": -1})
    assert agreement_by_protocol(judged(a=[1, 2], b=[1, 2]).assign(protocol="x"), ["score"], ["noise"]).empty


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (judged(a=[1, 2, 3], b=[1, 2]), "a judge lacks a row for some noise"),
        (pd.concat([judged(a=[1, 2]), judged(a=[1])]), "a judge has several rows for one noise; expected one"),
        (judged(a=[1, np.nan]), "column 'score', row 1"),
    ],
)
def test_judges_need_the_same_conditions(table, message):
    with pytest.raises(InputError, match=message):
        rank_agreement(table, "score", "noise")


def test_intervals_of_shares_stay_between_0_and_1():
    table = pd.DataFrame({"noise": "rtn", "recall": [0.0, 0.0, 0.01], "accuracy": [1.0, 1.0, 0.9], "x": [0, 0, 0.01]})
    row = summarise(table, "noise", ["recall", "accuracy", "x"]).iloc[0]
    assert row["recall_low"] == 0 and row["accuracy_high"] == 1 and row["x_low"] < 0
