"""Verdicts on changes whose truth is known: errors at the level, power as theory has it, equivalence on both sides."""

import numpy as np
import pytest
from scipy import stats

from rramgan.evaluation.verdicts import (
    NOT_SUPPORTED,
    SUPPORTED,
    UNDECIDED,
    Evidence,
    bootstrap_interval,
    change_together,
    equivalent,
    permutation_p,
    stays_above,
    stays_below,
    verdicts,
)

SEEDS, REPETITIONS, LEVEL = 10, 400, 0.05


def share(events, rate):
    """The share of events, and how far chance may take it from `rate` (three standard errors)."""
    return np.mean(events), 3 * np.sqrt(rate * (1 - rate) / len(events))


def draws(mean, repetitions=REPETITIONS, seed=0):
    return np.random.default_rng(seed).normal(mean, 1, (repetitions, SEEDS))


def test_any_wrong_verdict_among_many_claims_at_their_bound_stays_under_the_level():
    studies = draws(0.5, 8 * 100).reshape(100, 8, SEEDS)
    wrong = [
        any(told != UNDECIDED for told in verdicts([stays_above(changes, 0.5) for changes in study], LEVEL)[1])
        for study in studies
    ]
    found, slack = share(wrong, LEVEL)
    assert found <= LEVEL + slack


@pytest.mark.parametrize("effect", [0.5, 1.0, 1.5])
def test_the_power_curve_is_that_of_students_test(effect):
    supported = [stays_above(changes, 0).p <= LEVEL for changes in draws(effect)]
    limit = stats.t.ppf(1 - LEVEL / 2, SEEDS - 1)
    power = stats.nct.sf(limit, SEEDS - 1, effect * np.sqrt(SEEDS))
    found, slack = share(supported, power)
    assert abs(found - power) <= slack


@pytest.mark.parametrize("side", [-1, 1])
def test_equivalence_is_claimed_at_the_margin_no_more_often_than_the_level(side):
    found, slack = share([equivalent(changes, 2.0) <= LEVEL for changes in draws(side * 2.0)], LEVEL)
    assert found <= LEVEL + slack


def test_equivalence_is_found_within_and_not_beyond_the_margin():
    inside = [equivalent(changes, 2.0) <= LEVEL for changes in draws(0.0)]
    outside = [equivalent(changes, 2.0) <= LEVEL for changes in draws(3.0)]
    assert np.mean(inside) > 0.95 and np.mean(outside) < 0.01


@pytest.mark.parametrize(
    ("energy", "quality", "told"),
    [(3, 3, SUPPORTED), (-3, -3, SUPPORTED), (0, 3, NOT_SUPPORTED), (-3, 3, NOT_SUPPORTED)],
)
def test_a_trade_needs_both_changes_in_the_same_direction(energy, quality, told):
    first, second = draws(0.0, 2) / 5
    evidence = change_together(first + energy, second + quality, 1.0, 1.0)
    assert verdicts([evidence], LEVEL)[1] == [told]


def test_changes_in_opposite_directions_are_no_trade():
    first, second = draws(0.0, 2) / 5
    assert change_together(first + 3, second - 3, 1.0, 1.0).claim > 0.5


def test_a_trade_without_effect_is_found_no_more_often_than_the_level():
    first, second = draws(1.0, seed=1), draws(1.0, seed=2)
    wrong = [change_together(a, b, 1.0, 1.0).claim <= LEVEL for a, b in zip(first, second, strict=True)]
    found, slack = share(wrong, LEVEL)
    assert found <= LEVEL + slack


@pytest.mark.parametrize(("energy", "quality"), [(1, 1), (-1, -1), (1, 4), (-4, -1)])
def test_a_trade_at_its_margins_is_denied_no_more_often_than_the_level(energy, quality):
    first, second = draws(energy, seed=3), draws(quality, seed=4)
    wrong = [change_together(a, b, 1.0, 1.0).contrary <= LEVEL for a, b in zip(first, second, strict=True)]
    found, slack = share(wrong, LEVEL)
    assert found <= LEVEL + slack


def test_both_sides_of_a_bound_are_told_apart():
    changes = draws(-3.0, 1)[0]
    assert verdicts([stays_below(changes, -1)], LEVEL)[1] == [SUPPORTED]
    assert verdicts([stays_above(changes, -1)], LEVEL)[1] == [NOT_SUPPORTED]


def test_holms_correction_by_hand():
    corrected, told = verdicts([Evidence(0.005, 0.9), Evidence(0.9, 0.0125), Evidence(0.5, 0.5)], LEVEL)
    assert corrected == pytest.approx([0.03, 0.05, 1.0])
    assert told == [SUPPORTED, NOT_SUPPORTED, UNDECIDED]


@pytest.mark.parametrize("changes", [[0.5], [0.5, 0.5, 0.5]])
def test_one_seed_or_no_spread_decides_nothing(changes):
    assert stays_above(np.array(changes), 0).p == 1 == equivalent(np.array(changes), 1)
    assert np.isnan(bootstrap_interval(np.array(changes), np.random.default_rng(0))).all()


def test_all_flips_of_five_signs_by_hand():
    assert permutation_p(np.array([1.0, 2, 3, 4, 5]), np.random.default_rng(0)) == pytest.approx(2 / 2**5)
    assert permutation_p(np.array([1.0]), np.random.default_rng(0)) == 1.0


def test_bootstrapped_means_stay_within_what_was_seen():
    low, high = bootstrap_interval(np.array([0.0, 0.9, 1.0, 1.0, 1.0]), np.random.default_rng(0))
    assert 0 <= low < high <= 1


def test_no_claims_give_no_verdicts():
    assert verdicts([], LEVEL)[1] == []
