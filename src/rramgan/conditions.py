"""The conditions of a study: which trainings a configuration asks for, and how paths name them."""

from pathlib import Path

import pandas as pd

from rramgan.errors import InputError

CONDITION = ["protocol", "array", "noise", "variation", "rule"]
"""What tells the conditions of a study apart; seeds repeat them."""

RULES = {"physical": ("manhattan",), "released": ("manhattan",), "software": ("adam",)}
"""The learning rules each protocol can run."""


def study_table(config: dict) -> pd.DataFrame:
    """One row per training: protocol, array, noise, variation, rule, seed.

    Protocols without arrays have the array "none". Raises InputError for combinations that make no sense.
    """
    rows = []
    for place, block in enumerate(config["trainings"]):
        protocol = block["protocol"]
        for rule in block["rules"]:
            if rule not in RULES[protocol]:
                raise InputError(
                    f"configuration: trainings[{place}].rules holds {rule!r}; "
                    f"protocol {protocol} runs {' or '.join(RULES[protocol])}"
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
            (protocol, array, noise, variation, rule, seed)
            for array in _arrays(config, block, place)
            for noise in block["noises"]
            for variation in block["variations"]
            for rule in block["rules"]
            for seed in range(config["seeds"])
        ]
    table = pd.DataFrame(rows, columns=[*CONDITION, "seed"])
    repeated = table[table.duplicated()]
    if len(repeated):
        condition = ", ".join(f"{name} {value}" for name, value in repeated.iloc[0].items())
        raise InputError(f"configuration: trainings names {condition} twice; expected every condition once")
    return table


def _arrays(config, block, place) -> list[str]:
    """Array designs of one block of trainings."""
    if block["protocol"] != "physical":
        if "arrays" in block:
            raise InputError(
                f"configuration: trainings[{place}].arrays is {block['arrays']}; "
                f"protocol {block['protocol']} has no arrays, expected no such key"
            )
        return ["none"]
    arrays = block.get("arrays", ["standard"])
    for array in arrays:
        if array not in config["arrays"]:
            raise InputError(
                f"configuration: trainings[{place}].arrays holds {array!r}; "
                f"expected names from arrays: {', '.join(config['arrays'])}"
            )
    return arrays


def steps_by_protocol(config: dict) -> dict[str, int]:
    """Training steps of each protocol; InputError if two of its blocks disagree."""
    steps = {}
    for block in config["trainings"]:
        if steps.setdefault(block["protocol"], block["steps"]) != block["steps"]:
            raise InputError(
                f"configuration: protocol {block['protocol']} trains for {steps[block['protocol']]} and for "
                f"{block['steps']} steps; expected the same steps in all its blocks"
            )
    return steps


def check_order(config: dict, device: dict) -> None:
    """Raise InputError for swapped ranges and keys that do not go together, which the schemas cannot tell."""
    ranges = {f"configuration: noise.telegraph.{name}": tuple(r) for name, r in config["noise"]["telegraph"].items()}
    for place, window_uS in enumerate(config["wire_survey"]["windows_uS"]):
        ranges[f"configuration: wire_survey.windows_uS[{place}]"] = tuple(window_uS)
    ranges["device.yaml: window"] = (device["window"]["g_min_uS"], device["window"]["g_max_uS"])
    rows, images = config["noise"]["trace_rows"], config["evaluation"]["images"]
    if rows <= images:
        raise InputError(
            f"configuration: noise.trace_rows is {rows}; expected more than the {images} rows that evaluation.images "
            "keeps out of training"
        )
    for place, (low, high) in ranges.items():
        if low >= high:
            raise InputError(f"{place} runs from {low} to {high}; expected ascending values")
    if (device["measurements"] == "trajectories") != ("base" in device):
        raise InputError("device.yaml: base goes with measurements `trajectories`, and only with them")
    if device["measurements"] == "staircase" and "set" not in device["pulses"]:
        raise InputError("device.yaml: pulses has target_step_uS; expected the set and reset pulse of the staircases")
    if config["calibration_draws"] and device["measurements"] == "trajectories":
        raise InputError(
            f"configuration: calibration_draws needs a device fitted to pulses or staircases; the measurements of "
            f"{config['device']} are {device['measurements']}, whose fit has no covariance to draw from"
        )
    bins = device["bins_uS"]
    if bins != "quantile" and sorted(set(bins)) != bins:
        raise InputError(f"device.yaml: bins_uS is {bins}; expected ascending values")


def check_files(device: dict, folder: Path) -> None:
    """Raise InputError if the file that the device's kind of measurements needs is not in its folder."""
    needed = {"recorded": "pulses.csv", "staircase": "staircase.csv"}.get(device["measurements"])
    if needed and not (folder / needed).is_file():
        raise InputError(f"{folder / needed}: no such file; measurements `{device['measurements']}` need it")


def condition_of(path) -> dict[str, str]:
    """The wildcards in a path such as noise~thermal/variation~full/seed~3/metrics.json."""
    return dict(part.split("~", 1) for part in Path(path).parts if "~" in part)
