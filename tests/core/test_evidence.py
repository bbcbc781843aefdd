"""The statistics of the checks, against SciPy's values and planted faults."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from studio.core import evidence
from studio.core.evaluation import FLIPS_KEPT, Flips


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (18, 20), (80, 80), (350, 360), (1, 3)])
def test_wilson_agrees_with_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert evidence.wilson(hits, n) == pytest.approx((expected.low, expected.high))


def test_flips_tell_broken_from_mended() -> None:
    y = np.array([0, 0, 1, 1, 2])
    before = np.array([0, 1, 1, 0, 0])
    after = np.array([1, 0, 1, 2, 0])
    assert evidence.flips(y, before, after) == Flips(broken=1, mended=1, still_wrong=1)


def test_flipped_samples_are_listed_by_their_number_and_bounded() -> None:
    y = np.zeros(FLIPS_KEPT + 50, np.int64)
    found = evidence.flipped(y, y, y + 1, np.arange(len(y)) + 1000)
    assert len(found.broken) == FLIPS_KEPT
    assert found.broken[:2] == (1000, 1001)
    assert found.mended == found.still_wrong == ()


def test_recall_and_precision_agree_with_sklearn() -> None:
    random = np.random.default_rng(6)
    y, before, after = random.integers(0, 4, (3, 200))
    scores = evidence.class_scores(y, before, after, ("a", "b", "c", "d"))
    for guess, recall, precision in (
        (before, [s.float_recall for s in scores], [s.float_precision for s in scores]),
        (after, [s.recall for s in scores], [s.precision for s in scores]),
    ):
        assert recall == pytest.approx(metrics.recall_score(y, guess, average=None))
        assert precision == pytest.approx(metrics.precision_score(y, guess, average=None))
    assert [s.f1 for s in scores] == pytest.approx(metrics.f1_score(y, after, average=None))
