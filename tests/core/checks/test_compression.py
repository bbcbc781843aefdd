"""C2 and C3: non-inferiority instead of significance, and harm that gathers in one group."""

import numpy as np
import pytest
from scipy import stats

from studio.core.checks.answer_details import Harm, Paired
from studio.core.checks.check import Verdict
from studio.core.checks.compression import (
    check_broken_samples,
    check_compression,
    harmed_parts,
    no_twin,
    verdict_of,
)
from studio.core.evidence import change_interval
from tests.core.checks.answered import LIMITS, SIMULATIONS, answered

LABELS = ("a", "b")


def changed(n: int, broken: int, mended: int, wrong: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, answers before and after of `n` samples with so many broken and mended ones."""
    y = np.zeros(n, np.int64)
    before, after = y.copy(), y.copy()
    after[:broken] = 1
    before[broken : broken + mended] = 1
    before[broken + mended : broken + mended + wrong] = 1
    after[broken + mended : broken + mended + wrong] = 1
    return y, before, after


@pytest.mark.parametrize(("broken", "mended"), [(0, 0), (5, 7), (10, 1), (3, 3), (0, 6)])
def test_the_p_value_is_mcnemar_s_exact_one(broken: int, mended: int) -> None:
    y, before, after = changed(1000, broken, mended)
    check = check_compression(answered(y, after, before), 0.01)
    assert isinstance(check.detail, Paired)
    n = broken + mended
    assert check.detail.p == pytest.approx(stats.binomtest(broken, n).pvalue if n else 1.0)
    assert (check.detail.broken, check.detail.mended) == (broken, mended)


@pytest.mark.parametrize(
    ("n", "broken", "mended", "verdict"),
    [
        (1000, 0, 0, Verdict.PASS),
        (40, 0, 0, Verdict.CANNOT_TELL),
        (1000, 60, 2, Verdict.FAIL),
        (1000, 5, 7, Verdict.PASS),
    ],
)
def test_no_change_on_many_samples_passes_and_on_few_cannot_tell(
    n: int, broken: int, mended: int, verdict: Verdict
) -> None:
    y, before, after = changed(n, broken, mended)
    check = check_compression(answered(y, after, before), 0.01)
    assert check.verdict is verdict
    if verdict is Verdict.CANNOT_TELL:
        more = check.needed
        assert more > n
        y, before, after = changed(2 * more, 0, 0)
        assert check_compression(answered(y, after, before), 0.01).verdict is Verdict.PASS


def test_a_loss_at_the_limit_seldom_passes_and_none_seldom_fails() -> None:
    random = np.random.default_rng(3)
    passed = failed = alarms = 0
    for _ in range(SIMULATIONS):
        b, c, _ = random.multinomial(1000, (0.03, 0.02, 0.95))  # a loss of one point
        found = verdict_of(*change_interval(int(b), int(c), 1000), 0.01)
        passed += found is Verdict.PASS
        b, c, _ = random.multinomial(1000, (0.02, 0.02, 0.96))
        failed += verdict_of(*change_interval(int(b), int(c), 1000), 0.01) is Verdict.FAIL
        alarms += stats.binom.cdf(min(b, c), b + c, 0.5) * 2 <= 0.05
    assert passed <= 0.06 * SIMULATIONS
    assert failed <= 0.06 * SIMULATIONS
    assert alarms <= 0.06 * SIMULATIONS


def test_a_group_that_lost_fifteen_points_is_found_though_the_mean_hardly_moved() -> None:
    n = 2000
    y, before, after = changed(n, 15, 10)
    hand = np.array(["right"] * n)
    hand[:15] = hand[-85:] = "left"  # 100 of them, 15 broken
    check = check_broken_samples(answered(y, after, before, groups={"hand": hand}), LABELS, LIMITS)
    assert check_compression(answered(y, after, before), 0.01).verdict is Verdict.PASS
    assert check.verdict is Verdict.WARN
    assert "hand 'left'" in check.sentence
    assert isinstance(check.detail, Harm)
    first = check.detail.parts[0]
    assert (first.column, first.value, first.n, first.broken, first.harmed, first.fell) == (
        "hand", "left", 100, 15, True, True,
    )  # fmt: skip


def test_every_broken_sample_is_listed_with_both_answers() -> None:
    y, before, after = changed(300, 4, 2, 3)
    check = check_broken_samples(answered(y, after, before), LABELS, LIMITS)
    assert isinstance(check.detail, Harm)
    assert [sample.row for sample in check.detail.broken] == [0, 1, 2, 3]
    first = check.detail.broken[0]
    assert (first.truth, first.before, first.after) == (0, 0, 1)
    assert first.score == pytest.approx(0.9)
    assert len(check.detail.mended) == 2
    assert check.detail.still_wrong == ()  # wrong before and after with the same answer is no change


def test_parts_with_nothing_but_chance_are_seldom_called_harmed() -> None:
    random = np.random.default_rng(4)
    groups = {"hand": np.tile(["left", "right"], 150), "site": np.repeat(["x", "y", "z"], 100)}
    y = np.tile([0, 0, 1], 100)
    alarms, rounds = 0, SIMULATIONS // 2
    for _ in range(rounds):
        draw = random.random(300)
        before, after = y.copy(), y.copy()
        after[draw < 0.04] = 1 - y[draw < 0.04]
        mended = (draw >= 0.04) & (draw < 0.08)
        before[mended] = 1 - y[mended]
        alarms += any(
            part.harmed for part in harmed_parts(answered(y, after, before, groups=groups), LABELS, LIMITS)
        )
    assert alarms <= 0.06 * rounds


def test_nothing_broken_passes_and_a_model_without_a_twin_cannot_tell() -> None:
    y = np.repeat([0, 1], 50)
    assert check_broken_samples(answered(y, y), LABELS, LIMITS).verdict is Verdict.PASS
    assert no_twin("C2", "title", 3).verdict is Verdict.CANNOT_TELL
