"""C4 and C5: thresholds that int8 cannot reach, ties, Poisson bounds, and the device's own post-processing."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import det_curve

from studio.core.checklist import Tier
from studio.core.checks.alarms import check_alarms, project_alarms, threshold_alone
from studio.core.checks.answer_details import AlarmRate, Detection
from studio.core.checks.check import Check, Verdict
from studio.core.checks.detection import Steps, check_misses, detection_points
from studio.core.checks.limits import Limits
from tests.core.checks.answered import LIMITS, SIMULATIONS, answered, with_scores

INT8 = Steps(1 / 256, 255 / 256)
LABELS = ("go", "stop", "silence")


def int8_scores(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    y = random.integers(0, 3, n)
    logits = random.normal(0, 1, (n, 3))
    logits[np.arange(n), y] += 4
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return y, np.clip(np.round(scores * 256), 0, 255) / 256


def test_a_threshold_above_what_int8_can_hold_never_fires_and_fails() -> None:
    y, scores = int8_scores(300)
    answers = with_scores(y, scores)
    check = check_misses(answers, LABELS, INT8, replace(LIMITS, threshold=0.997))
    assert check.verdict is Verdict.FAIL
    assert "never" in check.sentence
    assert isinstance(check.detail, Detection)
    assert not check.detail.reachable
    assert (
        check_misses(answers, LABELS, INT8, replace(LIMITS, threshold=255 / 256)).verdict is not Verdict.FAIL
    )
    assert check_misses(answers, LABELS, None, replace(LIMITS, threshold=0.997)).verdict is not Verdict.FAIL


def test_the_curve_has_the_steps_that_the_output_can_reach_and_agrees_with_sklearn() -> None:
    y, scores = int8_scores(500)
    check = check_misses(with_scores(y, scores), LABELS, INT8, LIMITS)
    assert isinstance(check.detail, Detection)
    curve = next(curve for curve in check.detail.curves if curve.label == "go")
    assert {point.threshold * 256 % 1 for point in curve.points} == {0.0}
    false_alarms, misses, thresholds = det_curve(y == 0, scores[:, 0].astype(np.float32))
    known = {float(t): (float(m), float(f)) for t, m, f in zip(thresholds, misses, false_alarms, strict=True)}
    for point in curve.points:
        assert known[point.threshold] == (point.misses, point.false_alarms)
    assert check.detail.tied_share == pytest.approx((scores.max(axis=1) == 255 / 256).mean())


def test_misses_are_those_below_the_threshold_and_background_is_no_event() -> None:
    y, scores = int8_scores(600)
    check = check_misses(with_scores(y, scores), LABELS, INT8, replace(LIMITS, threshold=0.9))
    assert isinstance(check.detail, Detection)
    assert {curve.label for curve in check.detail.curves} == {"go", "stop"}
    assert "What is missed of 'silence' does not count" in check.sentence
    for curve in check.detail.curves:
        place = LABELS.index(curve.label)
        assert curve.misses is not None
        assert curve.misses.value == pytest.approx((scores[y == place, place] < 0.9).mean())
        assert curve.false_alarms is not None
        assert curve.false_alarms.value == pytest.approx((scores[y != place, place] >= 0.9).mean())


def test_the_maker_s_limit_is_held_by_the_interval_and_not_by_the_figure() -> None:
    y = np.repeat([0, 1], 100)
    answers = answered(y, y)  # nothing missed
    strict = check_misses(answers, ("a", "b"), None, replace(LIMITS, max_miss_share=0.01))
    assert strict.verdict is Verdict.CANNOT_TELL
    assert strict.needed > 100
    assert (
        check_misses(answers, ("a", "b"), None, replace(LIMITS, max_miss_share=0.05)).verdict is Verdict.PASS
    )
    wrong = y.copy()
    wrong[:40] = 1
    failed = check_misses(answered(y, wrong), ("a", "b"), None, replace(LIMITS, max_miss_share=0.05))
    assert failed.verdict is Verdict.FAIL


def test_one_class_alone_has_no_curve_and_few_samples_cannot_tell() -> None:
    assert detection_points(np.ones(5, bool), np.zeros(5)) == ()
    check = check_misses(answered([0] * 40, [0] * 40, classes=2), ("a", "b"), INT8, LIMITS)
    assert check.verdict is Verdict.CANNOT_TELL
    few = check_misses(answered([0, 1] * 9, [0, 1] * 9), ("a", "b"), INT8, LIMITS)
    assert few.verdict is Verdict.CANNOT_TELL


def alarms(scores: np.ndarray, tier: Tier, limit: float | None) -> Check:
    limits = replace(LIMITS, max_alarms_per_hour=limit)
    decide = threshold_alone(LABELS, limits)
    return check_alarms(scores, 1.0, decide, tier, limits, processing="threshold alone")


def test_an_hour_of_silence_without_an_alarm_still_allows_for_some() -> None:
    quiet = np.tile(np.array([0.1, 0.1, 0.8], np.float32), (3600, 1))
    check = alarms(quiet, Tier.PEOPLE, 0.5)
    assert isinstance(check.detail, AlarmRate)
    assert (check.detail.alarms, check.detail.hours, check.detail.projected) == (0, 1.0, False)
    assert check.detail.per_hour.high == pytest.approx(3.69, abs=0.005)
    assert check.verdict is Verdict.CANNOT_TELL
    assert "hours would tell" in check.sentence
    assert alarms(quiet, Tier.PEOPLE, 4.0).verdict is Verdict.PASS
    assert alarms(quiet, Tier.PEOPLE, None).verdict is Verdict.CANNOT_TELL


def test_one_event_that_lasts_is_one_alarm_and_events_do_not_count() -> None:
    scores = np.tile(np.array([0.1, 0.1, 0.8], np.float32), (7200, 1))
    scores[100:110] = (0.9, 0.05, 0.05)
    scores[5000:5003] = (0.05, 0.9, 0.05)
    assert alarms(scores, Tier.THINGS, 5.0).n == 2
    in_event = np.zeros(7200, bool)
    in_event[4990:5010] = True
    limits = replace(LIMITS, max_alarms_per_hour=5.0)
    decide = threshold_alone(LABELS, limits)
    check = check_alarms(
        scores, 1.0, decide, Tier.THINGS, limits, processing="threshold alone", in_event=in_event
    )
    assert check.n == 1
    assert isinstance(check.detail, AlarmRate)
    assert check.detail.hours == pytest.approx((7180 - 2) / 3600)


@pytest.mark.parametrize(
    ("windows", "shown"), [(60, "1 minute "), (20, "20 seconds "), (1, "1 second "), (720, "12 minutes ")]
)
def test_one_of_a_kind_is_not_many(windows: int, shown: str) -> None:
    scores = np.tile(np.array([0.1, 0.1, 0.8], np.float32), (windows, 1))
    assert f"0 false alarms in {shown}without an event" in alarms(scores, Tier.THINGS, None).sentence
    scores[0] = (0.9, 0.05, 0.05)
    assert f"1 false alarm in {shown}without an event" in alarms(scores, Tier.THINGS, None).sentence


def test_a_rate_at_the_limit_is_seldom_passed_or_failed() -> None:
    counts = np.random.default_rng(5).poisson(20.0, SIMULATIONS)
    quiet, loud = np.array([0.1, 0.1, 0.8], np.float32), np.array([0.9, 0.05, 0.05], np.float32)
    limits = replace(LIMITS, max_alarms_per_hour=20.0, alarm_thresholds=())
    decided = 0
    for count in np.unique(counts):
        scores = np.tile(quiet, (3600, 1))
        scores[np.arange(count) * 2] = loud
        check = check_alarms(
            scores, 1.0, threshold_alone(LABELS, limits), Tier.THINGS, limits, processing="threshold alone"
        )
        if check.verdict in (Verdict.PASS, Verdict.FAIL):
            decided += int((counts == count).sum())
    assert decided <= 0.06 * SIMULATIONS


def test_single_samples_are_a_projection_that_cannot_pass_for_people() -> None:
    y = np.repeat([0, 2], [50, 3600])
    answers = answered(y, y)
    found = {
        tier: project_alarms(answers, LABELS, tier, replace(LIMITS, max_alarms_per_hour=5.0))
        for tier in (Tier.THINGS, Tier.PEOPLE)
    }
    assert found[Tier.THINGS].verdict is Verdict.PASS
    assert found[Tier.PEOPLE].verdict is Verdict.CANNOT_TELL
    assert "projection" in found[Tier.PEOPLE].sentence
    without = project_alarms(answered([0, 1], [0, 1]), ("a", "b"), Tier.THINGS, LIMITS)
    assert without.verdict is Verdict.CANNOT_TELL
    assert "Record some hours" in without.sentence


def of_twenty(limit: float, *, samples: int = 50) -> Check:
    """20 classes: each but the last misses one in ten; the last misses nothing and is raised by 21 % of others."""
    y = np.repeat(np.arange(20), samples)
    scores = np.full((len(y), 20), 0.01, np.float32)
    scores[np.arange(len(y)), y] = np.where((np.arange(len(y)) % 10 == 0) & (y < 19), 0.4, 0.9)
    others = np.flatnonzero(y < 19)
    scores[others[: round(0.21 * len(others))], 19] = 0.6
    limits = replace(LIMITS, max_false_alarm_share=limit, max_miss_share=0.9)
    return check_misses(with_scores(y, scores), tuple(f"K{place}" for place in range(20)), None, limits)


def test_false_alarms_of_a_class_without_a_miss_fail_however_many_classes_miss_more() -> None:
    check = of_twenty(0.01)
    assert check.verdict is Verdict.FAIL
    assert "That breaks your limit of 1 % false alarms: 'K19' has 21.1 %." in check.sentence
    assert check.value == pytest.approx(0.21, abs=0.002)
    assert (check.limit, check.n) == (0.01, 950)
    assert isinstance(check.detail, Detection)
    assert (len(check.detail.curves), check.detail.judged) == (16, 20)
    assert check.detail.curves[0].label == "K19"
    assert of_twenty(0.5).verdict is Verdict.PASS


def test_the_share_that_leaves_the_verdict_open_is_named_with_the_samples_that_would_tell() -> None:
    check = of_twenty(0.2)
    assert check.verdict is Verdict.CANNOT_TELL
    assert "'K19' keeps your limit of 20 % false alarms cannot be told" in check.sentence
    assert check.limit == 0.2
    assert check.needed > check.n
    assert f"About {check.needed} samples of others would tell." in check.sentence


def test_the_studio_s_own_limit_is_told_from_the_maker_s() -> None:
    y = np.repeat([0, 1], 100)
    guess = y.copy()
    guess[:30] = 1
    warned = check_misses(answered(y, guess), ("a", "b"), None, LIMITS)
    assert warned.verdict is Verdict.WARN
    assert "you set no limit" in warned.sentence
    broken = check_misses(answered(y, guess), ("a", "b"), None, replace(LIMITS, max_miss_share=0.1))
    assert "That breaks your limit of 10 % misses: 'a' has 30.0 %." in broken.sentence
    assert (broken.value, broken.limit, broken.n) == (0.3, 0.1, 100)


def test_a_class_without_test_samples_is_judged_by_the_false_alarms_that_it_raises() -> None:
    y = np.repeat([0, 1], 100)
    guess = np.where(np.arange(200) % 4 == 0, 2, y)
    limits = replace(LIMITS, max_miss_share=0.5, max_false_alarm_share=0.1)
    check = check_misses(answered(y, guess), ("a", "b", "c"), None, limits)
    assert check.verdict is Verdict.FAIL
    assert "'c' fares worst: it has no samples, and 50 false alarms in 200 other samples" in check.sentence


@pytest.mark.parametrize(
    ("seconds", "hop_s", "counted"), [(0, 1, 2), (1, 1, 0), (0.5, 1, 0), (1, 0.5, 0), (1, 0.25, 0)]
)
def test_an_alarm_right_before_or_after_an_event_is_one_of_the_event(
    seconds: float, hop_s: float, counted: int
) -> None:
    scores = np.tile(np.array([0.1, 0.1, 0.8], np.float32), (3600, 1))
    scores[[99, 105]] = (0.9, 0.05, 0.05)
    scores[0] = scores[3599] = (0.1, 0.1, 0.8)
    in_event = np.zeros(3600, bool)
    in_event[100:105] = in_event[0] = in_event[3599] = True
    limits = replace(LIMITS, event_tolerance_seconds=seconds)
    decide = threshold_alone(LABELS, limits)

    def found(limits: Limits, scores: np.ndarray) -> Check:
        return check_alarms(scores, hop_s, decide, Tier.THINGS, limits, processing="it", in_event=in_event)

    assert found(limits, scores).n == counted
    scores[120] = (0.9, 0.05, 0.05)  # far enough from it
    assert found(limits, scores).n == counted + 1
