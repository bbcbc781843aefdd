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


def test_a_model_that_is_right_no_more_often_than_the_most_frequent_class_fails_without_any_limit() -> None:
    random = np.random.default_rng(3)
    y = np.repeat([0, 1, 2], [100, 60, 40])
    always = check_accuracy(answered(y, np.zeros(200, int), classes=3), LABELS, LIMITS)
    assert always.verdict is Verdict.FAIL
    assert (
        "Always answering 'a' would be right in 50 %: the model does no better than that." in always.sentence
    )
    assert check_accuracy(answered(y, random.permutation(y)), LABELS, LIMITS).verdict is Verdict.FAIL
    few = check_accuracy(answered(y[80:105], np.zeros(25, int), classes=3), LABELS, LIMITS)
    assert few.verdict is Verdict.CANNOT_TELL


def test_a_model_that_may_be_no_better_than_the_most_frequent_class_cannot_tell() -> None:
    y = np.repeat([0, 1], 100)
    guess = np.where(np.arange(200) % 100 < 54, y, 1 - y)
    check = check_accuracy(answered(y, guess), ("a", "b"), LIMITS)
    assert check.verdict is Verdict.CANNOT_TELL
    assert "200 samples cannot tell whether the model does better" in check.sentence
    assert check.needed > 400
    people = np.repeat(["p", "q", "r", "s"], 50)
    known = check_accuracy(answered(y, guess, groups={"person": people}), ("a", "b"), LIMITS)
    assert "samples from more values of 'person' would tell" in known.sentence
    assert known.needed == 0
    better = np.where(np.arange(200) % 100 < 64, y, 1 - y)
    assert check_accuracy(answered(y, better), ("a", "b"), LIMITS).verdict is Verdict.PASS


def test_a_rare_event_that_is_found_warns_and_the_sentence_says_what_to_test_with() -> None:
    """Of 990 quiet windows 20 are called an event, and all 10 events are found: 98 % are right, 99 % were quiet."""
    y = np.repeat([0, 1], [990, 10])
    guess = y.copy()
    guess[:20] = 1
    check = check_accuracy(answered(y, guess), ("idle", "fall"), LIMITS)
    assert check.verdict is Verdict.WARN
    assert "It does tell classes apart (99 % of each are found in the mean" in check.sentence
    assert "about as many samples of each class" in check.sentence


def test_one_class_alone_cannot_tell() -> None:
    y = np.zeros(50, int)
    check = check_accuracy(answered(y, y, classes=2), ("a", "b"), LIMITS)
    assert check.verdict is Verdict.CANNOT_TELL
    assert "of one class" in check.sentence
