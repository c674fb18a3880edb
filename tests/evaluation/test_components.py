"""Variance components of designs whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from rramgan.errors import InputError
from rramgan.evaluation.components import components_of_study, spread_of_mean, variance_components

FACTORS = ("split", "seed", "judge")
TRUTH = {"split": 4.0, "seed": 1.0, "judge": 0.0, "split x seed": 0.5, "split x judge": 2.0, "seed x judge": 0.0}
TRUTH["split x seed x judge"] = 0.25


def drawn(levels, seed=0, truth=TRUTH):
    """A table of a crossed design with the variances `truth` of its effects."""
    rng, values = np.random.default_rng(seed), np.zeros(levels)
    for source, variance in truth.items():
        axes = [FACTORS.index(factor) for factor in source.split(" x ")]
        shape = [count if axis in axes else 1 for axis, count in enumerate(levels)]
        values = values + np.sqrt(variance) * rng.standard_normal(shape)
    index = pd.MultiIndex.from_product([range(count) for count in levels], names=FACTORS)
    return pd.DataFrame({"recall": values.ravel()}, index=index).reset_index()


def test_components_are_unbiased_and_their_errors_are_right():
    trials = 200
    found = [variance_components(drawn((4, 5, 3), seed), "recall", FACTORS) for seed in range(trials)]
    variances = pd.concat([one.set_index("source")["variance"] for one in found], axis=1).T
    errors = pd.concat([one.set_index("source")["standard_error"] ** 2 for one in found], axis=1).T
    for source, truth in TRUTH.items():
        scatter = variances[source].std()
        assert abs(variances[source].mean() - truth) < 4 * scatter / np.sqrt(trials), source
        assert np.sqrt(errors[source].mean()) == pytest.approx(scatter, rel=0.25), source


def test_mean_squares_are_those_of_statsmodels():
    table = drawn((3, 4, 2))
    formula = "recall ~ (C(split) + C(seed) + C(judge)) ** 2"  # what is left is the effect of all three together
    squares = anova_lm(ols(formula, table).fit())["mean_sq"].rename(
        lambda name: name.replace("C(", "").replace(")", "")
    )
    found = variance_components(table, "recall", FACTORS).set_index("source")["variance"]
    assert found["split x seed x judge"] == pytest.approx(squares["Residual"])
    assert found["split x seed"] == pytest.approx((squares["split:seed"] - squares["Residual"]) / 2)
    others = squares["split"] - squares["split:seed"] - squares["split:judge"] + squares["Residual"]
    assert found["split"] == pytest.approx(others / 8)


def test_the_spread_of_a_mean_counts_every_source_by_its_levels():
    components = pd.DataFrame({"source": list(TRUTH), "variance": list(TRUTH.values())})
    levels = {"split": 2, "seed": 10, "judge": 1}
    expected = 4 / 2 + 1 / 10 + 0.5 / 20 + 2 / 2 + 0.25 / 20
    assert spread_of_mean(components, levels) == pytest.approx(np.sqrt(expected))
    means = [drawn((2, 10, 1), seed)["recall"].mean() for seed in range(400)]
    assert np.std(means) == pytest.approx(np.sqrt(expected), rel=4 / np.sqrt(2 * 400))


@pytest.mark.parametrize(
    "dropped", [lambda table: table.iloc[1:], lambda table: table.replace(table.iloc[0, 3], np.nan)]
)
def test_an_unbalanced_design_is_one_clear_sentence(dropped):
    with pytest.raises(InputError, match="for 24 combinations of split, seed, judge; expected one finite value"):
        variance_components(dropped(drawn((3, 4, 2))), "recall", FACTORS)


def test_a_factor_of_one_level_is_one_clear_sentence():
    with pytest.raises(InputError, match="expected at least 2 of each"):
        variance_components(drawn((3, 4, 1)), "recall", FACTORS)


def a_study(changes):
    """Trainings with and without variation: 40 deals and 50 seeds, whose effects on recall have known variances."""
    truth = {"split": 4.0, "seed": 1.0, "split x seed": 0.25}
    table = drawn((40, 50, 1), truth=truth).rename(columns={"split": "digits"}).drop(columns="judge")
    table = table.assign(protocol="physical", array="standard", noise="gaussian", rule="manhattan", variation="none")
    both = [table, table.assign(variation="full", recall=table["recall"] + changes(table))]
    return pd.concat(both).astype({"digits": str})


def test_a_study_of_several_deals_says_whose_doing_its_spread_is():
    study = a_study(lambda table: 0.5 * (table["seed"] % 2))
    found = components_of_study(study, dict.fromkeys(study["digits"], "0"), ["recall"]).set_index("variation")
    for source, variance in {"deal": 4.0, "seed": 1.0, "both": 0.25}.items():
        assert abs(found.loc["none", source] - variance) < 4 * found.loc["none", f"{source}_error"]
    change = found.loc["full - none"]
    assert change["mean"] == pytest.approx(0.25)
    assert change["deal_sd"] == pytest.approx(0, abs=1e-7) and change["both_sd"] == pytest.approx(0, abs=1e-7)
    assert change["seed"] == pytest.approx(50 / 49 / 16)  # 0 and 0.5 by turns
    assert change["mean_sd"] == pytest.approx(np.sqrt(change["seed"] / 50), rel=1e-6)


def test_one_deal_has_no_components():
    study = a_study(lambda table: 0)
    assert components_of_study(study, {name: name for name in study["digits"]}, ["recall"]).empty
