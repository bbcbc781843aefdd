"""C7: gaps that are chance, gaps that are not, and groups too small to tell."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core.checks.answer_details import Slices
from studio.core.checks.check import Check, Verdict
from studio.core.checks.groups import check_groups, column_gaps
from tests.core.checks.answered import LIMITS, SIMULATIONS, answered


def check_of(right: np.ndarray, groups: dict[str, np.ndarray]) -> Check:
    y = np.zeros(len(right), np.int64)
    return check_groups(answered(y, np.where(right, 0, 1), groups=groups), LIMITS)


def test_a_planted_gap_is_found_beside_a_column_of_chance() -> None:
    random = np.random.default_rng(1)
    hand = np.array(["left"] * 300 + ["right"] * 900)
    right = np.concatenate([random.random(300) < 0.80, random.random(900) < 0.96])
    check = check_of(right, {"hand": hand, "noise": random.permutation(hand)})
    assert check.verdict is Verdict.WARN
    assert "hand: 'left'" in check.sentence
    assert "your own limit" not in check.sentence
    assert isinstance(check.detail, Slices)
    assert [column.column for column in check.detail.columns] == ["hand", "noise"]


def test_the_maker_own_limit_stands_beside_the_gap_that_is_looked_for() -> None:
    right = np.concatenate([np.arange(300) % 5 > 0, np.ones(900, bool)])
    hand = np.array(["left"] * 300 + ["right"] * 900)
    answers = answered(np.zeros(1200, np.int64), np.where(right, 0, 1), groups={"hand": hand})
    check = check_groups(answers, replace(LIMITS, max_group_gap=0.1))
    assert "exceeds the 5 points that are looked for (your own limit is 10)" in check.sentence


def test_the_cells_are_those_of_metric_frame_and_one_crossing() -> None:
    random = np.random.default_rng(2)
    hand, site = random.choice(["left", "right"], 400), random.choice(["x", "y", "z"], 400)
    right = random.random(400) < 0.9
    check = check_of(right, {"hand": hand, "site": site})
    assert isinstance(check.detail, Slices)
    for cell in check.detail.cells:
        chosen = np.ones(400, bool)
        for column, value in zip(cell.column.split(" × "), cell.value.split(" × "), strict=True):
            chosen &= (hand if column == "hand" else site) == value
        assert cell.n == chosen.sum()
        assert cell.share is not None
        assert cell.share.value == pytest.approx(right[chosen].mean())
    assert sum(cell.column == "hand × site" for cell in check.detail.cells) == 6


def test_a_crossing_that_nobody_is_in_is_left_out() -> None:
    hand = np.array(["left"] * 100 + ["right"] * 100)
    site = np.array(["x"] * 150 + ["y"] * 50)  # nobody is left and y
    check = check_of(np.ones(200, bool), {"hand": hand, "site": site})
    assert isinstance(check.detail, Slices)
    crossed = {cell.value for cell in check.detail.cells if "×" in cell.column}
    assert crossed == {"left × x", "right × x", "right × y"}


def test_chance_is_seldom_taken_for_a_gap() -> None:
    random = np.random.default_rng(3)
    columns = {"hand": np.tile(["left", "right"], 150), "site": np.repeat(["x", "y", "z"], 100)}
    alarms = 0
    for _ in range(SIMULATIONS):
        found = column_gaps(random.random(300) < 0.9, columns, LIMITS, random)
        alarms += min(column.holm for column in found) <= LIMITS.significance
    assert alarms <= 0.06 * SIMULATIONS


def test_groups_that_are_large_and_alike_pass_and_small_ones_cannot_tell() -> None:
    right = np.tile(np.arange(20) > 0, 400)
    hand = np.repeat(["left", "right"], 4000)
    assert check_of(right, {"hand": hand}).verdict is Verdict.PASS
    small = check_of(right[:40], {"hand": np.tile(["left", "right"], 20)})
    assert small.verdict is Verdict.CANNOT_TELL
    assert small.needed > 100
    wide = replace(LIMITS, group_gap=0.3, group_half_width=0.3)
    y = np.zeros(400, np.int64)
    some = answered(y, np.where(right[:400], 0, 1), groups={"hand": np.tile(["left", "right"], 200)})
    assert check_groups(some, wide).verdict is Verdict.PASS


def test_groups_that_do_not_exist_or_have_one_value_cannot_tell() -> None:
    right = np.ones(10, bool)
    assert check_of(right, {}).verdict is Verdict.CANNOT_TELL
    assert check_of(right, {"hand": np.array(["left"] * 10)}).verdict is Verdict.CANNOT_TELL


def test_the_same_seed_gives_the_same_figures() -> None:
    random = np.random.default_rng(4)
    right, hand = random.random(200) < 0.8, random.choice(["a", "b"], 200)
    assert check_of(right, {"hand": hand}) == check_of(right, {"hand": hand})
