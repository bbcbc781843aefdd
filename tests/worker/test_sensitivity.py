import dataclasses
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe
from studio.core.study import LayerSensitivity, Probe, Sensitivity
from studio.core.tflite import read
from studio.worker.compress import content_of
from studio.worker.report import Stopped
from studio.worker.runner import Runner
from studio.worker.sensitivity import sensitivity
from studio.worker.stretch import Stretch
from tests.worker.conftest import Bench


class Kept:
    """A report that keeps the rows it is shown, and ends the job after some of them."""

    def __init__(self, most: int = 1000) -> None:
        self.rows: list[LayerSensitivity] = []
        self.most = most
        self.calls = 0

    def __call__(self, share: float, text: str, data: object = None) -> None:
        self.calls += 1
        assert 0 <= share <= 1.0001
        if isinstance(data, LayerSensitivity):
            if len(self.rows) == self.most:
                raise Stopped
            self.rows.append(data)


@pytest.fixture
def answered(small: Model, data: Dataset, cache_folder: Path, tmp_path: Path) -> Dataset:
    """Data that the small model answers rightly, so that every change shows."""
    x = np.random.default_rng(7).normal(0, 1, (120, 8, 8, 1)).astype(np.float32)
    y = Runner(content_of(small)).run(x).argmax(axis=1).astype(np.int64)
    np.savez(tmp_path / "test.npz", x=x, y=y)
    return dataclasses.replace(data, path=str(tmp_path), sha256="answered")


def test_every_layer_with_weights_gets_a_row_in_the_models_order(small: Model, answered: Dataset) -> None:
    kept = Kept()
    found: Sensitivity = sensitivity(small, answered, kept)
    names = [layer.name for layer in small.layers if layer.parameters]
    assert [row.layer for row in found.rows] == names == [row.layer for row in kept.rows]
    assert all(len(row.scores) == len(Probe) for row in found.rows)
    assert found.n == 120
    assert found.baseline == 1.0


def test_fewer_bits_and_more_pruning_never_help_the_model_that_made_the_answers(
    small: Model, answered: Dataset
) -> None:
    found = sensitivity(small, answered, Kept())
    for row in found.rows:
        int8, int4, *pruned = (score for score in row.scores if score is not None)
        assert int8 >= 0.9, row
        assert int4 <= int8 + 0.05, row
        assert min(pruned) < 1.0, row
    assert min(row.scores[-1] or 1 for row in found.rows) < 0.8


def test_a_run_that_was_stopped_goes_on_where_it_was(small: Model, answered: Dataset) -> None:
    again = dataclasses.replace(answered, sha256="stopped in the middle")
    first = Kept(most=2)
    with pytest.raises(Stopped):
        sensitivity(small, again, first)
    second, third = Kept(), Kept()
    whole = sensitivity(small, again, second)
    assert second.rows[:2] == first.rows
    assert sensitivity(small, again, third).rows == whole.rows
    assert third.calls == len(whole.rows)  # all from the cache: nothing but the rows is said


def test_a_model_in_few_bits_is_refused_with_a_cure(bench: Bench, small: Model, data: Dataset) -> None:
    candidate: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    arrived: Model = bench("load", path=candidate.artifact)
    with pytest.raises(StudioError, match="Load the float model"):
        sensitivity(arrived, data, Kept())


def test_stretches_in_a_row_answer_as_the_whole_model(small: Model, data: Dataset) -> None:
    content = content_of(small)
    model = read(content)
    x = np.random.default_rng(3).normal(0, 1, (3, 8, 8, 1)).astype(np.float32)
    whole = Runner(content).run(x)
    for cut in range(1, len(model.operators)):
        live = {model.inputs[0]: x}
        live |= Stretch(content, model, 0, cut).run(live, lambda: None)
        answers = Stretch(content, model, cut, len(model.operators)).run(live, lambda: None)
        np.testing.assert_allclose(answers[model.outputs[0]], whole, rtol=1e-4, atol=1e-5)
