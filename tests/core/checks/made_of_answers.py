"""Made-up checks of answers (C1 to C7, C17) with all that they have words for; names of the data are in capitals."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from studio.core.checklist import Tier
from studio.core.checks.accuracy import check_accuracy
from studio.core.checks.alarms import check_alarms, project_alarms, threshold_alone
from studio.core.checks.anomalies import check_separation, check_separation_change
from studio.core.checks.baselines import check_baselines, check_mean_baseline
from studio.core.checks.calibration import check_calibration
from studio.core.checks.check import Check
from studio.core.checks.compression import (
    BROKEN,
    COMPARED,
    check_broken_samples,
    check_compression,
    no_twin,
)
from studio.core.checks.detection import Steps, check_misses
from studio.core.checks.groups import check_groups
from studio.core.checks.regression import check_errors, check_fit
from studio.core.phrases import phrase
from studio.core.regression import errors_of
from tests.core.checks.answered import LIMITS, answered, with_scores
from tests.core.checks.test_calibration import calibrated
from tests.core.checks.test_compression import changed

Checks = Iterator[Check]

ANY = ("KA", "KO", "silence")


def of_classes() -> Checks:
    """C1."""
    y = np.repeat([0, 1, 2], [100, 60, 40])
    none = np.zeros(200, int)
    people = {"wearer": np.repeat(["W1", "W2", "W3", "W4"], 50)}
    guess = np.where(np.arange(200) % 10 > 0, y, (y + 1) % 3)
    yield check_accuracy(answered(y, guess), ANY, LIMITS)
    yield check_accuracy(answered(y, guess, groups=people), ANY, LIMITS)
    for limit in (0.9, 0.99):
        yield check_accuracy(answered(y, guess), ANY, replace(LIMITS, min_macro_recall=limit))
    yield check_accuracy(answered(y, none, classes=3), ANY, LIMITS)
    yield check_accuracy(answered(y[:10], y[:10], classes=3), ANY, LIMITS)
    yield check_accuracy(with_scores([], np.zeros((0, 3))), ANY, LIMITS)
    yield check_accuracy(answered(none, none, classes=3), ANY, LIMITS)
    unsure = np.where(np.arange(200) % 100 < 54, 0, 1)
    even = np.where(np.arange(200) < 100, unsure, 1 - unsure)
    half = np.repeat([0, 1], 100)
    yield check_accuracy(answered(half, even), ("KA", "KO"), LIMITS)
    yield check_accuracy(answered(half, even, groups=people), ("KA", "KO"), LIMITS)
    rare = np.repeat([0, 1], [990, 10])
    yield check_accuracy(answered(rare, np.where(np.arange(1000) < 20, 1, rare)), ("KA", "KO"), LIMITS)


TARGETS = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]


def of_numbers() -> Checks:
    """C1, C2 and C17 of numbers."""
    y = TARGETS
    for scores in (y, y + np.float32(0.2), np.full_like(y, y.mean())):
        yield check_fit(y, scores, errors_of(y, scores), LIMITS)
    yield check_fit(y[:9], y[:9], errors_of(y[:9], y[:9]), LIMITS)
    same = np.ones_like(y)
    yield check_fit(same, same, errors_of(same, same), LIMITS)
    loud = (y + np.random.default_rng(6).normal(0, 0.56, y.shape)).astype(np.float32)
    yield check_fit(y, loud - (loud - y).mean(), errors_of(y, loud), LIMITS)
    before = y + np.float32(0.1)
    for rebuilds in (False, True):
        yield check_errors(y, before, before, 0.05, rebuilds=rebuilds)
        yield check_mean_baseline(y, y, y, rebuilds=rebuilds)
        yield check_mean_baseline(y, np.zeros_like(y), None, rebuilds=rebuilds)
    yield check_errors(y, before, before + np.float32(0.5), 0.05)
    yield check_errors(y[:1], before[:1], before[:1], 0.05)


def of_anomalies() -> Checks:
    """C1 and C2 of autoencoders."""
    random = np.random.default_rng(1)
    marks = np.arange(400) >= 200
    errors = (random.normal(0, 1, 400) + 3 * marks).astype(np.float32)
    yield check_separation(errors, marks, errors[~marks], LIMITS)
    yield check_separation(-errors, marks, None, LIMITS)
    yield check_separation(errors[190:210], marks[190:210], None, LIMITS)
    near_chance = np.where(np.arange(400) % 200 < 104, marks, ~marks).astype(np.float32)
    yield check_separation(near_chance, marks, None, LIMITS)
    yield check_separation_change(errors, errors, marks, 0.02)
    yield check_separation_change(errors, errors[::-1].copy(), marks, 0.01)
    yield check_separation_change(errors[180:220], errors[180:220], marks[180:220], 0.0001)


def of_compression() -> Checks:
    """C2 and C3."""
    for n, broken, mended in ((1000, 0, 0), (40, 0, 0), (1000, 60, 2)):
        y, before, after = changed(n, broken, mended, 3)
        yield check_compression(answered(y, after, before, classes=2), 0.01)
        yield check_broken_samples(answered(y, after, before, classes=2), ("KA", "KO"), LIMITS)
    yield no_twin("C2", COMPARED, 40)
    yield no_twin("C3", BROKEN, 40)
    hand = np.where(np.arange(2000) < 15, "L1", "R1")
    hand[-85:] = "L1"
    y, before, after = changed(2000, 15, 3)
    site = {"HAND": hand, "SITE": hand}
    yield check_broken_samples(answered(y, after, before, groups=site), ("KA", "KO"), LIMITS)
    y, before, after = changed(30, 3, 0)
    yield check_broken_samples(answered(y, after, before), ("KA", "KO"), LIMITS)
    y, before, after = changed(2000, 15, 3)
    third = np.where(np.arange(2000) == 1900, 1, before)  # wrong before and after, in two ways
    last = np.where(np.arange(2000) == 1900, 2, after)
    yield check_broken_samples(answered(y, last, third), ANY, LIMITS)
    yield check_broken_samples(with_scores([], np.zeros((0, 2))), ("KA", "KO"), LIMITS)
    yield check_compression(with_scores([], np.zeros((0, 2))), 0.01)


def of_detection() -> Checks:
    """C4."""
    y = np.tile([0, 1, 2], 100)
    guess = np.where(np.arange(300) % 11 == 0, (y + 1) % 3, y)
    steps = Steps(1 / 256, 255 / 256)
    for labels in (ANY, ("KA", "idle", "silence"), ("KA", "KO", "KI")):
        yield check_misses(answered(y, guess), labels, steps, LIMITS)
    yield check_misses(answered(y, guess), ANY, steps, replace(LIMITS, threshold=0.999))
    for limit in (0.001, 0.05, 0.5):
        yield check_misses(answered(y, y), ANY, None, replace(LIMITS, max_miss_share=limit))
        yield check_misses(answered(y, guess), ANY, None, replace(LIMITS, max_miss_share=limit))
        own = replace(LIMITS, max_miss_share=0.9, max_false_alarm_share=limit)
        yield check_misses(answered(y, guess), ANY, None, own)
    often = np.where(np.arange(300) % 7 == 0, 0, y)
    yield check_misses(answered(y[y > 0], often[y > 0]), ANY, None, LIMITS)
    many = tuple(f"K{place}" for place in range(20))
    yield check_misses(answered(np.arange(800) % 20, np.arange(800) % 20), many, steps, LIMITS)
    yield check_misses(answered([0] * 40, [0] * 40, classes=3), ANY, None, LIMITS)
    yield check_misses(with_scores([], np.zeros((0, 3))), ANY, None, LIMITS)
    yield check_misses(answered([0] * 9, [0] * 9, classes=3), ANY, None, LIMITS)


def of_alarms() -> Checks:
    """C5."""
    quiet = np.array([0.1, 0.1, 0.8], np.float32)
    for windows in (1, 60, 3600, 9000):
        for limit in (None, 0.5, 400.0):
            limits = replace(LIMITS, max_alarms_per_hour=limit)
            for first in (quiet, np.array([0.9, 0.05, 0.05], np.float32)):
                scores = np.tile(quiet, (windows, 1))
                scores[0] = first
                decide, how = threshold_alone(ANY, limits), phrase("threshold alone")
                check = check_alarms(scores, 1.0, decide, Tier.THINGS, limits, processing=how)
                yield check
                detail = check.detail
                yield replace(check, detail=replace(detail, curve=()))  # type: ignore[type-var]
    none = np.ones(3600, bool)
    tiled = np.tile(quiet, (3600, 1))
    yield check_alarms(tiled, 1, decide, Tier.THINGS, LIMITS, processing=how, in_event=none)
    y = np.repeat([0, 2], [50, 3600])
    yield project_alarms(answered(y, y), ANY, Tier.PEOPLE, replace(LIMITS, max_alarms_per_hour=5.0))
    yield project_alarms(answered([0, 1], [0, 1]), ("KA", "KO"), Tier.THINGS, LIMITS)


def of_confidence() -> Checks:
    """C6."""
    for power in (0.3, 1.0, 3.0):
        y, scores = calibrated(np.random.default_rng(2), 400, power)
        yield check_calibration(with_scores(y, scores), LIMITS)
    yield check_calibration(with_scores(y[:5], scores[:5]), LIMITS)
    yield check_calibration(with_scores(y, scores * 7), LIMITS)


def of_groups() -> Checks:
    """C7."""

    def check(right: np.ndarray, own: float | None = None, **groups: np.ndarray) -> Check:
        made = answered(np.zeros(len(right), int), np.where(right, 0, 1), classes=2, groups=groups)
        return check_groups(made, replace(LIMITS, max_group_gap=own))

    side = np.repeat(["L1", "R1"], 1000)
    for missed in (40, 50, 80, 100):
        right = np.concatenate([np.arange(1000) >= missed, np.arange(1000) >= 40])
        yield check(right, HAND=side)
    yield check(right, 0.1, HAND=side, SITE=np.tile(["S1", "S2"], 1000))
    large = np.concatenate([np.arange(9000) >= 300, np.arange(9000) >= 100])
    yield check(large, HAND=np.repeat(["L1", "R1"], 9000))
    yield check(np.ones(10, bool))
    yield check(np.ones(10, bool), HAND=np.array(["L1"] * 10))
    yield check(np.arange(40) > 3, HAND=np.tile(["L1", "R1"], 20))
    wearer, ten = np.repeat(["W1", "W2", "W3", "W4"], 100), np.arange(400) % 10 > 0
    yield check(ten, wearer=wearer, HAND=np.repeat(["L1", "R1"], 200))
    yield check(ten[:40], wearer=wearer[::10], HAND=np.tile(["L1", "R1"], 20))
    hand = np.where(np.arange(1000) % 10 < np.repeat([9, 1], 500), "L1", "R1")
    pair = np.repeat(["W1", "W2"], 500)
    worse = (np.arange(1000) // 10 % 5 > 0) | (pair == "W2")
    worse &= ~((hand == "L1") & (np.arange(1000) % 4 == 0))
    yield check(worse | (pair == "W1") & (np.arange(1000) % 3 > 0), wearer=pair, HAND=hand)
    many = np.repeat([f"W{place}" for place in range(20)], 30)
    left = np.repeat(np.arange(20) % 2 == 0, 30)
    yield check((np.arange(600) % 5 > 0) | ~left, wearer=many, HAND=np.where(left, "L1", "R1"))


def of_simple_rules() -> Checks:
    """C17."""
    random = np.random.default_rng(1)
    y = random.integers(0, 2, 300)
    x = (random.normal(0, 1, (300, 16)) * np.where(y == 1, 5.0, 0.5)[:, None]).astype(np.float32)
    yield check_baselines(answered(y, y), x, ("KA", "KO"), x, y)
    yield check_baselines(answered(y, y), x * 0 + 1, ("KA", "KO"), None, None)
    yield check_baselines(with_scores([], np.zeros((0, 2))), x[:0], ("KA", "KO"), None, None)
