"""The preview: a balanced part of the test set, the same for every recipe, answered as the reference answers."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset
from studio.core.evaluation import Engine, Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.tflite import read
from studio.worker import preview as previewing
from studio.worker.batch import for_many
from studio.worker.report import Stopped, silent
from studio.worker.runner import Runner, stored
from tests.worker.conftest import Bench


def compressed(bench: Bench, model: Model, recipe: Recipe, data: Dataset) -> Candidate:
    candidate: Candidate = bench("compress", model=model, recipe=recipe, dataset=data)
    return candidate


def test_a_small_test_set_is_answered_whole_as_the_evaluation_does(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate = compressed(bench, small, Recipe(), data)
    found: Evaluation = bench("preview", model=small, candidate=candidate, dataset=data)
    whole: Evaluation = bench("evaluate", model=small, candidate=candidate, build=None, dataset=data)
    assert found.engine is Engine.LITERT
    assert (found.n, found.accuracy, found.float_accuracy) == (whole.n, whole.accuracy, whole.float_accuracy)
    assert found.confusion == whole.confusion


def test_a_large_one_in_part_the_same_of_each_class_for_every_recipe(
    bench: Bench, small: Model, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "_FEWEST", 20)
    monkeypatch.setattr(previewing, "_MOST", 20)
    for recipe in (Recipe(), Recipe(Scheme.INT16), Recipe(Scheme.FLOAT32)):
        found = previewing.preview(small, compressed(bench, small, recipe, data), data, silent)
        assert found.n == 20
        assert found.confusion is not None
        assert {score.n for score in found.classes} == {5}


def test_a_moved_slider_stops_it(bench: Bench, small: Model, data: Dataset) -> None:
    candidate = compressed(bench, small, Recipe(calibration_samples=31), data)

    def moved(share: float, text: str, data: object = None) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        previewing.preview(small, candidate, data, moved)


@pytest.mark.parametrize("name", ["small.keras", "tangled.keras", "series.keras", "old.h5"])
def test_many_samples_at_once_answer_as_one_after_another(bench: Bench, name: str) -> None:
    content = Path(bench.load(name).artifact).read_bytes()
    quick, slow = Runner(content, quick=True), Runner(content)
    x = np.random.default_rng(1).normal(0, 1, (9, *slow.input.shape[1:])).astype(np.float32)
    np.testing.assert_allclose(quick.run(x), slow.run(x), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(quick.run(x[:4]), slow.run(x[:4]), rtol=1e-4, atol=1e-4)


def test_the_quick_kernels_answer_as_the_reference(bench: Bench, small: Model, data: Dataset) -> None:
    content = Path(compressed(bench, small, Recipe(), data).artifact).read_bytes()
    assert for_many(content, read(content)) is not None
    quick, slow = Runner(content, quick=True), Runner(content)
    x = stored(np.random.default_rng(1).normal(0, 1, (40, 8, 8, 1)).astype(np.float32), slow.input)
    assert (
        np.abs(quick.run(x).astype(int) - slow.run(x)).max() <= 16
    )  # of 255: a step of a logit is as much after a steep softmax
