"""Every kind of bad input ends in one sentence; how many were tried is printed."""

import pytest

from bad_inputs import cases
from bad_inputs.outcome import ACCEPTED, CLEAN, UNCLEAN, counted, outcome
from bad_inputs.study import READERS, check_device, check_study, write_study
from rramgan.errors import InputError
from support.counts import keep_counts

KINDS = (cases.numbers, cases.limits, cases.values)
KINDS_OF_FILES = (
    cases.yaml_files,
    cases.no_files,
    cases.damaged,
    cases.damaged_json,
    cases.damaged_tables,
    cases.published_tables_with_words,
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of every bad input, by its name."""
    found = {}
    for kind in KINDS:
        found |= {name: outcome(attempt, names) for name, attempt, names in kind()}
    for kind in KINDS_OF_FILES:
        folder = tmp_path_factory.mktemp(kind.__name__)
        write_study(folder)
        found |= {name: outcome(attempt, names) for name, attempt, names in kind(folder)}
    return found


def test_nothing_wrong_is_accepted_and_every_refusal_is_a_sentence(outcomes, capsys):
    counts = counted(outcomes.values())
    with capsys.disabled():
        keep_counts(counts)
    assert {name: what for name, what in outcomes.items() if what == ACCEPTED} == {}
    assert {name: what for name, what in outcomes.items() if what == UNCLEAN} == {}
    assert counts["bad_inputs_tried"] > 500


def test_what_is_right_is_accepted(tmp_path):
    """The cases start from inputs that are accepted, or they would prove nothing."""
    check_study({})
    check_device({})
    write_study(tmp_path)
    for name, reader in READERS.items():
        reader(tmp_path / name)
    cases.read_training(*(tmp_path / name for name in ("history.csv", "ledger.csv", "images.npz")), steps=10)


def test_outcomes_are_told_apart():
    def refuse(sentence, kind=InputError):
        raise kind(sentence)

    assert outcome(lambda: refuse("a.csv: is empty; expected rows"), "a.csv") == CLEAN
    assert outcome(lambda: refuse("a.csv: is empty; expected rows"), "b.csv") == UNCLEAN
    assert outcome(lambda: refuse("two\nlines")) == UNCLEAN
    assert outcome(lambda: refuse("internals", KeyError)) == UNCLEAN
    assert outcome(lambda: None) == ACCEPTED
