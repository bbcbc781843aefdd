"""The live confusion matrix: what counts, what is left out, and how sure it makes one."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from studio.core.live_confusion import MOST_RESULTS, LiveConfusion
from tests.core.arrivals import NAMES, saying


def held(margin_begin: float = 0.0) -> LiveConfusion:
    """Two seconds of 'shake' held from 1.0 to 3.0, while the board says shake but for every fifth result."""
    found = LiveConfusion(NAMES)
    found.add(saying([0] * 10))
    found.hold(1, 1.0)
    found.add(saying([0 if place % 5 == 4 else 1 for place in range(20)], begin_s=1.0))
    found.release(3.0)
    found.add(saying([2] * 10, begin_s=3.0))
    return found


def test_only_what_was_said_while_a_label_was_held_counts() -> None:
    tally = held().tally(0.0)
    assert tally.counts == ((0, 0, 0), (4, 16, 0), (0, 0, 0))
    assert (tally.n, tally.hits, tally.holds) == (20, 16, 1)
    assert tally.near_switches == tally.repeats == 0


def test_results_near_the_ends_of_a_hold_are_left_out_and_counted_as_such() -> None:
    tally = held().tally(0.5)
    assert tally.n == 11  # from 1.5 to 2.5
    assert tally.near_switches == 9
    assert held().tally(1.5).n == 0


def test_while_a_label_is_held_its_last_moments_wait() -> None:
    found = LiveConfusion(NAMES)
    found.hold(2, 0.0)
    found.add(saying([2] * 11))
    assert found.held == 2
    assert found.tally(0.5).n == 1
    found.add(saying([0] * 5, begin_s=1.1))
    assert found.tally(0.5).n == 6
    assert found.tally(0.0).n == 16


def test_the_interval_is_wilsons() -> None:
    tally = held().tally(0.0)
    oracle = binomtest(16, 20).proportion_ci(0.95, "wilson")
    assert (tally.low, tally.high) == pytest.approx((oracle.low, oracle.high))
    assert tally.of_label(1) == pytest.approx((16, 20, oracle.low, oracle.high))
    assert tally.of_label(0) == (0, 0, 0.0, 1.0)


def test_a_sample_that_comes_again_counts_once_by_its_last_answer() -> None:
    found = LiveConfusion(NAMES)
    found.hold(0, 0.0)
    found.add(saying([1, 0, 0, 0], samples=[7, 8, 7, 8]))
    found.release(1.0)
    tally = found.tally(0.0)
    assert tally.counts[0] == (2, 0, 0)
    assert tally.repeats == 2
    found.hold(1, 1.0)
    found.add(saying([0], begin_s=1.0, samples=[7]))
    found.release(2.0)
    assert found.tally(0.0).counts[1] == (1, 0, 0), "under another label it is another case"


def test_results_without_a_samples_number_all_count() -> None:
    found = LiveConfusion(NAMES)
    found.hold(0, 0.0)
    found.add(saying([0, 0, 0]))
    assert found.tally(0.0).n == 3
    assert found.tally(0.0).repeats == 0


def test_holding_another_label_ends_the_one_before() -> None:
    found = LiveConfusion(NAMES)
    found.hold(0, 0.0)
    found.add(saying([0] * 5))
    found.hold(1, 0.5)
    found.add(saying([1] * 5, begin_s=0.5))
    found.release(1.0)
    assert found.tally(0.0).counts == ((5, 0, 0), (0, 5, 0), (0, 0, 0))
    assert found.held is None


def test_undo_takes_back_hold_by_hold_and_clear_all() -> None:
    found = held()
    found.hold(0, 5.0)
    found.add(saying([0], begin_s=5.0))
    assert found.undo()
    assert found.tally(0.0).n == 20
    assert found.undo()
    assert not found.undo()
    assert found.is_empty
    again = held()
    again.clear()
    assert again.tally(0.0).n == 0


def test_a_hold_in_which_nothing_came_is_no_hold() -> None:
    found = LiveConfusion(NAMES)
    found.hold(0, 1.0)
    found.release(1.1)
    assert found.is_empty


def test_there_is_an_end_to_what_is_kept_and_undo_makes_room() -> None:
    found = LiveConfusion(NAMES)
    found.hold(0, 0.0)
    found.add(saying([0] * MOST_RESULTS))
    assert found.is_full
    found.add(saying([1], begin_s=1e6))
    assert found.tally(0.0).n == MOST_RESULTS
    assert found.undo()
    assert not found.is_full


def test_the_csv_says_of_every_result_whether_it_counted() -> None:
    found = held()
    rows = list(csv.DictReader(found.as_csv(0.5).splitlines()))
    assert len(rows) == 20
    assert sum(int(row["counted"]) for row in rows) == found.tally(0.5).n
    assert rows[4] == {"time_s": "1.400", "held": "shake", "said": "idle", "sample": "", "counted": "0"}


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 3)), max_size=8)),
        max_size=6,
    ),
    st.sampled_from([0.0, 0.2]),
)
def test_nothing_is_lost_or_counted_twice(
    holds: list[tuple[int, list[tuple[int, int]]]], margin_s: float
) -> None:
    found, now_s, came = LiveConfusion(NAMES), 0.0, 0
    for label, results in holds:
        found.hold(label, now_s)
        if results:
            found.add(
                saying([said for said, _ in results], begin_s=now_s, samples=[one for _, one in results])
            )
        now_s += len(results) / 10
        came += len(results)
        found.release(now_s)
    tally = found.tally(margin_s)
    assert tally.n + tally.near_switches + tally.repeats == came
    assert sum(int(row["counted"]) for row in csv.DictReader(found.as_csv(margin_s).splitlines())) == tally.n
