"""C6: scores that can be trusted seldom raise an alarm, and those of a model that is too sure do."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from studio.core.checks.answer_details import Reliability
from studio.core.checks.calibration import are_probabilities, calibration_error, check_calibration, equal_bins
from studio.core.checks.check import Verdict
from tests.core.checks.answered import LIMITS, SIMULATIONS, with_scores


def calibrated(random: np.random.Generator, n: int, power: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Truth and scores of two classes; with a power above 1 the scores are surer than they should be."""
    confidence = random.uniform(0.5, 1.0, n)
    y = (random.random(n) >= confidence).astype(np.int64)
    sure = confidence**power / (confidence**power + (1 - confidence) ** power)
    return y, np.stack([sure, 1 - sure], axis=1)


def test_the_error_agrees_with_sklearn_s_curve() -> None:
    random = np.random.default_rng(1)
    y, scores = calibrated(random, 600, 2.0)
    confidence = scores.max(axis=1)
    bins = equal_bins(confidence, 15)
    right, mean = calibration_curve((y == 0).astype(int), confidence, n_bins=15, strategy="quantile")
    expected = float(np.abs(right - mean).mean())  # bins of equal size: the plain mean
    assert calibration_error(confidence, (y == 0)[None], bins)[0] == pytest.approx(expected, abs=0.002)
    check = check_calibration(with_scores(y, scores), LIMITS)
    assert isinstance(check.detail, Reliability)
    assert check.detail.brier == pytest.approx(2 * brier_score_loss(y, scores[:, 1]), abs=1e-5)
    assert sum(item.n for item in check.detail.bins) == 600


def test_trusty_scores_seldom_raise_an_alarm_and_the_same_seed_says_the_same() -> None:
    random = np.random.default_rng(2)
    alarms, rounds = 0, SIMULATIONS // 2
    for _ in range(rounds):
        y, scores = calibrated(random, 60)
        alarms += check_calibration(with_scores(y, scores), LIMITS).verdict is Verdict.WARN
    assert alarms <= 0.06 * rounds
    y, scores = calibrated(random, 300, 3.0)
    first, second = (check_calibration(with_scores(y, scores), LIMITS) for _ in range(2))
    assert first == second
    assert first.verdict is Verdict.WARN
    assert "too sure" in first.sentence


def test_scores_that_are_no_probabilities_cannot_tell() -> None:
    y = np.zeros(50, np.int64)
    raw = np.random.default_rng(3).normal(0, 3, (50, 4))
    assert check_calibration(with_scores(y, raw), LIMITS).verdict is Verdict.CANNOT_TELL
    assert not are_probabilities(np.zeros((0, 3), np.float32))
    int8 = np.full((50, 4), 64 / 256, np.float32)
    assert are_probabilities(int8)
    few = check_calibration(with_scores(y[:5], int8[:5]), LIMITS)
    assert (few.verdict, few.needed) == (Verdict.CANNOT_TELL, LIMITS.fewest_samples)
