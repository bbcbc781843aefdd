"""What is known of a layer: choices of its own, why there are none, filters, and the CSV file."""

import csv
import io
from dataclasses import replace

from studio.core.board import find_board
from studio.core.build import LayerBuild
from studio.core.layer_facts import LayerFacts, as_csv, choose, facts_of, release
from studio.core.layers import Family, family_of, pair_layers
from studio.core.model import Layer, Model, ModelFormat, TensorInfo
from studio.core.recipe import LayerChoice, Recipe, Scheme
from studio.core.study import LayerInside, LayerReport, LayerSensitivity, Probe

PLAIN = Recipe()
BOARD = find_board("virtual_cortex_m4")
LAYERS = (
    Layer(0, "conv", "CONV_2D", (1, 8, 8, 4), "float32", 40, 2304, 160, 1024),
    Layer(1, "pool", "MAX_POOL_2D", (1, 4, 4, 4), "float32", 0, 0, 0, 256, (0,)),
    Layer(2, "dense", "FULLY_CONNECTED", (1, 3), "float32", 195, 192, 780, 12, (1,)),
)
AFTER = (Layer(0, "quantize", "QUANTIZE", (1, 8, 8, 1), "int8", 0, 0, 0, 64), *(
    replace(layer, index=layer.index + 1, dtype="int8", weight_bytes=layer.weight_bytes // 4, inputs=(layer.index,))
    for layer in LAYERS
))  # fmt: skip
MODEL = Model(
    "m", ModelFormat.KERAS, "/m", "a", "/a", "b", 1, False,
    (TensorInfo("x", (1, 8, 8, 1), "float32"),), (TensorInfo("y", (1, 3), "float32"),), LAYERS,
)  # fmt: skip
BUILDS = (LayerBuild(1, "conv", "CONV_2D", 2304, 48, 256, instructions=9000),)


def facts(recipe: Recipe = PLAIN, model: Model = MODEL, **more: object) -> tuple[LayerFacts, ...]:
    return facts_of(model, pair_layers(LAYERS, AFTER, BUILDS), recipe, BOARD, **more)  # type: ignore[arg-type]


def test_the_name_is_the_loaded_models() -> None:
    assert [known.name for known in facts()] == ["quantize", "conv", "pool", "dense"]


def test_layers_that_cannot_be_chosen_for_say_why() -> None:
    added, conv, pool, _ = facts()
    assert "Compression added" in added.refusal("scheme")
    assert conv.refusal("scheme") == ""
    assert "no weights" in pool.refusal("sparsity")
    ready = facts(model=replace(MODEL, quantized=True))
    assert all("float original" in known.locked for known in ready)


def test_a_choice_goes_to_those_that_can_take_it() -> None:
    recipe, taken = choose(Recipe(), facts(), "scheme", Scheme.INT4)
    assert taken == 2
    assert recipe.layers == (LayerChoice("conv", Scheme.INT4), LayerChoice("dense", Scheme.INT4))
    again, _ = choose(recipe, facts(recipe)[1:2], "pruning", 0.3)
    assert again.choice("conv") == LayerChoice("conv", Scheme.INT4, 0.3)
    assert facts(again)[1].own == "int4, 30 % channels"
    assert release(again, facts(again)).layers == ()


def test_none_takes_one_part_back_and_an_empty_choice_away() -> None:
    recipe, _ = choose(Recipe(), facts(), "scheme", Scheme.INT4)
    recipe, _ = choose(recipe, facts(recipe), "scheme", None)
    assert recipe == Recipe()


def test_figures_come_from_every_result() -> None:
    report = LayerReport("c", 10, (LayerInside(1, 31.5, 0.999, 0.25),))
    row = LayerSensitivity("conv", (0.9, 0.8, None, 0.5, 0.6))
    conv = facts(insides=report, probed=(row,), baseline=0.95)[1]
    assert conv.inside is not None
    assert conv.inside.sqnr_db == 31.5
    assert conv.worst == (Probe.PRUNE_70, 0.5)
    assert conv.worst_loss is not None
    assert round(conv.worst_loss, 6) == 0.45
    assert conv.flash_bytes == 48
    assert conv.instructions is not None
    assert conv.instructions[0] == 9000
    assert conv.cycles is not None


def test_edges_and_shapes_follow_the_candidate() -> None:
    known = facts()
    assert [one.inputs for one in known] == [(), (0,), (1,), (2,)]
    assert known[0].input_shapes == ((1, 8, 8, 1),)
    assert known[2].input_shapes == ((1, 8, 8, 4),)


def test_a_model_from_an_older_cache_is_drawn_as_a_chain() -> None:
    old = tuple(replace(layer, inputs=()) for layer in LAYERS)
    known = facts_of(replace(MODEL, layers=old), pair_layers(old, old), Recipe(), BOARD)
    assert [one.inputs for one in known] == [(), (0,), (1,)]


def test_a_filter_finds_names_operators_numbers_and_choices() -> None:
    recipe, _ = choose(Recipe(), facts()[1:2], "scheme", Scheme.INT4)
    known = facts(recipe)

    def found(words: str) -> list[str]:
        return [one.name for one in known if one.matches(words)]

    assert found("int4") == ["conv"]
    assert found("FULLY") == ["dense"]
    assert found("max pool") == ["pool"]
    assert found("own") == ["conv"]
    assert found("int8 dense") == ["dense"]
    assert found("nothing") == []


def test_the_csv_has_plain_numbers_and_gaps() -> None:
    row = LayerSensitivity("conv", (0.9, 0.8, None, 0.5, 0.6))
    rows = list(csv.DictReader(io.StringIO(as_csv(facts(probed=(row,), baseline=0.95)))))
    assert [line["layer"] for line in rows] == ["quantize", "conv", "pool", "dense"]
    assert rows[1]["weight_bytes_before"] == "160"
    assert rows[1]["weight_bytes_after"] == "40"
    assert rows[1]["instructions_source"] == "measured"
    assert rows[1]["worst_probe"] == "70 % pruned"
    assert rows[0]["weight_bytes_before"] == ""
    assert rows[3]["sqnr_db"] == ""


def test_operators_have_families() -> None:
    assert family_of("DEPTHWISE_CONV_2D") is Family.CONVOLUTION
    assert family_of("CUSTOM:Mine") is Family.OTHER
