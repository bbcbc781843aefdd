"""C7: gaps that are chance, gaps that are not, and groups too small to tell."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core.checks.answer_details import Slices
from studio.core.checks.check import Check, Verdict
from studio.core.checks.gaps import column_gaps
from studio.core.checks.groups import check_groups
from studio.core.checks.intervals import clustered_share
from studio.core.evidence import wilson
from tests.core.checks.answered import LIMITS, SIMULATIONS, answered


def check_of(right: np.ndarray, groups: dict[str, np.ndarray]) -> Check:
    y = np.zeros(len(right), np.int64)
    return check_groups(answered(y, np.where(right, 0, 1), groups=groups), LIMITS)


def test_a_planted_gap_is_found_beside_a_column_of_chance() -> None:
    random = np.random.default_rng(1)
    hand = np.array(["left"] * 300 + ["right"] * 900)
    right = np.concatenate([random.random(300) < 0.80, random.random(900) < 0.96])
    check = check_of(right, {"hand": hand, "noise": random.permutation(hand)})
    assert check.verdict is Verdict.FAIL
    assert "hand: 'left'" in check.sentence
    assert "limit is" not in check.sentence
    assert isinstance(check.detail, Slices)
    assert check.value is not None
    assert check.ci is not None
    assert 0 < check.ci[0] < check.value < check.ci[1] < 1
    assert [column.column for column in check.detail.columns] == ["hand", "noise"]


def test_a_gap_that_is_no_chance_fails_where_it_exceeds_the_limit_and_warns_where_it_may() -> None:
    hand = np.repeat(["left", "right"], 1000)
    found = {}
    for missed in (50, 80, 100):
        right = np.concatenate([np.arange(1000) >= missed, np.arange(1000) >= 40])
        found[missed] = check_of(right, {"hand": hand})
    assert [found[missed].verdict for missed in found] == [Verdict.PASS, Verdict.WARN, Verdict.FAIL]
    assert "is not chance, and may exceed the 5 points" in found[80].sentence
    assert "is not chance, and exceeds the 5 points" in found[100].sentence


def test_the_maker_own_limit_stands_beside_the_gap_that_is_looked_for() -> None:
    right = np.concatenate([np.arange(300) % 5 > 0, np.ones(900, bool)])
    hand = np.array(["left"] * 300 + ["right"] * 900)
    answers = answered(np.zeros(1200, np.int64), np.where(right, 0, 1), groups={"hand": hand})
    check = check_groups(answers, replace(LIMITS, max_group_gap=0.1))
    assert "exceeds the 5 points that are looked for." in check.sentence
    assert check.sentence.endswith(" Your own limit is 10 points.")


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
        found = column_gaps(random.random(300) < 0.9, columns, {}, LIMITS, random)
        alarms += min(column.holm for column in found) <= LIMITS.significance
    assert alarms <= 0.06 * SIMULATIONS


PEOPLE, EACH = 12, 50
WEARERS = np.repeat([f"w{place:02d}" for place in range(PEOPLE)], EACH)


def test_people_who_differ_are_seldom_taken_for_a_gap_between_groups_they_belong_to_or_not() -> None:
    random = np.random.default_rng(7)
    few, alarms, taken_apart, apart = dict.fromkeys(("fixed", "varying"), 0), 0, 0, {"wearer": WEARERS}
    for place in range(SIMULATIONS):
        skill = np.clip(random.normal(0.9, 0.04, PEOPLE), 0, 1)
        right = random.random(len(WEARERS)) < np.repeat(skill, EACH)
        fixed = np.repeat(random.permutation(np.tile(["left", "right"], PEOPLE // 2)), EACH)
        varying = random.choice(["palm", "wrist"], len(WEARERS), p=[0.3, 0.7])
        both = column_gaps(right, {"fixed": fixed, "varying": varying}, apart, LIMITS, random)
        alarms += min(column.holm for column in both) <= LIMITS.significance
        for column in both:
            few[column.column] += column.p <= LIMITS.significance
        if place % 5 == 0:
            alone = column_gaps(right, {"fixed": fixed}, {}, LIMITS, random)[0]
            taken_apart += alone.p <= LIMITS.significance
    assert alarms <= 0.06 * SIMULATIONS
    assert max(few.values()) <= 0.06 * SIMULATIONS
    assert min(few.values()) > 0.01 * SIMULATIONS  # the test does not merely keep silent
    assert taken_apart > 0.1 * SIMULATIONS / 5  # as it was when samples were permuted


def test_a_gap_within_people_is_found_among_few_and_one_between_them_among_many() -> None:
    random = np.random.default_rng(8)
    wearer = np.repeat(["a", "b", "c"], 200)
    skill, hand = np.repeat([0.99, 0.95, 0.85], 200), np.tile(["left", "right"], 300)
    within = check_of(random.random(600) < skill - 0.12 * (hand == "left"), {"wearer": wearer, "hand": hand})
    assert within.verdict is Verdict.FAIL
    assert "about the 3 values of 'wearer' that were tested: others may differ." in within.sentence
    assert isinstance(within.detail, Slices)
    found = {column.column: column for column in within.detail.columns}
    assert (found["hand"].within, found["hand"].whole) == ("wearer", "")
    assert found["hand"].holm <= LIMITS.significance
    assert (found["wearer"].within, found["wearer"].whole) == ("", "")
    many = np.repeat([f"w{place}" for place in range(20)], 30)
    left = np.repeat(np.arange(20) % 2 == 0, 30)
    between = check_of(
        random.random(600) < 0.97 - 0.2 * left, {"user": many, "hand": np.where(left, "left", "right")}
    )
    assert between.verdict is Verdict.FAIL
    assert "others may differ" not in between.sentence
    assert isinstance(between.detail, Slices)
    hands = next(column for column in between.detail.columns if column.column == "hand")
    assert (hands.whole, hands.blocks) == ("user", 20)
    assert hands.holm <= LIMITS.significance


def test_few_people_cannot_tell_a_gap_between_them_from_chance_however_wide_it_is() -> None:
    wearer = np.repeat(["a", "b", "c", "d"], 100)
    right = np.concatenate([np.arange(200) % 5 > 0, np.arange(200) % 50 > 0])
    check = check_of(right, {"wearer": np.repeat("x", 400), "hand": np.repeat(["left", "right"], 200)})
    assert check.verdict is Verdict.FAIL  # one wearer: samples are all there is to permute
    few = column_gaps(
        right,
        {"hand": np.repeat(["left", "right"], 200)},
        {"wearer": wearer},
        LIMITS,
        np.random.default_rng(1),
    )[0]
    assert few.p == pytest.approx(2 / 6)  # of six ways to give two of four wearers the left hand
    assert not few.telling
    alike = np.arange(400) % 10 > 0
    told = check_of(alike, {"wearer": wearer, "hand": np.repeat(["left", "right"], 200)})
    assert told.verdict is Verdict.CANNOT_TELL
    assert "4 values of 'wearer' are too few to tell a gap by hand from chance" in told.sentence
    assert told.needed == 0


def test_recordings_of_people_are_kept_whole_within_each_of_them() -> None:
    wearer = np.repeat(["a", "b", "c"], 80)
    session = np.repeat([f"s{place}" for place in range(12)], 20)
    place = np.repeat(np.tile(["palm", "wrist"], 6), 20)
    right = np.random.default_rng(9).random(240) < 0.9
    apart = {"wearer": wearer, "session": session}
    found = column_gaps(right, {"place": place}, apart, LIMITS, np.random.default_rng(1))[0]
    assert (found.whole, found.within, found.blocks) == ("session", "wearer", 12)


def test_what_people_differ_by_is_not_taken_for_the_gap_where_hands_are_shared_out_unequally() -> None:
    """Wearer a errs and is mostly left-handed, b does not and is mostly right-handed: the hands are alike."""
    wearer = np.repeat(["a", "b"], 500)
    hand = np.where(np.arange(1000) % 10 < np.repeat([9, 1], 500), "left", "right")
    right = (np.arange(1000) // 10 % 5 > 0) | (wearer == "b")
    found = column_gaps(right, {"hand": hand}, {"wearer": wearer}, LIMITS, np.random.default_rng(1))[0]
    assert found.gap == pytest.approx(0)
    assert found.holm > LIMITS.significance
    plain = column_gaps(right, {"hand": hand}, {}, LIMITS, np.random.default_rng(1))[0]
    assert plain.gap > 0.15
    worse = right & ~((hand == "left") & (np.arange(1000) % 4 == 0))
    told = check_of(worse | (wearer == "a") & (np.arange(1000) % 3 > 0), {"wearer": wearer, "hand": hand})
    assert "hand: 'left'" in told.sentence
    assert "within each 'wearer', where the gap is " in told.sentence


def test_cells_of_few_people_have_wider_intervals_and_those_of_one_alone_say_nothing() -> None:
    wearer = np.repeat(["a", "b", "c", "d", "e"], 200)
    hand = np.repeat(["left", "right", "right", "right", "right"], 200)
    right = np.concatenate([np.arange(800) % 10 > 0, np.arange(200) % 3 > 0])
    check = check_of(right, {"wearer": wearer, "hand": hand})
    assert "clustered by wearer" in check.method
    assert isinstance(check.detail, Slices)
    cells = {(cell.column, cell.value): cell for cell in check.detail.cells}
    assert not cells["hand", "left"].telling
    assert cells["wearer", "a"].telling
    found = cells["hand", "right"].share
    assert found == clustered_share(right[200:], wearer[200:])
    assert found.high - found.low > 2 * (wilson(int(right[200:].sum()), 800)[1] - found.value)


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
