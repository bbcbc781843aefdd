"""Evaluations say what they measured, and old records read on."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.codec import from_json, to_json
from studio.core.dataset import Task
from studio.core.evaluation import ClassScore, Errors, Estimate, Evaluation, Flipped
from tests.core import made

OLDER = {
    "candidate_sha256": "c" * 64,
    "data_sha256": "d" * 64,
    "task": "classification",
    "engine": "the exported C, built for this computer",
    "n": 10,
    "accuracy": 0.9,
    "float_accuracy": 1.0,
    "accuracy_ci": [0.6, 0.98],
    "classes": [{"label": "a", "n": 10, "float_recall": 1.0, "recall": 0.9}],
    "confusion": [[9, 1], [0, 0]],
    "flips": {"broken": 1, "mended": 0, "still_wrong": 0},
}


def test_a_record_from_before_precision_and_flips_were_kept_reads_on() -> None:
    read = from_json(Evaluation, OLDER, "evaluation")
    assert read.classes[0].precision is None
    assert read.classes[0].f1 is None
    assert (read.flipped, read.errors, read.auc) == (None, None, None)
    assert read.metric == "accuracy"


def test_an_evaluation_comes_back_from_its_json_form(tmp_path: Path) -> None:
    known = made.results(tmp_path).evaluation
    assert known is not None
    estimate = Estimate(0.5, 0.4, 0.6)
    full = replace(
        known,
        flipped=Flipped((1, 2), (), (7,)),
        errors=Errors(estimate, estimate, estimate),
        auc=estimate,
        float_confusion=((1, 0), (0, 1)),
        recipe="int8",
        of=400,
    )
    assert from_json(Evaluation, to_json(full), "evaluation") == full


def test_the_metric_of_an_autoencoder_is_auc_only_where_anomalies_are_marked() -> None:
    read = from_json(Evaluation, OLDER, "evaluation")
    coded = replace(read, task=Task.AUTOENCODER)
    assert coded.metric == "R²"
    assert replace(coded, auc=Estimate(0.8, 0.7, 0.9)).metric == "AUC"


def test_f1_is_the_harmonic_mean_and_nothing_where_the_class_was_never_answered() -> None:
    score = ClassScore("a", 10, 0.5, 0.8, 1.0, 0.4)
    assert score.float_f1 == pytest.approx(2 / 3)
    assert score.f1 == pytest.approx(2 * 0.8 * 0.4 / 1.2)
    assert ClassScore("a", 10, 0.0, 0.0, None, 0.0).float_f1 is None
    assert ClassScore("a", 10, 0.0, 0.0, None, 0.0).f1 == 0.0


def test_balanced_accuracy_is_told_only_where_classes_differ_in_size() -> None:
    read = from_json(Evaluation, OLDER, "evaluation")
    even = (ClassScore("a", 10, 1.0, 0.9), ClassScore("b", 11, 1.0, 0.5))
    assert replace(read, classes=even).balanced is None
    uneven = (ClassScore("a", 90, 1.0, 1.0), ClassScore("b", 10, 1.0, 0.5), ClassScore("none", 0, 0.0, 0.0))
    assert replace(read, classes=uneven).balanced == (1.0, 0.75)


def test_provenance_names_engine_recipe_split_count_data_candidate_and_c() -> None:
    read = replace(
        from_json(Evaluation, OLDER, "evaluation"),
        recipe="int8, 20 % of channels pruned",
        of=400,
        sources="e" * 64,
    )
    rows = dict(read.provenance)
    assert rows["Answered by"] == "the exported C, built for this computer"
    assert rows["Recipe"] == "int8, 20 % of channels pruned"
    assert rows["Samples"] == "10 of 400 samples of the test split"
    assert rows["Data (SHA-256)"] == "d" * 16
    assert rows["Candidate (SHA-256)"] == "c" * 16
    assert rows["C sources"] == "e" * 16
    assert dict(replace(read, of=0).provenance)["Samples"] == "all 10 samples of the test split"
