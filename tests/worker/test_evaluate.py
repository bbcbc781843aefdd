"""Evaluating with the exported C and with LiteRT, and measuring on the virtual board."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.build import Build
from studio.core.dataset import Dataset, SplitChoice, Task
from studio.core.errors import StudioError
from studio.core.evaluation import Engine, Evaluation, Verdict
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.regression import explained_interval, explained_share
from studio.worker.runner import Runner, stored
from tests.worker.conftest import Bench, write_data


@pytest.fixture(scope="module")
def candidate(bench: Bench, small: Model, data: Dataset) -> Candidate:
    made: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    return made


@pytest.fixture(scope="module")
def build(bench: Bench, candidate: Candidate, data: Dataset) -> Build:
    made: Build = bench("compile_candidate", candidate=candidate, labels=data.labels, optimize="balanced")
    return made


@pytest.fixture(scope="module")
def evaluation(bench: Bench, small: Model, candidate: Candidate, build: Build, data: Dataset) -> Evaluation:
    made: Evaluation = bench("evaluate", model=small, candidate=candidate, build=build, dataset=data)
    return made


def test_a_build_has_its_c_files_and_its_layers(build: Build, candidate: Candidate) -> None:
    names = {file.name for file in Path(build.sources).iterdir()}
    assert {"model.c", "model.h"} <= names
    assert f'"{candidate.sha256}"' in (Path(build.sources) / "model.h").read_text()
    assert build.weight_bytes > 0
    assert build.arena_bytes > 0
    by_index = {layer.index: layer for layer in candidate.layers}
    assert len(build.layers) == len(candidate.layers) - 1  # a reshape costs nothing and is left out
    for layer in build.layers:
        assert (layer.name, layer.operator) == (by_index[layer.index].name, by_index[layer.index].operator)


def test_the_exported_c_answers_the_test_set(
    evaluation: Evaluation, candidate: Candidate, data: Dataset
) -> None:
    assert evaluation.engine is Engine.STUDIO_C
    assert evaluation.n == 60
    with np.load(evaluation.predictions) as archive:
        kept = {name: archive[name] for name in archive.files}
    assert kept["scores"].shape == kept["float_scores"].shape == kept["outputs"].shape == (60, 4)
    assert kept["outputs"].dtype == np.int8
    assert evaluation.accuracy == (kept["scores"].argmax(axis=1) == kept["y"]).mean()
    with np.load(Path(data.path) / "test.npz") as archive:
        x = archive["x"]
    runner = Runner(Path(candidate.artifact).read_bytes())
    by_litert = runner.run(stored(x, runner.input)).astype(np.int16)
    assert np.abs(by_litert - kept["outputs"]).max() <= 2  # LiteRT rounds FULLY_CONNECTED once, the C twice


def test_an_evaluation_is_complete(evaluation: Evaluation) -> None:
    assert [check.id for check in evaluation.checks] == ["C1", "C2", "C3", "C4", "C7"]
    assert evaluation.accuracy_ci[0] <= evaluation.accuracy <= evaluation.accuracy_ci[1]
    assert sum(map(sum, evaluation.confusion)) == 60
    assert [score.n for score in evaluation.classes] == [15, 15, 15, 15]
    assert {(score.column, score.value) for score in evaluation.groups} == {
        ("hand", "left"),
        ("hand", "right"),
    }
    assert evaluation.flips is not None


def test_without_a_build_litert_answers(bench: Bench, small: Model, data: Dataset) -> None:
    candidate = bench("compress", model=small, recipe=Recipe(Scheme.FLOAT32), dataset=data)
    evaluation = bench("evaluate", model=small, candidate=candidate, build=None, dataset=data)
    assert evaluation.engine is Engine.LITERT
    assert evaluation.accuracy == evaluation.float_accuracy
    assert evaluation.flips.total == 0


def test_a_model_that_arrived_in_int8_has_no_original_to_compare_with(
    bench: Bench, candidate: Candidate, data: Dataset
) -> None:
    model = bench("load", path=candidate.artifact)
    passed = bench("compress", model=model, recipe=Recipe(), dataset=data)
    evaluation = bench("evaluate", model=model, candidate=passed, build=None, dataset=data)
    compared = next(check for check in evaluation.checks if check.id == "C2")
    assert compared.verdict is Verdict.CANNOT_TELL
    assert "no original" in compared.sentence


def test_models_that_answer_numbers_are_judged_by_their_errors(bench: Bench, tmp_path: Path) -> None:
    model = bench.load("tangled.keras")
    write_data(tmp_path, (6, 6, 3), 3, numbers=True)
    dataset = bench("inspect_data", path=str(tmp_path), split=SplitChoice(), model=model)
    candidate = bench("compress", model=model, recipe=Recipe(Scheme.FLOAT32), dataset=dataset)
    evaluation = bench("evaluate", model=model, candidate=candidate, build=None, dataset=dataset)
    assert evaluation.task is Task.REGRESSION
    assert evaluation.mean_error == evaluation.float_mean_error
    assert [check.id for check in evaluation.checks] == ["C1", "C2"]
    assert evaluation.checks[1].verdict is Verdict.PASS


def test_the_share_explained_is_1_for_right_answers_and_0_for_the_mean() -> None:
    y = np.random.default_rng(0).normal(0, 1, (50, 2)).astype(np.float32)
    assert explained_share(y, y) == 1.0
    assert explained_share(y, np.broadcast_to(y.mean(axis=0), y.shape)) == pytest.approx(0.0, abs=1e-6)
    low, high = explained_interval(y, y + np.float32(0.1))
    assert low <= explained_share(y, y + np.float32(0.1)) <= high


def test_the_virtual_board_answers_as_this_computer(
    bench: Bench, candidate: Candidate, build: Build, data: Dataset
) -> None:
    measured = bench("measure", candidate=candidate, build=build, dataset=data, samples=40)
    known = measured.measurement
    assert (known.samples, known.equal_samples, known.worst_difference) == (40, 40, 0)
    assert known.instructions > 0
    assert all(layer.instructions > 0 for layer in measured.layers)
    assert Path(measured.firmware).is_file()
    assert known.flash_bytes > build.weight_bytes


def test_without_data_the_board_is_measured_with_random_inputs(
    bench: Bench, candidate: Candidate, build: Build
) -> None:
    measured = bench("measure", candidate=candidate, build=build, dataset=None, samples=5)
    assert (measured.measurement.samples, measured.measurement.equal_samples) == (5, 5)


def test_float_candidates_run_on_the_virtual_board_to_the_bit(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate = bench("compress", model=small, recipe=Recipe(Scheme.FLOAT32), dataset=data)
    build = bench("compile_candidate", candidate=candidate, labels=data.labels, optimize="balanced")
    evaluation = bench("evaluate", model=small, candidate=candidate, build=build, dataset=data)
    assert evaluation.engine is Engine.STUDIO_C
    assert evaluation.accuracy == evaluation.float_accuracy
    known = bench("measure", candidate=candidate, build=build, dataset=data, samples=5).measurement
    assert (known.samples, known.equal_samples, known.worst_difference) == (5, 5, 0)


def test_dynamic_range_candidates_are_refused_by_the_compiler_with_a_sentence(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate = bench("compress", model=small, recipe=Recipe(Scheme.DYNAMIC_RANGE), dataset=data)
    with pytest.raises(StudioError, match="int8"):
        bench("compile_candidate", candidate=candidate, labels=data.labels, optimize="balanced")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("shape", "has the shape"),
        ("nan", "NaN or infinite"),
        ("label", "outside the model's classes"),
        ("missing", "There is no data at"),
    ],
)
def test_data_that_does_not_fit_the_model_is_refused(
    bench: Bench, small: Model, tmp_path: Path, change: str, words: str
) -> None:
    x, y = np.zeros((10, 8, 8, 1), np.float32), np.zeros(10, np.int64)
    if change == "shape":
        x = np.zeros((10, 9, 9, 1), np.float32)
    if change == "nan":
        x[3, 0, 0, 0] = np.nan
    if change == "label":
        y[2] = 4
    path = tmp_path / "test.npz"
    if change != "missing":
        np.savez(path, x=x, y=y)
    with pytest.raises(StudioError, match=words):
        bench("inspect_data", path=str(path), split=SplitChoice(), model=small)
