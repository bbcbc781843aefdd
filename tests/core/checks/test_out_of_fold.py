"""C14 on training samples: a quick classifier that has not seen them, and labels planted wrong."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Suspects, TrainingSuspects
from studio.core.checks.labels import check_labels
from studio.core.checks.out_of_fold import FOLDS, OutOfFold, folds, most_samples, out_of_fold, seen
from studio.core.places import resources
from tests.core.checks.answered import LIMITS, answered

SURE = answered(np.tile([0, 1], 30), np.tile([0, 1], 30))
MANY = answered(np.tile([0, 1], 30), np.tile([0, 1], 30), classes=10)


def folded(x: np.ndarray, y: np.ndarray, classes: int) -> OutOfFold:
    return out_of_fold(x.astype(np.float32), y, np.arange(len(y)), classes, lambda: None)


def training_of(check: Check) -> TrainingSuspects:
    assert isinstance(check.detail, Suspects)
    assert check.detail.training is not None
    return check.detail.training


@pytest.mark.parametrize(
    ("name", "found_at_least", "false_at_most"), [("digits", 0.75, 5), ("gestures", 0.7, 15)]
)
def test_most_labels_planted_wrong_are_found_and_few_right_ones_are_doubted(
    name: str, found_at_least: float, false_at_most: int
) -> None:
    with np.load(resources() / "samples" / name / "train.npz") as archive:
        x, y = archive["x"], archive["y"].astype(np.int64)
    random = np.random.default_rng(1)
    classes = 10
    kinds = int(y.max()) + 1
    wrong = random.random(len(y)) < 0.03
    labels = np.where(wrong, (y + random.integers(1, kinds, len(y))) % kinds, y)
    check = check_labels(
        MANY, tuple(str(label) for label in range(classes)), LIMITS, folded(x, labels, classes)
    )
    found = training_of(check)
    assert (check.verdict, found.telling, found.n) == (Verdict.WARN, True, len(y))
    rows = {suspect.row for suspect in found.suspects}
    planted = set(np.flatnonzero(wrong).tolist())
    assert found.count == len(rows) < 100  # nothing was cut off
    assert len(rows & planted) >= found_at_least * len(planted)
    assert len(rows - planted) <= false_at_most
    named = [suspect for suspect in found.suspects if suspect.row in planted]
    assert np.mean([suspect.looks_like == y[suspect.row] for suspect in named]) > 0.9


def test_a_classifier_that_finds_too_little_says_nothing_about_labels() -> None:
    random = np.random.default_rng(2)
    y = np.tile([0, 1], 60)
    check = check_labels(SURE, ("a", "b"), LIMITS, folded(random.normal(0, 1, (120, 8)), y, 2))
    found = training_of(check)
    assert (found.telling, found.suspects, found.count) == (False, (), 0)
    assert check.verdict is Verdict.PASS
    assert "too little to say anything about training labels" in check.sentence
    assert "doubts the labels of 0 of 60 test samples" in check.sentence


def test_a_rare_class_that_is_never_found_counts_as_much_as_a_frequent_one() -> None:
    random = np.random.default_rng(3)
    y = np.repeat([0, 1], [190, 10])
    found = folded(random.normal(0, 1, (200, 6)), y, 2)
    assert (found.scores.argmax(axis=1) == y).mean() > 0.9
    assert found.found_share < 0.8


def test_wrong_training_labels_are_told_where_the_model_s_own_scores_are_no_probabilities() -> None:
    x = np.repeat([[0.0], [9.0]], 40, axis=0) + np.random.default_rng(4).normal(0, 0.1, (80, 1))
    y = np.repeat([0, 1], 40)
    y[[3, 60]] = 1 - y[[3, 60]]
    odd = replace(SURE, float_scores=SURE.float_scores * 7)
    check = check_labels(odd, ("a", "b"), LIMITS, folded(x, y, 2))
    assert {suspect.row for suspect in training_of(check).suspects} == {3, 60}
    assert check.verdict is Verdict.WARN
    alone = check_labels(odd, ("a", "b"), LIMITS, None)
    assert alone.verdict is Verdict.CANNOT_TELL
    assert "too few training samples" in alone.sentence


def test_scores_are_the_same_each_time_and_of_trees_that_had_not_seen_the_sample() -> None:
    random = np.random.default_rng(5)
    x, y = random.normal(0, 1, (90, 10)), random.integers(0, 3, 90)
    first = folded(x, y, 4)
    assert np.array_equal(first.scores, folded(x, y, 4).scores)
    assert first.scores.sum(axis=1) == pytest.approx(np.ones(90))
    assert not first.scores[:, 3].any()  # no sample of that class
    assert (first.scores.argmax(axis=1) == y).mean() < 0.6  # seen ones would be right always
    again = folds(y, 0)
    for label in range(3):
        counts = np.bincount(again[y == label], minlength=FOLDS)
        assert counts.max() - counts.min() <= 1


def test_classes_of_one_sample_and_progress_are_no_trouble() -> None:
    told: list[int] = []
    y = np.array([0] * 20 + [1] * 20 + [2])
    x = (y * 10.0)[:, None] + np.zeros((41, 2))
    found = out_of_fold(x.astype(np.float32), y, np.arange(41), 3, lambda: told.append(1))
    assert np.isfinite(found.scores).all()
    assert len(told) > FOLDS


def test_what_the_trees_see_does_not_grow_with_the_sample_and_knows_a_tone_at_any_time() -> None:
    for shape, most in (
        ((96, 96, 3), 768),
        ((16000,), 516),
        ((400, 6), 3096),
        ((49, 10, 1), 130),
        ((5,), 5),
    ):
        features = seen(np.random.default_rng(6).normal(0, 1, (3, *shape)).astype(np.float32))
        assert features.dtype == np.float32
        assert features.shape[0] == 3
        assert features.shape[1] <= most
        assert 500 <= most_samples(shape) <= 2000
    steps = np.arange(128)
    early, late = np.sin(steps * 0.785), np.sin((steps + 3) * 0.785)
    tones = seen(np.stack([early, late])[:, :, None].astype(np.float32))
    assert tones[0, 128:193] == pytest.approx(tones[1, 128:193], abs=1.5)
    assert abs(tones[0, :128] - tones[1, :128]).max() > 1
