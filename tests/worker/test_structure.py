"""The float model of a recipe: pruned, narrower, sparser, layer by layer, and made only once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.compiler import generate
from studio.compiler.firmware import build_virtual
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.model import Model
from studio.core.recipe import LayerChoice, Recipe, Scheme, Student, Training
from studio.core.tflite import read
from studio.device.virtual import run_batch
from studio.worker.prune import prunable
from studio.worker.refit import statistics
from studio.worker.report import silent
from studio.worker.runner import Runner, stored
from studio.worker.structure import Structured, structured, untrained
from tests.mlperf_tiny import public_file
from tests.worker.conftest import Bench


def channels(found: Structured) -> dict[str, int]:
    return {layer.name: layer.output_shape[-1] for layer in layers_of(read(found.content))}


def test_without_a_choice_it_is_the_model_itself(small: Model, data: Dataset) -> None:
    for scheme in (Scheme.INT8, Scheme.FLOAT32):
        found = structured(small, Recipe(scheme, calibration_samples=5), data, silent)
        assert found.sha256 == small.artifact_sha256
        assert found.removed_channels == 0


def test_one_layer_loses_its_own_share(small: Model, data: Dataset) -> None:
    recipe = Recipe(pruning=0.5, layers=(LayerChoice("first", pruning=0.0),))
    found = channels(untrained(small, recipe, silent, data))
    assert (found["first"], found["left"], found["hidden"]) == (8, 8, 8)
    only = channels(untrained(small, Recipe(layers=(LayerChoice("first", pruning=0.5),)), silent, data))
    assert (only["first"], only["left"], only["hidden"]) == (4, 12, 10)


def test_a_students_width_is_the_share_of_channels_that_stay(small: Model, data: Dataset) -> None:
    half = untrained(small, Recipe(student=Student(width=0.5)), silent, data)
    assert channels(half) == channels(untrained(small, Recipe(pruning=0.5), silent, data))
    both = channels(untrained(small, Recipe(pruning=0.5, student=Student(width=0.5)), silent, data))
    assert both["left"] == 4


def test_a_shallower_student_has_fewer_layers_and_says_which(small: Model, data: Dataset) -> None:
    found = untrained(small, Recipe(student=Student(depth=0.0)), silent, data)
    assert len(read(found.content).operators) < len(small.layers)
    assert found.notes


def test_layers_behind_make_up_for_what_goes(bench: Bench, small: Model, data: Dataset) -> None:
    with np.load(Path(data.path) / "train.npz") as arrays:
        x = arrays["x"]
    wanted = Runner(Path(small.artifact).read_bytes()).run(x)

    def error(recipe: Recipe, known: Dataset | None) -> float:
        answers = Runner(untrained(small, recipe, silent, known).content).run(x)
        return float(np.square(answers - wanted).mean())

    for recipe in (
        Recipe(pruning=0.4),
        Recipe(sparsity=0.5),
        Recipe(pattern="2:4"),
        Recipe(pruning=0.3, sparsity=0.3),
    ):
        assert error(recipe, data) < 0.7 * error(recipe, None), recipe.title


def test_zeros_stay_zero_with_data(small: Model, data: Dataset) -> None:
    found = untrained(small, Recipe(sparsity=0.6), silent, data)
    model = read(found.content)
    weights = [
        np.asarray(model.constant(operator.inputs[1])).ravel()
        for operator in model.operators
        if operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
    ]
    assert (np.concatenate(weights) == 0).mean() == pytest.approx(0.6, abs=0.02)


def test_the_same_choice_is_made_once(small: Model, data: Dataset) -> None:
    recipe = Recipe(pruning=0.35)
    first = untrained(small, recipe, silent, data)

    def fail(share: float, text: str, data: object = None) -> None:
        raise AssertionError(text)

    assert untrained(small, replace(recipe, scheme=Scheme.INT4, palette=16), fail, data) == first


def test_training_needs_samples(small: Model) -> None:
    with pytest.raises(StudioError, match="Training needs samples"):
        structured(small, Recipe(training=Training()), None, silent)


def test_what_cannot_be_pruned_is_known_with_the_reason(small: Model) -> None:
    reasons = prunable(Path(small.artifact).read_bytes())
    assert reasons["first"] is None
    assert reasons["left"] is None
    assert "channel of the layer before" in (reasons["deep"] or "")
    assert "SOFTMAX" in (reasons["answer"] or "")
    assert dict(small.unprunable) == {name: reason for name, reason in reasons.items() if reason}


def test_half_of_resnets_channels_halve_its_work_and_it_runs_on_the_virtual_board(
    bench: Bench, tmp_path: Path
) -> None:
    model: Model = bench("load", path=str(public_file("pretrainedResnet.h5")))
    x = np.repeat(np.load(public_file("ic_in.npy")).astype(np.float32) + 128, 3, axis=0)
    np.savez(tmp_path / "test.npz", x=x, y=np.arange(len(x)) % 10)
    dataset = bench("inspect_data", path=str(tmp_path), split={"seed": 1}, model=model)
    candidate = bench("compress", model=model, recipe=Recipe(pruning=0.5), dataset=dataset)
    assert sum(layer.macs for layer in candidate.layers) <= 0.5 * model.macs
    content = Path(candidate.artifact).read_bytes()
    runner = Runner(content)
    given = np.ascontiguousarray(stored(x[:2], runner.input))
    answers = run_batch(build_virtual(generate(content)).elf_path, given).outputs
    assert np.abs(answers.reshape(2, -1).astype(int) - runner.run(given)).max() <= 8


def test_what_channels_do_is_the_same_when_it_comes_from_the_cache(small: Model, data: Dataset) -> None:
    content, unseen = Path(small.artifact).read_bytes(), replace(data, sha256="never seen before")
    fresh = statistics(content, small.artifact_sha256, unseen, silent)
    kept = statistics(content, small.artifact_sha256, unseen, silent)
    assert fresh is not kept
    assert fresh.squares.keys() == kept.squares.keys()
    for operator, square in fresh.squares.items():
        np.testing.assert_array_equal(square, kept.squares[operator])
