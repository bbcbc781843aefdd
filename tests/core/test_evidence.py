"""The statistics of the checks, against SciPy's values and planted faults."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from studio.core import evidence
from studio.core.evaluation import FLIPS_KEPT, Flips, Verdict


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (18, 20), (80, 80), (350, 360), (1, 3)])
def test_wilson_agrees_with_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert evidence.wilson(hits, n) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("broken", "mended"), [(0, 0), (5, 7), (10, 1), (3, 3), (0, 6)])
def test_mcnemar_agrees_with_scipy(broken: int, mended: int) -> None:
    n = broken + mended
    expected = stats.binomtest(broken, n).pvalue if n else 1.0
    assert evidence.mcnemar(broken, mended) == pytest.approx(expected)


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


def test_no_change_on_many_samples_passes_and_on_few_cannot_tell() -> None:
    assert evidence.check_compression(Flips(0, 0, 0), 1000, 0.01).verdict is Verdict.PASS
    assert evidence.check_compression(Flips(0, 0, 0), 40, 0.01).verdict is Verdict.CANNOT_TELL
    assert evidence.check_compression(Flips(60, 2, 0), 1000, 0.01).verdict is Verdict.FAIL


def test_a_planted_group_gap_is_found_and_chance_is_not() -> None:
    generator = np.random.default_rng(1)
    hand = np.array(["left"] * 300 + ["right"] * 900)
    right = np.concatenate([generator.random(300) < 0.80, generator.random(900) < 0.96])
    found = evidence.check_groups(right, {"hand": hand, "noise": generator.permutation(hand)})
    assert found.verdict is Verdict.WARN
    assert "left" in found.sentence
    alarms = 0
    for seed in range(60):
        chance = np.random.default_rng(seed)
        result = evidence.check_groups(
            chance.random(1200) < 0.93, {"hand": hand}, repeats=200, allowed_gap=0.0
        )
        alarms += result.verdict is Verdict.WARN
    assert alarms <= 8


def test_groups_that_do_not_exist_or_have_one_value_cannot_tell() -> None:
    right = np.ones(10, bool)
    assert evidence.check_groups(right, {}).verdict is Verdict.CANNOT_TELL
    assert evidence.check_groups(right, {"hand": np.array(["left"] * 10)}).verdict is Verdict.CANNOT_TELL


def test_a_board_that_answers_otherwise_fails() -> None:
    assert evidence.check_host_device(128, 128, 0).verdict is Verdict.PASS
    assert evidence.check_host_device(128, 127, 1).verdict is Verdict.FAIL
    assert evidence.check_host_device(5, 5, 0).verdict is Verdict.CANNOT_TELL


def test_a_class_without_samples_does_not_divide_by_nothing() -> None:
    y = np.array([0, 0])
    scores = evidence.class_scores(y, y, y, ("a", "b"))
    table = evidence.confusion(y, y, 2)
    assert scores[1].n == 0
    assert evidence.check_misses(scores, table).n == 2


def test_larger_errors_of_numbers_fail() -> None:
    y = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    assert evidence.check_regression(y, y + 0.01, y + 0.01, 0.05).verdict is Verdict.PASS
    assert evidence.check_regression(y, y + 0.01, y + 0.5, 0.05).verdict is Verdict.FAIL
