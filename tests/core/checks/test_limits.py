"""The numeric limits are settings that count: another value of each makes another result of some check."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from studio.core.checklist import Tier
from studio.core.checks.accuracy import check_accuracy
from studio.core.checks.alarms import check_alarms, project_alarms, threshold_alone
from studio.core.checks.board import check_board
from studio.core.checks.calibration import check_calibration
from studio.core.checks.check import Check, Verdict
from studio.core.checks.compression import check_broken_samples, check_compression
from studio.core.checks.coverage import check_coverage
from studio.core.checks.detection import check_misses
from studio.core.checks.faults import check_faults
from studio.core.checks.groups import check_groups
from studio.core.checks.labels import check_labels
from studio.core.checks.leaks import check_leaks
from studio.core.checks.limits import Limits, standard_limits
from studio.core.checks.maps import check_maps
from studio.core.checks.membership import check_membership
from studio.core.checks.out_of_fold import OutOfFold
from studio.core.checks.regression import check_fit
from studio.core.checks.sensor_faults import range_of
from studio.core.checks.unknowns import check_unknowns
from studio.core.regression import errors_of
from tests.core.checks.answered import answered, with_scores
from tests.core.checks.made_of_data import split
from tests.core.checks.test_gradients import corner

LABELS = ("go", "stop", "silence")
Y = np.tile([0, 1, 2], 100)
GUESS = np.where(np.arange(300) % 15 == 0, (Y + 1) % 3, Y)
HAND = np.where(np.arange(300) % 2 == 0, "left", "right")
SCORES = np.random.default_rng(1).dirichlet((1, 1, 1), 300) * 0.5
SCORES[np.arange(300), Y] += 0.5
PLAIN = np.random.default_rng(2).uniform(-1, 1, (40, 64, 1)).astype(np.float32)


def loud(x: np.ndarray) -> np.ndarray:
    """How sure of 'go' the loudness makes it; the rest is silence."""
    sure = np.clip(np.abs(x.reshape(len(x), -1)).mean(axis=1), 0, 0.9)
    return np.stack([sure, 0 * sure, 1 - sure], axis=1).astype(np.float32)


def compressed(limits: Limits, tier: Tier) -> Check:
    """Nothing of 300 samples changed."""
    return check_compression(answered(Y, Y), limits.margin(tier))


def leaning(limits: Limits) -> Check:
    """All answers are a tenth of the spread too high."""
    y = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    return check_fit(y, y + np.float32(0.06), errors_of(y, y + np.float32(0.06)), limits)


def harmed(limits: Limits) -> Check:
    """8 of 100 samples of one class were broken by compression."""
    after = Y.copy()
    after[:24:3] = 1
    return check_broken_samples(answered(Y, after, Y), LABELS, limits)


def gap(limits: Limits) -> Check:
    """'left' is wrong in 8 % of 2000 samples, 'right' in 2 %."""
    y = np.zeros(4000, np.int64)
    guess = np.where(np.arange(4000) % 2000 < np.repeat([160, 40], 2000), 1, 0)
    return check_groups(answered(y, guess, groups={"hand": np.repeat(["left", "right"], 2000)}), limits)


def chance(limits: Limits) -> Check:
    """As many of either hand are wrong as chance would have it."""
    return check_groups(answered(Y, GUESS, groups={"hand": np.repeat(["left", "right"], [130, 170])}), limits)


def small_groups(limits: Limits) -> Check:
    """30 samples of each hand, all right."""
    return check_groups(answered(Y[:60], Y[:60], groups={"hand": HAND[:60]}), limits)


def rate(limits: Limits) -> Check:
    """An hour with an alarm one second after an event."""
    scores = np.tile(np.array([0.1, 0.1, 0.8], np.float32), (3600, 1))
    scores[105] = (0.9, 0.05, 0.05)
    in_event = np.zeros(3600, bool)
    in_event[100:105] = True
    decide = threshold_alone(LABELS, limits)
    return check_alarms(scores, 1.0, decide, Tier.THINGS, limits, processing="it", in_event=in_event)


def faulty(limits: Limits) -> Check:
    def judge(_: np.ndarray, scores: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.abs(scores[:, 0] - loud(PLAIN)[:, 0]) < 0.05
        return found

    return check_faults(PLAIN, loud, judge, LABELS, range_of(PLAIN), limits)


def unknown(limits: Limits) -> Check:
    """Inputs of no class, of which half raise an event."""
    half = np.where(np.arange(40)[:, None, None] % 2 == 0, PLAIN * 0 + 0.8, PLAIN * 0).astype(np.float32)
    return check_unknowns(loud(PLAIN), {"half": half}, loud, LABELS, limits, "no logits")


def mapped(limits: Limits) -> Check:
    x = np.random.default_rng(4).uniform(0, 0.2, (4, 12, 12, 1)).astype(np.float32)
    x[:, :3, :3] = 1.0

    def bent(x: np.ndarray) -> np.ndarray:
        score = corner(x)[:, 1] ** 8 * (1 + 0.5 * np.sin(40 * x.mean(axis=(1, 2, 3), dtype=np.float64)))
        return np.stack([1 - score, score], axis=1)

    background = np.full((12, 12, 1), 0.1, np.float32)
    answers = with_scores([1, 1, 1, 1], corner(x))
    return check_maps(x, [0, 1, 2, 3], answers, corner, background, limits, original=bent)


def attacked(limits: Limits) -> Check:
    random = np.random.default_rng(1)
    inside, outside = random.normal(0.35, 1, 3000), random.normal(0, 1, 3000)
    return check_membership({"int8": inside}, {"int8": outside}, 0.1, Tier.PEOPLE, limits)


def leaked(limits: Limits, noise: float = 0.03, *, copies: int = 40) -> Check:
    """`copies` of 200 test samples are those of training with a little noise; people are in both."""
    random = np.random.default_rng(1)
    x, test = random.normal(0, 1, (400, 30, 3)), random.normal(0, 1, (200, 30, 3))
    test[:copies] = x[:copies] + random.normal(0, noise, (copies, 30, 3))
    people = {"host": np.repeat(["ada", "grace"], 200)}
    splits = {"train": split("train", x, **people), "test": split("test", test, host=people["host"][:200])}
    return check_leaks(splits, Tier.PEOPLE, limits)


def pictured(limits: Limits) -> Check:
    """A picture of the test set is one of training with grain."""
    random = np.random.default_rng(1)
    smooth = np.cumsum(np.cumsum(random.normal(0, 1, (30, 32, 32, 1)), axis=1), axis=2)
    again = smooth[20:].copy()
    again[2] = smooth[5] + random.normal(0, 0.15 * smooth[5].std(), (32, 32, 1))
    return check_leaks(
        {"train": split("train", smooth[:20]), "test": split("test", again)}, Tier.PEOPLE, limits
    )


def covered(limits: Limits) -> Check:
    y = np.repeat([0, 1, 2], [200, 100, 40])
    one = split("test", np.zeros((340, 4)), y)
    return check_coverage({"train": one, "test": one}, LABELS, limits)


def doubted(limits: Limits) -> Check:
    """A quick classifier that finds 90 % of training's classes doubts some of the labels."""
    guess = SCORES.copy()
    guess[::10] = np.roll(guess[::10], 1, axis=1)
    return check_labels(with_scores(Y, SCORES), LABELS, limits, OutOfFold(np.arange(300), Y, guess))


def by_person(limits: Limits) -> Check:
    return check_accuracy(
        answered(Y, GUESS, groups={"host": np.repeat([f"h{place}" for place in range(10)], 30)}),
        LABELS,
        limits,
    )


def missed(limits: Limits) -> Check:
    return check_misses(answered(Y, GUESS), LABELS, None, limits)


def seldom(limits: Limits) -> Check:
    """Two in a hundred of each class are answered as the next one."""
    guess = np.where(np.arange(300) % 50 == 0, (Y + 1) % 3, Y)
    return check_misses(answered(Y, guess), LABELS, None, limits)


def projected(limits: Limits) -> Check:
    return project_alarms(with_scores(Y, SCORES), LABELS, Tier.THINGS, limits)


def calibrated(limits: Limits) -> Check:
    return check_calibration(with_scores(Y, SCORES), limits)


Make = Callable[[Limits], Check]
MOVED: dict[str, tuple[Make, Any]] = {
    "accuracy_margin": (lambda limits: compressed(limits, Tier.PEOPLE), 0.005),
    "accuracy_margin_at_stakes": (lambda limits: compressed(limits, Tier.STAKES), 0.05),
    "error_margin": (leaning, 0.2),
    "fewest_samples": (missed, 500),
    "harmed_drop": (harmed, 0.09),
    "group_gap": (gap, 0.2),
    "group_half_width": (small_groups, 0.01),
    "threshold": (missed, 0.95),
    "alarm_thresholds": (projected, (0.2,)),
    "window_seconds": (projected, 7.0),
    "event_tolerance_seconds": (rate, 0.0),
    "usual_miss_share": (seldom, 0.01),
    "usual_false_alarm_share": (seldom, 0.005),
    "calibration_bins": (calibrated, 3),
    "fault_drop": (faulty, 0.99),
    "unknown_rejected": (unknown, 0.3),
    "map_agreement": (mapped, 0.9999),
    "map_gap": (mapped, 1e-9),
    "membership_warn": (attacked, 0.62),
    "membership_fail": (attacked, 0.56),
    "near_similarity": (leaked, 0.99999),
    "near_hash_bits": (pictured, 0),
    "near_share": (leaked, 0.5),
    "imbalance_ratio": (covered, 3.0),
    "thin_class": (covered, 50),
    "label_guesses": (doubted, 0.99),
    "significance": (gap, 1e-9),
    "permutations": (chance, 20),
    "cluster_columns": (by_person, ("host",)),
    "apart_columns": (leaked, ("host",)),
    "background_labels": (missed, ("go",)),
}
OWN = [field.name for field in fields(Limits) if field.default is None]


def said(check: Check) -> tuple[object, ...]:
    """What a check found: not how it puts it, nor the limit that it names."""
    return check.verdict, check.value, check.ci, check.n, check.needed, check.detail


def test_each_number_of_the_file_is_tried_here() -> None:
    assert {*MOVED, "board_samples", *OWN} == {field.name for field in fields(Limits)}


@pytest.mark.parametrize("name", MOVED)
def test_another_value_makes_another_result(name: str) -> None:
    make, other = MOVED[name]
    usual = standard_limits()
    before = make(usual)
    assert said(make(usual)) == said(before)  # nothing else moves it
    after = make(replace(usual, **{name: other}))
    if name == "map_agreement":  # by which maps are counted, in the sentence alone
        assert "agrees with the first beyond chance in 4 of 4" in before.sentence
        assert "in 0 of 4: where the two differ, rely on neither" in after.sentence
    else:
        assert said(after) != said(before)


def test_a_board_is_believed_from_the_fewest_samples_on() -> None:
    fewest = standard_limits().board_samples
    assert check_board(fewest, fewest, 0).verdict is Verdict.PASS
    assert check_board(fewest - 1, fewest - 1, 0).verdict is Verdict.CANNOT_TELL
