"""Every limit that the maker can set binds alike: what was measured beyond it holds back a release, and is named."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from studio.core.checklist import LimitRule, Tier, Worse
from studio.core.checks.accuracy import check_accuracy
from studio.core.checks.alarms import project_alarms
from studio.core.checks.anomalies import check_separation
from studio.core.checks.check import Check, Measured, Verdict
from studio.core.checks.detection import check_misses
from studio.core.checks.groups import check_groups
from studio.core.checks.limits import Limits
from studio.core.checks.regression import check_fit
from studio.core.regression import errors_of
from studio.core.review import Review, logged
from tests.core.checks.answered import LIMITS, answered
from tests.core.review.whole import CHECKLIST, entered, look, measuring, rows, signed, with_check

LABELS = ("tap", "shake", "idle")
Y = np.repeat([0, 1, 2], [200, 100, 240])
GUESS = np.where(np.arange(540) % 24 == 1, (Y + 1) % 3, Y)  # 23 of 540 are wrong
HAND = {"hand": np.where(np.arange(540) % 3 == 0, "left", "right")}
NUMBERS = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
NEAR = NUMBERS + np.random.default_rng(1).normal(0, 0.2, (200, 1)).astype(np.float32)
ODD = np.arange(400) >= 200
STRANGE = (np.random.default_rng(1).normal(0, 1, 400) + 2 * ODD).astype(np.float32)

Make = Callable[[Limits], Check]
MADE: dict[str, dict[str, Make]] = {
    "classes": {
        "min_accuracy": lambda limits: check_accuracy(answered(Y, GUESS), LABELS, limits),
        "min_macro_recall": lambda limits: check_accuracy(answered(Y, GUESS), LABELS, limits),
        "max_miss_share": lambda limits: check_misses(answered(Y, GUESS), LABELS, None, limits),
        "max_false_alarm_share": lambda limits: check_misses(answered(Y, GUESS), LABELS, None, limits),
        "max_alarms_per_hour": lambda limits: project_alarms(answered(Y, GUESS), LABELS, Tier.THINGS, limits),
        "max_group_gap": lambda limits: check_groups(answered(Y, GUESS, groups=HAND), limits),
    },
    "numbers": {"min_accuracy": lambda limits: check_fit(NUMBERS, NEAR, errors_of(NUMBERS, NEAR), limits)},
    "anomalies": {"min_accuracy": lambda limits: check_separation(STRANGE, ODD, None, limits)},
}
CASES = [(task, name) for task, made in MADE.items() for name in made]


def measured(check: Check, name: str) -> float:
    return next(one.value for one in check.measured if one.limit == name)


def set_to(name: str, value: float) -> Limits:
    return replace(LIMITS, **{name: value} if name != "min_accuracy" else {})  # type: ignore[arg-type]


def held(name: str, limit: float, check: Check) -> Review:
    """The review in which the maker set this limit and no other."""
    checks = with_check(check)
    answers = signed(replace(entered(), limits={name: limit}), checks)
    return look(answers, checks, facts=logged(rows(checks), CHECKLIST))


def broken(found: Review, check: Check) -> str:
    """What holds back a release because of a limit."""
    said = [reason.text for reason in found.reasons_at(check.id)]
    return " ".join(words for words in said if "breaks the limit that you set" in words)


def stricter(rule: LimitRule, value: float) -> float:
    return value - 1e-6 if rule.worse is Worse.ABOVE else value + 1e-6


def test_each_limit_of_the_checklist_is_tried_here() -> None:
    assert set(MADE["classes"]) == {rule.id for rule in CHECKLIST.own_limits if rule.binds}
    assert set(MADE["numbers"]) <= {rule.id for rule in CHECKLIST.own_limits if not rule.classes}


@pytest.mark.parametrize(("task", "name"), CASES)
def test_what_is_measured_just_beyond_a_limit_blocks_and_on_it_does_not(task: str, name: str) -> None:
    rule, make = CHECKLIST.limit(name), MADE[task][name]
    value = measured(make(LIMITS), name)
    assert value > 0
    for limit, kept in ((value, True), (stricter(rule, value), False)):
        check = make(set_to(name, limit))
        assert measured(check, name) == value
        found = held(name, limit, check)
        words = broken(found, check)
        assert (words == "") is kept
        if not kept:
            assert not found.approved
            assert f"{rule.text}: " in words
            assert ", measured " in words


def test_false_alarms_beyond_the_limit_block_where_the_interval_alone_cannot_tell() -> None:
    y = np.repeat([0, 1], 540)
    guess = y.copy()
    guess[540:563] = 0  # 23 of 540 others raise 'tap'
    check = check_misses(
        answered(y, guess), ("tap", "shake"), None, replace(LIMITS, max_false_alarm_share=0.03)
    )
    assert check.verdict is Verdict.CANNOT_TELL
    found = held("max_false_alarm_share", 0.03, check)
    assert not found.approved
    assert "3.0 %, measured 4.3 % (tap)" in broken(found, check)


def test_two_broken_limits_of_one_check_are_both_said_and_so_is_why_it_failed() -> None:
    beyond = (Measured("max_miss_share", 0.6, "tap"), Measured("max_false_alarm_share", 0.4, "shake"))
    check = measuring("C4", *beyond, verdict=Verdict.FAIL)
    checks = with_check(check)
    limits = {"max_miss_share": 0.5, "max_false_alarm_share": 0.1}
    answers = signed(replace(entered(), limits=limits), checks)
    (reason,) = look(answers, checks, facts=logged(rows(checks), CHECKLIST)).reasons_at("C4")
    for words in ("C4 failed: Not fine.", "50.0 %, measured 60.0 % (tap)", "10.0 %, measured 40.0 % (shake)"):
        assert words in reason.text


def test_a_signature_covers_what_was_measured() -> None:
    checks = with_check(measuring("C4", Measured("max_miss_share", 0.2, "tap")))
    answers = signed(entered(), checks)
    assert look(answers, checks, facts=logged(rows(checks), CHECKLIST)).approved
    other = with_check(measuring("C4", Measured("max_miss_share", 0.3, "tap")))
    assert not look(answers, other, facts=logged(rows(checks), CHECKLIST)).approved
