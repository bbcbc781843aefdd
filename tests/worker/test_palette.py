"""Few different weights to a layer: the best ones, never more than asked for, and zeros that stay."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.tflite import TfliteModel, read
from studio.worker.palette import best_values
from studio.worker.sparsify import WEIGHTED
from tests.worker.conftest import Bench


def error(counts: np.ndarray, table: np.ndarray) -> float:
    return float((counts * np.square(np.arange(len(counts)) - table)).sum())


def test_no_other_choice_of_values_has_a_smaller_error() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        counts = np.where(random.random(12) < 0.7, random.random(12), 0.0)
        table = best_values(counts, 3)
        assert len(np.unique(table[counts > 0])) <= 3
        others = (np.array(values) for values in combinations(range(12), 3))
        nearest = (
            values[np.abs(np.arange(12)[:, None] - values[None, :]).argmin(axis=1)] for values in others
        )
        assert error(counts, table) <= min(error(counts, other) for other in nearest) + 1e-9


def compressed(bench: Bench, model: Model, recipe: Recipe, data: Dataset) -> tuple[Candidate, TfliteModel]:
    candidate: Candidate = bench("compress", model=model, recipe=recipe, dataset=data)
    return candidate, read(Path(candidate.artifact).read_bytes())


@pytest.mark.parametrize("colours", [4, 16])
def test_each_large_layer_has_at_most_as_many_weights_and_small_ones_are_named(
    bench: Bench, small: Model, data: Dataset, colours: int
) -> None:
    candidate, model = compressed(bench, small, Recipe(palette=colours), data)
    said = " ".join(candidate.notes)
    assert "'deep'" in said  # depthwise filters stay as they are
    for layer, operator in zip(candidate.layers, model.operators, strict=True):
        if operator.name in WEIGHTED and f"'{layer.name}'" not in said:
            assert len(np.unique(np.asarray(model.constant(operator.inputs[1])))) <= colours


def test_weights_that_were_zero_stay_zero(bench: Bench, small: Model, data: Dataset) -> None:
    _, whole = compressed(bench, small, Recipe(sparsity=0.5), data)
    _, few = compressed(bench, small, Recipe(sparsity=0.5, palette=4), data)
    for before, after in zip(whole.operators, few.operators, strict=True):
        if before.name in WEIGHTED:
            values, clustered = whole.constant(before.inputs[1]), few.constant(after.inputs[1])
            assert values is not None
            assert clustered is not None
            if (values == 0).mean() > 0.25:
                assert (clustered[values == 0] == 0).all()


def test_layers_without_int8_weights_are_named(bench: Bench, small: Model, data: Dataset) -> None:
    candidate, _ = compressed(bench, small, Recipe(Scheme.INT4, palette=16), data)
    assert any("int4 already" in note and "'left'" in note for note in candidate.notes)
    float32, _ = compressed(bench, small, Recipe(Scheme.FLOAT32, palette=16), data)
    assert any("no int8 weights" in note for note in float32.notes)
