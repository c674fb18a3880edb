"""The search for a recipe: arrays and rules with ranges in the place of values, good digits against the whole bill.

Two objectives are minimised by NSGA-II (Deb et al. 2002, doi 10.1109/4235.996017, as optuna has it): the Frechet
distance to held-out digits and the energy of the whole bill. Trials of a generation are independent; what is drawn for
a trial depends on its number and the generations before alone, so that a search ends alike with any number of workers,
and when it was stopped and resumed.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from rramgan.crossbar.passive import ARRAYS
from rramgan.errors import InputError
from rramgan.learning.rules import RULES
from rramgan.streams import stream

FAMILIES = (ARRAYS, RULES)
"""What is searched, each family under its name in `search`."""

OBJECTIVES = ("frechet_distance", "whole_bill_J")
"""What is minimised, of the scores of a trial."""

COMPETITOR = "int8_bill_J"
"""Score to stay below: the whole bill of the same training in digital logic."""

Designs = dict[str, dict]
"""The array and the rule of one trial, by the name of the family."""

Measure = Callable[[Designs], dict[str, float]]
"""Scores of designs: OBJECTIVES, COMPETITOR and whatever else is to be tabulated."""


@dataclass(frozen=True)
class Search:
    """What is searched, and for how long."""

    space: Mapping[str, Mapping[str, Mapping]]
    """Designs by name for each of FAMILIES, with `choices` or `low` and `high` in the place of values."""

    trials: int
    """Trials in all."""

    generation: int
    """Trials of a generation of NSGA-II."""

    seed: int
    """Names the random streams."""

    @classmethod
    def of(cls, search: Mapping, seed: int) -> "Search":
        """A search as configured."""
        return cls(
            {family.name: search[family.name] for family in FAMILIES}, search["trials"], search["generation"], seed
        )

    def run(self, journal: Path, measure: Measure, workers: int) -> optuna.Study:
        """All trials, measured by so many processes; goes on where the `journal`, optuna's storage, ends."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        storage = JournalStorage(JournalFileBackend(str(journal)))
        study = optuna.create_study(
            storage=storage, study_name="search", directions=["minimize"] * len(OBJECTIVES), load_if_exists=True
        )
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            while waiting := self._waiting(study):
                scores = pool.map(measure, [self.designs(trial) for trial in waiting])
                for trial, score in zip(waiting, scores, strict=True):
                    for name, value in score.items():
                        trial.set_user_attr(name, float(value))
                    study.tell(trial, [score[name] for name in OBJECTIVES])
        return study

    def _waiting(self, study) -> list[optuna.Trial]:
        """Trials without scores: those of a search that was stopped, or else the next generation."""
        trials = study.get_trials(deepcopy=False)
        stopped = [trial.number for trial in trials if trial.state == TrialState.RUNNING]
        known = len(trials)
        numbers = stopped or range(known, min(known - known % self.generation + self.generation, self.trials))
        return [self._ask(study, number, number < known) for number in numbers]

    def _ask(self, study, number: int, known: bool) -> optuna.Trial:
        """The trial of this number, drawn anew to the same values if it is `known`."""
        draws = stream(self.seed, "search", str(number)).integers(2**31)
        study.sampler = optuna.samplers.NSGAIISampler(population_size=self.generation, seed=int(draws))
        if known:
            return optuna.Trial(study, study.get_trials(deepcopy=False)[number]._trial_id)
        trial = study.ask()
        self.designs(trial)
        return trial

    def designs(self, trial) -> Designs:
        """What a trial of optuna stands for."""
        designs = {}
        for family in FAMILIES:
            named = self.space[family.name]
            name = trial.suggest_categorical(family.name, list(named))
            designs[family.name] = {
                key: _draw(trial, f"{family.name}.{name}.{key}", value) for key, value in named[name].items()
            }
        return designs


def check_search(config: Mapping) -> None:
    """Raise InputError for a search without trainings on arrays, for a range that is none, or for a design that is none
    at some end or choice of its ranges."""
    if config["search"] is None:
        return
    if config["trainings"][0]["protocol"] != "physical":
        raise InputError(
            f"configuration: trainings[0].protocol is {config['trainings'][0]['protocol']!r}; expected physical, as a "
            "search trains on its digits and noise, for its steps"
        )
    for family in FAMILIES:
        for name, design in config["search"][family.name].items():
            ends = {
                key: _ends(value, f"configuration: search.{family.name}.{name}.{key}") for key, value in design.items()
            }
            first = {key: values[0] for key, values in ends.items()}
            for key, values in ends.items():
                for value in values:
                    family.build(name, first | {key: value})


def tabulate(study: optuna.Study) -> pd.DataFrame:
    """A row per trial, by number: `trial`, its parameters and scores, and whether it is on the Pareto `front`."""
    front = {trial.number for trial in study.best_trials}
    return pd.DataFrame(
        {"trial": trial.number, **trial.params, **trial.user_attrs, "front": trial.number in front}
        for trial in study.get_trials(deepcopy=False)
    )


def recommended(trials: pd.DataFrame) -> int:
    """Number of the trial with the least Frechet distance whose bill is below that of digital logic, if any is."""
    below = trials[trials["whole_bill_J"] < trials[COMPETITOR]]
    best = (below if len(below) else trials).sort_values(list(OBJECTIVES)).iloc[0]
    return int(best["trial"])


def _ends(value, key: str) -> list:
    """Values at the ends of a range, all choices, or the value itself; InputError for a range that is none."""
    if not isinstance(value, Mapping):
        return [value]
    if "choices" in value:
        return list(value["choices"])
    low, high = value["low"], value["high"]
    if low >= high or (value.get("log") and low <= 0):
        above = " above 0" if value.get("log") else ""
        raise InputError(f"{key} runs from {low} to {high}; expected ascending values{above}")
    return [low, high]


def _draw(trial, name: str, value):
    """A value of a range, a whole number between whole ends; or the value itself."""
    if not isinstance(value, Mapping):
        return value
    if "choices" in value:
        return trial.suggest_categorical(name, value["choices"])
    low, high = value["low"], value["high"]
    suggest = trial.suggest_int if isinstance(low, int) and isinstance(high, int) else trial.suggest_float
    return suggest(name, low, high, log=value.get("log", False))
