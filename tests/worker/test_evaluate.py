"""Evaluating with the exported C and with LiteRT, and measuring on the virtual board."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.anomaly import auc
from studio.core.answers import Kind, Side, read_answers
from studio.core.build import Build
from studio.core.dataset import Dataset, SplitChoice, Task
from studio.core.errors import StudioError
from studio.core.evaluation import Engine, Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.regression import errors_of
from studio.worker.evaluate import Turns, in_turns
from studio.worker.report import Stopped
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


def test_models_that_answer_numbers_are_judged_by_their_errors(bench: Bench, tmp_path: Path) -> None:
    model = bench.load("tangled.keras")
    write_data(tmp_path, (6, 6, 3), 3, numbers=True)
    dataset = bench("inspect_data", path=str(tmp_path), split=SplitChoice(), model=model)
    candidate = bench("compress", model=model, recipe=Recipe(Scheme.FLOAT32), dataset=dataset)
    evaluation = bench("evaluate", model=model, candidate=candidate, build=None, dataset=dataset)
    assert evaluation.task is Task.REGRESSION
    assert evaluation.mean_error == evaluation.float_mean_error


@pytest.fixture(scope="module")
def coded(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """An autoencoder in int8 on samples of which every third is marked and far from what it gives back."""
    folder = tmp_path_factory.mktemp("coded")
    random = np.random.default_rng(7)
    for name, count in (("train", 80), ("test", 60)):
        x = random.normal(0, 1, (count, 6)).astype(np.float32)
        marks = np.zeros(count, np.int64) if name == "train" else (np.arange(count) % 3 == 0).astype(np.int64)
        x[marks == 1] *= 3
        np.savez(folder / f"{name}.npz", x=x, y=marks)
    model = bench.load("coder.keras")
    dataset = bench("inspect_data", path=str(folder), split=SplitChoice(), model=model)
    assert dataset.task is Task.AUTOENCODER
    candidate = bench("compress", model=model, recipe=Recipe(), dataset=dataset)
    build = bench("compile_candidate", candidate=candidate, labels=dataset.labels, optimize="balanced")
    found: Evaluation = bench("evaluate", model=model, candidate=candidate, build=build, dataset=dataset)
    return found


def test_autoencoders_are_judged_by_their_error_and_how_well_it_tells_anomalies(coded: Evaluation) -> None:
    assert coded.metric == "AUC"
    assert coded.auc is not None
    assert coded.float_auc is not None
    assert (coded.accuracy, coded.float_accuracy) == (coded.auc.value, coded.float_auc.value)
    assert coded.auc.low < coded.auc.value <= coded.auc.high
    assert coded.errors is not None
    assert coded.errors.absolute.value == coded.mean_error
    answers = read_answers(coded)
    assert answers.anomalous is not None
    marks = answers.anomalous
    assert auc(answers.errors, marks) == coded.auc
    assert answers.errors[marks].mean() > answers.errors[~marks].mean()


def test_numbers_have_errors_with_intervals_before_and_after(bench: Bench, tmp_path: Path) -> None:
    model = bench.load("tangled.keras")
    write_data(tmp_path, (6, 6, 3), 3, numbers=True)
    dataset = bench("inspect_data", path=str(tmp_path), split=SplitChoice(), model=model)
    candidate = bench("compress", model=model, recipe=Recipe(), dataset=dataset)
    evaluation: Evaluation = bench("evaluate", model=model, candidate=candidate, build=None, dataset=dataset)
    answers = read_answers(evaluation)
    assert evaluation.errors == errors_of(answers.y.astype(np.float32), answers.scores)
    assert evaluation.float_errors == errors_of(answers.y.astype(np.float32), answers.float_scores)
    assert evaluation.errors is not None
    assert evaluation.accuracy_ci == (evaluation.errors.explained.low, evaluation.errors.explained.high)


def test_an_evaluation_says_what_it_came_from(
    bench: Bench, small: Model, evaluation: Evaluation, build: Build, candidate: Candidate, data: Dataset
) -> None:
    rows = dict(evaluation.provenance)
    assert rows["Answered by"] == Engine.STUDIO_C.value
    assert rows["Recipe"] == candidate.recipe.title
    assert rows["Samples"] == "all 60 samples of the test split"
    assert Path(build.sources).name.startswith(rows["C sources"])
    assert candidate.sha256.startswith(rows["Candidate (SHA-256)"])
    renamed = replace(candidate, recipe=Recipe(calibration_samples=81))  # other words, the same bytes
    again = bench("evaluate", model=small, candidate=renamed, build=build, dataset=data)
    assert again.recipe == renamed.recipe.title


def test_flipped_samples_and_confusion_before_agree_with_the_answers(evaluation: Evaluation) -> None:
    answers = read_answers(evaluation)
    assert evaluation.flipped is not None
    assert evaluation.flips is not None
    changed = answers.changed()
    assert set(evaluation.flipped.broken) == set(changed[Kind.BROKEN].tolist())
    assert set(evaluation.flipped.mended) == set(changed[Kind.MENDED].tolist())
    assert len(evaluation.flipped.still_wrong) == evaluation.flips.still_wrong
    assert np.array_equal(answers.confusion(4, Side.BEFORE), evaluation.float_confusion)
    assert np.array_equal(answers.confusion(4, Side.AFTER), evaluation.confusion)
    for group in evaluation.groups:
        assert (answers.groups[group.column] == group.value).sum() == group.n


def test_a_run_that_is_not_wanted_any_more_ends_within_a_turn() -> None:
    def run(part: np.ndarray) -> np.ndarray:
        time.sleep(0.001 * len(part))  # a sample takes a millisecond
        sizes.append(len(part))
        return part

    calls, sizes = [0], list[int]()

    def report(share: float, text: str, data: object = None) -> None:
        calls[0] += 1
        if calls[0] == 6:
            raise Stopped

    x = np.zeros((100_000, 2), np.float32)
    with pytest.raises(Stopped):
        in_turns(run, x, Turns(report, 0.0, 1.0, "Answering"))
    assert max(sizes) <= 60  # 0.03 s are aimed at


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
