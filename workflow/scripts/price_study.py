"""The whole bill of every condition on arrays, beside that of the same training in digital logic alone."""

import pandas as pd

from rramgan.conditions import CONDITION
from rramgan.crossbar.passive import ARRAYS
from rramgan.jobs import job
from rramgan.learning.architecture import layer_shapes
from rramgan.learning.bill import ON_ARRAYS, Prices, Trained, whole_bill
from rramgan.learning.rules import RULES
from rramgan.tables import read_table, write_table

with job(snakemake):
    params, network = snakemake.params, snakemake.params.network
    summary, prices = read_table(snakemake.input.summary), Prices(**params.prices)
    columns = [name for names in ON_ARRAYS.values() for name in names]
    bills = [pd.DataFrame(columns=[*CONDITION, "way", "part", "energy_J"])]
    for key, rows in summary[summary["protocol"] == "physical"].groupby(CONDITION, sort=False):
        condition = dict(zip(CONDITION, key, strict=True))
        array, rule = (
            family.build(name, params[family.name][name])
            for family, name in ((ARRAYS, condition["array"]), (RULES, condition["rule"]))
        )
        trained = Trained(
            layer_shapes(network["noise_inputs"], network["hidden_units"]),
            network["batch"],
            int(rows["steps"].iloc[0]),
            rule.upkeep,
            (array.tile_rows, array.tile_columns),
        )
        bills.append(whole_bill(trained, rows[columns].mean(), prices).assign(**condition))
    write_table(snakemake.output.bill, pd.concat(bills)[bills[0].columns])
