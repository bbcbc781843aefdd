"""Errors of numbers, against sklearn's, and what their intervals are worth."""

import numpy as np
import pytest
from sklearn import metrics

from studio.core.regression import errors_of, explained_share


def test_errors_agree_with_sklearn() -> None:
    random = np.random.default_rng(1)
    y = random.normal(0, 2, (300, 2)).astype(np.float32)
    scores = (y + random.normal(0.1, 0.5, y.shape)).astype(np.float32)
    found = errors_of(y, scores)
    assert found.absolute.value == pytest.approx(metrics.mean_absolute_error(y, scores), rel=1e-5)
    assert found.root_square.value == pytest.approx(np.sqrt(np.square(y - scores).mean()), rel=1e-5)
    one = errors_of(y[:, :1], scores[:, :1])
    assert one.explained.value == pytest.approx(metrics.r2_score(y[:, :1], scores[:, :1]), rel=1e-4)
    for estimate in (found.absolute, found.root_square, found.explained):
        assert estimate.low < estimate.value < estimate.high


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    true = np.sqrt(2 / np.pi)  # the mean of |e| for e of a standard normal distribution
    held = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        y = np.zeros((80, 1), np.float32)
        found = errors_of(y, random.normal(0, 1, y.shape).astype(np.float32)).absolute
        held += found.low <= true <= found.high
    assert 86 <= held <= 100


def test_the_share_explained_is_1_for_right_answers_and_0_for_the_mean() -> None:
    y = np.random.default_rng(0).normal(0, 1, (50, 2)).astype(np.float32)
    assert explained_share(y, y) == 1.0
    assert explained_share(y, np.broadcast_to(y.mean(axis=0), y.shape)) == pytest.approx(0.0, abs=1e-6)
    assert explained_share(np.ones((5, 1), np.float32), np.zeros((5, 1), np.float32)) == 0.0
    found = errors_of(y, y + np.float32(0.1)).explained
    assert found.low <= explained_share(y, y + np.float32(0.1)) <= found.high


def test_large_test_sets_pause_often() -> None:
    pauses = []
    y = np.zeros((20_000, 1), np.float32)
    errors_of(y, y, lambda: pauses.append(1))
    assert len(pauses) >= 20
