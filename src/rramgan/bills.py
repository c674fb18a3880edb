"""The whole bill of every condition of a study that trains on arrays."""

from collections.abc import Mapping

import pandas as pd

from rramgan.conditions import CONDITION, noise_inputs
from rramgan.crossbar.passive import ARRAYS
from rramgan.learning.architecture import layer_shapes
from rramgan.learning.bill import ON_ARRAYS, Prices, Trained, whole_bill
from rramgan.learning.rules import RULES


def bills(summary: pd.DataFrame, config: Mapping) -> pd.DataFrame:
    """The `whole_bill` of each condition, with its CONDITION, at the mean energies of its trainings in `summary`.

    `config`: network, noises, arrays, rules and prices of a resolved configuration. A noise with inputs of its own
    feeds a generator of its own shape.
    """
    network, prices = config["network"], Prices(**config["prices"])
    columns = [name for names in ON_ARRAYS.values() for name in names]
    tables = [pd.DataFrame(columns=[*CONDITION, "way", "part", "energy_J"])]
    for key, rows in summary[summary["protocol"] == "physical"].groupby(CONDITION, sort=False):
        condition = dict(zip(CONDITION, map(str, key), strict=True))
        array = ARRAYS.build(condition["array"], config["arrays"][condition["array"]])
        rule = RULES.build(condition["rule"], config["rules"][condition["rule"]])
        trained = Trained(
            layer_shapes(noise_inputs(dict(config), condition["noise"]), network["hidden_units"]),
            network["batch"],
            int(rows["steps"].iloc[0]),
            rule.upkeep,
            (array.tile_rows, array.tile_columns),
        )
        energy_J = {name: float(rows[name].mean()) for name in columns}
        tables.append(whole_bill(trained, energy_J, prices).assign(**condition))
    return pd.concat(tables)[tables[0].columns]
