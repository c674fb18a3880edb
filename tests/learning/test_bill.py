"""The whole bill: counts against what arrays count themselves, closed forms, prices between and at the points given."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from rramgan.config import complete, load_yaml
from rramgan.crossbar.design import Converters
from rramgan.crossbar.tiles import TileGrid
from rramgan.learning.architecture import layer_shapes
from rramgan.learning.bill import (
    COMPETITORS,
    ON_ARRAYS,
    PASSES,
    Prices,
    Trained,
    competitor,
    digital_rest,
    whole_bill,
    work,
)
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.rules import RULES, Accumulate, Manhattan, OuterProduct
from rramgan.learning.rules.base import Upkeep
from rramgan.tables import read_json
from support import arrays
from support.devices import ROOT

SCHEMA = load_yaml(ROOT / "workflow/schemas/config.schema.yaml")
PRICES = Prices(**complete({}, SCHEMA["properties"]["prices"]))
FREE = Prices(**dict.fromkeys(asdict(PRICES), 0.0) | {f"sram_{size}_pJ": 1e-30 for size in ("8KB", "32KB", "1MB")})
SHAPES = {
    "generator_hidden": (11, 12),
    "generator_output": (13, 20),
    "discriminator_hidden": (21, 12),
    "discriminator_output": (13, 1),
}
BATCH = 5


def trained(rule=Manhattan(), steps=1, tile_shape=(64, 64)):  # noqa: B008, rules are frozen
    return Trained(SHAPES, BATCH, steps, rule.upkeep, tile_shape)


def test_the_reads_are_those_that_arrays_count():
    rng = np.random.default_rng(0)
    layers = {name: arrays.crossbar(arrays.random_population(shape)) for name, shape in SHAPES.items()}
    updates = {name: Manhattan().start(rng, 1) for name in layers}
    real, noise = (rng.standard_normal((BATCH, width)).astype(np.float32) for width in (20, 10))
    gan_step(build_generator(layers), build_discriminator(layers), updates, real, noise)
    assert work(SHAPES, BATCH)["reads"].to_dict() == {name: layer.multiply_adds for name, layer in layers.items()}


def test_converters_see_the_partial_sums_that_are_added():
    rng, tile = np.random.default_rng(0), (8, 4)
    layers = {
        name: arrays.crossbar(arrays.random_population(shape), tile_shape=tile, converters=Converters(adc_J=1.0))
        for name, shape in SHAPES.items()
    }
    updates = {name: Manhattan().start(rng, 1) for name in layers}
    real, noise = (rng.standard_normal((BATCH, width)).astype(np.float32) for width in (20, 10))
    gan_step(build_generator(layers), build_discriminator(layers), updates, real, noise)
    converted = sum(layer.energy_J["converters"] for layer in layers.values())
    outputs = work(SHAPES, BATCH)["outputs"].sum()
    only_sums = Prices(**asdict(FREE) | {"int16_add_pJ": 1e12})
    assert digital_rest(trained(tile_shape=tile), only_sums)["partial_sums"] == pytest.approx(converted - outputs)


def test_outer_products_are_one_multiply_add_per_weight_and_vector():
    of_generator, of_discriminator = 11 * 12 + 13 * 20, 21 * 12 + 13
    assert work(SHAPES, BATCH)["outer"].sum() == BATCH * (of_generator + 2 * of_discriminator)
    rest, int8 = digital_rest(trained(), PRICES), competitor(trained(), "int8", PRICES)
    assert (
        rest["outer_products"] == int8["outer_products"] == pytest.approx(0.3e-12 * work(SHAPES, BATCH)["outer"].sum())
    )


def test_sums_cost_arrays_alone_and_states_both():
    weights = work(SHAPES, BATCH)["weights"].sum()
    rule = Accumulate(optimiser="adam", bits=16)
    assert rule.upkeep == Upkeep(multiplies=8, adds=4, state_bits=64, sum_bits=16)
    assert replace(rule, decay1=0.0).upkeep == Upkeep(multiplies=6, adds=3, state_bits=32, sum_bits=16)
    on_arrays, digital = (
        digital_rest(trained(rule), PRICES)["states"],
        competitor(trained(rule), "fp32", PRICES)["states"],
    )
    assert digital == pytest.approx(weights * 2 * 64 * 10e-12 / 64)
    assert on_arrays / digital == pytest.approx(80 / 64)
    assert digital_rest(trained(), PRICES)["states"] == 0


def test_weights_are_fetched_by_every_pass_and_take_their_step_in_fp32():
    weights = {name: rows * columns for name, (rows, columns) in SHAPES.items()}
    passes = {"generator_hidden": 1, "generator_output": 2, "discriminator_hidden": 4, "discriminator_output": 6}
    bits = sum(count * (8 * passes[name] + 64 + 8) for name, count in weights.items())
    assert competitor(trained(), "int8", PRICES)["weights"] == pytest.approx(bits * 10e-12 / 64)


def test_energy_grows_with_the_steps_and_nothing_free_costs():
    once, thrice = (whole_bill(trained(steps=n), dict.fromkeys(LEDGER, 0.0), PRICES)["energy_J"] for n in (1, 3))
    np.testing.assert_allclose(thrice, 3 * once)
    assert whole_bill(trained(), dict.fromkeys(LEDGER, 0.0), FREE)["energy_J"].max() < 1e-30


LEDGER = [name for names in ON_ARRAYS.values() for name in names]


def test_what_arrays_dissipate_is_counted_once():
    energy_J = dict(zip(LEDGER, 2.0 ** np.arange(len(LEDGER)), strict=True))
    bill = whole_bill(trained(), energy_J, FREE)
    assert bill[bill["way"] == "arrays"]["energy_J"].sum() == pytest.approx(2 ** len(LEDGER) - 1)
    assert set(bill["way"]) == {"arrays", *COMPETITORS}


@pytest.mark.parametrize(
    ("size_bytes", "price_pJ"), [(100, 10), (8e3, 10), (16e3, 14.142), (32e3, 20), (1e6, 100), (1e8, 100)]
)
def test_memory_is_priced_by_its_size(size_bytes, price_pJ):
    assert PRICES.access_J(size_bytes) * 64 == pytest.approx(price_pJ * 1e-12, rel=1e-4)


@pytest.mark.parametrize("kind", RULES.kinds.values(), ids=lambda kind: kind.kind)
def test_every_rule_says_what_it_keeps(kind):
    assert isinstance(kind().upkeep, Upkeep)


def test_arrays_driven_by_signs_need_no_product_of_inputs_and_errors():
    driven, competitor_of = (
        digital_rest(trained(OuterProduct()), PRICES),
        competitor(trained(OuterProduct()), "int8", PRICES),
    )
    assert driven["outer_products"] == driven["optimiser"] == 0 and competitor_of["outer_products"] > 0
    assert driven["activations"] == digital_rest(trained(Manhattan()), PRICES)["activations"]


@pytest.mark.parametrize("study", ["recipe", "default-recipe"])
def test_the_recipe_page_says_what_free_drivers_of_lines_would_take(study):
    config = load_yaml(ROOT / f"config/{study}.yaml")
    array, (training, *_) = config["arrays"]["recipe"], config["trainings"]
    conversions = 0
    for layer, shape in layer_shapes(100, 128).items():
        forward, backward, _ = PASSES[layer]
        down, across = TileGrid.of(shape, (array["tile_rows"], array["tile_columns"])).shape
        conversions += 64 * training["steps"] * (forward * shape[0] * across + backward * shape[1] * down)
    page = (ROOT / "docs/recipe.md").read_text(encoding="utf-8")
    assert f"{conversions * 1e-12 * 1e3:.1f} mJ" in page
    if study == "recipe":
        numbers = read_json(ROOT / "docs/reference/headline.json")
        goal, int8 = 60 - numbers["recipe_arrays_mJ"]["value"], numbers["int8_whole_bill_mJ"]["value"]
        spare = int8 - numbers["recipe_whole_bill_mJ"]["value"]
        assert f"up to {goal / (conversions * 1e-9):.2f} pJ of it" in page
        assert f"int8 up to {spare / (conversions * 1e-9):.1f} pJ" in page
