"""Recipes: what they say, what they refuse, and how they are read and written."""

import json
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.recipe import (
    Clip,
    LayerChoice,
    Recipe,
    Sampling,
    Scheme,
    Student,
    Training,
    read_recipe,
    write_recipe,
)

FULL = Recipe(
    scheme=Scheme.INT4,
    pruning=0.3,
    calibration_samples=64,
    sampling=Sampling.RANDOM,
    clip=Clip.MSE,
    sparsity=0.5,
    palette=16,
    layers=(LayerChoice("conv", Scheme.INT8, 0.1), LayerChoice("dense", None, None, 0.9)),
    student=Student(0.5, 0.75),
    training=Training(epochs=5, quantization_aware=True, distillation=0.4),
)


def test_a_recipe_reads_back_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(write_recipe(FULL))
    assert read_recipe(str(file)) == FULL


def test_a_recipe_of_the_first_version_still_reads(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"scheme": "int8", "pruning": 0.25, "calibration_samples": 100}))
    assert read_recipe(str(file)) == Recipe(pruning=0.25, calibration_samples=100)


def test_words_make_a_recipe() -> None:
    words = "int4, pruning=0.3, clip=mse, sparsity=0.5, palette=16"
    assert read_recipe(words) == Recipe(Scheme.INT4, 0.3, clip=Clip.MSE, sparsity=0.5, palette=16)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("int7", "one of float32"),
        ("int8,pruning", "NAME=VALUE"),
        ("int8,pruning=much", "NAME=VALUE"),
        ("int8,pruning=2", "from 0 to 0.9"),
        ("int8,clip=hard", "min-max"),
        ("int8,palette=5", "4 or 16"),
        ("int8,colour=red", "unknown entry"),
        ("int8,pattern=3:7", "one of 1:4"),
    ],
)
def test_what_is_not_understood_is_a_sentence(words: str, says: str) -> None:
    with pytest.raises(StudioError, match=says):
        read_recipe(words)


def test_a_layer_may_differ_and_go_back_to_the_rest() -> None:
    recipe = Recipe().with_choice(LayerChoice("conv", Scheme.INT4))
    assert recipe.scheme_of("conv") is Scheme.INT4
    assert recipe.scheme_of("dense") is Scheme.INT8
    assert recipe.with_choice(LayerChoice("conv")) == Recipe()


def test_recipes_that_only_store_numbers_differently_share_their_structure() -> None:
    assert Recipe(Scheme.INT4, 0.3, clip=Clip.MSE).structure == Recipe(Scheme.FLOAT32, 0.3).structure
    apart = Recipe(layers=(LayerChoice("conv", Scheme.INT4),))
    assert apart.structure == Recipe().structure
    assert Recipe(pruning=0.3).structure != Recipe(pruning=0.2).structure


def test_quantization_aware_training_depends_on_how_numbers_are_stored() -> None:
    aware = Training(quantization_aware=True)
    assert Recipe(Scheme.INT4, training=aware).structure != Recipe(Scheme.INT8, training=aware).structure
    plain = Training()
    assert Recipe(Scheme.INT4, training=plain).structure == Recipe(Scheme.INT8, training=plain).structure


def test_the_title_names_what_was_chosen() -> None:
    assert Recipe().title == "int8"
    assert FULL.title == (
        "int4, student 50 % wide, 75 % deep, 30 % of channels pruned, 50 % of weights zero, 16 weights a layer, "
        "clipped by mse, 2 layers apart, distilled, quantization-aware"
    )
