"""C1 for classes: against SciPy and sklearn, for people, and at its edges."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from studio.core.checks.accuracy import check_accuracy
from studio.core.checks.answer_details import Recalls
from studio.core.checks.check import Check, Verdict
from tests.core.checks.answered import LIMITS, answered, with_scores

LABELS = ("a", "b", "c")


def recalls(check: Check) -> Recalls:
    assert isinstance(check.detail, Recalls)
    return check.detail


def test_accuracy_and_recalls_agree_with_scipy_and_sklearn() -> None:
    random = np.random.default_rng(1)
    y = random.integers(0, 3, 400)
    guess = np.where(random.random(400) < 0.8, y, random.integers(0, 3, 400))
    check = check_accuracy(answered(y, guess), LABELS, LIMITS)
    hits = int((y == guess).sum())
    expected = stats.binomtest(hits, 400).proportion_ci(method="wilson")
    assert check.ci == pytest.approx((expected.low, expected.high))
    detail = recalls(check)
    assert detail.macro is not None
    assert detail.macro.value == pytest.approx(metrics.balanced_accuracy_score(y, guess))
    by_class = [part.share.value for part in detail.classes if part.share]
    assert by_class == pytest.approx(metrics.recall_score(y, guess, average=None))
    assert detail.worst is not None
    assert detail.worst.value == min(by_class)
    assert check.verdict is Verdict.PASS


def test_samples_of_few_people_say_less() -> None:
    random = np.random.default_rng(2)
    people = np.repeat(np.array(["p1", "p2", "p3", "p4"]), 60)
    y = random.integers(0, 3, 240)
    skill = np.repeat([0.99, 0.95, 0.9, 0.6], 60)
    guess = np.where(random.random(240) < skill, y, (y + 1) % 3)
    alone = check_accuracy(answered(y, guess), LABELS, LIMITS)
    known = check_accuracy(answered(y, guess, groups={"wearer": people}), LABELS, LIMITS)
    assert recalls(known).clustered_by == "wearer"
    assert "wearer" in known.method
    assert alone.ci is not None
    assert known.ci is not None
    assert known.ci[1] - known.ci[0] > 2 * (alone.ci[1] - alone.ci[0])


def test_a_class_without_samples_is_named_without_a_share() -> None:
    y = np.repeat([0, 1], 40)
    detail = recalls(check_accuracy(answered(y, y, classes=3), LABELS, LIMITS))
    assert [part.n for part in detail.classes] == [40, 40, 0]
    assert detail.classes[2].share is None
    assert not detail.classes[2].telling
    assert detail.macro is not None
    assert detail.macro.value == 1.0
    assert detail.macro.low < 1.0


def test_few_samples_cannot_tell_and_none_neither() -> None:
    few = check_accuracy(answered([0, 1] * 5, [0, 1] * 5), ("a", "b"), LIMITS)
    assert (few.verdict, few.needed) == (Verdict.CANNOT_TELL, LIMITS.fewest_samples)
    nothing = check_accuracy(with_scores([], np.zeros((0, 2))), ("a", "b"), LIMITS)
    assert nothing.verdict is Verdict.CANNOT_TELL


def test_the_maker_s_own_limit_decides() -> None:
    y = np.repeat([0, 1], 200)
    guess = y.copy()
    guess[:40] = 1
    found = {
        limit: check_accuracy(answered(y, guess), ("a", "b"), replace(LIMITS, min_macro_recall=limit))
        for limit in (0.8, 0.9, 0.99)
    }
    assert [found[limit].verdict for limit in found] == [Verdict.PASS, Verdict.CANNOT_TELL, Verdict.FAIL]
    assert check_accuracy(answered(y, guess), ("a", "b"), replace(LIMITS, min_macro_recall=0.89)).needed > 400
