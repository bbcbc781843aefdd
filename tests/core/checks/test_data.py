"""C10, C12, C13, C14 and C17: what training data gives away, leaks, counts, labels and simple rules."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from studio.core.checklist import Tier
from studio.core.checks.answer_details import Baselines
from studio.core.checks.baselines import best_threshold, check_baselines
from studio.core.checks.check import Check, Verdict
from studio.core.checks.columns import cluster_column, is_background, named, overlap_columns
from studio.core.checks.coverage import check_coverage, check_range
from studio.core.checks.data_details import Coverage, Leaks, Membership, Suspects
from studio.core.checks.labels import check_labels
from studio.core.checks.leaks import check_leaks, similar_rows
from studio.core.checks.membership import check_membership, closeness, sureness, tied_share
from studio.core.dataset import Split
from tests.core.checks.answered import LIMITS, answered, with_scores

LABELS = ("a", "b")


def split(name: str, x: np.ndarray, y: np.ndarray | None = None, **groups: np.ndarray) -> Split:
    return Split(name, x.astype(np.float32), np.zeros(len(x), np.int64) if y is None else y, groups)


def leaks_of(check: Check) -> Leaks:
    assert isinstance(check.detail, Leaks)
    return check.detail


def test_a_duplicate_across_splits_is_found_and_fails_from_t1_up() -> None:
    x = np.random.default_rng(1).normal(0, 1, (60, 8, 8, 1))
    test = x[40:].copy()
    test[7] = x[3]
    splits = {"train": split("train", x[:40]), "test": split("test", test)}
    check = check_leaks(splits, Tier.THINGS, LIMITS)
    assert check.verdict is Verdict.FAIL
    assert "1 of 20 test samples is in training" in check.sentence
    leak = leaks_of(check).leaks[0]
    assert (leak.split, leak.row, leak.other_split, leak.other_row) == ("test", 7, "train", 3)
    assert check_leaks(splits, Tier.BENCH, LIMITS).verdict is Verdict.WARN


def test_the_same_person_in_training_and_test_is_found_with_the_column_to_divide_by() -> None:
    x = np.random.default_rng(2).normal(0, 1, (60, 30, 3))
    people = np.array(["ada", "ben", "cem"])
    splits = {
        "train": split(
            "train", x[:40], wearer=np.repeat(people[:2], 20), hand=np.tile(["left", "right"], 20)
        ),
        "test": split("test", x[40:], wearer=np.repeat(people[1:], 10), hand=np.tile(["left", "right"], 10)),
    }
    check = check_leaks(splits, Tier.PEOPLE, LIMITS)
    assert check.verdict is Verdict.FAIL
    assert "wearer ben" in check.sentence
    assert leaks_of(check).regroup_by == "wearer"
    overlaps = {overlap.column: overlap for overlap in leaks_of(check).overlaps}
    assert (overlaps["wearer"].samples, overlaps["wearer"].matters) == (10, True)
    assert not overlaps["hand"].matters  # both hands belong on both sides


def test_a_test_set_that_is_the_validation_set_fails_at_every_tier_in_one_sentence() -> None:
    x = np.random.default_rng(3).normal(0, 1, (60, 8, 8, 1))
    train, test, validation = split("train", x[:40]), split("test", x[40:]), split("validation", x[40:])
    for tier in (Tier.BENCH, Tier.THINGS, Tier.STAKES):
        check = check_leaks({"train": train, "validation": validation, "test": test}, tier, LIMITS)
        assert check.verdict is Verdict.FAIL
        assert check.sentence.startswith("The test set is the validation set, byte for byte")
        assert check.sentence.count(".") == 1
        assert leaks_of(check).exact == 20
    shorter = {"train": train, "validation": split("validation", x[41:]), "test": test}
    assert check_leaks(shorter, Tier.BENCH, LIMITS).verdict is Verdict.WARN


def test_nearly_the_same_sample_warns_and_a_flat_one_does_not() -> None:
    random = np.random.default_rng(3)
    x = random.normal(0, 1, (60, 30, 3))
    test = x[40:].copy()
    test[4] = 1.3 * x[9] + random.normal(0, 0.02, (30, 3))
    test[5], x[10] = 0.5, 0.7  # two that say nothing
    splits = {"train": split("train", x[:40]), "test": split("test", test)}
    check = check_leaks(splits, Tier.PEOPLE, replace(LIMITS, near_share=0.1))
    assert check.verdict is Verdict.WARN
    assert "1 of 20 test samples is nearly the same" in check.sentence
    assert "counts as if" not in check.sentence
    assert [(leak.row, leak.other_row) for leak in leaks_of(check).leaks] == [(4, 9)]


def test_near_copies_fail_like_equal_ones_where_they_are_a_share_of_the_test_set_that_counts() -> None:
    random = np.random.default_rng(13)
    train = random.normal(0, 1, (400, 30, 3))
    found = {}
    for copies in (9, 10, 200):
        test = random.normal(0, 1, (200, 30, 3))
        test[:copies] = train[:copies] + random.normal(0, 1e-3, (copies, 30, 3))
        splits = {"train": split("train", train), "test": split("test", test)}
        found[copies] = check_leaks(splits, Tier.THINGS, LIMITS)
        assert found[copies].value == copies / 200
        assert check_leaks(splits, Tier.BENCH, LIMITS).verdict is Verdict.WARN
    assert [found[copies].verdict for copies in found] == [Verdict.WARN, Verdict.FAIL, Verdict.FAIL]
    assert "200 of 200 test samples are nearly the same as one of training or validation (from 5 % on" in (
        found[200].sentence
    )


def test_a_picture_that_was_saved_again_is_found_by_its_brightness() -> None:
    random = np.random.default_rng(4)
    smooth = np.cumsum(np.cumsum(random.normal(0, 1, (30, 32, 32, 1)), axis=1), axis=2)
    test = smooth[20:].copy()
    test[2] = smooth[5] + random.normal(0, 0.12 * smooth[5].std(), (32, 32, 1))
    splits = {"train": split("train", smooth[:20]), "test": split("test", test)}
    found = leaks_of(check_leaks(splits, Tier.PEOPLE, LIMITS)).leaks
    assert (2, 5) in [(leak.row, leak.other_row) for leak in found]


def test_large_samples_are_searched_by_projection_and_checked_in_full() -> None:
    random = np.random.default_rng(5)
    a, b = (random.normal(0, 1, (50, 2000)).astype(np.float32) for _ in range(2))
    a[7] = b[31] * 2
    assert [(row, other) for row, other, _ in similar_rows(a, b, 0.995)] == [(7, 31)]
    assert similar_rows(np.zeros((2, 20), np.float32), b[:, :20], 0.9) == []


def test_without_a_training_set_or_with_one_file_nothing_can_be_told() -> None:
    test = split("test", np.zeros((5, 4)))
    assert check_leaks({"test": test}, Tier.THINGS, LIMITS).verdict is Verdict.CANNOT_TELL
    both = {"test": test, "train": test}
    assert check_leaks(both, Tier.THINGS, LIMITS, single=True).verdict is Verdict.CANNOT_TELL


def test_columns_are_told_by_the_words_in_their_names() -> None:
    assert cluster_column({"device": 0, "speaker_id": 0}, LIMITS) == "speaker_id"
    assert cluster_column({"hand": 0}, LIMITS) == ""
    assert overlap_columns(["hand", "Device", "session2", "placement"], LIMITS) == ("Device", "session2")
    assert is_background("_silence_", LIMITS)
    assert not is_background("go", LIMITS)
    assert not named("username", ("user",))


def test_scores_that_tell_members_are_found_and_ties_are_not_taken_for_safety() -> None:
    random = np.random.default_rng(6)
    outside, inside = random.normal(0, 1, 1200), random.normal(1.2, 1, 1200)
    check = check_membership({"int8": inside}, {"int8": outside}, 0.1, Tier.PEOPLE, LIMITS)
    assert check.verdict is Verdict.FAIL
    assert (
        check_membership({"int8": inside}, {"int8": outside}, 0.1, Tier.THINGS, LIMITS).verdict
        is Verdict.WARN
    )
    assert isinstance(check.detail, Membership)
    attack = check.detail.attacks[0]
    truth = np.repeat([1, 0], 1200)
    assert attack.auc.value == pytest.approx(roc_auc_score(truth, np.concatenate([inside, outside])))
    assert attack.caught_at_1_percent is not None
    assert check.detail.gap_attack == pytest.approx(0.55)
    tied = check_membership({"int8": np.round(inside)}, {"int8": np.round(outside)}, 0.1, Tier.PEOPLE, LIMITS)
    assert isinstance(tied.detail, Membership)
    assert tied.detail.attacks[0].caught_at_1_percent is None
    assert tied.detail.attacks[0].tied_share > 0.15


def test_chance_passes_without_a_promise_and_no_training_set_cannot_tell() -> None:
    random = np.random.default_rng(7)
    check = check_membership(
        {"int8": random.normal(0, 1, 900)}, {"int8": random.normal(0, 1, 900)}, 0, Tier.PEOPLE, LIMITS
    )
    assert check.verdict is Verdict.PASS
    assert "does not prove" in check.sentence
    assert check_membership({}, {}, 0, Tier.PEOPLE, LIMITS).verdict is Verdict.CANNOT_TELL
    assert tied_share(np.array([1.0, 2.0]), np.array([1.0, 1.0])) == 0.5
    assert sureness(np.array([[0.0, 1.0]], np.float32), np.array([1]))[0] == 0.0
    assert closeness(np.array([[1.0]], np.float32), np.array([[3.0]], np.float32))[0] == -2.0


def test_rare_and_missing_classes_are_named() -> None:
    x = np.zeros((1, 4))
    y = np.repeat([0, 1], [500, 20])
    splits = {
        "train": split("train", np.repeat(x, 520, 0), y),
        "test": split(
            "test", np.repeat(x, 80, 0), np.repeat([0, 1], [70, 10]), hand=np.tile(["left", "right"], 40)
        ),
    }
    check = check_coverage(splits, LABELS, LIMITS)
    assert check.verdict is Verdict.WARN
    assert "25 times" in check.sentence
    assert "fewer than 30" in check.sentence
    assert isinstance(check.detail, Coverage)
    assert [(c.column, c.value, c.train, c.test) for c in check.detail.counts][2:] == [
        ("hand", "left", 0, 40), ("hand", "right", 0, 40),
    ]  # fmt: skip
    missing = check_coverage(
        {"train": split("train", np.repeat(x, 90, 0)), "test": splits["test"]}, LABELS, LIMITS
    )
    assert "'b' has no sample at all" in missing.sentence
    even = np.repeat([0, 1], 60)
    same = {name: split(name, np.repeat(x, 120, 0), even) for name in ("train", "test")}
    passed = check_coverage(same, LABELS, LIMITS)
    assert passed.verdict is Verdict.PASS
    assert isinstance(passed.detail, Coverage)
    assert passed.detail.evenness == pytest.approx(1.0)


def test_numbers_beyond_those_of_training_are_counted() -> None:
    def of(name: str, low: float, high: float) -> Split:
        return Split(
            name, np.zeros((50, 2), np.float32), np.linspace(low, high, 50, dtype=np.float32)[:, None], {}
        )

    assert check_range({"train": of("train", 0, 1), "test": of("test", 0, 1)}).verdict is Verdict.PASS
    assert check_range({"train": of("train", 0, 1), "test": of("test", 0, 2)}).verdict is Verdict.WARN
    assert check_range({"test": of("test", 0, 1)}).verdict is Verdict.CANNOT_TELL


def test_swapped_labels_are_suspected_and_right_ones_are_not() -> None:
    random = np.random.default_rng(8)
    y = np.tile([0, 1, 2], 100)
    logits = random.normal(0, 0.5, (300, 3))
    logits[np.arange(300), y] += 4
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = y.copy()
    wrong[[5, 50, 150]] = (y[[5, 50, 150]] + 1) % 3
    check = check_labels(with_scores(wrong, scores), ("a", "b", "c"), LIMITS, None)
    assert isinstance(check.detail, Suspects)
    assert {suspect.row for suspect in check.detail.suspects} >= {5, 50, 150}
    assert check.detail.count <= 6
    assert (
        check_labels(with_scores(y, scores * 7), ("a", "b", "c"), LIMITS, None).verdict is Verdict.CANNOT_TELL
    )


def test_a_simple_rule_that_does_as_well_warns() -> None:
    random = np.random.default_rng(9)
    y = random.integers(0, 2, 300)
    x = (random.normal(0, 1, (300, 16)) * np.where(y == 1, 5.0, 0.5)[:, None]).astype(np.float32)
    check = check_baselines(answered(y, y), x, LABELS, x, y)
    assert check.verdict is Verdict.WARN
    assert isinstance(check.detail, Baselines)
    assert check.detail.baselines[0].accuracy.value > 0.99
    assert "energy" in check.sentence or "spread" in check.sentence
    noise = random.normal(0, 1, (300, 16)).astype(np.float32)
    assert check_baselines(answered(y, y), noise, LABELS, None, None).verdict is Verdict.PASS


def test_the_best_threshold_is_the_one_found_by_trying_all() -> None:
    random = np.random.default_rng(10)
    values, y = np.round(random.normal(0, 1, 60), 1), random.integers(0, 3, 60)
    threshold, below, above = best_threshold(values, y, 3)
    found = (np.where(values > threshold, above, below) == y).mean()
    tried = max(
        np.bincount(y[values <= t], minlength=3).max() + np.bincount(y[values > t], minlength=3).max()
        for t in [*values, values.min() - 1]
    )
    assert found == pytest.approx(tried / 60)
