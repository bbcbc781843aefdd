"""The area under the ROC curve, against sklearn's, with ties and with everything told apart."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from studio.core.anomaly import auc


def test_auc_agrees_with_sklearn_with_ties_too() -> None:
    random = np.random.default_rng(2)
    marks = random.random(300) < 0.3
    errors = np.round(random.normal(0, 1, 300) + marks, 1).astype(np.float32)
    assert auc(errors, marks).value == pytest.approx(roc_auc_score(marks, errors))


def test_the_interval_keeps_its_width_where_all_pairs_are_told_apart() -> None:
    marks = np.arange(40) >= 30
    found = auc(np.arange(40, dtype=np.float32), marks)
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.8 < found.low < 0.99
    reverse = auc(-np.arange(40, dtype=np.float32), marks)
    assert (reverse.value, reverse.low) == (0.0, 0.0)
    assert reverse.high == pytest.approx(1 - found.low)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    true = 0.7602  # P(a < b) for normal a, b one standard deviation apart
    held = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        marks = np.arange(90) >= 60
        found = auc((random.normal(0, 1, 90) + marks).astype(np.float32), marks)
        held += found.low <= true <= found.high
    assert 180 <= held <= 199
